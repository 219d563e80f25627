"""What a question takes for granted of a report, against what is known of it: its outcome, and what kind of report it is.

A premise that does not hold is answered first, with the sentence of the report that says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.across import OUTCOMES
from assistant.answer import Answer
from assistant.citing import kind_of, report_name
from assistant.composing import Draft
from assistant.scope import Scope
from assistant.understanding import Request, years_of_reports
from ingest.describe import outcome_sentence
from ingest.model import KINDS, Passage, Report

GRADE = r"(?:verdicts?|outcomes?|grades?|judge?ments?|ratings?|results?|marks?|scores?|findings?|category)"
TAKEN = (
    (3, rf"\b(?:systemic failings?|widespread (?:and|or|failings?)|priority action plans?|special measures)\b"
        rf"|\b(?:worst|lowest|bottom|poorest|bad|poor|terrible|damning) (?:possible )?{GRADE}|\bfail(?:s|ed|ing)? (?:(?:its|the|their|this|an|that|by) )*(?:\w+ )?(?:inspection|inspectors|ofsted|cqc)"
        rf"|\binadequate\b"),
    (1, rf"\btypically (?:lead to )?positive\b|\b(?:best|top|highest|most positive|good|great|glowing) (?:possible )?{GRADE}|\b(?:outstanding|clean bill of health|flying colours)\b"),
    (2, rf"\binconsistent experiences\b|\b(?:middle|second) {GRADE}"),
)
"How a question takes an outcome of an Area SEND inspection for granted."
NAMED = {
    "peer review": re.compile(r"\bpeers?\b", re.IGNORECASE),
    "inspection": re.compile(r"\binspections?\b", re.IGNORECASE),
    "committee paper": re.compile(r"\bcommittee\b", re.IGNORECASE),
}
"How a report names its kind."
ASKED_BY_KIND = ("peer review", "inspection", "committee paper")
"Kinds whose findings must not be told as another's."
PLAN = re.compile(r"\bpriority action plan", re.IGNORECASE)


def outcome_taken(question: str) -> int | None:
    """The outcome, 1 to 3, that a question takes for granted; None where it takes none."""
    return next((level for level, words in TAKEN if re.search(words, question, re.IGNORECASE)), None)


def corrected(request: Request, scope: Scope, passages_of: Callable[[Report], Sequence[Passage]]) -> Answer | None:
    """The answer to a question whose premise does not hold; None where nothing known contradicts it."""
    if len(request.areas) != 1 or request.intent in ("across", "compare"):
        return None
    return _outcome(request, scope, passages_of) or _kind(request, scope, passages_of)


def _outcome(request: Request, scope: Scope, passages_of: Callable[[Report], Sequence[Passage]]) -> Answer | None:
    """Where the inspection had another outcome than the question has it."""
    level = outcome_taken(request.question)
    inspected = [report for report in scope.reports if report.outcome and kind_of(report) == "inspection"]
    if level is None or len(inspected) != 1 or inspected[0].outcome == level:
        return None
    report = inspected[0]
    place = outcome_sentence(passages_of(report))
    if place is None or level == 3 and PLAN.search(request.question) and any(PLAN.search(p.text) for p in passages_of(report)):
        return None
    draft = Draft(request, scope.label)
    no_plan = "No priority action plan was asked for. " if PLAN.search(request.question) else ""
    draft.say(f"The report does not say that ({report_name(report)}). {no_plan}Its outcome was “{OUTCOMES[report.outcome]}”:")
    passage, (start, end) = place
    draft.quote(report, passage, start, end)
    for other in passages_of(report):
        if other.ordinal > passage.ordinal and other.headings == passage.headings and other.kind != "heading":
            draft.quote(report, other, 0, len(other.text))
    return draft.answer("answered")


def _kind(request: Request, scope: Scope, passages_of: Callable[[Report], Sequence[Passage]]) -> Answer | None:
    """Where the report that is held from the year asked for is of another kind than the question has it."""
    if not request.years or scope.missing_years or not scope.missing_kinds or len(scope.reports) != 1:
        return None
    report = scope.reports[0]
    place = _what_it_is(report, passages_of(report), scope.missing_kinds) if kind_of(report) in NAMED else None
    if place is None:
        return None
    draft = Draft(request, scope.label)
    asked = " or ".join(KINDS[kind] for kind in scope.missing_kinds)
    draft.say(f"No {asked} of {request.areas[0]} from {request.years[0]} is held. What is held is a {KINDS[kind_of(report)]}:")
    draft.quote(report, *place)
    return draft.answer("answered")


def not_held(request: Request, scope: Scope, answer: Answer) -> str:
    """What to say before an answer of what the question leaves open (whose area), or names and is not held, an area or the kind of report; '' else."""
    areas = [area for area in scope.missing_areas if area not in {point.heading for point in answer.points}]
    said = [f"No report on {' or '.join(areas)} is in the knowledge base."] if areas else []
    if request.own and not request.areas and len({report.areas[:1] for report in scope.reports}) > 1:
        said.append(f"“{request.own}” names no area, so {len(scope.reports)} reports were searched. Name the area to ask about it alone.")
    asked = [kind for kind in request.kinds if kind in ASKED_BY_KIND]
    of = f" for {' or '.join(request.areas)}" if request.areas else ""
    held = report_name(scope.reports[0]) if len(scope.reports) == 1 else f"the {len(scope.reports)} reports searched"
    years = [year for year in scope.missing_years if year in years_of_reports(request.question)]
    if years and not request.filters.years:
        said.append(f"No report{of.replace(' for ', ' on ')} from {' or '.join(map(str, years))} is held. This is from {held}.")
    elif asked and not request.filters.kinds and scope.reports and set(asked) <= set(scope.missing_kinds):
        said.append(f"No {' or '.join(KINDS[kind] for kind in asked)} is held{of}. This is from {held}.")
    return " ".join(said)


def _what_it_is(report: Report, passages: Sequence[Passage], asked: Sequence[str]) -> tuple[Passage, int, int] | None:
    """The sentence in which a report says what it is: the first that names its kind and says that it is none of the kinds
    asked for, else the first that names its area."""
    named = NAMED[kind_of(report)]
    found = [(passage, start, end) for passage in passages if passage.kind == "paragraph" for start, end in passage.sentences
             if named.search(text := passage.text[start:end]) and not text.endswith(":") and len(text.split()) > 8]
    texts = [passage.text[start:end] for passage, start, end in found]
    apart = next((n for n, text in enumerate(texts) if any(re.search(rf"\bnot (?:\w+ ){{0,2}}{NAMED[kind].pattern}", text) for kind in asked if kind in NAMED)), None)
    here = next((n for n, text in enumerate(texts) if report.areas[0] in text), None)
    best = here if apart is None else apart
    return None if best is None else found[best]
