"""Words: how much there is to read; citation numbers and markdown are not words. Median and the long end are shown.

A careful person answers such sets in 40 to 75 words (median), so longer is not better, and the figure only informs.
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial


def words(trial: Trial) -> Score:
    """Words of the answer."""
    return float(sum(any(sign.isalnum() for sign in word) for word in trial.text.split()))


MEASURES = (Measure("words", "Words", words, "Words of the answer: half have no more; 19 of 20 have no more.", judges=False, percentiles=True),)
