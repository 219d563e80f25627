"""Scripts: of the chat, of its menus, and of the pages beside it."""

SCRIPT = """
// A citation's number opens its source; a new answer is brought into view and announced to screen readers.
(() => {
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const live = document.createElement("div");
  live.className = "unseen";
  live.setAttribute("role", "status");

  function open(target) {
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    document.querySelectorAll(".current").forEach((other) => other.classList.remove("current"));
    target.classList.add("current");
    const print = target.querySelector("details.print");
    if (print) print.open = true;
    const panel = target.closest("#sources");
    if (panel && getComputedStyle(panel).overflowY === "auto") {
      const top = target.getBoundingClientRect().top - panel.getBoundingClientRect().top + panel.scrollTop - 12;
      panel.scrollTo({ top });
      (target.querySelector("mark") || target).scrollIntoView({ block: "nearest", behavior });
    } else {
      target.scrollIntoView({ block: "start", behavior });
    }
    target.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    open(target);
  });

  function spoken(exchange) {
    const words = exchange.querySelector(".answer, .waiting").cloneNode(true);
    const beside = ".sources, .searched, .correct, .explained, .take, .wrong";
    words.querySelectorAll(beside).forEach((part) => part.remove());
    return [...words.children].map((part) => part.textContent).join(" ") || words.textContent;
  }

  // The browser's address follows the conversation, so that loading or coming back opens it again.
  let address = "";
  function addressed() {
    const now = document.querySelector("#conversation [data-address]")?.dataset.address || "";
    if (now === address) return;
    address = now;
    history.replaceState(history.state, "", now || "/");
  }

  let used = false;
  for (const by of ["pointerdown", "keydown"]) addEventListener(by, () => { used = true; }, { once: true });

  // Whoever scrolls or presses something is reading: an answer that grows is then left where it is.
  let reading = false;
  for (const by of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    addEventListener(by, (event) => {
      if (event.key !== "Tab" && !event.target.closest?.("#stop")) reading = true;
    }, { passive: true });
  }

  let seen = { which: "", words: "" };
  function arrived() {
    addressed();
    const newest = [...document.querySelectorAll("#conversation .exchange")].pop();
    const which = newest ? newest.id + newest.querySelector("h3").textContent : "";
    const words = newest ? spoken(newest) : "";
    const growing = newest && newest.matches(".writing");
    if (which === seen.which && words === seen.words && growing === seen.growing) return;
    const grown = which === seen.which && words.startsWith(seen.words);
    const begun = which !== seen.which || !seen.growing;
    live.textContent = grown ? words.slice(seen.words.length) : words;
    seen = { which, words, growing };
    if (begun) reading = false;
    if (newest && !reading) newest.scrollIntoView({ block: "start", behavior });
    // What was pressed is gone with the old answer: the keyboard goes on from the new one.
    const lost = document.activeElement === document.body || document.activeElement.id === "stop";
    if (used && newest && newest.id && !growing && lost) newest.focus({ preventScroll: true });
    const panel = document.getElementById("sources");
    if (panel && begun) panel.scrollTop = 0;
  }

  // What is unfolded under an answer may lie behind the question box.
  document.addEventListener("toggle", (event) => {
    if (event.target.matches(".take[open], .correct[open], .wrong[open]")) {
      event.target.scrollIntoView({ block: "nearest", behavior });
    }
  }, true);

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const link = new URL(button.dataset.copy, location.origin).href;
    const told = button.parentElement.querySelector(".copied");
    try {
      await navigator.clipboard.writeText(link);
      told.textContent = "Copied.";
    } catch {  // a browser may forbid it
      told.textContent = "Your browser does not let this page copy. Copy it yourself: " + link;
    }
  });

  function begin() {
    document.body.append(live);
    new MutationObserver(arrived).observe(document.body, { childList: true, subtree: true });
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
"""

OFFER = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-offer]");
  if (button) trigger("offer", { question: button.dataset.offer });
});
"""
"Of a part that offers questions: asks the one that is pressed."

CHOSEN = """
const chosen = (within) => Object.fromEntries(
  [...within.querySelectorAll("select[data-filter]")].map((menu) => [menu.dataset.filter, menu.value]));
"""

CORRECT = (
    CHOSEN
    + """
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-correct]");
  if (button) trigger("correct", chosen(button.closest(".correct")));
});
"""
)
"Of the conversation: asks the newest question again with what its menus say."

CHOOSE = (
    CHOSEN
    + """
function choose() {
  const set = [...element.querySelectorAll("select")].filter((menu) => menu.value);
  const words = set.map((menu) => menu.selectedOptions[0].text).join(", ");
  const told = element.querySelector("[data-all]");
  told.textContent = words ? "Searching only: " + words : told.dataset.all;
  trigger("choose", chosen(element));
}
element.addEventListener("change", choose);
element.addEventListener("click", (event) => {
  if (!event.target.closest("[data-clear]")) return;
  element.querySelectorAll("select").forEach((menu) => { menu.value = ""; });
  choose();
});
"""
)
"Of the standing menus: every question to come is asked with what they say."


PAGES_SCRIPT = """
// Turns the page of print in its place, and brings it in where a source is opened. Without it, the links do the same.
(() => {
  async function put(address, place) {
    let html;
    try {
      html = await (await fetch(address)).text();
    } catch {
      html = '<p class="notice" role="status">The page could not be fetched. Is the assistant still running?</p>';
    }
    const made = document.createElement("div");
    made.innerHTML = html;
    place.replaceWith(...made.childNodes);
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-turn]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const sheet = link.closest(".sheet");
    const holder = sheet.parentElement;
    const address = new URL(link.href);
    address.pathname += "/sheet";
    await put(address, sheet);
    holder.querySelector(".sheet figcaption").focus({ preventScroll: true });
  });

  // A folded page of print is fetched when it is first opened.
  document.addEventListener("toggle", (event) => {
    const waiting = event.target.matches("details.print[open]") && event.target.querySelector("[data-sheet]");
    if (waiting) put(waiting.dataset.sheet, waiting);
  }, true);

  // The list of the library: rows that hold every word typed.
  const find = document.getElementById("find");
  find?.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const rows = [...document.querySelectorAll("#held tbody tr")];
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
    const shown = rows.filter((row) => !row.hidden).length;
    const counted = `${shown} of ${rows.length} ${find.dataset.noun || "reports"}`;
    document.getElementById("found").textContent = words.length ? counted : "";
  });

  // Files to add: size checked before they are sent, and how much has been sent.
  const add = document.getElementById("add");
  add?.addEventListener("submit", (event) => {
    event.preventDefault();
    const files = add.querySelector("input[type=file]");
    const told = document.getElementById("sending");
    const bar = add.querySelector("progress");
    const megabytes = [...files.files].reduce((sum, file) => sum + file.size, 0) / 1e6;
    if (megabytes > files.dataset.most) {
      const sizes = `These files are ${Math.ceil(megabytes)} MB; ${files.dataset.most} MB can be added at once.`;
      told.textContent = `${sizes} Choose fewer.`;
      return;
    }
    const sending = new XMLHttpRequest();
    sending.open("POST", add.action);
    sending.upload.addEventListener("progress", (sent) => {
      bar.hidden = false;
      if (sent.lengthComputable) bar.value = 100 * sent.loaded / sent.total;
    });
    sending.addEventListener("load", () => {
      if (sending.responseURL.includes("/library/changes/")) {
        location.assign(sending.responseURL);
        return;
      }
      const answer = new DOMParser().parseFromString(sending.responseText, "text/html");
      told.textContent = answer.querySelector("main .notice")?.textContent || "The files could not be added.";
      bar.hidden = true;
      add.querySelector("button").disabled = false;
    });
    sending.addEventListener("error", () => {
      told.textContent = "The files could not be sent. Is the assistant still running?";
      bar.hidden = true;
      add.querySelector("button").disabled = false;
    });
    told.textContent = "Sending the files…";
    add.querySelector("button").disabled = true;
    sending.send(new FormData(add));
  });

  // What the server says to such a form takes its place; what is wrong with it is said beside its button.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-in-place]");
    if (!form) return;
    event.preventDefault();
    const told = form.querySelector("[role=status]");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      const said = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main .notice");
      if (answer.ok && said) {
        said.tabIndex = -1;
        form.replaceWith(said);
        said.focus({ preventScroll: true });
      } else told.textContent = said?.textContent || "This could not be kept. Load the page again, and try once more.";
    } catch {
      told.textContent = "This could not be sent. Is the assistant still running?";
    }
  });

  // A change under way is looked at again until it is finished.
  async function watch() {
    if (!document.querySelector("[data-watch]")) return;
    try {
      const answer = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
      const main = document.getElementById("main");
      // A part that is watched is changed alone: whoever is on a button beside it stays there.
      const [part, partNow] = [main, answer].map((within) => within.querySelector("[data-watch=part]"));
      const [old, now] = part && partNow ? [part, partNow] : [main, answer.getElementById("main")];
      if (old.innerHTML !== now.innerHTML) {
        const within = main.contains(document.activeElement);
        old.innerHTML = now.innerHTML;
        if (within && document.activeElement === document.body) main.focus();
      }
    } catch {}
    setTimeout(watch, 700);
  }
  watch();

  // The text of a report scrolls in a box of its own: the quote is brought into the box, the page stays at its head.
  const quote = document.querySelector(".whole #quote");
  if (quote) {
    const box = quote.closest(".whole");
    box.scrollTop += quote.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  }
})();
"""
