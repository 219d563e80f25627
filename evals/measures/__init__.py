"""What a run is judged by: one small file a measure, whose docstring is its definition and source."""

from __future__ import annotations

from evals.measures import (
    abstention,
    across,
    citations,
    facts,
    false_premise,
    gold,
    lists,
    polarity,
    retrieval,
    right,
    seconds,
    verbatim,
    words,
    written,
)
from evals.measures.measure import Measure
from evals.trial import Score, Trial

MEASURES: tuple[Measure, ...] = (
    *right.MEASURES,
    *facts.MEASURES,
    *gold.MEASURES,
    *citations.MEASURES,
    *verbatim.MEASURES,
    *abstention.MEASURES,
    *false_premise.MEASURES,
    *polarity.MEASURES,
    *lists.MEASURES,
    *across.MEASURES,
    *retrieval.MEASURES,
    *words.MEASURES,
    *seconds.MEASURES,
)
"Every measure, in the order in which reports show them."

WRITTEN = written.MEASURES
"Measures of runs in which a language model writes."

BY_NAME = {measure.name: measure for measure in MEASURES}


def scores_of(trial: Trial) -> dict[str, Score]:
    """Every measure of one trial, by name; those of written answers where a language model was asked to write it."""
    measures = (*MEASURES, *(WRITTEN if trial.answer.writing else ()))
    return {measure.name: measure.of(trial) for measure in measures}
