"""The pieces of the chat page: its words, its HTML and its script. Nothing here knows how it is served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.abbreviations import Abbreviations
from assistant.answer import Answer
from assistant.render import PassageView, answer_html, escape, searched_words, source_html
from assistant.scope_menus import filters_words, menus_html
from assistant.understanding import Filters
from ingest.model import Report

TITLE = "SEND evidence assistant"
SUMMARY = (
    "It quotes reviews and inspection reports on special educational needs and disabilities (SEND) and shows where "
    "each quote stands; it gives no opinion and no advice, and knows nothing beyond the reports held here."
)
PENDING = "Looking in the reports…"
ALL = "whatever the question names, in all reports"
"What is searched where nothing is set by hand."
OPENING = "Opening the knowledge base…"


@dataclass(frozen=True)
class Exchange:
    """One question of a conversation with its answer and the passages that the answer cites."""

    question: str
    answer: Answer
    views: tuple[PassageView, ...] = ()
    filters: Filters = Filters()
    "What was set by hand when it was asked."


def header_html() -> str:
    """The product's name and one sentence of what it is and is not."""
    links = '<nav aria-label="Pages"><a href="/library" target="_blank" rel="noopener">Library (new tab)</a></nav>'
    return f"<h1>{escape(TITLE)}</h1><p class=summary>{escape(SUMMARY)}</p>{links}"


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
    """Questions to start from, made of what is held: one for the newest review or inspection of each area."""
    held = [report for report in reports if not report.superseded_by and report.areas]
    questions: list[str] = []
    areas: set[str] = set()
    for report in sorted(held, key=lambda r: (r.visit_start or r.published or "", r.id), reverse=True):
        kind = report.digest_of_kind or report.kind
        area = report.areas[0]
        if kind not in OPENING_QUESTIONS or area in areas:
            continue
        areas.add(area)
        questions.append(OPENING_QUESTIONS[kind].format(area=area))
    return tuple(questions[:count])


OPENING_QUESTIONS = {
    "peer review": "What did the peer review recommend in {area}?",
    "inspection": "What should {area} improve, according to the inspectors?",
}
"A question that every report of the kind answers."


def conversation_html(
    conversation: Sequence[Exchange],
    pending: str = "",
    reports: Sequence[Report] = (),
    abbreviations: Abbreviations = Abbreviations(),
) -> str:
    """The questions and answers so far, oldest first; `pending` is a question that is being answered.

    The newest answer has menus that correct what was searched, filled from the `reports` held.
    """
    parts = []
    for turn, exchange in enumerate(conversation, start=1):
        newest = turn == len(conversation) and not pending
        menus = correction_html(exchange, reports) if newest and reports else ""
        parts.append(
            f'<article class="exchange" id="answer-{turn}" tabindex="-1"><h3>{escape(exchange.question)}</h3>'
            f'<div class="answer">{answer_html(exchange.answer, turn, abbreviations, menus)}</div></article>'
        )
    if pending:
        waiting = f'<h3>{escape(pending)}</h3><p class="waiting">{PENDING}</p>'
        parts.append(f'<article class="exchange pending">{waiting}</article>')
    return f'<h2 class="unseen">Conversation</h2>{"".join(parts)}' if parts else ""


def correction_html(exchange: Exchange, reports: Sequence[Report]) -> str:
    """Menus by which the newest question is answered again from other reports."""
    titles = set(exchange.answer.searched)
    searched = [report for report in reports if report.title in titles]
    menus = menus_html(reports, exchange.filters, "correct", searched)
    return (
        f'<details class="correct"><summary>Change what is searched</summary>{menus}'
        '<button type="button" data-correct>Answer again</button></details>'
    )


def standing_html(reports: Sequence[Report], filters: Filters) -> str:
    """Menus for all questions to come; their summary says what is set."""
    if not reports:
        return ""
    words, menus = escape(standing_words(filters, reports)), menus_html(reports, filters, "standing")
    return (
        f'<details class="standing"><summary>Searching: <span data-all="{ALL}">{words}</span></summary>{menus}'
        '<button type="button" data-clear>Search all reports</button></details>'
    )


def standing_words(filters: Filters, reports: Sequence[Report]) -> str:
    """What the standing menus say when folded."""
    set_to = filters_words(filters, reports)
    return f"only {set_to}" if set_to else ALL


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
    words.querySelectorAll(".sources, .searched, .correct, .explained").forEach((part) => part.remove());
    return [...words.children].map((part) => part.textContent).join(" ") || words.textContent;
  }

  let seen = "";
  function arrived() {
    const newest = [...document.querySelectorAll("#conversation .exchange")].pop();
    const words = newest ? newest.id + newest.querySelector("h3").textContent + spoken(newest) : "";
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
