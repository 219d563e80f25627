"""Polarity: of the gold quotes that are known to praise or to worry, and that the answer quotes, the share shown as such.

A quote's side is the role of the point that cites it; a recommendation counts as a concern, since it names what is to mend.
Without a role that takes a side ("answer", "context") a reader cannot tell, so it counts as not told. Source: none known to us
for answers; as a task it is aspect-based sentiment (SemEval-2014 Task 4).
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial

SIDES = {"strength": "strength", "concern": "concern", "recommendation": "concern"}


def polarity(trial: Trial) -> Score:
    """Unscored where no gold quote with a side is quoted."""
    told = []
    for gold, quoted in zip(trial.case.gold, trial.gold_quoted):
        if not gold.side or not quoted:
            continue
        fullest = trial.citing(gold)[0].number
        roles = {point.role for point in trial.answer.points if any(c.number == fullest for c in point.citations)}
        told.append(gold.side in {SIDES.get(role) for role in roles})
    return sum(told) / len(told) if told else None


MEASURES = (Measure("polarity", "Strength told from concern", polarity, "Share of quotes with a known side that are shown on it."),)
