"""What one report says on the whole, where a question asks for nothing in particular: 'Summarise the inspection of …'."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer
from assistant.citing import kind_of, report_name
from assistant.composing import Draft
from assistant.listing import Listing
from assistant.roles import role_of_heading
from assistant.scope import Scope
from assistant.understanding import Request
from assistant.view import View
from assistant.words import words
from ingest.describe import outcome_sentence
from ingest.model import Passage, Report

WHOLE = re.compile(r"\b(?:summar\w+|overview|in short|in brief|key (?:findings|points|messages)|main (?:findings|points|messages)|what did .* (?:find|conclude|say)\W*$"
                   r"|how did .* (?:do|get on|go|fare)\W*$|tell me about|gist)", re.IGNORECASE)  # fmt: skip
"How a question asks for a report on the whole."
WHOLE_WORDS = frozenset("summarise summarize summary overview short brief briefly key main findings finding found find points messages conclude conclusions get go fare gist overall later earlier".split())
TELLS = 0.3
"Weight from which a concept is a subject of its own."
EACH = 3
"Passages of each side that are quoted, by their first sentence."
JUDGING = ("inspection", "peer review")
"Kinds of report whose recommendations are their own; a committee paper notes those of others."
TO_DO = re.compile(r"recommend|areas? for (?:improvement|priority)", re.IGNORECASE)
HEADINGS = {"strength": "Strengths", "concern": "However"}


def names_subject(request: Request) -> bool:
    """Whether a question asks for anything in particular."""
    return any(concept.weight > TELLS and not set(words(concept.written)) <= WHOLE_WORDS for concept in request.concepts)


def overview(request: Request, scope: Scope, passages: Sequence[Passage], listings: Sequence[Listing]) -> Answer | None:
    """The outcome, the first strengths and concerns, and what is to be done; None where a question asks for more, or of more than one report."""
    if len(scope.reports) != 1 or names_subject(request) or request.follow_up or not WHOLE.search(request.question):
        return None
    report = scope.reports[0]
    if kind_of(report) not in JUDGING:
        return None
    draft = Draft(request, scope.label)
    if place := outcome_sentence(passages):
        passage, (start, end) = place
        draft.quote(report, passage, start, end)
    for role, heading in HEADINGS.items():
        found = [p for p in passages if p.kind != "heading" and p.sentences and role_of_heading(p.headings) == role]
        for passage in found[:EACH]:
            draft.quote(report, passage, *passage.sentences[0], role=role, heading=heading)
    for number, (item, start, end) in enumerate(_to_do(listings), 1):
        draft.quote(report, item, start, end, role="recommendation", heading="Recommended", item=number)
    return draft.answer("answered") if draft.citations else None


def side_by_side(request: Request, label: str, reports: Sequence[Report], view: View) -> Answer | None:
    """What each of some reports concluded and asked for, where nothing in particular is compared; None where one says neither."""
    draft = Draft(request, label)
    draft.say("No subject is named. What each concluded and asked for:")
    for report in reports:
        quoted, heading = len(draft.citations), report_name(report)
        if place := outcome_sentence(view.passages_of(report)):
            passage, (start, end) = place
            draft.quote(report, passage, start, end, heading=heading)
        for item, start, end in _to_do(view.listings_of(report)):
            draft.quote(report, item, start, end, role="recommendation", heading=heading)
        if len(draft.citations) == quoted:
            return None
    return draft.answer("answered")


def _to_do(listings: Sequence[Listing]) -> list[tuple[Passage, int, int]]:
    """What is quoted of the longest list of what is to be done; empty where none is printed."""
    found = (listing.entries for listing in listings if TO_DO.search(listing.title) and not listing.inner)
    return max(found, key=len, default=[])
