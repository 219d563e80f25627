"""Fact recall: share of a case's facts that the answer says.

A fact is a short wording (or several, any of which will do) that must stand in the answer, capitals, quotation marks, dashes
and spaces aside. Source: "nugget recall" of TREC's question answering track (Voorhees, 2003), with literal nuggets.
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial


def fact_recall(trial: Trial) -> Score:
    """Unscored where the case names no facts."""
    if not trial.case.facts:
        return None
    return 1 - len(trial.missing_facts) / len(trial.case.facts)


MEASURES = (Measure("fact_recall", "Facts said", fact_recall, "Share of the facts that a right answer holds."),)
