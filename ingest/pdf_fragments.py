"""Glyphs joined to fragments, fragments to rows, rows to lines.

Pure geometry: coordinates are points from the top left corner of the page as it is shown, and text runs upright.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from ingest.model import Line
from ingest.pdf_grids import Grid

APART = 0.5
"A gap of this many font sizes parts two fragments on one baseline."


class Glyph(NamedTuple):
    """One character with its place. A space has text ' ' and the place of the character before it."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    bold: bool


@dataclass(frozen=True)
class Fragment:
    """Glyphs of one baseline without a wide gap between them."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    bold: bool
    order: int
    "Place in the order in which the file draws."
    space_after: bool = False
    "The file sets a space after the last character."


def find_fragments(glyphs: list[Glyph], grids: list[Grid]) -> list[Fragment]:
    """Fragments in the order in which the file draws them."""
    fragments: list[Fragment] = []
    run: list[Glyph] = []
    space = False
    for glyph in glyphs:
        if glyph.text == " ":
            space = True
            continue
        if run:
            last = run[-1]
            size = max(glyph.size, last.size)
            gap = glyph.x0 - last.x1
            if not glyph.text.isascii() and leftward(last.text[-1]) and leftward(glyph.text):
                gap = max(gap, last.x0 - glyph.x1)
            elif (last.x0, last.x1) == (glyph.x0, glyph.x1):  # the letters of one ligature
                gap = 0.0
            if (
                abs(glyph.base - last.base) > 0.3 * size
                or gap > APART * size
                or gap < -0.7 * size
                or _edge_between(last, glyph, grids)
            ):
                _close(run, fragments, space)
                run = []
            elif space or gap > 0.35 * size:
                run.append(glyph._replace(text=" " + glyph.text))
                space = False
                continue
        run.append(glyph)
        space = False
    _close(run, fragments, space)
    return fragments


def _close(run: list[Glyph], fragments: list[Fragment], space: bool) -> None:
    if not run:
        return
    texts = [glyph.text for glyph in run]
    if run[0].x0 < run[-1].x0 and leftward("".join(texts)):  # drawn as seen, not as read
        texts = [text[::-1] for text in reversed(texts)]
    sizes = Counter()
    for glyph in run:
        sizes[round(glyph.size, 1)] += 1
    size = sizes.most_common(1)[0][0]
    fragments.append(
        Fragment(
            text="".join(texts).strip(),
            x0=min(glyph.x0 for glyph in run),
            x1=max(glyph.x1 for glyph in run),
            top=min(glyph.top for glyph in run),
            bottom=max(glyph.bottom for glyph in run),
            base=Counter(round(glyph.base, 1) for glyph in run).most_common(1)[0][0],
            size=size,
            bold=2 * sum(glyph.bold for glyph in run) > len(run),
            order=len(fragments),
            space_after=space,
        )
    )


def _edge_between(last: Glyph, glyph: Glyph, grids: list[Grid]) -> bool:
    """A column boundary of a ruled table lies between two neighbours."""
    y = (glyph.top + glyph.bottom) / 2
    left, right = (last.x0 + last.x1) / 2, (glyph.x0 + glyph.x1) / 2
    return any(grid.ys[0] <= y <= grid.ys[-1] and any(left < x < right for x in grid.xs) for grid in grids)


def rows_of(fragments: list[Fragment], near: float = 0.45) -> list[list[Fragment]]:
    """Fragments on one baseline (within `near` font sizes) together, from left to right; rows from top to bottom."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: (f.base, f.x0)):
        for row in reversed(rows[-3:]):
            main = max(row, key=lambda f: f.x1 - f.x0)
            if abs(main.base - fragment.base) <= near * max(main.size, fragment.size) and not _overlap(row, fragment):
                row.append(fragment)
                break
        else:
            rows.append([fragment])
    for row in rows:
        row.sort(key=lambda f: f.x0)
    return sorted(rows, key=lambda row: max(row, key=lambda f: f.x1 - f.x0).base)


def _overlap(row: list[Fragment], fragment: Fragment) -> bool:
    return any(min(f.x1, fragment.x1) - max(f.x0, fragment.x0) > 0.5 * min(f.size, fragment.size) for f in row)


def leftward(text: str) -> bool:
    """Written from right to left (Arabic, Hebrew) for the most part."""
    kinds = [unicodedata.bidirectional(c) for c in text] if not text.isascii() else []
    return sum(kind in ("R", "AL") for kind in kinds) > sum(kind == "L" for kind in kinds)


def join(row: list[Fragment]) -> str:
    """The text of fragments on one baseline."""
    if leftward("".join(f.text for f in row)):
        row = row[::-1]
    text = row[0].text
    for last, fragment in pairwise(row):
        gap = max(fragment.x0 - last.x1, last.x0 - fragment.x1)
        glued = gap < 0.15 * max(last.size, fragment.size) and not last.space_after
        text += ("" if glued else " ") + fragment.text
    return text


def line_of(members: list[Fragment], text: str, page: int | None) -> Line:
    weight = Counter()
    bold = 0
    for fragment in members:
        weight[fragment.size] += len(fragment.text)
        bold += len(fragment.text) if fragment.bold else 0
    return Line(
        text=text,
        page=page,
        x0=round(min(f.x0 for f in members), 1),
        x1=round(max(f.x1 for f in members), 1),
        top=round(min(f.top for f in members), 1),
        bottom=round(max(f.bottom for f in members), 1),
        size=weight.most_common(1)[0][0],
        bold=2 * bold > sum(weight.values()),
    )


def row_line(cells: list[list[Fragment]], page: int | None, columns: tuple[float, ...] = ()) -> Line:
    """A table row; the lines of a cell are joined. `columns`: their left edges where no ruled lines part them."""
    members = [fragment for cell in cells for fragment in cell]
    texts = tuple(_cell(rows_of(cell)) for cell in cells)
    return replace(line_of(members, " | ".join(texts), page), style="table-row", cells=texts, columns=columns)


def _cell(rows: list[list[Fragment]]) -> str:
    """Lines joined with a space, or with nothing after a hyphen that ends a piece of a word."""
    text = ""
    for row in rows:
        line = join(row)
        hyphenated = re.search(r"\w[-\u00ad]$", text) and line[:1].isalpha()
        text = (text.removesuffix("\u00ad") if hyphenated else f"{text} ".lstrip()) + line
    return text
