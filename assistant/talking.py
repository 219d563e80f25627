"""Answers what is said to the assistant and not asked of the reports: greetings, thanks, what it can do, what it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer, Point
from assistant.citing import kind_of
from assistant.render import points_as_markdown
from ingest.model import KINDS, Report

_WHOLE = r"^\W*(?:{})\W*$"
GREETING = re.compile(_WHOLE.format(r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: there)?"), re.IGNORECASE)
THANKS = re.compile(_WHOLE.format(r"(?:(?:ok(?:ay)?|great|perfect|lovely|that's (?:great|all|helpful))\W+)?(?:many )?(?:thanks|thank you|cheers|ta|bye|goodbye)"
                                  r"(?: (?:very much|so much|a lot|for (?:that|this|your help)))?|ok(?:ay)?|great|perfect"), re.IGNORECASE)
ABILITY = re.compile(_WHOLE.format(r"help(?: me)?|what (?:can|do) you do|what can i ask(?: you)?|who are you|what are you|what is this|how (?:do|does) (?:you|this|it) work"),
                     re.IGNORECASE)
_HELD = r"(?:reports|documents|inspections|reviews|papers|areas|councils|local authorities)"
HOLDINGS = re.compile(
    _WHOLE.format(rf"(?:what|which|how many) {_HELD} (?:do you (?:have|hold|know|cover)|have you got|are (?:held|covered|there|here|included|available)|can i (?:ask about|search))(?: (?:here|now|in (?:the|your|this) [\w ]+))?"
                  rf"|(?:list|show)(?: me)?(?: all)? (?:the |your )?{_HELD}(?: (?:you (?:have|hold)|held))?"),
    re.IGNORECASE,
)  # fmt: skip


def talked(question: str, reports: Sequence[Report]) -> Answer | None:
    """The answer to a greeting and the like, None where a question asks for what reports say."""
    if HOLDINGS.search(question):
        points = (Point(f"{len(reports)} {'report is' if len(reports) == 1 else 'reports are'} held.", role="context", ours=True), *_by_kind(reports))
        return Answer(question, "answered", points_as_markdown(points), points)
    if THANKS.search(question):
        return _said(question, "You're welcome. Ask again whenever you like.")
    if GREETING.search(question) or ABILITY.search(question):
        return _said(question, "I answer questions about SEND reviews and inspections in the reports' own words, and say where each quote stands. Ask what a report says on a "
                               "subject, for a list of recommendations, for two areas side by side, or which areas do something well.")
    return None


def _said(question: str, words: str) -> Answer:
    return Answer(question, "answered", words, (Point(words, role="context", ours=True),))


def _by_kind(reports: Sequence[Report]) -> list[Point]:
    """What is held of each kind, with areas and years."""
    kinds: dict[str, list[str]] = {}
    for report in sorted(reports, key=lambda report: (report.areas or (report.title,), report.year or 0)):
        name = report.areas[0] if report.areas else report.title
        kinds.setdefault(KINDS[kind_of(report)], []).append(f"{name} ({report.year})" if report.year else name)
    return [Point(f"{', '.join(names)}.", role="context", heading=f"{kind[0].upper()}{kind[1:]}: {len(names)}", ours=True) for kind, names in kinds.items()]
