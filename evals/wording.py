"""Wordings compared: what counts as the same words in a gold quote, a fact, an answer and a report.

Lines, quotation marks, dashes and markdown differ between a report, its renderings and a question set; these are evened out
here and nowhere else. The rules are those that the question sets were written for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

COVERED = 0.7
"Share of a gold quote's word trigrams from which it counts as quoted: sentences are cut, and words at a seam are lost."

_MARKS = str.maketrans("‘’“”–—\u00a0", "''\"\"-- ")
_CITATION = re.compile(r"\[\d+\]")


def even(text: str) -> str:
    """`text` in lower case with straight quotes, single spaces, and without markdown or citation numbers."""
    bare = _CITATION.sub(" ", text.translate(_MARKS))
    return re.sub(r"\s+", " ", re.sub(r"[*_`#>\[\]|]", " ", bare)).strip().lower()


def squashed(text: str) -> str:
    """Letters and digits alone, to find a quote whatever stands between its words."""
    return re.sub(r"[^a-z0-9]", "", even(text))


def trigrams(text: str) -> frozenset[tuple[str, ...]]:
    """Every three words in a row; a text of one or two words is one gram."""
    words = re.findall(r"[a-z0-9']+", even(text))
    return frozenset(tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2)))


def covered(quote: str, by: Sequence[str]) -> float:
    """Share of a quote's trigrams that stand in any of the texts, 0 to 1."""
    wanted = trigrams(quote)
    return len(wanted & frozenset().union(*(trigrams(text) for text in by))) / len(wanted)


def said(needle: str | Sequence[str], text: str) -> bool:
    """Whether a fact, or one of its wordings, stands in a text that `even` made."""
    return any(even(option) in text for option in ([needle] if isinstance(needle, str) else needle))


def stem_of(document: str) -> str:
    """A document's name as question sets and reports have in common: no folder, no ending."""
    return re.sub(r"\.(txt|pdf|docx|html?|md)$", "", document.replace("\\", "/").rsplit("/", 1)[-1], flags=re.IGNORECASE)
