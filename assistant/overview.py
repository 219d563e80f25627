"""What reports on an area say on the whole, where a question asks for nothing in particular: 'Summarise the inspection of …'."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate

from assistant.answer import Answer
from assistant.citing import kind_of, report_name
from assistant.composing import SURELY, Draft
from assistant.evidence import Sentence
from assistant.listing import Listing
from assistant.roles import TURN, role_of_heading
from assistant.scope import Scope
from assistant.selecting import repeats
from assistant.understanding import SCOPE_WORDS, TELLS_LITTLE, Request
from assistant.view import View
from assistant.words import words
from ingest.describe import outcome_sentence
from ingest.model import Passage, Report
from ingest.sentences import leans

SidesOf = Callable[[Sequence[Sentence]], list[dict[str, float]]]

WHOLE = re.compile(
    r"\b(?:summar\w+|overview|in short|in brief|(?:key|main) (?:findings|points|messages)|tell me about|gist"
    r"|what (?:did|do|does|has|have)\b(?! .*\b(?:people|children|kids|youngsters|parents|families|pupils)\b) .*\b(?:find|found|conclude|say|said|think|thought|make)(?: about| of| on| in| for| us| them| it| overall| generally)*\W*$"
    r"|how (?:did|do|does|is|are|has|have)\b.*\b(?:do|done|doing|get on|getting on|go|gone|going|fared?|faring|perform\w*|rated|judged)\W*$"
    r"|how (?:good|bad) (?:is|are|was|were)\b|what(?:['’]s| is| was) .*\blike\W*$)",
    re.IGNORECASE)
"How a question, without its areas, asks for a report on the whole."
WHOLE_WORDS = frozenset(
    """summarise summarize summary overview short brief briefly key main biggest top findings finding found find points messages conclude conclusions
    get go going fare gist overall later earlier again act acted""".split()
)
SIDE_WORDS = {
    "strength": frozenset(
        """strength strengths strong strongest good great well best excellent praise praises praised like liked positive positives
        impress impressed pleased proud success successes successful working works""".split()
    ),
    "concern": frozenset(
        """weakness weaknesses weak weakest worry worries worried worrying concern concerns concerned problem problems issue issues
        criticise criticised criticism criticisms critical fail fails failed failing failings failure failures poor poorly bad badly worst
        wrong negative negatives shortcoming shortcomings struggle struggles struggling disappointed disappointing""".split()
    ),
}
"Words by which a question asks for one side of a report on the whole."
ALL_SIDE_WORDS = frozenset().union(*SIDE_WORDS.values())
SIDE_OF = {"praise": "strength", "worry": "concern"}
"The side of a report that each verdict looks for."
YES_OR_NO = re.compile(r"\W*(?:is|are|was|were|do|does|did|has|have|can|could|will)\b", re.IGNORECASE)
"How a question begins that asks whether something is so."
OF_PEOPLE = re.compile(r"\b(?:people|children|kids|youngsters|parents|families|pupils)\b", re.IGNORECASE)
"Those whose own praise or worries are no side of a report."
TO_DO_ASKED = re.compile(
    r"\brecommend|\bpriority actions?\b|\bareas? for (?:improvement|priority)|\bnext steps\b"
    r"|\b(?:told|asked|ordered|required|have|has|had|needs?|needed|must|should|supposed|wants?)\b.*\b(?:do|fix|improved?|changed?|sort|put right|get better|work on)\b",
    re.IGNORECASE)
"How a question asks what is to be done."
TO_DO_WORDS = frozenset("recommend recommends recommended recommendation recommendations priority priorities action actions improve improved improvement improvements fix fixed sort next steps told get got urgent urgently".split())
TELLS = 0.3
"Weight from which a concept is a subject of its own."
EACH = 3
"Findings of each side that are quoted."
ONE_SIDE = 205
"Words of the findings that are quoted where one side is asked for, of one report; of several each has `EACH` of them."
A_SECTION = 2
"Findings of one section, at most, where no heading tells sides."
PLAINLY = math.log(0.9)
"Log-probability of being of a side from which a sentence that no heading tells is a finding of it."
JUDGING = ("inspection", "peer review")
"Kinds of report whose recommendations are their own; a committee paper notes those of others."
TO_DO = re.compile(r"recommend|areas? for (?:improvement|priority)|points to consider|next steps", re.IGNORECASE)
"Headings of lists that say what an area is to do."
NAMED_TO_DO = re.compile(r"\bpriority actions?\b|\bareas? for (?:improvement|priority(?: action)?)", re.IGNORECASE)
URGENT = re.compile(r"\burgent|\bpriorit", re.IGNORECASE)
"Asks for what is to be done first; the lists are called priority actions."
HEADINGS = {"strength": "Strengths", "concern": "However"}
ALONE = {"strength": "Strengths", "concern": "Concerns"}
"Headings of the sides, beside each other and alone."


def names_subject(request: Request, beside: frozenset[str] = frozenset(), tells: float = TELLS) -> bool:
    """Whether a question asks for anything in particular; the words `beside` name nothing, nor do concepts up to the weight `tells`."""
    return any((c.weight > tells or c.is_term) and not set(words(c.written)) <= WHOLE_WORDS | SCOPE_WORDS | beside for c in request.concepts)


def asks_whole(request: Request) -> bool:
    """Whether a question asks what reports say on the whole, or one side of it."""
    if request.follow_up or request.wants or names_subject(request, ALL_SIDE_WORDS):
        return False
    return request.intent == "both sides" or bool(WHOLE.search(request.subject)) or len(_sides(request)) == 1 and not YES_OR_NO.match(request.question)


def _sides(request: Request) -> tuple[str, ...]:
    """The side that a question on the whole asks for; both where it asks for none, or for what people say."""
    named = [side for side, its in SIDE_WORDS.items() if its & set(words(request.subject))]
    if named and request.verdict:
        named = [SIDE_OF[request.verdict]]
    return tuple(named) if len(named) == 1 and not OF_PEOPLE.search(request.subject) and request.intent != "both sides" else tuple(HEADINGS)


def to_do(request: Request, listings: Sequence[Listing]) -> list[Listing]:
    """The lists of what is to be done, where a question asks for just that; of a review the longest, of an inspection those that it names, else all."""
    if not TO_DO_ASKED.search(request.subject) or names_subject(request, TO_DO_WORDS, TELLS_LITTLE):
        return []
    found = [listing for listing in listings if TO_DO.search(listing.title) and not listing.inner and kind_of(listing.report) in JUDGING]
    named = [listing for listing in found if any(listing.is_of(match.group()) for match in NAMED_TO_DO.finditer(request.subject))]
    if not named and URGENT.search(request.subject):
        named = [listing for listing in found if "priority" in listing.title.lower()]
    chosen = []
    for report in {listing.report.id: listing.report for listing in named or found}.values():
        of_report = [listing for listing in named or found if listing.report == report]
        chosen += of_report if kind_of(report) == "inspection" else [max(of_report, key=lambda listing: len(listing.entries))]
    return chosen


def overview(request: Request, scope: Scope, view: View, sides_of: SidesOf) -> Answer | None:
    """The outcome, strengths, concerns and what is to be done, of the one report in scope that judges; side by side of those on one
    area; the findings of one side alone where that is asked for. None where several areas are asked about, or no report judges."""
    judging = sorted((report for report in scope.reports if kind_of(report) in JUDGING), key=lambda report: report.visit_start or report.published or "")
    if not judging or len({report.areas[:1] for report in judging}) > 1:
        return None
    sides = _sides(request)
    if len(judging) > 1 and len(sides) > 1:
        return side_by_side(request, scope.label, judging, view)
    draft = Draft(request, scope.label)
    for report in judging:
        passages = view.passages_of(report)
        place = outcome_sentence(passages)
        if place and sides != (("concern",) if report.outcome == 1 else ("strength",)):
            passage, (start, end) = place
            draft.quote(report, passage, start, end, heading=report_name(report) if len(judging) > 1 else "")
        for side in sides:
            found = _findings(report, passages, side, sides_of)
            chosen = _within(found, ONE_SIDE) if len(sides) == 1 and len(judging) == 1 else found[:EACH]
            heading = (HEADINGS if len(sides) > 1 else ALONE)[side] if len(judging) == 1 else report_name(report)
            for passage, start, end in chosen:
                draft.quote(report, passage, start, end, role=side, heading=heading)
            if len(sides) == 1 and len(chosen) < len(found):
                draft.say(_rest(chosen, found, side), heading)
    if len(sides) > 1:
        for number, (item, start, end, points) in enumerate(_to_do(view.listings_of(judging[0])), 1):
            draft.quote(judging[0], item, start, end, role="recommendation", heading="Recommended", item=number)
            draft.inner(judging[0], points, role="recommendation", heading="Recommended")
    return draft.answer("answered") if draft.citations else None


def _findings(report: Report, passages: Sequence[Passage], side: str, sides_of: SidesOf) -> list[tuple[Passage, int, int]]:
    """The findings of one side: of an inspection what each passage under that heading says first, in order; where no heading tells
    sides, the plainest sentence of each section, the plainest first, then the second of each."""
    told = [p for p in passages if p.kind != "heading" and p.sentences and role_of_heading(p.headings) == side]
    read = told or [p for p in passages if p.kind != "heading" and role_of_heading(p.headings) is None]
    sentences = [Sentence(p, report, n, start, end, 0.0, {}, frozenset()) for p in read for n, (start, end) in enumerate(p.sentences)]
    odds = {(s.passage.id, s.index): its[side] for s, its in zip(sentences, sides_of(sentences))}
    if told:
        # Where only the second sentence is of the side, the first is what it takes something from: 'Leaders are committed. However, …'
        last = [(p, next((n for n in range(len(p.sentences))[:2] if odds[p.id, n] > SURELY), 0)) for p in told]
        return [(p, p.sentences[0][0], p.sentences[n][1]) for p, n in last]
    plainest = sorted((s for s in sentences if odds[s.passage.id, s.index] >= PLAINLY and not leans(s.text) and not TURN.search(s.text) and s.text.endswith(".")),
                      key=lambda s: -odds[s.passage.id, s.index])
    of_section: Counter[tuple[str, ...]] = Counter()
    chosen: list[tuple[int, Sentence]] = []
    for s in plainest:
        before = of_section[s.passage.headings]
        if before < A_SECTION and not repeats(s, [other for _, other in chosen]):
            of_section[s.passage.headings] += 1
            chosen.append((before, s))
    return [(s.passage, s.start, s.end) for _, s in sorted(chosen, key=lambda found: found[0])]


def _rest(chosen: Sequence[tuple[Passage, int, int]], found: Sequence[tuple[Passage, int, int]], side: str) -> str:
    """That more of a side is printed than is quoted, and where."""
    headings = found[0][0].headings
    if role_of_heading(headings) == side:
        return f"{len(chosen)} of the {len(found)} under “{headings[-1]}”."
    return f"The {len(chosen)} plainest; no heading of the report tells its {ALONE[side].lower()}."


def _within(found: Sequence[tuple[Passage, int, int]], most: int) -> list[tuple[Passage, int, int]]:
    """The first of the findings that together have at most so many words; one at least."""
    lengths = list(accumulate(len(p.text[start:end].split()) for p, start, end in found))
    return [place for place, length in zip(found, lengths) if length <= most] or list(found[:1])


def side_by_side(request: Request, label: str, reports: Sequence[Report], view: View) -> Answer | None:
    """What each of some reports concluded and asked for, where nothing in particular is compared; None where one says neither."""
    draft = Draft(request, label)
    draft.say("What each concluded and asked for:")
    for report in reports:
        quoted, heading = len(draft.citations), report_name(report)
        if place := outcome_sentence(view.passages_of(report)):
            passage, (start, end) = place
            draft.quote(report, passage, start, end, heading=heading)
        for number, (item, start, end, points) in enumerate(_to_do(view.listings_of(report)), 1):
            draft.quote(report, item, start, end, role="recommendation", heading=heading, item=number)
            draft.inner(report, points, role="recommendation", heading=heading)
        if len(draft.citations) == quoted:
            return None
    return draft.answer("answered")


def _to_do(listings: Sequence[Listing]) -> list[tuple[Passage, int, int, tuple[Passage, ...]]]:
    """What is quoted of the longest list of what is to be done, each with the points inside it; empty where none is printed."""
    found = [listing for listing in listings if TO_DO.search(listing.title) and not listing.inner]
    longest = max(found, key=lambda listing: len(listing.entries), default=None)
    return [(item, start, end, longest.points.get(item.id, ()) if end == len(item.text) else ()) for item, start, end in longest.entries] if longest else []
