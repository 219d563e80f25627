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
    r"\b(?:which|what|any|is there|are there|does any|do any|how many|who)\b (?:one|ones|bit|bits|part|parts|of (?:these|those|them|it))\b"
    r"|\b(?:of|among) (?:these|those|them)\b|\b(?:the|that) (?:one|bit|part) (?:on|about|for|to do with|that)\b",
    re.IGNORECASE,
)
"Asks for one of several that were just listed."
MAYBE_AMONG = re.compile(rf"\b(?:which|what|any|is there|are there|does any|do any|how many|who)\b {THINGS}\b", re.IGNORECASE)
"May ask for one of these, or for something else."
_ITEMS = THINGS.replace("areas?|", "areas for improvement|")
_OF_A_LIST = rf"(?:the|its|their|these|those|all|[\w-]+['’]s)(?: [\w’'-]+){{0,3}}? {_ITEMS}\b"
OF_A_LIST = re.compile(
    rf"\b(?:of|among) (?P<before>{_OF_A_LIST})[^.?]{{0,60}}?\b(?:which|what|any|how many|is there|are there|the one)\b"
    rf"|\b(?:which|what|any|how many)(?: ones?)? (?:of|among) (?P<after>{_OF_A_LIST})"
    rf"|^(?P<first>[\w ’'-]{{0,40}}?{_ITEMS})\W{{1,3}}which ones?\b",
    re.IGNORECASE,
)
"Asks for some items of a list that the question names: 'which of the recommendations …', 'of the nine priorities, which …'."


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


def of_a_list(question: str) -> tuple[str, str] | None:
    """The list of which a question asks for some items ('the 13 recommendations') and the rest of it; None where it names none."""
    match = OF_A_LIST.search(question)
    if not match:
        return None
    named = match["before"] or match["after"] or match["first"]
    rest = re.sub(rf"(?:\b(?:of|among) |^){re.escape(named)}\W*", "", question, flags=re.IGNORECASE)
    return named, re.sub(r"\s+", " ", rest)


def asks_among(question: str) -> bool | None:
    """Whether a question asks for some of the items that were just listed ('which one is about transport?'); None for maybe."""
    return True if AMONG.search(question) else None if MAYBE_AMONG.search(question) else False
