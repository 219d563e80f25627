"""Answers from reports beyond those that a question asks about, said to be so: never another's finding for the one that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Answer
from assistant.citing import report_name
from assistant.composing import Draft
from assistant.evidence import Sentence
from assistant.finding import Finder, Findings
from assistant.places import BODY
from assistant.scope import Scope, narrowed, scope_of
from assistant.selecting import SIDE, Limits, choose, runs, with_lead
from assistant.support import support_of
from assistant.understanding import Filters, Request
from assistant.view import View

Beyond = tuple[Answer, Findings]
"An answer, and what was found for it."
BRIEF = Limits(2, 60, 2.2)
"What is quoted of the reports asked about, beside what others say."
SURELY = 0.6
"Probability of support from which reports answer that were not asked."


def elsewhere(finder: Finder, request: Request, scope: Scope, view: View) -> Beyond | None:
    """The answer about something named that only reports on other areas hold: what they say of it, then what those asked about say."""
    if not scope.reports or not request.areas or request.filters != Filters():
        return None
    for name in request.names:
        others = _naming(name, replace(request, areas=(), kinds=(), years=()), view)
        # Held on another area only: a report of the same area that a word for its kind left out is no mix-up.
        if not others.reports or any(set(report.areas) & set(request.areas) for report in others.reports):
            continue
        found = finder.find(request, others, view)
        asked = finder.find(replace(request, names=tuple(other for other in request.names if other != name)), scope, view)
        where = sorted({report.areas[0] if report.areas else report.title for report in others.reports})
        held = " and ".join(filter(None, (", ".join(where[:-1]), where[-1])))
        draft = Draft(request, others.label)
        draft.say(f"What is held on {' or '.join(request.areas)} does not name {name}. What is held on {held} does:")
        _quote(draft, request, [s for s in found.sentences if name.casefold() in _around(s).casefold()] or found.sentences)
        if _surely(asked):
            _quote(draft, request, asked.sentences, BRIEF)
        return draft.answer("answered"), found
    return None


def mentioned(finder: Finder, request: Request, scope: Scope, view: View) -> Beyond | None:
    """The answer about an area on which no report is held, where reports on others that name it answer."""
    if scope.reports or len(scope.missing_areas) != 1 or request.filters != Filters():
        return None
    area = scope.missing_areas[0]
    found = finder.find(request, _naming(area, replace(request, areas=()), view), view)
    named = [s for s in found.sentences if _names_area(area, s, view)]
    found = replace(found, sentences=named, support=support_of(request, found.scope, named, finder.weights["support"]))
    if not _surely(found):
        return None
    draft = Draft(request, found.scope.label)
    draft.say(f"No report on {area} is in the knowledge base. Reports on other areas name it:")
    _quote(draft, request, named)
    return draft.answer("partial"), found


def other_report(finder: Finder, request: Request, scope: Scope, view: View) -> Beyond | None:
    """The answer of a report on the same areas that a word for its kind or a year left out, where those asked about have none."""
    if not scope.reports or scope.missing_kinds or not request.areas or not (request.kinds or request.years) or request.filters != Filters():
        return None
    wider = replace(request, kinds=(), years=())
    whole = scope_of(wider, view.reports)
    found = finder.find(request, narrowed(whole, wider, [report for report in whole.reports if report not in scope.reports]), view)
    if not _surely(found):
        return None
    draft = Draft(request, found.scope.label)
    silent = f"{report_name(scope.reports[0])} does" if len(scope.reports) == 1 else f"The {len(scope.reports)} reports asked about do"
    draft.say(f"{silent} not answer this. This is from another report:")
    _quote(draft, request, found.sentences)
    return draft.answer("partial"), found


def _surely(found: Findings) -> bool:
    return found.answers and found.support.probability >= SURELY


def _naming(name: str, request: Request, view: View) -> Scope:
    """The scope of a request, without the reports that do not hold a name."""
    scope = scope_of(request, view.reports)
    holding = {passage_id.rpartition(":")[0] for passage_id, _ in view.knowledge.store.keyword_search([name], 200)}
    return narrowed(scope, request, [report for report in scope.reports if report.id in holding])


def _around(sentence: Sentence) -> str:
    """The passage of a sentence, or the cell of a table row."""
    return sentence.text if sentence.passage.kind == "table_row" else sentence.passage.search_text


def _names_area(area: str, sentence: Sentence, view: View) -> bool:
    """Whether a sentence, or one that it leans on, names an area, and not a body with the area's name in its own."""
    text = BODY.sub("", " ".join(s.text for s in with_lead(sentence)))
    return any(match.name == area and match.exact for match in view.lexicon.areas.find(text))


def _quote(draft: Draft, request: Request, sentences: Sequence[Sentence], limits: Limits = SIDE) -> None:
    """A few quotes, each under its report."""
    for run in runs(choose(request, sentences, limits)):
        draft.run(run, heading=report_name(run[0].report))
