"""Reading order of what stands outside ruled tables: columns one after another, aligned columns as table rows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.model import Line
from ingest.pdf_fragments import APART, Fragment, join, line_of, row_line, rows_of
from ingest.pdf_grids import Grid

FUSED = 0.65
"Baselines within this many font sizes are one row where columns are looked for."
_WIDE = 1.5
"A gap of this many font sizes is a gutter by itself; a narrower one needs text that lines up to its right."
_MARKER = re.compile(r"[^\w\s]{1,2}|o|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,3}(?:\.\d{1,3})+\.?")
"A bullet or number that is drawn apart from the text it belongs to."


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


def text_blocks(rows: list[list[Fragment]], grids: list[Grid], page: int | None) -> list[tuple[float, list[Line]]]:
    """Blocks (top, lines) of what stands outside ruled tables."""
    if not rows:
        return []
    margin = max(f.x1 for row in rows for f in row)
    rows = [with_markers(row) for row in rows]
    blocks: list[tuple[float, list[Line]]] = []
    start = 0
    while start < len(rows):
        end = _band_end(rows, start, grids)
        lines = _band_lines(rows[start:end], margin, page) if end - start > 1 else None
        if lines is None:
            end = start + 1
            lines = [line_of(row, join(row), page) for row in rows_of(rows[start])]
        blocks.append((min(f.top for f in rows[start]), lines))
        start = end
    return blocks


def with_markers(row: list[Fragment]) -> list[Fragment]:
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
            if min(b, d) - max(a, c) >= APART * size
        ]
        if not left:
            break
        gutters = left
        end += 1
    while (
        end > start + 1
        and len(rows[end - 1]) == 1
        and len(rows[end - 2]) == 1
        and not _both_sides(rows[start:end], gutters)
    ):
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
    least = APART * max(f.size for f in row) if inner else 0.0
    return [(a[1], b[0]) for a, b in pairwise(spans) if b[0] - a[1] > least]


def _columns(rows: list[list[Fragment]], margin: float) -> Band | None:
    """The band's columns, parted where almost no row has text; None where fewer than two rows fill two columns."""
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
            if since is not None and (x - since >= _WIDE * size or (x - since >= APART * size and _lined_up(rows, x))):
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
        blocks = [block for part in parts for block in text_blocks(rows_of(part, near=FUSED), [], page)]
        return [line for _, lines in blocks for line in lines]
    table = table_rows(rows, band)
    if _is_contents(table) or all(cells[0] and len(cells) == 2 and cells[0][-1].text.endswith(":") for cells in table):
        return [line_of(part, join(part), page) for row in rows for part in rows_of(row)]  # also 'label: value' lines
    return [row_line(cells, page, band.left) for cells in table]


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
    texts = [join(row) for row in rows]
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


def table_rows(rows: list[list[Fragment]], band: Band) -> list[list[list[Fragment]]]:
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
            carried = [(i, old, new) for i, (old, new) in enumerate(zip(above, cells)) if new]
            if (
                same
                and all(old for _, old, _ in carried)  # a cell begins on the first line of its row
                and all(_wraps(rows_of(old)[-1], new, band.right[i] - 0.5 * new[0].size) for i, old, new in carried)
            ):
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
    return numbers == sorted(numbers) and all(
        any(c.isalpha() for cell in cells[:-1] for f in cell for c in f.text) for cells in table
    )
