"""The places that a question names: areas, groups of areas ('the South West'), and the asker's own ('our', 'here')."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.kinds import kind_probabilities, masked
from ingest.area_groups import AreaGroup
from ingest.areas import AreaMatch, Areas

BODY = re.compile(r"\b(?P<nhs>NHS )?(?:(?!NHS )[A-Z][\w’'-]+,? (?:(?:and|&|of|the|on|upon) )*)+(?:ICBs?|Integrated Care|CCGs?)\b")
"The name of an NHS body: 'NHS Herefordshire and Worcestershire ICB'."
ALL_AREAS = re.compile(
    r"\b(?:which|what|how many|any|all|every|each|other) (?:other )?(?:of (?:all )?the )?(?:local )?"
    r"(?:areas?(?! (?:for|of|to|where|in which)\b)|places?|councils?|partnerships?|authorit\w+|boroughs?|count(?:y|ies)|reports?)\b"
    r"|\b(?:who|where|anywhere|nowhere) else\b|\belsewhere\b|\banywhere\b",
    re.IGNORECASE,
)
"Asks beyond the area that was spoken of."
OWN = re.compile(
    r"\b(?:(?<!tell )(?<!show )(?<!give )(?<!help )(?<!let )us|we|ours?|yours?|here|locally|(?:this|my) (?:area|county|borough|city|town|council|local authority)"
    r"|(?<!thank )you(?! (?:please|tell|show|give|list|find|explain|say|know|think|help|compare|name|check|search|quote|summari[sz]e|see|remind|hold|mean"
    r"|have (?:any|a|an|the|got)? ?(?:reports?|inspections?|reviews?|documents?|information|anything|something))\b))\b",
    re.IGNORECASE,
)
"Words of someone who speaks of their own area, or to its council."
ACROSS_LIKELY = 0.45
"Probability that a question asks across reports from which such words are only the asker's: 'who can we learn from'."


class Gazetteer(Protocol):
    """The places that are known."""

    areas: Areas
    groups: Sequence[AreaGroup]
    home: str
    "Name of the area that 'we' and 'our' mean; '' for none."


@dataclass(frozen=True)
class Places:
    """Where a question asks about."""

    areas: tuple[str, ...]
    groups: tuple[AreaGroup, ...]
    bare: str
    "The question without its areas and groups."
    form: str
    "The question with every area written 'Xarea'."
    own: str = ""
    "A word for the asker's own area ('our'), where no place is named and none is set."


def named_places(question: str, known: Gazetteer) -> list[tuple[int, int]]:
    """Where a question names an area or a group of areas: no slips are mended there."""
    return [(m.start, m.end) for m in known.areas.find(question)] + [m.span() for group in known.groups for m in group.find(question)]


def places_of(question: str, known: Gazetteer, by_hand: bool = False) -> Places:
    """The places of a question; where scope is set `by_hand`, words for groups and for the asker's own area are left alone."""
    matches = known.areas.find(question)
    # A body's name is no scope beside an area's own: what 'NHS Devon ICB' does in Plymouth is asked of Plymouth.
    bodies = [body for body in BODY.finditer(question)]
    matches = [match for match in matches if not any(body["nhs"] and _within(match, body) for body in bodies)] or matches
    found = [(match, group) for group in known.groups for match in group.find(question)
             if not any(match.start() < area.end and area.start < match.end() for area in matches) and not any(_within(match, body) for body in bodies)]
    found = [] if by_hand else [one for one in found if not any(one is not other and _holds(other[0], one[0]) for other in found)]
    own = [] if by_hand or found else [match for match in OWN.finditer(question) if not any(match.start() < area.end and area.start < match.end() for area in matches)]
    if own and (ALL_AREAS.search(question) or kind_probabilities(masked(question, matches))["across"] >= ACROSS_LIKELY):
        own = []
    if own and known.home:
        with_home = sorted([*matches, *(AreaMatch(known.home, m.start(), m.end(), m.group()) for m in own)], key=lambda match: match.start)
        likely = kind_probabilities(masked(question, with_home))
        if not matches or max(likely, key=likely.get) == "compare":
            matches = with_home
    areas = tuple(dict.fromkeys(match.name for match in matches))
    unset = next((m.group() for m in own if m.group().lower() in ("our", "ours", "us", "your", "yours") or " " in m.group()), "")
    return Places(areas, tuple(dict.fromkeys(group for _, group in found)), _without(question, matches, [match for match, _ in found]),
                  masked(question, matches), "" if areas or known.home else unset)


def _within(match, body: re.Match[str]) -> bool:
    start = match.start() if isinstance(match, re.Match) else match.start
    return body.start() <= start < body.end()


def _holds(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether a match holds another that is shorter: 'the North of England' over 'the North'."""
    return one.start() <= other.start() and other.end() <= one.end() and one.span() != other.span()


def _without(question: str, matches: Sequence[AreaMatch], groups: Sequence[re.Match[str]]) -> str:
    """The question without its places and the 'in' before them; a group with its noun ('London boroughs') leaves 'areas'."""
    places = [(m.start, m.end, "") for m in matches] + [(m.start(), m.end(), "areas" if m["members"] else "") for m in groups]
    for start, end, left in sorted(places, reverse=True):
        before, after = question[:start], question[end:]
        if owned := re.match(r"['’]s?\b", after):
            after = after[owned.end() :]
        elif not left:
            before = re.sub(r"\b(?:in|of|for|at|from|across|within)\s+$", "", before, flags=re.IGNORECASE)
        question = f"{before} {left} {after}"
    return question
