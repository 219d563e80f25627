"""Across: precision and recall of the set of reports that an answer cites, where the complete set is known.

Precision is the share of cited reports that belong in the answer, recall the share of those that belong which are cited.
Source: set-based evaluation (van Rijsbergen, 1979).
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial
from evals.wording import stem_of


def _cited(trial: Trial) -> set[str]:
    return {stem_of(citation.file) for citation in trial.answer.citations} if trial.answered else set()


def across_precision(trial: Trial) -> Score:
    """Unscored where the complete set is not known or no report is cited."""
    cited = _cited(trial)
    wanted = {stem_of(document) for document in trial.case.complete_documents}
    return len(cited & wanted) / len(cited) if wanted and cited else None


def across_recall(trial: Trial) -> Score:
    """Unscored where the complete set is not known."""
    wanted = {stem_of(document) for document in trial.case.complete_documents}
    return len(_cited(trial) & wanted) / len(wanted) if wanted else None


MEASURES = (
    Measure("across_precision", "Across: no extra report", across_precision, "Share of the cited reports that belong in the answer."),
    Measure("across_recall", "Across: no report missing", across_recall, "Share of the reports that belong which are cited."),
)
