"""Answers across reports: every report that says what is asked, one quote each, and how many were searched."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.answer import Answer
from assistant.citing import kind_of, report_name
from assistant.composing import Draft
from assistant.evidence import Sentence
from assistant.scope import Scope
from assistant.understanding import Request
from ingest.describe import outcome_sentence
from ingest.model import Passage, Report

A_REPORT = 2
"Sentences of a report that may be the one that says it."
SAYS = 2.0
"Reader's score from which a sentence says what is asked."

OUTCOME = re.compile(
    r"\b(?:verdicts?|outcomes?|grades?|graded|judgements?|judged|rat(?:ed|ing)s?|results?|get on overall|did overall)\b|"
    r"\b(?:typically positive|inconsistent experiences|systemic failings|widespread)\b", re.IGNORECASE)
LEVELS = (
    (1, r"\b(?:best|top|highest|most positive|typically positive|good|strongest|came out well)\b"),
    (3, r"\b(?:worst|lowest|bottom|poorest|weakest|failing|failed|systemic failings|widespread|most serious|bad)\b"),
    (2, r"\b(?:middle|inconsistent|mixed|second)\b"),
)
"How a question names an outcome of an Area SEND inspection."
OUTCOMES = {
    1: "typically positive experiences and outcomes",
    2: "inconsistent experiences and outcomes",
    3: "widespread and/or systemic failings",
}


def outcome_asked(request: Request) -> int | None:
    """1 to 3 for the outcome that is asked about, 0 for any; None where none is."""
    if not OUTCOME.search(request.question):
        return None
    return next((level for level, words in LEVELS if re.search(words, request.question, re.IGNORECASE)), 0)


def by_outcome(request: Request, scope: Scope, level: int, passages_of: Callable[[Report], Sequence[Passage]]) -> Answer | None:
    """The inspections with an outcome, each with the sentence that states it; None where no report states one."""
    inspected = [r for r in scope.reports if r.outcome and kind_of(r) == "inspection"]
    chosen = sorted((r for r in inspected if not level or r.outcome == level), key=lambda r: (r.outcome, r.areas))
    if not chosen:
        return None
    draft = Draft(request, scope.label)
    areas = ", ".join(r.areas[0] for r in chosen)
    if level:
        draft.say(f"{len(chosen)} of the {len(inspected)} inspections held had the outcome “{OUTCOMES[level]}”: {areas}.")
    else:
        counts = [f"{sum(r.outcome == n for r in chosen)} {words}" for n, words in OUTCOMES.items() if any(r.outcome == n for r in chosen)]
        draft.say(f"Outcomes of the {len(chosen)} inspections searched: {'; '.join(counts)}.")
    for report in chosen:
        place = outcome_sentence(passages_of(report))
        if place:
            passage, (start, end) = place
            draft.quote(report, passage, start, end, heading=report_name(report))
    return draft.answer("answered")


def candidates(sentences: Sequence[Sentence], limit: int) -> list[Sentence]:
    """The best sentences of each report, `limit` in all, best first."""
    taken: dict[str, int] = {}
    chosen = []
    for sentence in sentences:
        if taken.get(sentence.report.id, 0) < A_REPORT and not sentence.signals["furniture"]:
            taken[sentence.report.id] = taken.get(sentence.report.id, 0) + 1
            chosen.append(sentence)
    return chosen[:limit]


def across(request: Request, scope: Scope, read: Sequence[tuple[Sentence, float]], searched: int) -> Answer | None:
    """One quote from each report that says it, by area; None where none does.

    `read`: sentences with the reader's score; `searched`: how many reports were looked at.
    """
    best: dict[str, tuple[float, Sentence]] = {}
    for sentence, score in read:
        if score >= SAYS and score > best.get(sentence.report.id, (SAYS - 1, None))[0]:
            best[sentence.report.id] = (score, sentence)
    if not best:
        return None
    draft = Draft(request, scope.label)
    found = sorted((sentence for _, sentence in best.values()), key=lambda s: (s.report.areas, s.report.id))
    areas = list(dict.fromkeys(s.report.areas[0] if s.report.areas else s.report.title for s in found))
    draft.say(f"{len(found)} of the {searched} reports searched speak of this: {', '.join(areas)}.")
    for sentence in found:
        draft.run([sentence], heading=report_name(sentence.report))
    return draft.answer("answered")
