"""Plots as inline SVG: no script, no outside file; colours come from the page, so that they follow light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from evals.averages import percentile
from evals.summary import Group, number

WIDTH, LEFT, RIGHT, ROW, TOP = 720, 310, 90, 30, 26
BINS = 16


def shares(title: str, groups: Sequence[Group]) -> str:
    """A row for each group: the share that is right as a dot on its 95 % interval, and in figures."""
    height = TOP + ROW * len(groups) + 8
    span = WIDTH - LEFT - RIGHT

    def x(share: float) -> float:
        return LEFT + share * span

    parts = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<line class="grid" x1="{x(tick):.0f}" x2="{x(tick):.0f}" y1="{TOP}" y2="{height - 8}"/>')
        parts.append(f'<text class="tick" x="{x(tick):.0f}" y="{TOP - 9}" text-anchor="middle">{tick:.0%}</text>')
    for n, group in enumerate(groups):
        y = TOP + ROW * n + ROW / 2
        parts.append(f'<text x="{LEFT - 12}" y="{y + 5:.0f}" text-anchor="end">{escape(_short(group.name))}</text>')
        if group.right.mean is not None:
            parts.append(f'<line class="interval" x1="{x(group.right.low):.1f}" x2="{x(group.right.high):.1f}" y1="{y}" y2="{y}"/>')
            parts.append(f'<circle class="dot" cx="{x(group.right.mean):.1f}" cy="{y}" r="5.5"/>')
            right = round(group.right.mean * group.right.scored)
            parts.append(f'<text x="{WIDTH - RIGHT + 18}" y="{y + 5:.0f}">{right} of {group.cases}</text>')
    told = "; ".join(f"{group.name} {number(group.right.mean)} of {group.cases} cases" for group in groups)
    return _svg(height, title, told, parts)


def latency(title: str, seconds: Sequence[float]) -> str:
    """How many answers took how long, with the middle and the slow end marked."""
    if not seconds:
        return ""
    height, foot, left = 220, 44, 40
    middle, slow = percentile(seconds, 0.5), percentile(seconds, 0.95)
    # One very slow answer must not press all others into one bar.
    step = _round_up(max(slow * 1.3, 1e-3) / BINS)
    end = step * BINS
    counts = [0] * BINS
    for value in seconds:
        counts[min(BINS - 1, int(value / step))] += 1
    width = (WIDTH - left - 16) / BINS
    tallest = max(counts)

    def x(value: float) -> float:
        return left + min(value, end) / step * width

    base, room = height - foot, height - foot - 44
    parts = [f'<line class="grid" x1="{left}" x2="{WIDTH - 16}" y1="{base}" y2="{base}"/>']
    for n, count in enumerate(counts):
        if count:
            tall = count / tallest * room
            parts.append(f'<rect class="bar" x="{left + n * width + 1:.1f}" y="{base - tall:.1f}" width="{width - 2:.1f}" height="{tall:.1f}"/>')
    for n in range(0, BINS + 1, 4):
        anchor = "end" if n == BINS else "middle"
        parts.append(f'<text class="tick" x="{left + n * width:.0f}" y="{base + 18}" text-anchor="{anchor}">{step * n * 1000:.0f} ms</text>')
    for value, name, y in ((middle, "half within", 32), (slow, "19 of 20 within", 16)):
        parts.append(f'<line class="mark" x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{y - 10}" y2="{base}"/>')
        side, gap = ("end", -6) if x(value) > WIDTH / 2 else ("start", 6)
        parts.append(f'<text x="{x(value) + gap:.1f}" y="{y}" text-anchor="{side}">{name} {value * 1000:.0f} ms</text>')
    beyond = sum(value >= end for value in seconds)
    if beyond:
        parts.append(f'<text class="tick" x="{WIDTH - 16}" y="{height - 6}" text-anchor="end">the last bar holds {beyond} slower, up to {max(seconds):.1f} s</text>')
    told = f"Half of {len(seconds)} answers took up to {middle * 1000:.0f} milliseconds, 19 of 20 up to {slow * 1000:.0f}, the slowest {max(seconds) * 1000:.0f}."
    return _svg(height, title, told, parts)


def _svg(height: float, title: str, told: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title, quote=True)}. {escape(told, quote=True)}">'
        f"{''.join(parts)}</svg>"
    )


def _short(name: str) -> str:
    """A name that fits beside its row; the whole name stands in the table below the plot."""
    return name if len(name) <= 42 else name[:41] + "…"


def _round_up(value: float) -> float:
    """1, 2 or 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)
