"""Ruled tables: where the straight lines of a page make columns and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

_MOST_EDGES = 3000
"A page with more ruled lines is a drawing."


class Edge(NamedTuple):
    """A straight ruled line; horizontal where y0 == y1, vertical where x0 == x1."""

    x0: float
    y0: float
    x1: float
    y1: float


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


def find_grids(edges: list[Edge], near: float = 3.0) -> tuple[list[Grid], list[Grid]]:
    """Ruled tables of two columns or more, and boxes one below the other (of one column), from edges that touch."""
    grids, boxes = [], []
    for hs, vs in _touching(edges, near):
        if len(hs) < 2 or not vs:
            continue
        xs = _levels([v[0] for v in vs] + [min(h[1] for h in hs), max(h[2] for h in hs)], near)
        ys = _levels([h[0] for h in hs], near)
        if len(xs) < 2 or len(ys) < 2:
            continue
        ruled = tuple(
            tuple(any(abs(h[0] - y) <= near and h[1] <= (left + right) / 2 <= h[2] for h in hs) for y in ys)
            for left, right in pairwise(xs)
        )
        if len(xs) > 2:
            grids.append(Grid(tuple(xs), tuple(ys), ruled))
        elif len(ys) > 2 and len(_levels([v[0] for v in vs], near)) == 2:
            boxes.append(Grid(tuple(xs), tuple(ys), ruled))
    return grids, boxes


def _touching(edges: list[Edge], near: float) -> Iterator[tuple[list, list]]:
    """Horizontal and vertical edges (level, from, to) that touch, group by group."""
    if len(edges) > _MOST_EDGES:
        return
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
    yield from groups.values()


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
