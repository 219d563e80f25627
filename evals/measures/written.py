"""Written answers: how many there are, and what the checks cut before a reader saw it. Only of runs with a language model.

Cut is the share of the model's sentences that were taken out or gave way to a quote. Failed is the share of the answers given
to the model that stand in quotes after all: it could not be reached, was too slow, or none of its sentences could be checked.
All other measures judge what a reader sees, written or quoted. Source: none; the complement of ALCE's citation recall (Gao et
al., EMNLP 2023) before mending, judged by our own check.
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial


def written(trial: Trial) -> Score:
    """Unscored where no answer was given to the model, as for lists and refusals."""
    return None if trial.answer.writing is None else float(any(point.written for point in trial.answer.points))


def failed(trial: Trial) -> Score:
    """Unscored where no answer was given to the model."""
    return None if trial.answer.writing is None else float(bool(trial.answer.writing.failed))


def cut(trial: Trial) -> Score:
    """Unscored where the model wrote no sentence."""
    writing = trial.answer.writing
    return (writing.replaced + writing.removed) / writing.sentences if writing and writing.sentences else None


def unknown_citations(trial: Trial) -> Score:
    """How many; unscored where the model wrote no sentence."""
    writing = trial.answer.writing
    return float(writing.unknown_citations) if writing and writing.sentences else None


MEASURES = (
    Measure("written", "Written", written, "Share of the answers given to the model that hold a sentence of its own.", judges=False),
    Measure("write_failed", "Failed to be written", failed, "Share of the answers given to the model that are quoted instead.", judges=False),
    Measure("cut", "Sentences cut", cut, "Share of the model's sentences that were taken out or replaced by a quote, a mean over answers.", judges=False),
    Measure("unknown_citations", "Unknown citations", unknown_citations, "Numbers an answer cited that no passage has, and that were taken out.", judges=False),
)
