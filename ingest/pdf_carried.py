"""A table without ruled lines that goes on at the top of the next page: its columns are known from the page before."""

from __future__ import annotations

from ingest.furniture import BAND, EDGE
from ingest.model import Line, Page
from ingest.pdf_columns import Band, table_rows, with_markers
from ingest.pdf_fragments import Fragment, row_line
from ingest.pdf_grids import Grid

_NEAR = 1.5
"Points by which the left edges of a column may differ."
_LOW = 2 / 3
"Share of the page's height that a table must reach to go on overleaf."
_APART = 1.6
"White space of this many font sizes ends a table."


def open_columns(page: Page | None) -> tuple[float, ...]:
    """Left edges of the columns of the unruled table that ends the page's body; () where none does."""
    rows = [line for line in page.lines if line.columns] if page and page.height else []
    if not rows:
        return ()
    last = max(rows, key=lambda line: line.top)
    under = [line.top for line in page.lines if line.top is not None and line.top > last.top + 1]
    if last.bottom < _LOW * page.height or any(top < (1 - BAND) * page.height for top in under):
        return ()
    return last.columns


def carried_rows(
    rows: list[list[Fragment]], left: tuple[float, ...], height: float, grids: list[Grid], page: int | None
) -> tuple[int, int, list[tuple[float, list[Line]]]]:
    """The first rows of a page's body that begin exactly at the columns `left`: their range and (top, lines).

    One of them at least fills two columns; a paragraph at the left margin begins at the first column too.
    """
    if not left:
        return 0, 0, []
    rows = [with_markers(row) for row in rows]
    start = next((n for n, row in enumerate(rows) if _bottom(row) > EDGE * height), len(rows))
    while start < len(rows):
        end = _end(rows, start, left)
        if end > start and not any(grid.ys[-1] <= _top(rows[start]) for grid in grids):
            band = Band(tuple([] for _ in left), left, left[1:] + (max(f.x1 for row in rows for f in row),))
            lines = [row_line(cells, page, left) for cells in table_rows(rows[start:end], band)]
            return start, end, [(_top(rows[start]), lines)]
        if _bottom(rows[start]) > BAND * height:  # what stands above may be a running head
            break
        start += 1
    return 0, 0, []


def _end(rows: list[list[Fragment]], start: int, left: tuple[float, ...]) -> int:
    """The row after the last of the table that begins with `start`; `start` where none does."""
    end = start
    while end < len(rows) and _fits(rows[end], left):
        if end > start and _gap(rows, end) > _APART * rows[end][0].size:
            break
        end += 1
    full = max((n for n in range(start, end) if len(rows[n]) > 1), default=None)
    if full is None:
        return start
    usual = max((_gap(rows, n) for n in range(start + 1, full + 1)), default=None)
    last = full + 1
    while last < end and usual is not None and _gap(rows, last) <= usual + 1:
        last += 1
    return last


def _fits(row: list[Fragment], left: tuple[float, ...]) -> bool:
    """Whether each piece of the row begins at a column of its own and ends before the next."""
    at = [next((i for i, x in enumerate(left) if abs(x - f.x0) <= _NEAR), None) for f in row]
    if None in at or len(set(at)) < len(at):
        return False
    return all(i + 1 == len(left) or f.x1 < left[i + 1] for i, f in zip(at, row))


def _top(row: list[Fragment]) -> float:
    return min(f.top for f in row)


def _bottom(row: list[Fragment]) -> float:
    return max(f.bottom for f in row)


def _gap(rows: list[list[Fragment]], n: int) -> float:
    """White space above a row."""
    return _top(rows[n]) - _bottom(rows[n - 1])
