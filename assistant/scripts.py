"""Scripts of the pages beside the chat and of the chat's menus."""

CHOSEN = """
const chosen = (within) => Object.fromEntries(
  [...within.querySelectorAll("select[data-filter]")].map((menu) => [menu.dataset.filter, menu.value]));
"""

CORRECT = CHOSEN + """
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-correct]");
  if (button) trigger("correct", chosen(button.closest(".correct")));
});
"""
"Of the conversation: asks the newest question again with what its menus say."

CHOOSE = CHOSEN + """
function choose() {
  const set = [...element.querySelectorAll("select")].filter((menu) => menu.value).map((menu) => menu.selectedOptions[0].text);
  element.querySelector("[data-set]").textContent = set.length ? "only " + set.join(", ") : "whatever the question names, in all reports";
  trigger("choose", chosen(element));
}
element.addEventListener("change", choose);
element.addEventListener("click", (event) => {
  if (!event.target.closest("[data-clear]")) return;
  element.querySelectorAll("select").forEach((menu) => { menu.value = ""; });
  choose();
});
"""
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

  // Where the text scrolls in a box of its own, the page stays at its head and only the box moves.
  const quote = document.querySelector(".whole #quote");
  const box = quote?.closest(".whole");
  if (box && box.scrollHeight > box.clientHeight && innerWidth > 960) {
    addEventListener("load", () => {
      scrollTo(0, 0);
      box.scrollTop += quote.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
    });
  }
})();
"""
