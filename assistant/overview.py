"""What one report says on the whole, where a question asks for nothing in particular: 'Summarise the inspection of …'."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer
from assistant.citing import kind_of
from assistant.composing import Draft
from assistant.listing import Listing
from assistant.roles import role_of_heading
from assistant.scope import Scope
from assistant.understanding import Request
from assistant.words import words
from ingest.describe import outcome_sentence
from ingest.model import Passage

WHOLE = re.compile(r"\b(?:summar\w+|overview|in short|in brief|key (?:findings|points|messages)|main (?:findings|points|messages)|what did .* (?:find|conclude|say)\W*$"
                   r"|how did .* (?:do|get on|go|fare)\W*$|tell me about|gist)", re.IGNORECASE)  # fmt: skip
"How a question asks for a report on the whole."
WHOLE_WORDS = frozenset("summarise summarize summary overview short brief briefly key main findings finding found find points messages conclude conclusions get go fare gist overall".split())
TELLS = 0.3
"Weight from which a concept is a subject of its own."
EACH = 3
"Passages of each side that are quoted, by their first sentence."
JUDGING = ("inspection", "peer review")
"Kinds of report whose recommendations are their own; a committee paper notes those of others."
TO_DO = re.compile(r"recommend|areas? for (?:improvement|priority)", re.IGNORECASE)
HEADINGS = {"strength": "Strengths", "concern": "However"}


def overview(request: Request, scope: Scope, passages: Sequence[Passage], listings: Sequence[Listing]) -> Answer | None:
    """The outcome, the first strengths and concerns, and what is to be done; None where a question asks for more, or of more than one report."""
    subject = [c for c in request.concepts if c.weight > TELLS and not set(words(c.written)) <= WHOLE_WORDS]
    if len(scope.reports) != 1 or subject or request.follow_up or not WHOLE.search(request.question):
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
    to_do = max((listing for listing in listings if TO_DO.search(listing.title) and not listing.inner), key=lambda listing: len(listing.entries), default=None)
    for number, (item, start, end) in enumerate(to_do.entries if to_do else (), 1):
        draft.quote(report, item, start, end, role="recommendation", heading="Recommended", item=number)
    return draft.answer("answered") if draft.citations else None
