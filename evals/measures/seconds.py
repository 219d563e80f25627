"""Seconds from question to answer in a process that has answered before: p50 and p95 over the cases.

They depend on the machine and what else it does, so gates leave them alone; `python -m evals.bench` measures speed with care.
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial


def seconds(trial: Trial) -> Score:
    """Wall-clock seconds."""
    return trial.seconds


MEASURES = (
    Measure("seconds", "Seconds", seconds, "From question to answer: half within; 19 of 20 within.", judges=False, percentiles=True),
)
