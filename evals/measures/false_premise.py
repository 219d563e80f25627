"""False-premise correction: of questions that assume what is not so, the share answered with what the reports do say.

A correction says every fact of the case (the facts are what is so), and nothing forbidden (what the premise would lead to).
Source: FreshQA's false-premise questions (Vu et al., 2023), judged by literal wordings instead of people.
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial


def corrected(trial: Trial) -> Score:
    """Unscored for all but traps."""
    if trial.case.kind != "trap":
        return None
    return float(trial.answered and not trial.missing_facts and not trial.forbidden_said)


MEASURES = (Measure("corrected", "False premise corrected", corrected, "Share of false premises met with what the reports do say."),)
