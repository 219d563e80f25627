"""Plots as SVG, each with the table of its figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assistant.render import escape

ROW, LEFT, TOP = 24, 190, 34
"Pixels: height of a row, room for its name, room for short names of columns."
SLANTED_TOP = 215
"Room for long names of columns, written upwards."
CELL = 64
THEME_CELL = 40

SHAPES = {
    "inspection": ("circle", "inspection"),
    "peer review": ("square", "peer review"),
    "committee paper": ("diamond", "committee paper"),
}
OTHER = ("triangle", "other report")


def _shape(kind: str, x: float, y: float, r: float = 6) -> str:
    """A mark for a kind of report; told apart by shape and not by colour alone."""
    name, _ = SHAPES.get(kind, OTHER)
    if name == "circle":
        return f'<circle class="{name}" cx="{x:g}" cy="{y:g}" r="{r:g}"/>'
    if name == "square":
        return f'<rect class="{name}" x="{x - r:g}" y="{y - r:g}" width="{2 * r:g}" height="{2 * r:g}"/>'
    corners = {
        "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
        "triangle": ((0, -1.2), (1.2, 1), (-1.2, 1)),
    }[name]
    points = " ".join(f"{x + dx * r:g},{y + dy * r:g}" for dx, dy in corners)
    return f'<polygon class="{name}" points="{points}"/>'


def years_plot(values: Mapping[tuple[str, str], Sequence[str]], rows: Sequence[str], columns: Sequence[str]) -> str:
    """A mark for each report, areas down and years across; then the same as a table."""
    parts = []
    for i, row in enumerate(rows):
        y = TOP + ROW * i + ROW / 2
        parts.append(_row_name(row, y, LEFT + CELL * len(columns)))
        for j, column in enumerate(columns):
            kinds = values.get((row, column), ())
            x = LEFT + CELL * j + CELL / 2 - 8 * (len(kinds) - 1)
            parts += [_shape(kind, x + 16 * n, y) for n, kind in enumerate(kinds)]
    heads = [
        f'<text x="{LEFT + CELL * (j + 0.5):g}" y="22" text-anchor="middle">{escape(c)}</text>'
        for j, c in enumerate(columns)
    ]
    legend = "".join(
        f'<li><svg width="16" height="16" aria-hidden="true">{_shape(kind, 8, 8)}</svg> {words}</li>'
        for kind, (_, words) in ((*SHAPES.items(), ("other", OTHER)))
        if any(_of_kind(kind, v) for v in values.values())
    )
    svg = _svg("Reports by area and year", heads + parts, LEFT + CELL * len(columns), TOP + ROW * len(rows))
    cells = {key: ", ".join(SHAPES.get(kind, OTHER)[1] for kind in kinds) for key, kinds in values.items()}
    return f'<ul class="legend">{legend}</ul>{svg}{table("Reports by area and year", "Area", rows, columns, cells)}'


def _of_kind(kind: str, kinds: Sequence[str]) -> bool:
    return any(k == kind if kind in SHAPES else k not in SHAPES for k in kinds)


def themes_plot(values: Mapping[tuple[str, str], int], rows: Sequence[str], columns: Sequence[str]) -> str:
    """A square for each area and theme, its size the number of passages; then the same as a table."""
    most = max(values.values(), default=1)
    heads = [_slanted(name, LEFT + THEME_CELL * (j + 0.5) + 4) for j, name in enumerate(columns)]
    parts = []
    for i, row in enumerate(rows):
        y = SLANTED_TOP + ROW * i + ROW / 2
        parts.append(_row_name(row, y, LEFT + THEME_CELL * len(columns)))
        for j, column in enumerate(columns):
            if count := values.get((row, column), 0):
                half = max(1.5, (ROW - 4) / 2 * math.sqrt(count / most))
                x = LEFT + THEME_CELL * (j + 0.5)
                place = f'x="{x - half:g}" y="{y - half:.1f}"'
                parts.append(f'<rect class="amount" {place} width="{2 * half:.1f}" height="{2 * half:.1f}"/>')
    width = LEFT + THEME_CELL * len(columns) + 110
    svg = _svg("Passages by area and theme", heads + parts, width, SLANTED_TOP + ROW * len(rows))
    cells = {key: str(count) for key, count in values.items()}
    return f"{svg}{table('Passages by area and theme', 'Area', rows, columns, cells)}"


def _slanted(name: str, x: float) -> str:
    return f'<text transform="translate({x:g} {SLANTED_TOP - 8}) rotate(-60)">{escape(name)}</text>'


def _row_name(name: str, y: float, right: float) -> str:
    line = f'<line x1="{LEFT}" x2="{right:g}" y1="{y:g}" y2="{y:g}"/>'
    return f'{line}<text x="{LEFT - 10}" y="{y + 5:g}" text-anchor="end">{escape(name)}</text>'


def _svg(title: str, parts: Sequence[str], width: float, height: float) -> str:
    label = f"{title}. The same figures are in the table below the picture."
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}, picture">'
        f'<svg class="plot" role="img" aria-label="{label}" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}">{"".join(parts)}</svg></div>'
    )


def table(
    title: str, corner: str, rows: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[str, str], str]
) -> str:
    """The figures of a plot, folded."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(row)}</th>'
        + "".join(f"<td>{escape(cells.get((row, column), ''))}</td>" for column in columns)
        + "</tr>"
        for row in rows
    )
    return (
        f"<details><summary>{title} as a table</summary>"
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}, table"><table>'
        f'<thead><tr><th scope="col">{corner}</th>{head}</tr></thead><tbody>{body}</tbody></table></div></details>'
    )
