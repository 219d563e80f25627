"""What reports on an area say on the whole, where a question asks for nothing in particular: 'Summarise the inspection of …'."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer
from assistant.citing import kind_of, report_name
from assistant.composing import Draft
from assistant.listing import Listing
from assistant.roles import role_of_heading
from assistant.scope import Scope
from assistant.understanding import SCOPE_WORDS, TELLS_LITTLE, Request
from assistant.view import View
from assistant.words import words
from ingest.describe import outcome_sentence
from ingest.model import Passage, Report

WHOLE = re.compile(
    r"\b(?:summar\w+|overview|in short|in brief|(?:key|main) (?:findings|points|messages)|tell me about|gist"
    r"|what (?:did|do|does|has|have)\b(?! .*\b(?:people|children|kids|youngsters|parents|families|pupils)\b) .*\b(?:find|found|conclude|say|said|think|thought|make)(?: about| of| on| in| for| us| them| it| overall| generally)*\W*$"
    r"|how (?:did|do|does|is|are|has|have)\b.*\b(?:do|done|doing|get on|getting on|go|gone|going|fared?|faring|perform\w*|rated|judged)\W*$"
    r"|how (?:good|bad) (?:is|are|was|were)\b|what(?:['’]s| is| was) .*\blike\W*$)",
    re.IGNORECASE)
"How a question, without its areas, asks for a report on the whole."
WHOLE_WORDS = frozenset("summarise summarize summary overview short brief briefly key main findings finding found find points messages conclude conclusions get go fare gist overall later earlier".split())
TO_DO_ASKED = re.compile(
    r"\brecommend|\bpriority actions?\b|\bareas? for (?:improvement|priority)|\bnext steps\b"
    r"|\b(?:told|asked|ordered|required|have|has|had|needs?|needed|must|should|supposed|wants?)\b.*\b(?:do|fix|improved?|changed?|sort|put right|get better|work on)\b",
    re.IGNORECASE)
"How a question asks what is to be done."
TO_DO_WORDS = frozenset("recommend recommends recommended recommendation recommendations priority priorities action actions improve improved improvement improvements fix fixed sort next steps told get got urgent urgently".split())
TELLS = 0.3
"Weight from which a concept is a subject of its own."
EACH = 3
"Passages of each side that are quoted, by their first sentence."
JUDGING = ("inspection", "peer review")
"Kinds of report whose recommendations are their own; a committee paper notes those of others."
TO_DO = re.compile(r"recommend|areas? for (?:improvement|priority)|points to consider|next steps", re.IGNORECASE)
"Headings of lists that say what an area is to do."
NAMED_TO_DO = re.compile(r"\bpriority actions?\b|\bareas? for (?:improvement|priority(?: action)?)", re.IGNORECASE)
URGENT = re.compile(r"\burgent|\bpriorit", re.IGNORECASE)
"Asks for what is to be done first; the lists are called priority actions."
HEADINGS = {"strength": "Strengths", "concern": "However"}


def names_subject(request: Request, beside: frozenset[str] = frozenset(), tells: float = TELLS) -> bool:
    """Whether a question asks for anything in particular; the words `beside` name nothing, nor do concepts up to the weight `tells`."""
    return any((c.weight > tells or c.is_term) and not set(words(c.written)) <= WHOLE_WORDS | SCOPE_WORDS | beside for c in request.concepts)


def asks_whole(request: Request) -> bool:
    """Whether a question asks what reports say on the whole."""
    return not request.follow_up and not names_subject(request) and (request.intent == "both sides" or bool(WHOLE.search(request.subject)))


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


def overview(request: Request, scope: Scope, view: View) -> Answer | None:
    """The outcome, the first strengths and concerns, and what is to be done, of the one report in scope that judges; side by
    side of those on one area. None where several areas are asked about, or no report judges."""
    judging = sorted((report for report in scope.reports if kind_of(report) in JUDGING), key=lambda report: report.visit_start or report.published or "")
    if not judging or len({report.areas[:1] for report in judging}) > 1:
        return None
    if len(judging) > 1:
        return side_by_side(request, scope.label, judging, view)
    report = judging[0]
    passages = view.passages_of(report)
    draft = Draft(request, scope.label)
    if place := outcome_sentence(passages):
        passage, (start, end) = place
        draft.quote(report, passage, start, end)
    for role, heading in HEADINGS.items():
        found = [p for p in passages if p.kind != "heading" and p.sentences and role_of_heading(p.headings) == role]
        for passage in found[:EACH]:
            draft.quote(report, passage, *passage.sentences[0], role=role, heading=heading)
    for number, (item, start, end, points) in enumerate(_to_do(view.listings_of(report)), 1):
        draft.quote(report, item, start, end, role="recommendation", heading="Recommended", item=number)
        draft.inner(report, points, role="recommendation", heading="Recommended")
    return draft.answer("answered") if draft.citations else None


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
