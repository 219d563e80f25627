"""The pieces of the chat page: its words, its HTML, its style and its script. Nothing here knows how it is served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Answer
from assistant.render import PassageView, answer_html, escape, searched_words, source_html
from ingest.model import KINDS, Report

TITLE = "SEND evidence assistant"
SUMMARY = (
    "It quotes SEND reviews and inspection reports and shows where each quote stands; it gives no opinion and no advice, "
    "and knows nothing beyond the reports held here."
)
PENDING = "Looking in the reports…"
OPENING = "Opening the knowledge base…"


@dataclass(frozen=True)
class Exchange:
    """One question of a conversation with its answer and the passages that the answer cites."""

    question: str
    answer: Answer
    views: tuple[PassageView, ...] = ()


def header_html() -> str:
    """The product's name and one sentence of what it is and is not."""
    return f"<h1>{escape(TITLE)}</h1><p class=summary>{escape(SUMMARY)}</p>"


def opening_html(reports: Sequence[Report]) -> str:
    """What an empty page says: how many reports are held, and which."""
    held = [report for report in reports if not report.superseded_by]
    if not held:
        return notice_html("No reports are held yet. Add some with: send-assistant ingest PATH")
    areas = {area for report in held for area in report.areas[:1]}
    on = f" on {len(areas)} local area{'' if len(areas) == 1 else 's'}" if areas else ""
    titles = "".join(f"<li>{escape(title)}</li>" for title in sorted({report.title for report in held}))
    return (
        f"<h2>Ask about a report, an area or a subject</h2><p>Held here: {searched_words(len(held))}{on}.</p>"
        f"<details class=searched><summary>See which reports</summary><ul>{titles}</ul></details>"
    )


def notice_html(words: str) -> str:
    """A message in place of the opening, such as why there is nothing to ask yet."""
    return f"<p class=notice>{escape(words)}</p>"


def opening_questions(reports: Sequence[Report], count: int) -> tuple[str, ...]:
    """Questions to start from, made of what is held: one for each of the newest reviews and inspections, areas in turn."""
    held = [report for report in reports if not report.superseded_by and report.areas]
    questions: list[str] = []
    areas: set[str] = set()
    for report in sorted(held, key=lambda report: (report.visit_start or report.published or "", report.id), reverse=True):
        kind = report.digest_of_kind or report.kind
        area = report.areas[0]
        if kind not in OPENING_QUESTIONS or area in areas:
            continue
        areas.add(area)
        questions.append(OPENING_QUESTIONS[kind].format(area=area, kind=KINDS[kind]))
    return tuple(questions[:count])


OPENING_QUESTIONS = {
    "peer review": "What did the peer review recommend in {area}?",
    "inspection": "What should {area} improve, according to the inspectors?",
}
"A question that every report of the kind answers."


def conversation_html(conversation: Sequence[Exchange], pending: str = "") -> str:
    """The questions and answers so far, oldest first; `pending` is a question that is being answered."""
    parts = [
        f'<article class="exchange" id="answer-{turn}" tabindex="-1"><h3>{escape(exchange.question)}</h3>'
        f'<div class="answer">{answer_html(exchange.answer, turn)}</div></article>'
        for turn, exchange in enumerate(conversation, start=1)
    ]
    if pending:
        parts.append(f'<article class="exchange pending"><h3>{escape(pending)}</h3><p class="waiting">{PENDING}</p></article>')
    return f'<h2 class="unseen">Conversation</h2>{"".join(parts)}' if parts else ""


def panel_html(conversation: Sequence[Exchange]) -> str:
    """The sources of the newest answer, each passage in its surroundings; those of earlier answers folded below."""
    head = "<h2>Sources</h2>"
    if not conversation:
        return f"{head}<p class=hint>The passages that an answer quotes appear here, in their surroundings.</p>"
    turn = len(conversation)
    newest = _views_html(conversation[-1], turn) or "<p class=hint>The newest answer quotes no report.</p>"
    earlier = [
        f"<details class=earlier><summary>Sources for “{escape(exchange.question)}”</summary>{views}</details>"
        for number, exchange in reversed(list(enumerate(conversation[:-1], start=1)))
        if (views := _views_html(exchange, number))
    ]
    folded = f"<h3>Earlier answers</h3>{''.join(earlier)}" if earlier else ""
    return f"{head}<h3 class=unseen>For “{escape(conversation[-1].question)}”</h3>{newest}{folded}"


def _views_html(exchange: Exchange, turn: int) -> str:
    return "".join(source_html(view, turn) for view in exchange.views)


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
    words.querySelectorAll(".sources, .searched").forEach((part) => part.remove());
    return [...words.children].map((part) => part.textContent).join(" ") || words.textContent;
  }

  let seen = "";
  function arrived() {
    const newest = [...document.querySelectorAll("#conversation .exchange")].pop();
    const words = newest ? newest.innerText : "";
    if (words === seen) return;
    seen = words;
    live.textContent = newest ? spoken(newest) : "";
    if (newest) newest.scrollIntoView({ block: "start", behavior });
    const panel = document.getElementById("sources");
    if (panel) panel.scrollTop = 0;
  }

  function begin() {
    document.body.append(live);
    new MutationObserver(arrived).observe(document.body, { childList: true, subtree: true });
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})();
"""

STYLE = """
:root {
  --paper: #fbfaf7; --card: #ffffff; --ink: #1c2329; --soft: #4b555e; --rule: #d9d5cb;
  --accent: #14515c; --accent-ink: #ffffff; --accent-pale: #e6f0f1; --marked: #ffe9a8; --marked-ink: #1c2329;
  --warn: #7a3b00; --warn-pale: #fdf1e2;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif;
  --serif: Charter, "Bitstream Charter", Georgia, Cambria, "Times New Roman", "Liberation Serif", serif;
}
.dark {
  --paper: #14181b; --card: #1c2226; --ink: #eceae4; --soft: #b6bcc0; --rule: #3a4349;
  --accent: #8fd0da; --accent-ink: #0d2a30; --accent-pale: #21353a; --marked: #6b5410; --marked-ink: #fff6d8;
  --warn: #f3c48d; --warn-pale: #33281b;
}
body, gradio-app, .gradio-container { background: var(--paper) !important; color: var(--ink); font-family: var(--sans); }
.gradio-container { width: 100%; max-width: 84rem !important; margin: 0 auto !important; font-size: 1.0625rem; line-height: 1.55;
  overflow: visible !important; }
.gradio-container .main.app { padding: 1.5rem clamp(1rem, 3vw, 2rem) 0; }
.gradio-container .html-container { padding: 0; font-size: 1.0625rem; line-height: 1.55; }
.gradio-container .block { overflow: visible; border: 0; background: none; box-shadow: none; }
.gradio-container .form, #question { background: none; border: 0; overflow: visible !important; }
#top { border-bottom: 1px solid var(--rule); padding-bottom: 1.1rem; align-items: flex-end; }
#top h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -.01em; margin: 0; color: var(--ink); }
#top .summary { margin: .45rem 0 0; max-width: 46rem; color: var(--soft); }
#new { flex: 0 0 auto; min-width: 11rem; }
#columns { gap: 2.5rem; align-items: flex-start; margin-top: .5rem; }
#conversation { max-width: 46rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; font-weight: 650; margin: 0 0 .5rem; color: var(--ink); }
.exchange { padding: 1.1rem 0 1.5rem; scroll-margin-top: .5rem; }
.exchange + .exchange { border-top: 1px solid var(--rule); }
.exchange h3 { font-size: 1.3rem; line-height: 1.35; font-weight: 650; margin: 0 0 .6rem; color: var(--ink); overflow-wrap: anywhere; }
.exchange h4 { font-size: 1.0625rem; font-weight: 650; margin: 1.25rem 0 .35rem; color: var(--ink); }
.exchange p { margin: 0 0 .7rem; }
.exchange p.scope { color: var(--soft); margin-bottom: .8rem; }
.exchange .said, .exchange .answer > ul, .exchange .answer > ol { font-family: var(--serif); font-size: 1.1875rem; line-height: 1.55; }
.exchange q { quotes: "“" "”"; }
.exchange ul, .exchange ol { margin: 0 0 .7rem; padding-left: 1.4rem; }
.exchange ul { list-style: disc; } .exchange ol { list-style: decimal; }
.exchange li { margin: 0 0 .5rem; }
.waiting { color: var(--soft); }
.status { display: inline-block; padding: .1rem .6rem; border-radius: .25rem; font-weight: 600;
  color: var(--warn); background: var(--warn-pale); border: 1px solid currentColor; }
a.cite { font-family: var(--sans); font-size: .9em; font-weight: 600; color: var(--accent); text-decoration: underline;
  text-underline-offset: .15em; padding: .1rem .15rem; white-space: nowrap; }
a.cite:hover, .return a:hover { background: var(--accent-pale); }
.sources { margin-top: 1.4rem; padding-top: .1rem; border-top: 1px solid var(--rule); font-size: 1rem; }
.exchange .sources h4 { font-size: 1rem; margin: .8rem 0 .3rem; }
.exchange .sources ul { list-style: none; padding: 0; margin: 0 0 .6rem; }
.sources li { display: flex; gap: .5rem; margin: 0 0 .3rem; }
details summary { cursor: pointer; color: var(--accent); font-weight: 600; width: fit-content; padding: .15rem 0; }
details.searched { font-size: 1rem; }
details.searched ul { margin: .4rem 0 0; padding-left: 1.4rem; list-style: disc; }
details.searched li { margin: 0 0 .25rem; }
#sources { position: sticky; top: 0; max-height: 100vh; overflow-y: auto !important; scrollbar-gutter: stable;
  padding: 1.1rem .6rem 1rem 1.6rem; border-left: 1px solid var(--rule); }
#panel { align-self: stretch; }
#sources h3 { font-size: 1.0625rem; font-weight: 650; margin: 1.5rem 0 .4rem; color: var(--ink); }
.hint { color: var(--soft); margin: 0; }
.source { background: var(--card); border: 1px solid var(--rule); border-radius: .4rem; padding: 1rem 1.1rem; margin: 0 0 1rem;
  scroll-margin-top: .75rem; }
.source.current { border-color: var(--accent); box-shadow: inset .25rem 0 0 var(--accent); }
.source h4 { font-size: 1.0625rem; line-height: 1.35; font-weight: 650; margin: 0 0 .6rem; color: var(--ink); }
.source .number { color: var(--accent); }
.source blockquote { margin: 0 0 .8rem; padding: 0; border: 0; font-family: var(--serif); font-size: 1.0625rem; font-style: normal;
  color: var(--ink); }
.source blockquote p { margin: 0 0 .6rem; overflow-wrap: anywhere; }
.source .near { color: var(--soft); font-size: .95em; }
mark { scroll-margin: 3rem; background: var(--marked); color: var(--marked-ink); padding: .08em 0; box-decoration-break: clone;
  -webkit-box-decoration-break: clone; }
.source dl { display: grid; gap: .2rem; margin: 0; padding-top: .7rem; border-top: 1px solid var(--rule); font-size: .95rem; }
.source dl div { display: grid; grid-template-columns: 6rem 1fr; gap: .5rem; }
.source dt { color: var(--soft); } .source dd { margin: 0; overflow-wrap: anywhere; }
.source .return { margin: .7rem 0 0; font-size: .95rem; }
.return a { color: var(--accent); text-decoration: underline; text-underline-offset: .15em; }
.badge { display: inline-block; margin: 0 0 .7rem; padding: .15rem .6rem; border-radius: .25rem; font-size: .95rem; font-weight: 600;
  color: var(--warn); background: var(--warn-pale); border: 1px solid currentColor; }
.notice { padding: .9rem 1.1rem; border: 1px solid var(--rule); border-left: .3rem solid var(--warn); background: var(--card); }
.earlier { margin: 0 0 .6rem; } .earlier[open] summary { margin-bottom: .6rem; }
.suggestions { gap: .5rem; } .suggestions h2 { font-size: 1rem; margin: .4rem 0 0; }
button.suggestion { justify-content: flex-start; text-align: left; white-space: normal; font-weight: 500; font-size: 1rem;
  color: var(--accent); background: var(--card); border: 1px solid var(--rule); border-radius: .4rem; padding: .6rem .9rem;
  max-width: 46rem; }
button.suggestion:hover, #new:hover { background: var(--accent-pale); border-color: var(--accent); }
#new { color: var(--accent); background: var(--card); border: 1px solid var(--rule); font-size: 1rem; font-weight: 600; }
#composer { position: sticky; bottom: 0; z-index: 5; background: var(--paper); padding: .8rem 0 1rem; border-top: 1px solid var(--rule);
  align-items: flex-end; gap: .75rem; max-width: 46rem; flex-wrap: nowrap; }
#question { padding: 0; min-width: 0; }
#question label > span { font-size: 1rem; font-weight: 600; color: var(--ink); background: none; padding: 0; margin: 0 0 .3rem; border: 0; }
#question textarea { font-size: 1.125rem; line-height: 1.45; padding: .6rem .8rem; border: 1px solid #767c82; border-radius: .4rem;
  background: var(--card); color: var(--ink); box-shadow: none; }
#send { flex: 0 0 auto; min-width: 6rem; font-size: 1.0625rem; font-weight: 650; padding: .75rem 1.2rem; border-radius: .4rem;
  background: var(--accent); color: var(--accent-ink); border: 0; }
#send:disabled { opacity: 1; background: var(--soft); color: var(--paper); }
:is(a, button, summary, textarea, input, [tabindex]):focus-visible { outline: 3px solid var(--accent) !important; outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 60rem) {
  #columns { flex-direction: column; gap: 1.5rem; }
  #columns > * { width: 100%; min-width: 0 !important; }
  #sources { position: static; max-height: none; overflow: visible !important; }
  #sources { border-left: 0; border-top: 1px solid var(--rule); padding: 1.2rem 0 0; }
  #top { flex-direction: column; align-items: flex-start; }
}
@media (max-width: 30rem) {
  #top h1 { font-size: 1.5rem; }
  .source dl div { grid-template-columns: 5.2rem 1fr; }
  #send { min-width: 4.5rem; padding: .75rem .9rem; }
}
"""
