"""Verbatim share: share of an answer's citations whose quote stands word for word in the report it names.

The report's text is read from the knowledge base again, apart from the answer path's own check, and compared letter by letter
with case, quotation marks and spaces aside. Source: none; "quotes are quotes" is the project's first promise, so this is a hard
limit of every gate.
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial
from evals.wording import squashed


def verbatim(trial: Trial) -> Score:
    """Unscored for an answer without citations."""
    if not trial.answer.citations:
        return None
    true = [bool(squashed(c.quote)) and squashed(c.quote) in trial.text_of(c.report_id) for c in trial.answer.citations]
    return sum(true) / len(true)


MEASURES = (Measure("verbatim", "Verbatim", verbatim, "Share of quotes that stand word for word in the report they name."),)
