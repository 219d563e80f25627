"""Gold recall: share of a case's gold quotes that the answer's citations quote; and whether gold is held at all.

A gold quote counts as quoted where citations of its report hold 70 % of its word trigrams together (sentences are cut and
joined). Gold at its place asks besides that one of those citations stands at the page or printed label that the case names.
Gold held is a check of the knowledge base, not of the answer: a set whose gold is gone can no longer judge.
Source: answer-sentence recall with n-gram overlap, after ROUGE-3 recall (Lin, 2004).
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial


def gold_recall(trial: Trial) -> Score:
    """Unscored where the case has no gold."""
    return sum(trial.gold_quoted) / len(trial.gold_quoted) if trial.case.gold else None


def gold_placed(trial: Trial) -> Score:
    """Of the gold quoted, the share cited at its place; unscored where none is quoted or no place is named."""
    verdicts = []
    for gold, quoted in zip(trial.case.gold, trial.gold_quoted):
        if quoted and (gold.page is not None or gold.label):
            verdicts.append(any(_stands(citation, gold) for citation in trial.citing(gold)))
    return sum(verdicts) / len(verdicts) if verdicts else None


def _stands(citation, gold) -> bool:
    # A format without pages cannot be held to one.
    pages = {part.page for part in citation.parts} - {None}
    return (gold.page is None or not pages or gold.page in pages) and (not gold.label or gold.label == citation.label)


def gold_held(trial: Trial) -> Score:
    """Share of the gold quotes that stand in the knowledge base."""
    return sum(bool(passages) for passages in trial.held) / len(trial.held) if trial.case.gold and trial.held else None


MEASURES = (
    Measure("gold_recall", "Gold quoted", gold_recall, "Share of the passages of a right answer that the citations quote."),
    Measure("gold_placed", "Gold at its place", gold_placed, "Of those, the share cited with the right page or printed label."),
    Measure("gold_held", "Gold held", gold_held, "Share of the gold that stands in the knowledge base at all."),
)
