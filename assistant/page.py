"""The pieces of the chat page: its words and its HTML. Nothing here knows how it is served."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from assistant.abbreviations import Abbreviations
from assistant.addresses import conversation_address
from assistant.answer import Answer
from assistant.citing import kind_of
from assistant.render import PassageView, answer_html, escape, searched_words, source_html
from assistant.scope_menus import filters_words, menus_html
from assistant.take_away import take_away_html
from assistant.understanding import Filters
from ingest.model import Report

TITLE = "SEND evidence assistant"
SUMMARY = (
    "It quotes reviews and inspection reports on special educational needs and disabilities (SEND) and shows where "
    "each quote stands; it gives no opinion and no advice, and knows nothing beyond the reports held here."
)
PENDING = "Looking in the reports…"
WRITING = "{} is writing. Each sentence is checked against the reports before it stands here…"
ALL = "Search only some reports"
"What the standing menus say when folded and not set: all reports are searched for what the question names."
OPENING = "Opening the knowledge base…"
QUOTES, WRITTEN = "quotes", "written"
"How questions are answered."
SUGGESTIONS = 4
"Questions to start from, or to go on with."
TERMINAL_WORDS = {"`send-assistant documents` lists what is held.": "The library lists what is held."}
"What errors say at the terminal, and what a reader of the page can do instead."


@dataclass(frozen=True)
class Exchange:
    """One question of a conversation with its answer and the passages that the answer cites."""

    question: str
    answer: Answer
    views: tuple[PassageView, ...] = ()
    filters: Filters = Filters()
    "What was set by hand when it was asked."
    before: tuple[str, ...] = ()
    "The questions that a link says it follows, oldest first."
    turn: int = 0
    "Its place in the kept conversation, from 1; 0 where it is not kept."
    written: bool = False
    "Whether a language model was to write the answer."


def asked_before(conversation: Sequence[Exchange], number: int) -> list[str]:
    """The questions that exchange `number` (from 0) follows, oldest first: what its link carries."""
    asked = [question for exchange in conversation[:number] for question in (*exchange.before, exchange.question)]
    return [*asked, *conversation[number].before]


def on_page(words: str) -> str:
    """An error's words, for a reader who has no terminal."""
    for terminal, instead in TERMINAL_WORDS.items():
        words = words.replace(terminal, instead)
    return words


def conversation_named(query: str) -> str:
    """The id of the conversation that an address's query opens; '' for none."""
    return parse_qs(query.removeprefix("?"), max_num_fields=50).get("conversation", [""])[0]


def header_html(signed_in: str = "", more: Sequence[tuple[str, str]] = ()) -> str:
    """The product's name, one sentence of what it is and is not, and the other pages.

    `signed_in` is the name of the person who can sign out, `more` address and name of pages for some people only.
    """
    links = '<a href="/conversations">Earlier conversations</a> <a href="/library">Library</a>'
    links += "".join(f' <a href="{escape(address)}">{escape(name)}</a>' for address, name in more)
    person = (
        f'<form method="post" action="/sign-out">Signed in as {escape(signed_in)} <button>Sign out</button></form>'
        if signed_in
        else ""
    )
    return (
        f"<h1>{escape(TITLE)}</h1><p class=summary>{escape(SUMMARY)}</p>"
        f'<div class="about"><nav aria-label="Pages">{links}</nav>{person}</div>'
    )


def opening_html(reports: Sequence[Report]) -> str:
    """What an empty page says: how many reports are held, which, and questions to start from."""
    held = [report for report in reports if not report.superseded_by]
    if not held:
        return notice_html("No reports are held yet. Add some in the library, or with: send-assistant ingest PATH")
    areas = {area for report in held for area in report.areas[:1]}
    on = f" on {len(areas)} local area{'' if len(areas) == 1 else 's'}" if areas else ""
    titles = "".join(f"<li>{escape(title)}</li>" for title in sorted({report.title for report in held}))
    return (
        f"<h2>Ask about a report, an area or a subject</h2><p>Held here: {searched_words(len(held))}{on}.</p>"
        f"<details class=searched><summary>See which reports</summary><ul>{titles}</ul></details>"
        f"{offered_html('To begin with', opening_questions(reports))}"
    )


def offered_html(heading: str, questions: Sequence[str]) -> str:
    """Questions that are asked by pressing them; '' where there are none."""
    if not questions:
        return ""
    pressed = (
        f'<button type="button" data-offer="{escape(question)}">{escape(question)}</button>'
        for question in questions[:SUGGESTIONS]
    )
    return f'<section class="offered"><h3>{heading}</h3>{"".join(pressed)}</section>'


def notice_html(words: str) -> str:
    """A message in place of the opening, such as why there is nothing to ask yet."""
    return f"<p class=notice>{escape(words)}</p>"


def opening_questions(reports: Sequence[Report], count: int = SUGGESTIONS) -> tuple[str, ...]:
    """Questions to start from, made of what is held: of several kinds, and each area once."""
    held = [report for report in reports if not report.superseded_by]
    questions = [OUTCOMES_QUESTION] if sum(report.outcome is not None for report in held) >= MANY_OUTCOMES else []
    newest: dict[str, Report] = {}
    for report in sorted(held, key=lambda r: (r.visit_start or r.published or "", r.id), reverse=True):
        if report.areas and any(kind == kind_of(report) for kind, _ in OPENING_QUESTIONS):
            newest.setdefault(report.areas[0], report)
    while newest:
        for kind, question in OPENING_QUESTIONS:
            area = next((area for area, report in newest.items() if kind_of(report) == kind), None)
            if area:
                del newest[area]
                questions.append(question.format(area=area))
    return tuple(questions[:count])


OPENING_QUESTIONS = (
    ("inspection", "What should {area} improve, according to the inspectors?"),
    ("peer review", "What did the peer review recommend in {area}?"),
    ("inspection", "What is {area} doing well, according to the inspectors?"),
)
"A kind of report, and a question that every report of the kind answers."

OUTCOMES_QUESTION = "Which areas have widespread or systemic failings?"
MANY_OUTCOMES = 6
"Inspections with an outcome from which it is worth asking for all of one outcome."


def conversation_html(
    conversation: Sequence[Exchange],
    pending: str = "",
    reports: Sequence[Report] = (),
    abbreviations: Abbreviations = Abbreviations(),
    kept: str = "",
    under_answer: Callable[[str, Exchange], str] = lambda kept, exchange: "",
    writer: str = "",
    writing: Exchange | None = None,
) -> str:
    """The questions and answers so far, oldest first; `pending` is a question that is being answered.

    `writer` is the language model that readers can have answers written by, `writing` what it has written so far of an
    answer to come.

    The newest answer has menus that correct what was searched, filled from the `reports` held. `kept` is the id of the
    kept conversation: its answers can be taken away, and the page's script puts its address into the browser's.
    `under_answer` gives HTML that stands under an answer, from `kept` and its exchange.
    """
    parts = []
    for turn, exchange in enumerate(conversation, start=1):
        newest = turn == len(conversation) and not pending and not writing
        menus = correction_html(exchange, reports) if newest and reports else ""
        earlier = "; ".join(f"“{escape(question)}”" for question in exchange.before)
        follows = f'<p class="follows">Asked after {earlier}</p>' if earlier else ""
        take = ""
        if exchange.answer.status != "error":
            before = asked_before(conversation, turn - 1)
            whole = exchange.turn if newest else 0
            take = take_away_html(
                kept, exchange.turn, exchange.question, exchange.filters, before, whole, exchange.written
            )
            take += under_answer(kept, exchange)
        asked_for = mode_of(exchange.written) if writer else ""
        answer = answer_html(exchange.answer, turn, abbreviations, menus, asked_for)
        parts.append(
            f'<article class="exchange" id="answer-{turn}" tabindex="-1"><h3>{escape(exchange.question)}</h3>{follows}'
            f'<div class="answer">{answer}{take}</div></article>'
        )
    if pending:
        waiting = f'<h3>{escape(pending)}</h3><p class="waiting">{PENDING}</p>'
        parts.append(f'<article class="exchange pending">{waiting}</article>')
    elif writing:
        turn = len(conversation) + 1
        # Its sources stand in their panel; here they would part the prose from what says that it goes on.
        grown = answer_html(replace(writing.answer, citations=(), searched=()), turn) if writing.answer.points else ""
        waiting = f'<div class="answer">{grown}</div><p class="waiting">{escape(WRITING.format(writer))}</p>'
        parts.append(
            f'<article class="exchange pending writing" id="answer-{turn}" tabindex="-1">'
            f"<h3>{escape(writing.question)}</h3>{waiting}</article>"
        )
    elif conversation:
        parts.append(offered_html("You could ask next", conversation[-1].answer.follow_ups))
    address = f' data-address="{escape(conversation_address(kept))}"' if kept else ""
    return f'<div{address}><h2 class="unseen">Conversation</h2>{"".join(parts)}</div>' if parts else ""


def correction_html(exchange: Exchange, reports: Sequence[Report]) -> str:
    """Menus by which the newest question is answered again from other reports."""
    titles = set(exchange.answer.searched)
    searched = [report for report in reports if report.title in titles]
    menus = menus_html(reports, exchange.filters, "correct", searched)
    return (
        f'<details class="correct"><summary>Change what is searched</summary>{menus}'
        '<button type="button" data-correct>Answer again</button></details>'
    )


def modes(writer: str) -> list[tuple[str, str]]:
    """The choice between quotes and answers that the language model `writer` writes: words and value."""
    return [("In the reports’ own words", QUOTES), (f"Written by {writer}", WRITTEN)]


def mode_of(written: bool) -> str:
    """What was chosen for an answer."""
    return WRITTEN if written else QUOTES


def standing_html(reports: Sequence[Report], filters: Filters) -> str:
    """Menus for all questions to come; their summary says what is set."""
    if not reports:
        return ""
    words, menus = escape(standing_words(filters, reports)), menus_html(reports, filters, "standing")
    return (
        f'<details class="standing"><summary data-all="{ALL}">{words}</summary>{menus}'
        '<button type="button" data-clear>Search all reports</button></details>'
    )


def standing_words(filters: Filters, reports: Sequence[Report]) -> str:
    """What the standing menus say when folded."""
    set_to = filters_words(filters, reports)
    return f"Searching only: {set_to}" if set_to else ALL


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
