"""Abstention as two rates, which pull against each other: answered where the reports answer, refused where they do not.

One figure for both would hide which way a change went. Source: SQuAD 2.0's HasAns and NoAns (Rajpurkar, Jia and Liang, 2018).
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial


def answered(trial: Trial) -> Score:
    """1 where a question that can be answered was; unscored for the others."""
    return float(trial.answered) if trial.case.answerable else None


def refused(trial: Trial) -> Score:
    """1 where a question that cannot be answered got 'not in the reports'; unscored for the others."""
    return None if trial.case.answerable else float(trial.answer.status == "not_found")


MEASURES = (
    Measure("answered", "Answered when it can be", answered, "Share of the answerable questions that got an answer."),
    Measure("refused", "Refused when it cannot", refused, "Share of the unanswerable questions that were refused."),
)
