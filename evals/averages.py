"""Averages with intervals: what a figure over some cases says, and whether two runs differ by more than chance.

Efron's percentile bootstrap: the cases are drawn again with replacement, 2,000 times, always with the same seed, so that the
same scores give the same interval. Scores that are None ("unscored") are left out and counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DRAWS = 2000
SHARE = 0.95


@dataclass(frozen=True)
class Average:
    """The average of a measure over cases, or of a difference between two runs."""

    mean: float | None
    "None where nothing was scored."
    low: float | None
    "Lower end of the 95 % interval."
    high: float | None
    scored: int
    unscored: int


def average(values: Sequence[float | None]) -> Average:
    """The mean of what was scored, with its interval."""
    scored = [value for value in values if value is not None]
    if not scored:
        return Average(None, None, None, 0, len(values))
    low, high = _interval(scored)
    return Average(sum(scored) / len(scored), low, high, len(scored), len(values) - len(scored))


def paired(after: Mapping[str, float | None], before: Mapping[str, float | None]) -> Average:
    """The mean gain over cases (by id) that both runs scored; cases that only one scored count as unscored."""
    names = after.keys() | before.keys()
    both = sorted(name for name in names if after.get(name) is not None and before.get(name) is not None)
    gains = [after[name] - before[name] for name in both]
    found = average(gains)
    return Average(found.mean, found.low, found.high, found.scored, len(names) - len(both))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def _interval(values: Sequence[float]) -> tuple[float, float]:
    """2.5th and 97.5th percentile of the means of resampled values."""
    import numpy as np

    drawn = np.random.default_rng(0).integers(0, len(values), (DRAWS, len(values)))
    means = np.asarray(values, float)[drawn].mean(axis=1)
    tail = (1 - SHARE) / 2 * 100
    low, high = np.percentile(means, [tail, 100 - tail])
    return float(low), float(high)
