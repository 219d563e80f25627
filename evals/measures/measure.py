"""What a measure is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evals.trial import Score, Trial


@dataclass(frozen=True)
class Measure:
    """One figure of every case."""

    name: str
    "As gates and result files name it."
    label: str
    "As a reader sees it."
    of: Callable[[Trial], Score]
    says: str
    "What the figure means, in one sentence for a reader."
    judges: bool = True
    "True where more is better; False for a figure that only informs, which no gate may rest on."
    percentiles: bool = False
    "True where the middle and the slow end say more than the mean."
