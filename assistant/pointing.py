"""What a question points at in the answer before it: 'the third one', 'number 5', 'that recommendation', 'which of these'."""

from __future__ import annotations

import re

from assistant.listing import NUMBERS

ORDINALS = {word: n for n, word in enumerate(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth".split(), 1)}
THINGS = r"(?:ones?|points?|items?|bullets?|recommendations?|suggestions?|actions?|priorit\w+|themes?|questions?|improvements?|areas?|strengths?|concerns?|findings?|steps?|things?)"
BY_PLACE = re.compile(
    rf"\b(?:the|that|this|their|its|your) (?P<ordinal>{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th)|last|final)\b(?= {THINGS}\b|\W*$| (?:on|of|in) (?:the|that|this|your) (?:list|answer)\b)"
    rf"|\b(?:number|no\.?|point|item|bullet|recommendation|action|priority|theme|question|improvement) (?P<number>\d{{1,2}}|{'|'.join(list(NUMBERS)[1:])})\b(?!\.\d)",
    re.IGNORECASE,
)
AMONG = re.compile(
    rf"\b(?:which|what|any|is there|are there|does any|do any|how many|who)\b(?: (?:one|ones|bit|bits|part|parts|of (?:these|those|them|it))\b| {THINGS}\b)|\b(?:of|among) (?:these|those|them)\b"
    rf"|\b(?:the|that) (?:one|bit|part) (?:on|about|for|to do with|that)\b",
    re.IGNORECASE,
)
"Asks for one of several that were just listed."


def place_pointed_at(question: str) -> int | None:
    """Which item of the list before is meant, from 1; -1 for the last; None where none is."""
    match = BY_PLACE.search(question)
    if not match:
        return None
    if number := match["number"]:
        return int(number) if number.isdigit() else NUMBERS[number.lower()]
    ordinal = match["ordinal"].lower()
    if ordinal in ("last", "final"):
        return -1
    return ORDINALS.get(ordinal) or int(re.match(r"\d+", ordinal).group())


def asks_among(question: str) -> bool:
    """Whether a question asks for some of the items that were just listed: 'which one is about transport?'"""
    return bool(AMONG.search(question))
