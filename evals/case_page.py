"""One case of a run beside its sources: what was asked and answered, what was missed, and where the reports say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from assistant.abbreviations import Abbreviations
from assistant.answer import Answer, Citation
from assistant.citing import cite
from assistant.render import PassageView, answer_html, escape, source_html
from evals.cases import Gold
from evals.held import Held
from evals.measures import BY_NAME
from evals.page import run_address, table
from evals.report import CaseRow
from evals.run_page import case_address, verdict_html
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
    for number_, one in enumerate(gold, start=1):
        passages = held.passages(one)
        if not passages:
            found.append(None)
            continue
        first = passages[0]
        start = first.text.find(one.quote)
        span = (start, start + len(one.quote)) if start >= 0 else (0, len(first.text))
        found.append(cite(held.knowledge.reports[first.report_id], first, *span, number_))
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
    scores_before: Mapping[str, Score] | None = None,
    abbreviations: Abbreviations = Abbreviations(),
) -> str:
    """The main part. `order` are the ids of the run's cases as they are listed; `before` is the answer of the run compared with."""
    case = row.case
    asked = "".join(f'<p class="follows">Asked before: {escape(turn)}</p>' for turn in case.turns)
    was = f" It was {row.before} in the run compared with." if row.before else ""
    earlier = (
        f'<details><summary>What the run compared with answered</summary><div class="exchange" id="answer-{BEFORE}" tabindex="-1">'
        f'<div class="answer">{answer_html(before, BEFORE)}</div></div>{"".join(source_html(view, BEFORE) for view in before_views)}</details>'
        if before
        else ""
    )
    sources = "".join(source_html(view, ANSWER) for view in views) or '<p class="hint">The answer quotes no report.</p>'
    missed = "".join(source_html(view, GOLD) for view in gold_views)
    also = f'<h3>What it should have quoted</h3>{missed}' if missed else ""
    return (
        f"{_way(run, case.id, order, against)}<h1>{escape(case.question)}</h1>{asked}"
        f"<p>{verdict_html(row.verdict)} Case {escape(case.id)}, {case.kind}.{was}</p>"
        f'<h2 class="unseen">Answer and sources</h2><div class="beside case"><div><div id="answer-{GOLD}" tabindex="-1"><h3>What was missed</h3>{_missed(row, gold)}</div>'
        f'<article class="exchange" id="answer-{ANSWER}" tabindex="-1"><h3>The answer</h3><div class="answer">'
        f"{answer_html(answer, ANSWER, abbreviations)}</div>{earlier}</article>{_scores(row, scores_before or {})}</div>"
        f"<div><h3>Sources of the answer</h3>{sources}{also}</div></div>"
    )


def _way(run: str, case: str, order: Sequence[str], against: str) -> str:
    """To the cases before and after, and back to the run."""
    at = order.index(case)
    links = [f'<a href="{escape(run_address(run, against=against or "none"))}#cases">Back to the run</a>']
    for words, place in (("Previous case", at - 1), ("Next case", at + 1)):
        if 0 <= place < len(order):
            links.append(f'<a href="{escape(case_address(run, order[place], against))}">{words}</a>')
    items = "".join(f"<li>{link}</li>" for link in links)
    return f'<nav aria-label="Cases"><ul class="row">{items}<li>{at + 1} of {len(order)}</li></ul></nav>'


def _missed(row: CaseRow, gold: Sequence[Citation | None]) -> str:
    """What is wrong with the answer, then every gold quote and whether it was quoted."""
    parts = []
    if row.missing:
        parts.append(f"<p><strong>Not said:</strong> {escape('; '.join(row.missing))}</p>")
    if row.forbidden:
        parts.append(f"<p><strong>Said, and must not be:</strong> {escape('; '.join(row.forbidden))}</p>")
    if not row.case.answerable:
        parts.append("<p><strong>Right would be:</strong> not in the reports.</p>")
    items = []
    for (one, quoted), citation in zip(row.gold, gold):
        place = ", ".join([one.document] + [one.label] * bool(one.label) + [f"page {one.page}"] * (one.page is not None))
        if citation is None:
            where = " The reports held do not say this."
        elif quoted:
            where = ""
        else:
            where = f' <a href="#source-{GOLD}-{citation.number}">Show where it stands</a>'
        word = "Quoted" if quoted else "Not quoted"
        items.append(f"<li><strong>{word}:</strong> <q>{escape(one.quote)}</q> ({escape(place)}).{where}</li>")
    if items:
        parts.append(f"<p>Gold, the quotes that a right answer rests on:</p><ul>{''.join(items)}</ul>")
    if row.case.notes:
        parts.append(f"<p>Note: {escape(row.case.notes)}</p>")
    return "".join(parts) or "<p>Nothing.</p>"


def _scores(row: CaseRow, before: Mapping[str, Score]) -> str:
    """Every measure of the case that was scored."""
    rows = "".join(
        f"<tr><th scope=row>{escape(measure.label)}<span class=says>{escape(measure.says)}</span></th><td class=n>{number(value)}</td>"
        + (f"<td class=n>{number(before.get(name)) or '–'}</td>" if before else "")
        + "</tr>"
        for name, measure in BY_NAME.items()
        if (value := row.scored.scores.get(name)) is not None
    )
    return f"<details><summary>Measures of this case</summary>{table('Measures of this case', ('Measure', 'Now', *(['Before'] if before else [])), rows)}</details>"
