"""One case of a run beside its sources: what was asked and answered, what was missed, and where the reports say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from assistant.abbreviations import Abbreviations
from assistant.answer import Answer, Citation
from assistant.citing import cite
from assistant.render import PassageView, answer_html, escape, source_anchor, source_html
from evals.cases import Gold
from evals.held import Held
from evals.measures import BY_NAME
from evals.page import NOTHING
from evals.page_parts import case_address, items, link, run_address, table
from evals.report import CaseRow
from evals.run_page import verdict_html
from evals.summary import number
from evals.trial import Score
from ingest.errors import SendAssistantError

ANSWER, GOLD, BEFORE = 1, 2, 3
"What the numbers of sources are counted in: the answer's, the gold's, the earlier answer's."


def views_of(citations: Sequence[Citation], passage_view: Callable[[Citation], PassageView]) -> list[PassageView]:
    """Cited passages in their surroundings; the quote alone where its report has changed since the run."""
    views = []
    for citation in citations:
        view = PassageView(citation, citation.quote, 0, len(citation.quote))
        with suppress(SendAssistantError):
            view = passage_view(citation)
        views.append(view)
    return views


def gold_citations(gold: Sequence[Gold], held: Held) -> list[Citation | None]:
    """Where each gold quote stands; None for one that the reports held do not say."""
    found: list[Citation | None] = []
    for place, one in enumerate(gold, start=1):
        passages = held.passages(one)
        if not passages:
            found.append(None)
            continue
        first = passages[0]
        start = first.text.find(one.quote)
        span = (start, start + len(one.quote)) if start >= 0 else (0, len(first.text))
        found.append(cite(held.knowledge.reports[first.report_id], first, *span, place))
    return found


def case_main(
    run: str,
    row: CaseRow,
    answer: Answer,
    order: Sequence[str],
    against: str,
    views: Sequence[PassageView],
    gold: Sequence[Citation | None],
    gold_views: Sequence[PassageView],
    before: Answer | None = None,
    before_views: Sequence[PassageView] = (),
    before_scores: Mapping[str, Score] = {},
    abbreviations: Abbreviations = Abbreviations(),
) -> str:
    """The main part. `order` are the ids of the run's cases as listed, `before` the answer of the run compared with."""
    case = row.case
    asked = "".join(f'<p class="follows">Asked before: {escape(turn)}</p>' for turn in case.turns)
    was = f" It was {row.before} in the run compared with." if row.before else ""
    earlier = ""
    if before:
        earlier = (
            f'<details><summary>What the run compared with answered</summary><div id="answer-{BEFORE}" tabindex="-1">'
            f'<div class="answer">{answer_html(before, BEFORE)}</div></div>{_sources(before_views, BEFORE)}</details>'
        )
    missed = f"<h3>What it should have quoted</h3>{_sources(gold_views, GOLD)}" if gold_views else ""
    return (
        f"{_way(run, case.id, order, against)}<h1>{escape(case.question)}</h1>{asked}"
        f"<p>{verdict_html(row.verdict)} Case {escape(case.id)}, {case.kind}.{was}</p>"
        f'<h2 class="unseen">Answer and sources</h2><div class="beside case"><div>'
        f'<div id="answer-{GOLD}" tabindex="-1"><h3>What was missed</h3>{_missed(row, gold)}</div>'
        f'<article class="exchange" id="answer-{ANSWER}" tabindex="-1"><h3>The answer</h3>'
        f'<div class="answer">{answer_html(answer, ANSWER, abbreviations)}</div>{earlier}</article>'
        f"{_scores(row, before_scores)}</div><div><h3>Sources of the answer</h3>"
        f"{_sources(views, ANSWER) or '<p class=hint>The answer quotes no report.</p>'}{missed}</div></div>"
    )


def _sources(views: Sequence[PassageView], turn: int) -> str:
    return "".join(source_html(view, turn) for view in views)


def _way(run: str, case: str, order: Sequence[str], against: str) -> str:
    """To the cases before and after, and back to the run."""
    at = order.index(case)
    links = [link(f"{run_address(run, against=against)}#cases", "Back to the run")]
    for words, place in (("Previous case", at - 1), ("Next case", at + 1)):
        if 0 <= place < len(order):
            links.append(link(case_address(run, order[place], against), words))
    return f'<nav aria-label="Cases">{items([*links, f"{at + 1} of {len(order)}"], "row")}</nav>'


def _missed(row: CaseRow, gold: Sequence[Citation | None]) -> str:
    """What is wrong with the answer, then every gold quote and whether it was quoted."""
    parts = []
    if row.missing:
        parts.append(f"<p><strong>Not said:</strong> {escape('; '.join(row.missing))}</p>")
    if row.forbidden:
        parts.append(f"<p><strong>Said, and must not be:</strong> {escape('; '.join(row.forbidden))}</p>")
    if not row.case.answerable:
        parts.append("<p><strong>Right would be:</strong> not in the reports.</p>")
    listed = []
    for (one, quoted), citation in zip(row.gold, gold):
        label, page = [one.label] if one.label else [], [f"page {one.page}"] if one.page is not None else []
        place = escape(", ".join([one.document, *label, *page]))
        where = ""
        if citation is None:
            where = " The reports held do not say this."
        elif not quoted:
            where = f" {link(f'#{source_anchor(GOLD, citation.number)}', 'Show where it stands')}"
        word = "Quoted" if quoted else "Not quoted"
        listed.append(f"<strong>{word}:</strong> <q>{escape(one.quote)}</q> ({place}).{where}")
    if listed:
        parts.append(f"<p>Gold, the quotes that a right answer rests on:</p>{items(listed)}")
    if row.case.notes:
        parts.append(f"<p>Note: {escape(row.case.notes)}</p>")
    return "".join(parts) or "<p>Nothing.</p>"


def _scores(row: CaseRow, before: Mapping[str, Score]) -> str:
    """Every measure of the case that was scored, beside those of the run compared with."""
    rows = []
    for name, measure in BY_NAME.items():
        if (value := row.scored.scores.get(name)) is not None:
            told = f"{escape(measure.label)}<span class=says>{escape(measure.says)}</span>"
            rows.append((told, number(value), *([number(before.get(name)) or NOTHING] if before else [])))
    heads = ("Measure", "Now", *(["Before"] if before else []))
    title = "Measures of this case"
    return f"<details><summary>{title}</summary>{table(title, heads, rows, numbers=[1, 2])}</details>"
