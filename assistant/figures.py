"""The figures of a text in one spelling, and whether a sentence has them of what a text has them of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.words import STOP_WORDS, stem, words

BESIDE = 6
"Words within which a figure and a word are beside each other."
FILLING = frozenset("around approximately roughly nearly almost least number total said report".split())
"Words beside a figure that say nothing of what it counts."

TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
UNITS = {word: n for n, word in enumerate(f"two three four five six seven eight nine {TEENS}".split(), 2)}
TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
NUMBER = re.compile(rf"\b(?:({'|'.join(TENS)})(?:[- ](one|{'|'.join(UNITS)}))?|({'|'.join(UNITS)}))\b", re.IGNORECASE)
NUMERAL = re.compile(f"{FIGURE.pattern}|{NUMBER.pattern}", re.IGNORECASE)
UNIT = re.compile(
    rf"(?:\s*(?:to|or|and|–|-)\s*(?:{NUMERAL.pattern}))?[\s-]*(?:(?:working|school|calendar|full|whole)\s+)?"
    r"(?P<unit>%|(?:per\s?cent|million|billion|minute|hour|day|week|month|term|year)(?=s?\b(?![\s-]*(?:olds?|of age)\b)))",
    re.IGNORECASE,
)
"What a figure is of, after it; of both figures in 'two to three years'."
PARTS = re.compile(r"\b(half|third|quarter|majority|minority|double|twice|treble|tenth)(?:s|d)?\b", re.IGNORECASE)
YEAR = re.compile(r"(?:19|20)\d\d")
MONTH = re.compile(r"\b(January|February|March|April|May|June|July|August|September|October|November|December)\b")


def figures(text: str) -> set[str]:
    """The figures, months and parts ('half') of a text in one spelling: 'nine' is '9', '£64,000' is '64000'."""
    found = {match.group().replace(",", "").rstrip(".") for match in FIGURE.finditer(text)}
    for tens, unit, alone in NUMBER.findall(text):
        number = TENS.get(tens.lower(), 0) + (1 if unit.lower() == "one" else UNITS.get((unit or alone).lower(), 0))
        found.add(str(number))
    found |= {match.group().lower() for match in MONTH.finditer(text)}
    return found | {part.lower() for part in PARTS.findall(text)}


def in_other_units(sentence: str, text: str) -> bool:
    """Whether a figure of a sentence is of days or per cent, say, where the text has it of something else."""
    held = _units(text)
    for figure, own in _units(sentence).items():
        known = held.get(figure, set())
        known = known | {"year"} if "" in known else known  # 'aged 18' is 18 years
        if known and not YEAR.fullmatch(figure) and (own - {""} - known or own == {""} and known == {"%"}):
            return True
    return False


@lru_cache(maxsize=4096)
def _units(text: str) -> dict[str, set[str]]:
    """The figures of a text, each with its units there, '' for none."""
    found: dict[str, set[str]] = {}
    for numeral in NUMERAL.finditer(text):
        unit = UNIT.match(text, numeral.end())
        name = re.sub(r"per\s?cent", "%", unit["unit"].lower()) if unit else ""
        for figure in figures(numeral.group()):
            found.setdefault(figure, set()).add(name)
    return found


def of_the_same(figure: str, sentence: str, texts: Sequence[str]) -> bool:
    """Whether a figure has a telling word beside it that it also has in one of the texts, or none at all to go by."""
    own = _beside(figure, sentence) if not YEAR.fullmatch(figure) else None
    return not own or any(own & _beside(figure, text) for text in texts)


@lru_cache(maxsize=4096)
def _beside(figure: str, text: str) -> frozenset[str]:
    """Stems of the telling words beside a figure in a text, wherever it stands."""
    found = words(text)
    places = [n for n, word in enumerate(found) if figure in figures(word)]
    return frozenset(
        stem(w)
        for n in places
        for w in found[max(0, n - BESIDE) : n + BESIDE + 1]
        if w not in STOP_WORDS and w not in FILLING and figure not in figures(w)
    )
