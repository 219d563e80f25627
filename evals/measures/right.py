"""Right: the one figure that decides whether a case counts as newly wrong or newly right.

A question that can be answered is right where the answer says every fact, says nothing that is forbidden, and its citations
quote at least half of the gold quotes. One that cannot be is right where the answer says "not in the reports", and nothing
forbidden. Source: the question sets' own rule; all-or-nothing as SQuAD's exact match (Rajpurkar et al., 2016) is.
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial

HALF = 0.5


def right(trial: Trial) -> Score:
    """1 or 0."""
    if trial.forbidden_said:
        return 0.0
    if not trial.case.answerable:
        return float(trial.answer.status == "not_found")
    enough_gold = not trial.gold_quoted or sum(trial.gold_quoted) / len(trial.gold_quoted) >= HALF
    return float(trial.answered and not trial.missing_facts and enough_gold)


def clean(trial: Trial) -> Score:
    """1 where nothing forbidden is said; unscored where the case forbids nothing."""
    return float(not trial.forbidden_said) if trial.case.forbidden else None


MEASURES = (
    Measure("right", "Right", right, "Every fact said, nothing forbidden, the gold quoted; or refused where nothing answers."),
    Measure("clean", "Nothing forbidden", clean, "No other area's figure and no invented name is in the answer."),
)
