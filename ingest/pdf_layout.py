"""Lines in reading order out of glyphs and ruled edges: columns read one after another, table rows with cells.

Pure geometry: coordinates are points from the top left corner of the page as it is shown, text runs left to right.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from ingest.model import Line

_APART = 0.5
"A gap of this many font sizes parts two fragments on one baseline."
_FUSED = 0.65
"Baselines within this many font sizes are one row where columns are looked for."
_WIDE = 1.5
"A gap of this many font sizes is a gutter by itself; a narrower one needs text that lines up to its right."
_MARKER = re.compile(r"[^\w\s]{1,2}|o|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,3}(?:\.\d{1,3})+\.?")
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
    return _merge(_free_blocks(rows_of(free, near=_FUSED), [grids[i] for i in in_grid], page), blocks)


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
    columns = [c for c in range(len(grid.xs) - 1) if any(c in cells for cells in rows.values())]
    return [_row_line([rows[r].get(c, []) for c in columns], page) for r in sorted(rows)]


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
            if leftward(last.text[-1]) and leftward(glyph.text):
                gap = max(gap, last.x0 - glyph.x1)
            elif (last.x0, last.x1) == (glyph.x0, glyph.x1):  # the letters of one ligature
                gap = 0.0
            if (
                abs(glyph.base - last.base) > 0.3 * size
                or gap > _APART * size
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


def _join(row: list[Fragment]) -> str:
    """The text of fragments on one baseline."""
    if leftward("".join(f.text for f in row)):
        row = row[::-1]
    text = row[0].text
    for last, fragment in pairwise(row):
        gap = max(fragment.x0 - last.x1, last.x0 - fragment.x1)
        glued = gap < 0.15 * max(last.size, fragment.size) and not last.space_after
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


@dataclass(frozen=True)
class Band:
    """Rows one below the other that leave the same vertical gutters free, parted into columns."""

    columns: tuple[list[Fragment], ...]
    left: tuple[float, ...]
    "Left edge of each column."
    right: tuple[float, ...]
    "Where each column's text could reach: the next column, or the right margin of the page."

    def column_of(self, fragment: Fragment) -> int:
        return max((i for i, x in enumerate(self.left) if x <= fragment.x0 + 0.1), default=0)


def _free_blocks(rows: list[list[Fragment]], grids: list[Grid], page: int | None) -> list[tuple[float, list[Line]]]:
    """Blocks (top, lines) of what stands outside ruled tables."""
    if not rows:
        return []
    margin = max(f.x1 for row in rows for f in row)
    rows = [_with_markers(row) for row in rows]
    blocks: list[tuple[float, list[Line]]] = []
    start = 0
    while start < len(rows):
        end = _band_end(rows, start, grids)
        lines = _band_lines(rows[start:end], margin, page) if end - start > 1 else None
        if lines is None:
            end = start + 1
            lines = [_line(row, _join(row), page) for row in rows_of(rows[start])]
        blocks.append((min(f.top for f in rows[start]), lines))
        start = end
    return blocks


def _with_markers(row: list[Fragment]) -> list[Fragment]:
    """The row with bullets and numbers that are drawn apart put before the text they belong to."""
    out: list[Fragment] = []
    for fragment in row:
        marker = out[-1] if out else None
        if (
            marker
            and _MARKER.fullmatch(marker.text)
            and (len(out) == 1 or not marker.text[0].isdigit())
            and fragment.x0 - marker.x1 < 5 * fragment.size
            and any(c.isalpha() for c in fragment.text)
        ):
            out[-1] = replace(
                fragment,
                text=f"{marker.text} {fragment.text}",
                x0=marker.x0,
                top=min(marker.top, fragment.top),
                bottom=max(marker.bottom, fragment.bottom),
                order=marker.order,
            )
        else:
            out.append(fragment)
    return out


def _band_end(rows: list[list[Fragment]], start: int, grids: list[Grid]) -> int:
    """The row after the last that leaves a gutter of the first row free; `start` + 1 where the first has none."""
    gutters = _free_space(rows[start], inner=True)
    if not gutters:
        return start + 1
    end = start + 1
    while end < len(rows):
        above, below = rows[end - 1], rows[end]
        size = max(f.size for f in below)
        bottom, top = max(f.bottom for f in above), min(f.top for f in below)
        if top - bottom > 1.6 * size or any(bottom - 1 <= grid.ys[0] and grid.ys[-1] <= top + 1 for grid in grids):
            break
        left = [
            (max(a, c), min(b, d))
            for a, b in gutters
            for c, d in _free_space(below, inner=False)
            if min(b, d) - max(a, c) >= _APART * size
        ]
        if not left:
            break
        gutters = left
        end += 1
    while end > start + 1 and len(rows[end - 1]) == 1 and len(rows[end - 2]) == 1 and not _both_sides(rows[start:end], gutters):
        end -= 1
    return end


def _both_sides(rows: list[list[Fragment]], gutters: list[tuple[float, float]]) -> bool:
    """Two rows at least have text on both sides of a gutter."""
    return any(
        sum(any(f.x1 <= a + 1 for f in row) and any(f.x0 >= b - 1 for f in row) for row in rows) > 1 for a, b in gutters
    )


def _free_space(row: list[Fragment], inner: bool) -> list[tuple[float, float]]:
    """Stretches of the row without text; `inner`: only wide ones between fragments."""
    spans = [(-1e6, -1e6)] * (not inner) + [(f.x0, f.x1) for f in row] + [(1e6, 1e6)] * (not inner)
    least = _APART * max(f.size for f in row) if inner else 0.0
    return [(a[1], b[0]) for a, b in pairwise(spans) if b[0] - a[1] > least]


def _columns(rows: list[list[Fragment]], margin: float) -> Band | None:
    """The band's columns: parted where almost no row has text; None where fewer than two rows have text in two columns."""
    fragments = [f for row in rows for f in row]
    events = sorted([(f.x0, 1) for f in fragments] + [(f.x1, -1) for f in fragments])
    few = len(rows) // 10
    size = Counter(f.size for f in fragments).most_common(1)[0][0]
    starts = [events[0][0]]
    depth, since = 0, None
    for x, step in events:
        if step < 0 and depth + step <= few < depth:
            since = x
        elif step > 0 and depth <= few < depth + step:
            if since is not None and (x - since >= _WIDE * size or (x - since >= _APART * size and _lined_up(rows, x))):
                starts.append(x)
            since = None
        depth += step
    if len(starts) < 2:
        return None
    band = Band(tuple([] for _ in starts), tuple(starts), tuple(starts[1:]) + (margin,))
    for fragment in fragments:
        band.columns[band.column_of(fragment)].append(fragment)
    full = sum(len({band.column_of(f) for f in row}) > 1 for row in rows)
    return band if full > 1 and all(band.columns) else None


def _lined_up(rows: list[list[Fragment]], x: float) -> bool:
    """In two rows at least text begins exactly here, once after a wide gap."""
    gaps = [(b.x0 - a.x1) / b.size for row in rows for a, b in pairwise(row) if abs(b.x0 - x) < 1.5]
    return len(gaps) > 1 and max(gaps) >= _WIDE


def _band_lines(rows: list[list[Fragment]], margin: float, page: int | None) -> list[Line] | None:
    """Lines of a band: columns of running text one after another, or table rows; None where it is neither."""
    band = _columns(rows, margin)
    if band is None:
        return None
    drawn = [band.column_of(f) for f in sorted((f for row in rows for f in row), key=lambda f: f.order)]
    apart = _running_columns(rows, band, drawn)
    if apart:
        parts = [[f for column in band.columns[a:b] for f in column] for a, b in apart]
        blocks = [block for part in parts for block in _free_blocks(rows_of(part, near=_FUSED), [], page)]
        return [line for _, lines in blocks for line in lines]
    table = _table_rows(rows, band)
    if _is_contents(table) or all(cells[0] and len(cells) == 2 and cells[0][-1].text.endswith(":") for cells in table):
        return [_line(part, _join(part), page) for row in rows for part in rows_of(row)]  # also 'label: value' lines
    return [_row_line(cells, page) for cells in table]


def _running_columns(rows: list[list[Fragment]], band: Band, drawn: list[int]) -> list[tuple[int, int]]:
    """Ranges of columns to read one after another, parted round columns of running text; [] where the band is a table.

    A table with running text in its cells is drawn row by row, a column of text in one go. Where all is drawn line by
    line across the page, that says nothing.
    """
    count = len(band.columns)
    prose = [i for i in range(count) if _is_prose(band.columns[i])]
    full = sum(len({band.column_of(f) for f in row}) > 1 for row in rows)
    returns = sum(b < a for a, b in pairwise(drawn))
    if len(prose) == count and full > 3 and returns >= 0.7 * (full - 1):
        return [(i, i + 1) for i in range(count)]
    at_once = [i for i in prose if sum(b == i != a for a, b in pairwise([-1, *drawn])) <= 2]
    if not at_once or (len(at_once) < count and max(len(rows_of(band.columns[i])) for i in at_once) < 6):
        return []
    cuts = sorted({0, count} | set(at_once) | {i + 1 for i in at_once})
    return list(pairwise(cuts))


def _is_prose(column: list[Fragment]) -> bool:
    """Most lines of the column are long, broken where the next word did not fit, and some go on inside a sentence."""
    rows = rows_of(column)
    texts = [_join(row) for row in rows]
    if len(rows) < 3 or sorted(len(text) for text in texts)[len(texts) // 2] < 20:
        return False
    right = max(row[-1].x1 for row in rows)
    wrapped = sum(_wraps(a, b, right) for a, b in pairwise(rows))
    inside = sum(text[0].isalpha() and not text[0].isupper() for text in texts[1:])
    return wrapped >= 0.6 * (len(rows) - 1) and inside >= 0.25 * (len(rows) - 1)


def _wraps(above: list[Fragment], below: list[Fragment], right: float) -> bool:
    """The first word of the lower line would not have fitted on the upper one."""
    first = below[0]
    per_character = (first.x1 - first.x0) / max(1, len(first.text))
    word = len(first.text.split(" ", 1)[0]) + 1
    return above[-1].x1 + word * per_character > right - 0.5 * first.size


def _table_rows(rows: list[list[Fragment]], band: Band) -> list[list[list[Fragment]]]:
    """The band as table rows of cells: a row that carries on a cell of the row above is put to it."""
    group_of: dict[int, int] = {}
    group, last = 0, -1
    for fragment in sorted((f for row in rows for f in row), key=lambda f: f.order):
        column = band.column_of(fragment)
        group += column < last
        last = column
        group_of[fragment.order] = group
    table: list[list[list[Fragment]]] = []
    for row in rows:
        cells = [[f for f in row if band.column_of(f) == i] for i in range(len(band.columns))]
        if table:
            above = table[-1]
            same = {group_of[f.order] for f in row} & {group_of[f.order] for cell in above for f in cell}
            carried = [(i, old, new) for i, (old, new) in enumerate(zip(above, cells)) if old and new]
            if same and carried and all(_wraps(rows_of(old)[-1], new, band.right[i] - 0.5 * new[0].size) for i, old, new in carried):
                table[-1] = [old + new for old, new in zip(above, cells)]
                continue
        table.append(cells)
    return table


def _is_contents(table: list[list[list[Fragment]]]) -> bool:
    """A table of contents: the last column holds page numbers that never fall."""
    last = [" ".join(f.text for f in cells[-1]) for cells in table if cells[-1]]
    if len(last) < 3 or not all(re.fullmatch(r"\d{1,3}", text) for text in last):
        return False
    numbers = [int(text) for text in last]
    return numbers == sorted(numbers) and all(any(c.isalpha() for cell in cells[:-1] for f in cell for c in f.text) for cells in table)
