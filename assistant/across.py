"""Answers across reports: every report that says what is asked, one quote each, and how many were searched."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from assistant.answer import Answer
from assistant.citing import kind_of, report_name
from assistant.composing import Draft
from assistant.evidence import Sentence
from assistant.listing import NUMBERS
from assistant.roles import TURN
from assistant.scope import Scope
from assistant.selecting import with_lead
from assistant.understanding import Request
from ingest.describe import outcome_sentence
from ingest.model import Passage, Report

A_REPORT = 2
"Sentences of a report that may be the one that says it."
LEAST = 0.0
"Log-odds from which a report may count as saying what is asked."
FAR = 1.5
"How far below the report that says it most surely, in log-odds, one that counts may stand."
LESS_SURELY, LESS_FAR = -1.0, 2.5
"The same two for a report that is only named as one that may say it."
REPEATS = 0.7
"What it adds to that that its passage holds a narrow concept of the question which an answer is likely to repeat."
WHAT = {"praise": "found to speak well of this", "worry": "found to speak critically of this", "": "found to speak of this"}
"What is said of the reports found, by the verdict that is looked for; that others do not speak of it is never sure."
SAYS_SIGNALS = ("reader", "adapted", "late_sentence", "meant", "least_meant", "said")
"Signals of its best sentence that tell, beside its score."
STRETCH = re.compile(r"\b(first|last) (?:(\w+) months|(half|quarter))\b")
"A stretch of a year."
MONTHS = tuple("january february march april may june july august september october november december".split())

OUTCOME = re.compile(
    r"\b(?:verdicts?|outcomes?|grades?|graded|judgements?|judged|rat(?:ed|ing)s?|results?|get on overall|did overall)\b|"
    r"\b(?:did|does|do|done|doing|came out|come out|fared) (?:the )?(?:best|worst|top|bottom)\b\W*(?:overall\W*|of all\W*)?$|"
    r"\b(?:areas?|places?|councils?)(?: that| which| who)? (?:did|do|have done|are doing|came out) (?:well|badly|poorly)\b\W*(?:overall\W*)?$|"
    r"\b(?:typically (?:lead to )?positive|inconsistent experiences|systemic failings|widespread)\b", re.IGNORECASE)
LEVELS = (
    (1, r"\b(?:best|top|highest|most positive|typically (?:lead to )?positive|good|strongest|well)\b"),
    (3, r"\b(?:worst|lowest|bottom|poorest|weakest|failing|failed|systemic failings|widespread|most serious|bad|badly|poorly)\b"),
    (2, r"\b(?:middle|inconsistent|mixed|second)\b"),
)
"How a question names an outcome of an Area SEND inspection."
NAMED_EACH = 5
"Up to so many inspections, the first line names the outcome of each."
OUTCOMES = {
    1: "typically positive experiences and outcomes",
    2: "inconsistent experiences and outcomes",
    3: "widespread and/or systemic failings",
}
CONSEQUENCES = (
    ("require a priority action plan", re.compile(r"\bpriority action plans?\b", re.IGNORECASE), re.compile(r"\bpriority action plan\b", re.IGNORECASE)),
    ("announce a monitoring inspection", re.compile(r"\bmonitoring (?:inspection|visit)s?\b", re.IGNORECASE), re.compile(r"\bmonitoring inspection\b", re.IGNORECASE)),
    ("announce the next full inspection", re.compile(r"\b(?:next|again)\b.*\binspect|\binspect\w*\b.*\b(?:next|again)\b|\bre-?inspect", re.IGNORECASE),
     re.compile(r"\bnext full\b", re.IGNORECASE)),
)
"What an Area SEND inspection says will follow, under its outcome: in our words, how a question asks for it, how the report puts it."
IN_YEARS = re.compile(r"\b(\w+) years?\b", re.IGNORECASE)


def by_consequence(request: Request, scope: Scope, passages_of: Callable[[Report], Sequence[Passage]]) -> Answer | None:
    """The inspections that say that what is asked for will follow, each with its sentence; None where nothing of the kind is asked, or said."""
    asked = next((consequence for consequence in CONSEQUENCES if consequence[1].search(request.question)), None)
    if not asked:
        return None
    what, _, said = asked
    inspected = sorted((report for report in scope.reports if report.outcome and kind_of(report) == "inspection"), key=lambda report: report.areas)
    if not inspected:
        return None
    draft = Draft(request, scope.label)
    stated = [(report, *place) for report in inspected if (place := _under_outcome(said, passages_of(report)))]
    if not stated:
        return _none(draft, inspected, what, passages_of)
    wanted = _years(request.question)
    by_years: dict[int, list[str]] = {}
    for report, passage, start, end in stated:
        by_years.setdefault(_years(passage.text[start:end]), []).append(report.areas[0])
    slip = f"None of them {what} within {wanted} years. " if wanted and wanted not in by_years else ""
    found = {wanted: by_years[wanted]} if wanted in by_years else by_years
    within = "; ".join(f"{f'within {years} years: ' if years else ''}{', '.join(areas)}" for years, areas in sorted(found.items()))
    draft.say(f"{slip}{sum(map(len, found.values()))} of the {len(inspected)} inspections held {what}{', ' if any(found) else ': '}{within}.")
    for report, passage, start, end in stated:
        if _years(passage.text[start:end]) in found:
            draft.quote(report, passage, start, end, heading=report_name(report))
    return draft.answer("answered")


def _under_outcome(said: re.Pattern, passages: Sequence[Passage]) -> tuple[Passage, int, int] | None:
    """The sentence under the heading of an inspection's outcome that says it."""
    under = (p for p in passages if p.kind != "heading" and any("outcome" in heading.casefold() for heading in p.headings[-1:]))
    return next(((p, start, end) for p in under for start, end in p.sentences if said.search(p.text[start:end])), None)


def _years(text: str) -> int:
    """The number of years that a text names; 0 for none."""
    named = IN_YEARS.search(text)
    return int(named[1]) if named and named[1].isdigit() else NUMBERS.get(named[1].lower(), 0) if named else 0


def outcome_asked(request: Request) -> int | None:
    """1 to 3 for the outcome that is asked about, 0 for any; None where none is."""
    if not OUTCOME.search(request.question):
        return None
    return next((level for level, words in LEVELS if re.search(words, request.question, re.IGNORECASE)), 0)


def by_outcome(request: Request, scope: Scope, level: int, passages_of: Callable[[Report], Sequence[Passage]]) -> Answer | None:
    """The inspections with an outcome, each with the sentence that states it; None where no report states one."""
    inspected = [r for r in scope.reports if r.outcome and kind_of(r) == "inspection"]
    chosen = sorted((r for r in inspected if not level or r.outcome == level), key=lambda r: (r.outcome, r.areas))
    if not inspected:
        return None
    draft = Draft(request, scope.label)
    if not chosen:
        return _none(draft, inspected, f"had the outcome “{OUTCOMES[level]}”", passages_of)
    areas = ", ".join(r.areas[0] for r in chosen)
    if level:
        draft.say(f"{len(chosen)} of the {len(inspected)} inspections held had the outcome “{OUTCOMES[level]}”: {areas}.")
    elif len(chosen) <= NAMED_EACH:
        draft.say(f"{'; '.join(f'{r.areas[0]}: {OUTCOMES[r.outcome]}' for r in chosen)}.")
    else:
        counts = [f"{sum(r.outcome == n for r in chosen)} {words}" for n, words in OUTCOMES.items() if any(r.outcome == n for r in chosen)]
        draft.say(f"Outcomes of the {len(chosen)} inspections searched: {'; '.join(counts)}.")
    for report in chosen:
        place = outcome_sentence(passages_of(report))
        if place:
            passage, (start, end) = place
            draft.quote(report, passage, start, end, heading=report_name(report))
    return draft.answer("answered")


def _none(draft: Draft, inspected: Sequence[Report], what: str, passages_of: Callable[[Report], Sequence[Passage]]) -> Answer:
    """That none of the inspections is of the kind asked for, with the outcome of each."""
    draft.say(f"None of the {len(inspected)} inspections held {what}. Their outcomes:")
    for report in inspected:
        if place := outcome_sentence(passages_of(report)):
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


def marked(sentence: Sentence) -> Sentence:
    """A sentence of a passage that holds what an answer is likely to repeat: it is looked at before others, and surer to say it."""
    return replace(sentence, score=sentence.score + REPEATS, signals=sentence.signals | {"repeats": 1.0})


def saying(sentence: Sentence, weights: Mapping[str, float]) -> float:
    """The log-odds that a report says what is asked, by its best sentence (read; `score` is of all signals)."""
    signals = {name: sentence.signals[name] for name in SAYS_SIGNALS} | {"bias": 1.0, "score": sentence.score}
    return sum(weights.get(name, 0.0) * value for name, value in signals.items()) + REPEATS * sentence.signals.get("repeats", 0.0)


def may_say(read: Sequence[Sentence], weights: Mapping[str, float]) -> list[Sentence]:
    """The sentences of reports that have one which may say what is asked; no other report can be in the answer."""
    held = {s.report.id for s in read if saying(s, weights) >= LESS_SURELY}
    return [s for s in read if s.report.id in held]


def who_says(read: Sequence[Sentence], weights: Mapping[str, float]) -> tuple[list[Sentence], list[Sentence]]:
    """The best sentence of each report that says what is asked, and of each that may say it, the surest first. `read`: sentences of all
    reports, best first."""
    best: dict[str, Sentence] = {}
    for sentence in read:
        best.setdefault(sentence.report.id, sentence)
    odds = {report_id: saying(sentence, weights) for report_id, sentence in best.items()}
    top = max(odds.values(), default=0.0)
    surest = sorted(best, key=odds.__getitem__, reverse=True)
    says = [best[report_id] for report_id in surest if odds[report_id] >= max(LEAST, top - FAR)]
    may = [best[report_id] for report_id in surest if odds[report_id] >= max(LESS_SURELY, top - LESS_FAR) and best[report_id] not in says]
    return says, may


def across(request: Request, scope: Scope, read: Sequence[Sentence], weights: Mapping[str, float], searched: int, against: Sequence[Sentence] = ()) -> Answer | None:
    """One quote from each report that says it, the surest first, and the names of those that may say it; None where none does.

    `read`: sentences of all reports, best first; `searched`: how many reports were looked at; `against`: sentences that say the opposite
    of what is looked for, best first: quoted after what their report is quoted for.
    """
    said, may = who_says(read, weights)
    contrary = {s.report.id: s for s in who_says(against, weights)[0]}
    found = [(s.report, s.passage, with_lead(s)[0].start, _reserved(s) if request.verdict == "praise" else s.end) for s in said]
    quoted = {s.report.areas for s in said}
    also = sorted({s.report.areas[0] if s.report.areas else s.report.title for s in may if s.report.areas not in quoted})
    return _by_area(request, scope, found, searched, WHAT[request.verdict], also, contrary, surest_first=True)


def _reserved(sentence: Sentence) -> int:
    """Where a quote ends that is read as praise: after what is taken back right after it ('However, …')."""
    after = sentence.passage.sentences[sentence.index + 1 : sentence.index + 2]
    return next((end for start, end in after if TURN.search(sentence.passage.text[start:end])), sentence.end)


def naming(request: Request, scope: Scope, names: Callable[[str], bool], passages_of: Callable[[Report], Sequence[Passage]],
           searched: int) -> Answer | None:
    """One quote from each report that names it: the first whole sentence that does."""
    found = []
    for report in scope.reports:
        holding = [(p, start, end) for p in passages_of(report) for start, end in p.sentences if names(p.text[start:end])]
        whole = [place for place in holding if place[0].kind == "paragraph"] or holding
        if whole:
            found.append((report, *whole[0]))
    return _by_area(request, scope, found, searched)


def by_date(request: Request, scope: Scope, passages_of: Callable[[Report], Sequence[Passage]]) -> Answer | None:
    """The reports of visits in the year and months asked for, each with the sentence that dates it; None where nothing is dated so."""
    months = months_asked(request.question)
    found = []
    for report in scope.reports:
        start = report.visit_start or ""
        if len(start) == 10 and int(start[:4]) in request.years and (not months or int(start[5:7]) in months) and (place := _dated(report, passages_of(report))):
            found.append((report, *place))
    return _by_area(request, scope, found, len(scope.reports), "of visits in that time")


def months_asked(question: str) -> set[int]:
    """The months that a question names ('March', 'between May and July', 'the first three months'); empty for none."""
    low = question.lower()
    named = sorted({MONTHS.index(word) + 1 for word in re.findall(r"[a-z]+", low) if word in MONTHS})
    if len(named) == 2 and re.search(r"\b(?:between|from)\b.*\b(?:and|to|until)\b", low):
        return set(range(named[0], named[1] + 1))
    if named:
        return set(named)
    stretch = STRETCH.search(low)
    if not stretch:
        return set()
    size = {"half": 6, "quarter": 3}.get(stretch[3]) or NUMBERS.get(stretch[2]) or (int(stretch[2]) if stretch[2].isdigit() else 12)
    return set(range(1, size + 1)) if stretch[1] == "first" else set(range(13 - size, 13))


def date_words(request: Request) -> set[str]:
    """The words of a question that say when."""
    stretch = STRETCH.search(request.question.lower())
    return {*MONTHS, *map(str, request.years), *(stretch.group().split() if stretch else ())}


def _dated(report: Report, passages: Sequence[Passage]) -> tuple[Passage, int, int] | None:
    """The first sentence that holds the month and the year of the visit."""
    year, month, _ = report.visit_start.split("-")
    for passage in passages:
        for start, end in passage.sentences if passage.kind != "heading" else ():
            low = passage.text[start:end].lower()
            if year in low and MONTHS[int(month) - 1] in low:
                return passage, start, end
    return None


def _by_area(request: Request, scope: Scope, found: Sequence[tuple[Report, Passage, int, int]], searched: int, what: str = WHAT[""],
             also: Sequence[str] = (), contrary: Mapping[str, Sentence] = MappingProxyType({}), surest_first: bool = False) -> Answer | None:
    """One quote a place, by area or as they come, introduced by how many there are, `what` they are, and their areas; by report id what is
    quoted after it because it is `contrary`."""
    if not found:
        return None
    surest = " The plainest first" if surest_first and len(found) > 1 else ""
    if surest:
        surest += "; what the same report says against it follows its quote:" if any(report.id in contrary for report, *_ in found) else ":"
    by_area = sorted(found, key=lambda place: (place[0].areas, place[0].id))
    areas = list(dict.fromkeys(report.areas[0] if report.areas else report.title for report, *_ in by_area))
    draft = Draft(request, scope.label)
    of_areas = f", on {len(areas)} area{'s' if len(areas) > 1 else ''}" if len(areas) < len(found) else ""
    draft.say(f"{len(found)} of the {searched} reports searched {'were' if len(found) > 1 else 'was'} {what}{of_areas}: {', '.join(areas)}.{surest}")
    for report, passage, start, end in found if surest else by_area:
        draft.quote(report, passage, start, end, heading=report_name(report))
        other = contrary.get(report.id)
        if other and not (other.passage.id == passage.id and start <= other.start < end):
            draft.run(with_lead(other), heading=report_name(report))
    if also:
        draft.say(f"Less surely: {', '.join(also)}. Ask about {'one of them' if len(also) > 1 else 'it'} to see what is said.")
    return draft.answer("answered")
