"""Answers from reports beyond those that a question asks about, said to be so: never another's finding for the one that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Answer
from assistant.citing import report_name
from assistant.composing import Draft
from assistant.evidence import Sentence
from assistant.finding import Finder, Findings
from assistant.scope import Scope, scope_of
from assistant.selecting import SIDE, choose, runs
from assistant.understanding import Filters, Request
from assistant.view import View

SURELY = 0.6
"Probability of support from which reports answer that were not asked."


def elsewhere(finder: Finder, request: Request, scope: Scope, view: View) -> Answer | None:
    """The answer about something named that only reports on other areas hold: what they say of it, then what those asked about say."""
    for name in request.names if request.areas and scope.reports else ():
        others = _naming(name, replace(request, areas=(), kinds=(), years=()), view)
        # Held on another area only: a report of the same area that a word for its kind left out is no mix-up.
        if not others.reports or any(set(report.areas) & set(request.areas) for report in others.reports):
            continue
        found = finder.find(request, others, view)
        asked = finder.find(replace(request, names=tuple(other for other in request.names if other != name)), scope, view)
        where = sorted({report.areas[0] if report.areas else report.title for report in others.reports})
        draft = Draft(request, others.label)
        draft.say(f"What is held on {' or '.join(request.areas)} does not name {name}. What is held on {' and '.join(where)} does:")
        _quote(draft, request, _holding(name, found) or found.sentences)
        if asked.answers:
            _quote(draft, request, asked.sentences)
        return draft.answer("answered")
    return None


def mentioned(finder: Finder, request: Request, scope: Scope, view: View) -> Answer | None:
    """The answer about an area on which no report is held, where reports on others that name it answer."""
    if scope.reports or len(scope.missing_areas) != 1:
        return None
    area = scope.missing_areas[0]
    others = _naming(area, replace(request, areas=()), view)
    named = _holding(area, finder.find(request, others, view))
    if finder.support(request, others, named, view).probability < SURELY:
        return None
    draft = Draft(request, others.label)
    draft.say(f"No report on {area} is in the knowledge base. Reports on other areas name it:")
    _quote(draft, request, named)
    return draft.answer("partial")


def other_report(finder: Finder, request: Request, scope: Scope, view: View) -> Answer | None:
    """The answer of a report on the same areas that a word for its kind or a year left out, where those asked about have none."""
    if not scope.reports or scope.missing_kinds or not request.areas or not (request.kinds or request.years) or request.filters != Filters():
        return None
    wider = scope_of(replace(request, kinds=(), years=()), view.reports)
    others = replace(wider, reports=tuple(report for report in wider.reports if report not in scope.reports))
    found = finder.find(request, others, view)
    if found.support.probability < SURELY:
        return None
    draft = Draft(request, others.label)
    silent = f"{report_name(scope.reports[0])} does" if len(scope.reports) == 1 else f"The {len(scope.reports)} reports asked about do"
    draft.say(f"{silent} not answer this. This is from another report:")
    _quote(draft, request, found.sentences)
    return draft.answer("partial")


def _naming(name: str, request: Request, view: View) -> Scope:
    """The scope of a request, without the reports that do not hold a name."""
    scope = scope_of(request, view.reports)
    holding = {passage_id.rpartition(":")[0] for passage_id, _ in view.knowledge.store.keyword_search([name], 200)}
    return replace(scope, reports=tuple(report for report in scope.reports if report.id in holding))


def _holding(name: str, found: Findings) -> list[Sentence]:
    """The sentences of the passages, or of table rows the cells, that hold a name."""
    return [s for s in found.sentences
            if name.casefold() in (s.text if s.passage.kind == "table_row" else s.passage.search_text).casefold()]


def _quote(draft: Draft, request: Request, sentences: Sequence[Sentence]) -> None:
    """A few quotes, each under its report."""
    for run in runs(choose(request, sentences, SIDE)):
        draft.run(run, heading=report_name(run[0].report))
