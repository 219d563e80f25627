"""What to ask next: two or three questions that the knowledge base can answer, from what is held beside what was cited."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.answer import Answer
from assistant.listing import Listing
from assistant.overview import TO_DO
from assistant.understanding import Request
from ingest.model import Report

MOST = 3


def follow_ups(request: Request, answer: Answer, reports: Sequence[Report], listings_of: Callable[[Report], Sequence[Listing]]) -> tuple[str, ...]:
    """Questions that go on from an answer, best first; none after one that found nothing."""
    if answer.status not in ("answered", "partial") or not answer.citations:
        return ()
    listed = [point for point in answer.points if point.item is not None]
    cited = [report for report in reports if report.id in {c.report_id for c in answer.citations}]
    areas = list(dict.fromkeys(report.areas[0] for report in cited if report.areas))
    found = []
    if len(listed) > 1:
        found.append("Tell me more about the first one.")
    elif areas and len(areas) == 1:
        found += [f"What are all the {title} for {areas[0]}?" for report in cited for title in _to_do(listings_of(report))][:1]
    if len(areas) == 1 and not listed:
        others = [report for report in reports if report.areas and report.areas[0] == areas[0] and report not in cited]
        if others:
            found.append(f"How do the reports on {areas[0]} compare on this?")
        if any(report.areas and report.areas[0] != areas[0] for report in reports):
            found.append("Which other areas speak of this?")
    elif len(areas) > 1:
        found += [f"What more is said of this in {area}?" for area in areas[:2]]
    return tuple(found[:MOST])


def _to_do(listings: Sequence[Listing]) -> list[str]:
    """How the lists of what is to be done are headed, in small letters: 'areas for improvement'."""
    headings = (listing.items[0].headings[-1] for listing in listings if listing.items[0].headings)
    return list(dict.fromkeys(re.sub(r"^[\d.\s]+", "", heading).lower() for heading in headings if TO_DO.search(heading)))
