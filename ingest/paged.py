"""Text that knows the page of each of its characters, and how two stretches of it are joined."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

CELL_GLUE = " | "
"What stands between the cells of a row in its text."


@dataclass(frozen=True)
class Paged:
    """Text that knows which page each of its characters stands on."""

    text: str
    marks: tuple[tuple[int, int | None], ...]
    "Offset and page, one mark where the page changes; the first is at offset 0."

    def plus(self, other: Paged, glue: str = " ") -> Paged:
        shift = len(self.text) + len(glue)
        marks = self.marks + tuple((offset + shift, page) for offset, page in other.marks)
        kept = [m for n, m in enumerate(marks) if n == 0 or m[1] != marks[n - 1][1]]
        return Paged(self.text + glue + other.text, tuple(kept))

    def cut(self, start: int, end: int | None = None) -> Paged:
        """The part from `start` to `end` without white space at its ends."""
        end = len(self.text) if end is None else end
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        text = piece.strip()
        at_start = [m for m in self.marks if m[0] <= start][-1:]
        inside = [m for m in self.marks if start < m[0] < start + len(text)]
        marks = [(0, page) for _, page in at_start] + [(offset - start, page) for offset, page in inside]
        return Paged(text, tuple(marks))

    @property
    def page(self) -> int | None:
        return self.marks[0][1]


def joined(a: Paged, b: Paged, words: Counter[str]) -> Paged:
    """Two stretches as one: a space between, or none where a word was cut by a hyphen."""
    if a.text.endswith("\u00ad"):
        return a.cut(0, len(a.text) - 1).plus(b, "")
    left = re.search(r"([^\W_]+(?:-[^\W_]+)*)[-‐]$", a.text)
    right = re.match(r"[^\W_]+", b.text)
    if not (left and right):
        return a.plus(b)
    if not (left[1][-1:].isalpha() and right[0][:1].islower()):
        return a.plus(b, "")  # 'post-' '16', 'Stoke-' 'on'
    tail = left[1].rsplit("-", 1)[-1].casefold()
    one, two = words[tail + right[0].casefold()], words[f"{left[1]}-{right[0]}".casefold()]
    if one > two or (one == two and not (words[tail] and words[right[0].casefold()])):
        return Paged(a.text[:-1], a.marks).plus(b, "")
    return a.plus(b, "")


def row_text(cells: tuple[Paged, ...]) -> Paged:
    """The cells of a row as one text."""
    filled = [cell for cell in cells if cell.text]
    paged = filled[0]
    for cell in filled[1:]:
        paged = paged.plus(cell, CELL_GLUE)
    return paged


def finished(text: str) -> bool:
    """Whether a text ends as a sentence or an introduction does."""
    return text.rstrip("\"'”’)] *")[-1:] in (".", "!", "?", ":", ";")
