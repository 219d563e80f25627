"""Local areas of England found in text: names, nicknames, misspellings; never one area for another."""

from __future__ import annotations

import csv
import difflib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from ingest.errors import KnowledgeBaseError

OTHER_PLACES = (
    "Bradford on Avon", "Bury St Edmunds", "Chester le Street", "Greater Manchester", "New Hampshire", "New York",
    "Newcastle under Lyme", "Stoke Gifford", "Stoke Mandeville", "Stoke Newington", "Sutton Coldfield",
    "Sutton in Ashfield",
)  # fmt: skip
"Places elsewhere whose names hold an area's name."

NEVER_AFTER_PREPOSITION = frozenset({"bury", "slough", "stoke", "bucks"})
"Areas that are also verbs: after 'in' or 'of', or as the subject of a question, they are the area in any case."

ALSO_NOUNS = frozenset({"reading", "bath", "barking"})
"Areas that are also everyday nouns: in lower case they are the area only beside a word such as 'council'."

NOT_MISSPELT = frozenset(
    "barnes barney belton boston boulton bramley burnet cheater dunham earing easing eating harlow hatton hilton "
    "hovering maidenhair melton midway morton newman newnham sanford seaton sexton shops silly southward staff "
    "stiffs stuffs survey swinton"
    .split()
)  # fmt: skip
"English words and other places one slip away from an area's name."

PREPOSITIONS = frozenset("in of for at from about across near around within with outside into like".split())
SUBJECT_AFTER = frozenset("is are was does do did has have had how's what's can will than versus vs".split())
COUNCIL_WORDS = frozenset("council borough metropolitan lap icb partnership".split())
"What follows an area's name, however it is written."

AREA_WORDS = COUNCIL_WORDS | frozenset("city county local area la send ofsted schools families leaders".split())
"What follows an area's name that opens a sentence."

BOOK_WORDS = frozenset(
    "age ages and aloud assessment books catch comprehension curriculum difficulties for fluency is level levels "
    "material pens programme programmes progress recovery room scheme schemes scores skills test tests to was water "
    "waters chairs times teaching support intervention interventions strategies".split()
)
"What follows the noun rather than the town: 'Reading ages', 'Bath chairs'."

PERSON_TITLES = frozenset("mr mrs ms miss mx dr sir dame lord lady cllr councillor prof professor revd".split())
DIRECTIONS = frozenset("north south east west".split())

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_GAP = re.compile(r"[\s\-‐‑–_,/&]*")
_JOINED = re.compile(r"\s*(?:,|&|/|\b(?:and|or|vs|versus|with|to)\b|,\s*and\b)\s*", re.IGNORECASE)
_GAP_AFTER_SHORT = re.compile(r"\.?[\s\-‐‑–_,/&]*")


@dataclass(frozen=True)
class Area:
    """One English local authority with duties for children and young people with SEND."""

    name: str
    nicknames: tuple[str, ...]
    region: str
    kind: str

    @property
    def slug(self) -> str:
        """The name as it stands in file names: 'telford-and-wrekin'."""
        return "-".join(re.findall(r"[a-z]+", self.name.lower()))


@dataclass(frozen=True)
class AreaMatch:
    """An area's name in a text: `written` is text[start:end]; `exact` is False for a misspelling."""

    name: str
    start: int
    end: int
    written: str
    exact: bool = True


@dataclass(frozen=True)
class _Word:
    text: str
    low: str
    start: int
    end: int


@dataclass(frozen=True)
class Areas:
    """All areas, and how to find them in text."""

    areas: tuple[Area, ...]
    names: tuple[str, ...] = field(init=False)
    "Names as in corpus/areas.csv, in the order of the file."

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(area.name for area in self.areas))

    def area(self, name: str) -> Area | None:
        """The area of exactly this name."""
        return next((area for area in self.areas if area.name == name), None)

    def find(self, text: str) -> list[AreaMatch]:
        """Every area named in `text`, in order; the longest name at each place, matches never overlap."""
        words = list(_words(text))
        found: list[AreaMatch] = []
        taken = [False] * len(words)
        for index in range(len(words)):
            if taken[index]:
                continue
            for name, length in self._exact_at(text, words, index):
                if name is not None and not self._is_place(text, words, index, length, found):
                    continue
                taken[index : index + length] = [True] * length
                if name is not None:
                    found.append(_match(text, words, index, length, name))
                break
        for index in range(len(words)):
            if not taken[index] and (shared := self._shared_head(text, words, index)):
                taken[index] = True
                found.append(_match(text, words, index, 1, shared))
        for index in range(len(words)):
            if not taken[index] and (near := self._misspelt_at(text, words, index, taken)):
                name, length = near
                taken[index : index + length] = [True] * length
                found.append(_match(text, words, index, length, name, exact=False))
        return sorted(found, key=lambda match: match.start)

    def near(self, written: str, count: int = 3) -> list[str]:
        """Names of the areas that look most like `written`, best first; none where nothing does."""
        low = " ".join(word.low for word in _words(written))
        spellings = {" ".join(alias): name for alias, name in self._aliases.items() if name is not None}
        close = difflib.get_close_matches(low, spellings, n=count * 3, cutoff=0.6)
        return list(dict.fromkeys(spellings[alias] for alias in close))[:count]

    @cached_property
    def _aliases(self) -> dict[tuple[str, ...], str | None]:
        """Words of every name and nickname, in lower case, to the area's name; None for places elsewhere."""
        aliases: dict[tuple[str, ...], str | None] = {}
        for area in self.areas:
            for written in (area.name, *area.nicknames):
                words = tuple(word.low for word in _words(written.replace("&", " and ")))
                aliases.setdefault(words, area.name)
                aliases.setdefault(tuple(word for word in words if word != "and"), area.name)
        for place in OTHER_PLACES:
            aliases[tuple(place.lower().split())] = None
        return aliases

    @cached_property
    def _by_first(self) -> dict[str, list[tuple[str, ...]]]:
        """Aliases by their first word, longest first."""
        by_first: dict[str, list[tuple[str, ...]]] = {}
        for alias in sorted(self._aliases, key=len, reverse=True):
            by_first.setdefault(alias[0], []).append(alias)
        return by_first

    def _exact_at(self, text: str, words: list[_Word], index: int) -> Iterator[tuple[str | None, int]]:
        for alias in self._by_first.get(words[index].low, ()):
            run = words[index : index + len(alias)]
            if tuple(word.low for word in run) == alias and _together(text, run):
                if len(alias) == 1 and len(alias[0]) <= 2 and not run[0].text.isupper():
                    continue
                yield self._aliases[alias], len(alias)

    def _shared_head(self, text: str, words: list[_Word], index: int) -> str | None:
        """'East' in 'East and West Sussex': the area whose last words stand with the second direction."""
        run = words[index : index + 3]
        if len(run) < 3 or run[1].low not in ("and", "or") or not {run[0].low, run[2].low} <= DIRECTIONS:
            return None
        for alias in self._by_first.get(run[2].low, ()):
            if tuple(word.low for word in words[index + 2 : index + 2 + len(alias)]) == alias:
                return self._aliases.get((run[0].low, *alias[1:]))
        return None

    def _is_place(self, text: str, words: list[_Word], index: int, length: int, found: list[AreaMatch]) -> bool:
        """Whether an area's name that is also an English word is meant as the area here."""
        word = words[index]
        before = words[index - 1] if index else None
        if before is not None and length == 1 and before.low in PERSON_TITLES and word.text[0].isupper():
            return False
        if length > 1 or word.low not in NEVER_AFTER_PREPOSITION | ALSO_NOUNS:
            return True
        after = words[index + 1] if index + 1 < len(words) else None
        in_file_name = text[word.end : word.end + 1] == "_"
        if in_file_name or not any(other.low != word.low for other in words):
            return True
        if after is not None and after.low in BOOK_WORDS - {"and", "is", "was"} and word.low in ALSO_NOUNS:
            return False
        wanted = AREA_WORDS if word.text[0].isupper() else COUNCIL_WORDS
        if after is not None and after.low in wanted and _together(text, [word, after]):
            return True
        if self._beside_another(text, words, index, found):
            return True
        if word.low in NEVER_AFTER_PREPOSITION and before is not None and before.low in PREPOSITIONS | SUBJECT_AFTER:
            return True
        if not word.text[0].isupper():
            return False
        if text[word.end : word.end + 2] in ("'s", "’s"):
            return True
        opens = before is None or re.search(r"[.!?:;\n•|]", text[before.end : word.start]) is not None
        if opens:
            return after is None or (word.low in NEVER_AFTER_PREPOSITION and after.low in SUBJECT_AFTER)
        if word.text.isupper() and before is not None and before.text.isupper() and len(before.text) > 4:
            return False
        if after is not None and after.low == "and" and word.low == "reading":
            return before.low in PREPOSITIONS and not _followed_by_lower_noun(words, index + 2)
        # A capital inside a sentence is the writer's own choice, unless every word of a heading has one.
        return before.low in PREPOSITIONS | SUBJECT_AFTER or not before.text[0].isupper()

    def _beside_another(self, text: str, words: list[_Word], index: int, found: list[AreaMatch]) -> bool:
        """Whether the word is listed with an area: 'Bolton and bury', 'reading, Slough or Kent'."""
        if found and _JOINED.fullmatch(text[found[-1].end : words[index].start]):
            return True
        for later in (index + 1, index + 2):
            if later < len(words) and _JOINED.fullmatch(text[words[index].end : words[later].start]):
                certain = [name for name, length in self._exact_at(text, words, later) if name is not None]
                capitals = words[index].text[0].isupper() and words[later].text[0].isupper()
                if certain and (capitals or words[later].low not in NEVER_AFTER_PREPOSITION | ALSO_NOUNS):
                    return True
        return False

    @cached_property
    def _by_letter(self) -> dict[str, list[tuple[str, ...]]]:
        """Aliases that a misspelling may stand for, by their first letter, longest first."""
        by_letter: dict[str, list[tuple[str, ...]]] = {}
        for alias in sorted(self._aliases, key=len, reverse=True):
            if self._aliases[alias] is not None and any(len(word) >= 6 for word in alias) and not (
                set(alias) & (ALSO_NOUNS | NEVER_AFTER_PREPOSITION)
            ):
                by_letter.setdefault(alias[0][0], []).append(alias)
        return by_letter

    def _misspelt_at(self, text: str, words: list[_Word], index: int, taken: list[bool]) -> tuple[str, int] | None:
        """The one area whose name is nearest to the words here; None where two are as near."""
        best: dict[str, int] = {}
        longest = 0
        for alias in self._by_letter.get(words[index].low[0], ()):
            if len(alias) < longest:
                break
            if _slips(words[index].low, alias[0]) is None:
                continue
            run = words[index : index + len(alias)]
            if len(run) < len(alias) or any(taken[index : index + len(alias)]):
                continue
            slips = [_slips(word.low, wanted) for word, wanted in zip(run, alias)]
            if None in slips or not _together(text, run):
                continue
            name, longest = self._aliases[alias], len(alias)
            best[name] = min(sum(slips), best.get(name, sum(slips)))
        nearest = [name for name, slips in best.items() if slips == min(best.values())]
        # No slip at all: an area's own name, which was looked at and is not meant as the area here.
        return (nearest[0], longest) if len(nearest) == 1 and best[nearest[0]] else None


def load_areas(corpus: Path) -> Areas:
    """The areas of `corpus`/areas.csv."""
    path = corpus / "areas.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}). Set --corpus to the project's corpus."
        raise KnowledgeBaseError(message) from error
    areas = []
    for number, row in enumerate(rows, start=2):
        if not all((row.get(column) or "").strip() for column in ("name", "region", "kind")):
            raise KnowledgeBaseError(f"{path}: line {number} needs name, region and kind. Fill them in.")
        nicknames = tuple(part.strip() for part in (row.get("nicknames") or "").split(";") if part.strip())
        areas.append(Area(row["name"].strip(), nicknames, row["region"].strip(), row["kind"].strip()))
    for one, other in itertools.pairwise(sorted(area.name for area in areas)):
        if one == other:
            raise KnowledgeBaseError(f"{path}: {one} stands twice. Remove one of the lines.")
    return Areas(tuple(areas))


def _words(text: str) -> Iterator[_Word]:
    """Words with their places; a possessive 's is left off."""
    for found in _WORD.finditer(text):
        word = found.group()
        for ending in ("'s", "’s", "'S", "’S"):
            word = word.removesuffix(ending)
        yield _Word(word, word.lower().replace("’", "'"), found.start(), found.start() + len(word))


def _together(text: str, run: list[_Word]) -> bool:
    """Whether only spaces and joining marks stand between the words."""
    return all(
        (_GAP_AFTER_SHORT if len(one.text) <= 2 else _GAP).fullmatch(text[one.end : other.start])
        for one, other in itertools.pairwise(run)
    )


def _match(text: str, words: list[_Word], index: int, length: int, name: str, exact: bool = True) -> AreaMatch:
    start, end = words[index].start, words[index + length - 1].end
    return AreaMatch(name, start, end, text[start:end], exact)


def _followed_by_lower_noun(words: list[_Word], index: int) -> bool:
    return index >= len(words) or words[index].text[0].islower()


@lru_cache(maxsize=100_000)
def _slips(written: str, wanted: str) -> int | None:
    """Edits between two words, a swap of neighbours counting once; None above one in six letters of `wanted`."""
    if written == wanted:
        return 0
    allowed = len(wanted) // 6
    if not allowed or abs(len(written) - len(wanted)) > allowed or written[0] != wanted[0] or written in NOT_MISSPELT:
        return None
    before_last: list[int] = []
    last = list(range(len(wanted) + 1))
    for row, letter in enumerate(written, start=1):
        current = [row]
        for column, other in enumerate(wanted, start=1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == wanted[column - 2] and written[row - 2] == other:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        before_last, last = last, current
    return last[-1] if last[-1] <= allowed else None
