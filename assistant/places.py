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
PLAINLY_OWN = frozenset("our ours us your yours".split())
"Those that can't be meant of anyone: without a home area the answer says that they name none."
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
    bodies = list(BODY.finditer(question))
    named = known.areas.find(question)
    # A body's name is no scope beside an area's own: what 'NHS Devon ICB' does in Plymouth is asked of Plymouth.
    matches = [match for match in named if not any(body["nhs"] and _overlap(body.span(), (match.start, match.end)) for body in bodies)] or named
    taken = [(match.start, match.end) for match in matches]
    groups, own = [], []
    if not by_hand:
        groups = _groups_in(question, known.groups, [*taken, *(body.span() for body in bodies)])
        own = [] if groups else _own_words(question, matches, taken)
    if own and known.home:
        with_home = sorted([*matches, *(AreaMatch(known.home, *word.span(), word.group()) for word in own)], key=lambda match: match.start)
        likely = kind_probabilities(masked(question, with_home))
        if not matches or max(likely, key=likely.get) == "compare":
            matches = with_home
    unset = next((word.group() for word in own if word.group().lower() in PLAINLY_OWN or " " in word.group()), "")
    return Places(
        areas=tuple(dict.fromkeys(match.name for match in matches)),
        groups=tuple(dict.fromkeys(group for _, group in groups)),
        bare=_without(question, matches, [match for match, _ in groups]),
        form=masked(question, matches),
        own="" if matches or known.home else unset,
    )


def _groups_in(question: str, groups: Sequence[AreaGroup], taken: Sequence[tuple[int, int]]) -> list[tuple[re.Match[str], AreaGroup]]:
    """The groups that are named outside the stretches taken; of two in one place the longer ('the North of England')."""
    found = [(match, group) for group in groups for match in group.find(question) if not any(_overlap(match.span(), span) for span in taken)]
    return [(match, group) for match, group in found
            if not any(_overlap(match.span(), other.span()) and len(other.group()) > len(match.group()) for other, _ in found)]


def _own_words(question: str, matches: Sequence[AreaMatch], taken: Sequence[tuple[int, int]]) -> list[re.Match[str]]:
    """The words for the asker's own area; none where a question asks after other areas."""
    found = [word for word in OWN.finditer(question) if not any(_overlap(word.span(), span) for span in taken)]
    if found and (ALL_AREAS.search(question) or kind_probabilities(masked(question, matches))["across"] >= ACROSS_LIKELY):
        return []
    return found


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _without(question: str, matches: Sequence[AreaMatch], groups: Sequence[re.Match[str]]) -> str:
    """The question without its places and the 'in' before them; a group with its noun ('London boroughs') leaves 'areas'."""
    places = [(m.start, m.end, "") for m in matches] + [(*m.span(), "areas" if m["members"] else "") for m in groups]
    for start, end, left in sorted(places, reverse=True):
        before, after = question[:start], question[end:]
        if owned := re.match(r"['’]s?\b", after):
            after = after[owned.end() :]
        elif not left:
            before = re.sub(r"\b(?:in|of|for|at|from|across|within)\s+$", "", before, flags=re.IGNORECASE)
        question = f"{before} {left} {after}"
    return question
