"""Lines in reading order out of glyphs and ruled edges: columns read one after another, table rows with cells.

Pure geometry: coordinates are points from the top left corner of the page as it is shown, text runs left to right.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from ingest.model import Line

_WIDE = 1.5
"A gap of this many font sizes parts two fragments on one baseline."
_MARKER = re.compile(r"[^\w\s]{1,2}|o|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,3}(?:\.\d{1,3})+\.?|\d{1,2}")
"A bullet or number that is drawn apart from the text it belongs to."


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


class Edge(NamedTuple):
    """A straight ruled line; horizontal where y0 == y1, vertical where x0 == x1."""

    x0: float
    y0: float
    x1: float
    y1: float


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


@dataclass(frozen=True)
class Grid:
    """A ruled table: its column and row boundaries, and which row boundaries each column really has."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    ruled: tuple[tuple[bool, ...], ...]
    "ruled[column][row boundary]"

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of a point; a cell over several rows counts as its first."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        column = max(i for i, left in enumerate(self.xs[:-1]) if left <= x)
        row = max(i for i, top in enumerate(self.ys[:-1]) if i == 0 or (top <= y and self.ruled[column][i]))
        return row, column


def lines_of(glyphs: list[Glyph], edges: list[Edge], page: int | None) -> list[Line]:
    """The page's lines in reading order."""
    grids = find_grids(edges)
    fragments = find_fragments(glyphs, grids)
    in_grid: dict[int, list[Fragment]] = {}
    free: list[Fragment] = []
    for fragment in fragments:
        index = next((i for i, grid in enumerate(grids) if grid.cell(*_middle(fragment))), None)
        (free if index is None else in_grid.setdefault(index, [])).append(fragment)
    blocks: list[tuple[float, list[Line]]] = []
    for index, members in in_grid.items():
        rows = _grid_rows(grids[index], members, page)
        if rows:
            blocks.append((grids[index].ys[0], rows))
    return _merge(_free_blocks(free, [grids[i] for i in in_grid], page), blocks)


def _middle(fragment: Fragment) -> tuple[float, float]:
    return min(fragment.x0 + fragment.size, (fragment.x0 + fragment.x1) / 2), (fragment.top + fragment.bottom) / 2


def _merge(text: list[tuple[float, list[Line]]], tables: list[tuple[float, list[Line]]]) -> list[Line]:
    """Blocks from top to bottom."""
    return [line for _, lines in sorted(text + tables, key=lambda block: block[0]) for line in lines]


# --- ruled tables ---------------------------------------------------------------------------------------------------


def find_grids(edges: list[Edge], near: float = 3.0) -> list[Grid]:
    """Ruled tables of two columns or more, from edges that touch each other."""
    across = _joined([(e.y0, e.x0, e.x1) for e in edges if e.y0 == e.y1], near)
    down = [v for v in _joined([(e.x0, e.y0, e.y1) for e in edges if e.x0 == e.x1], near) if v[2] - v[1] > near]
    across = [h for h in across if h[2] - h[1] > near]
    parent = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, (y, x0, x1) in enumerate(across):
        for j, (x, y0, y1) in enumerate(down):
            if x0 - near <= x <= x1 + near and y0 - near <= y <= y1 + near:
                parent[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list, list]] = {}
    for i, line in enumerate(across + down):
        groups.setdefault(root(i), ([], []))[0 if i < len(across) else 1].append(line)
    grids = []
    for hs, vs in groups.values():
        if len(hs) < 2 or not vs:
            continue
        xs = _levels([v[0] for v in vs] + [min(h[1] for h in hs), max(h[2] for h in hs)], near)
        ys = _levels([h[0] for h in hs], near)
        if len(xs) < 3 or len(ys) < 2:
            continue
        ruled = tuple(
            tuple(any(abs(h[0] - y) <= near and h[1] <= (left + right) / 2 <= h[2] for h in hs) for y in ys)
            for left, right in pairwise(xs)
        )
        grids.append(Grid(tuple(xs), tuple(ys), ruled))
    return grids


def _joined(lines: list[tuple[float, float, float]], near: float) -> list[tuple[float, float, float]]:
    """Pieces on one level (level, from, to) that touch, as one."""
    levels = _levels([line[0] for line in lines], near / 2)
    by_level: dict[float, list[tuple[float, float]]] = {}
    for level, start, end in lines:
        by_level.setdefault(min(levels, key=lambda v: abs(v - level)), []).append((start, end))
    joined = []
    for level, pieces in by_level.items():
        pieces.sort()
        start, end = pieces[0]
        for a, b in pieces[1:]:
            if a <= end + near:
                end = max(end, b)
            else:
                joined.append((level, start, end))
                start, end = a, b
        joined.append((level, start, end))
    return joined


def _levels(values: list[float], near: float) -> list[float]:
    """Sorted values, those within `near` of the one before left out."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > near:
            kept.append(value)
    return kept


def _grid_rows(grid: Grid, members: list[Fragment], page: int | None) -> list[Line]:
    """One line a row of the table; the lines of a cell are joined with a space."""
    rows: dict[int, dict[int, list[Fragment]]] = {}
    for fragment in members:
        row, column = grid.cell(*_middle(fragment))
        rows.setdefault(row, {}).setdefault(column, []).append(fragment)
    return [_row_line([rows[r].get(c, []) for c in range(len(grid.xs) - 1)], page) for r in sorted(rows)]


def _row_line(cells: list[list[Fragment]], page: int | None) -> Line:
    members = [fragment for cell in cells for fragment in cell]
    texts = tuple(" ".join(_join(row) for row in rows_of(cell)) for cell in cells)
    return replace(_line(members, " | ".join(texts), page), style="table-row", cells=texts)


# --- fragments and rows ---------------------------------------------------------------------------------------------


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
            if (
                abs(glyph.base - last.base) > 0.3 * size
                or gap > _WIDE * size
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
    sizes = Counter()
    for glyph in run:
        sizes[round(glyph.size, 1)] += 1
    size = sizes.most_common(1)[0][0]
    fragments.append(
        Fragment(
            text="".join(glyph.text for glyph in run),
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


def rows_of(fragments: list[Fragment]) -> list[list[Fragment]]:
    """Fragments on one baseline together, from left to right; rows from top to bottom."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: (f.base, f.x0)):
        for row in reversed(rows[-3:]):
            main = max(row, key=lambda f: f.x1 - f.x0)
            if abs(main.base - fragment.base) <= 0.45 * max(main.size, fragment.size) and not _overlap(row, fragment):
                row.append(fragment)
                break
        else:
            rows.append([fragment])
    for row in rows:
        row.sort(key=lambda f: f.x0)
    return sorted(rows, key=lambda row: max(row, key=lambda f: f.x1 - f.x0).base)


def _overlap(row: list[Fragment], fragment: Fragment) -> bool:
    return any(min(f.x1, fragment.x1) - max(f.x0, fragment.x0) > 0.5 * min(f.size, fragment.size) for f in row)


def _join(row: list[Fragment]) -> str:
    """The text of fragments on one baseline."""
    text = row[0].text
    for last, fragment in pairwise(row):
        glued = fragment.x0 - last.x1 < 0.15 * max(last.size, fragment.size) and not last.space_after
        text += ("" if glued else " ") + fragment.text
    return text


def _line(members: list[Fragment], text: str, page: int | None) -> Line:
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


# --- columns and tables without rules -------------------------------------------------------------------------------


def _free_blocks(fragments: list[Fragment], grids: list[Grid], page: int | None) -> list[tuple[float, list[Line]]]:
    """Blocks (top, lines) of what stands outside ruled tables."""
    blocks: list[tuple[float, list[Line]]] = []
    for row in rows_of(fragments):
        blocks.append((min(f.top for f in row), [_line(row, _join(row), page)]))
    return blocks
