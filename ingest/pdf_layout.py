"""Lines of a page in reading order, out of its glyphs and ruled edges."""

from __future__ import annotations

from ingest.model import Line
from ingest.pdf_carried import carried_rows
from ingest.pdf_columns import FUSED, text_blocks
from ingest.pdf_fragments import Fragment, Glyph, find_fragments, row_line, rows_of
from ingest.pdf_grids import Edge, Grid, find_grids


def lines_of(
    glyphs: list[Glyph], edges: list[Edge], page: int | None, carried: tuple[float, ...] = (), height: float = 0.0
) -> list[Line]:
    """The page's lines in reading order, an empty one where a ruled line parts two boxes of text.

    `carried`: left edges of the columns of a table without ruled lines that the page before leaves open.
    """
    grids, boxes = find_grids(edges)
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
    tables = [grids[i] for i in in_grid]
    rows = rows_of(free, near=FUSED)
    first, end, carried_on = carried_rows(rows, carried, height, tables, page)
    blocks += carried_on
    return _boxed(_merge(text_blocks(rows[:first] + rows[end:], tables, page), blocks), boxes)


def _boxed(lines: list[Line], boxes: list[Grid]) -> list[Line]:
    """The lines with an empty one wherever a ruled line between two boxes stands."""
    out: list[Line] = []
    for line in lines:
        if out and any(_parts(box, out[-1], line) for box in boxes):
            out.append(Line("", page=line.page))
        out.append(line)
    return out


def _parts(box: Grid, above: Line, below: Line) -> bool:
    """Whether two lines stand in two of the boxes."""
    cells = [box.cell(*middle) for middle in (_centre(above), _centre(below))]
    return None not in cells and cells[0] != cells[1]


def _centre(line: Line) -> tuple[float, float]:
    return (line.x0 + line.x1) / 2, (line.top + line.bottom) / 2


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
