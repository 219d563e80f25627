"""Lines of a page in reading order, out of its glyphs and ruled edges."""

from __future__ import annotations

from ingest.model import Line
from ingest.pdf_columns import FUSED, text_blocks
from ingest.pdf_fragments import Fragment, Glyph, find_fragments, row_line, rows_of
from ingest.pdf_grids import Edge, Grid, find_grids


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
    return _merge(text_blocks(rows_of(free, near=FUSED), [grids[i] for i in in_grid], page), blocks)


def _middle(fragment: Fragment) -> tuple[float, float]:
    return min(fragment.x0 + fragment.size, (fragment.x0 + fragment.x1) / 2), (fragment.top + fragment.bottom) / 2


def _merge(text: list[tuple[float, list[Line]]], tables: list[tuple[float, list[Line]]]) -> list[Line]:
    """Blocks from top to bottom."""
    return [line for _, lines in sorted(text + tables, key=lambda block: block[0]) for line in lines]


def _grid_rows(grid: Grid, members: list[Fragment], page: int | None) -> list[Line]:
    """One line a row of the table; the lines of a cell are joined with a space."""
    rows: dict[int, dict[int, list[Fragment]]] = {}
    for fragment in members:
        row, column = grid.cell(*_middle(fragment))
        rows.setdefault(row, {}).setdefault(column, []).append(fragment)
    columns = [c for c in range(len(grid.xs) - 1) if any(c in cells for cells in rows.values())]
    return [row_line([rows[r].get(c, []) for c in columns], page) for r in sorted(rows)]
