"""Citation recall and precision, after ALCE (Gao et al., "Enabling Large Language Models to Generate Text with Citations",
EMNLP 2023), adapted to answers that are made of quotes.

Recall: share of the answer's statements that their own citations bear out. ALCE asks an inference model; here a statement is
borne out where the quotes it cites hold 70 % of its word trigrams, which for a quote is its whole and for written prose a
strict test. The assistant's own words ("13 of 13 …") introduce and count as no statement.

Precision: share of the citations that are to the point. ALCE drops each citation to see whether it was needed; here a citation
is to the point where it stands in a passage that holds gold, or where its quote says one of the case's facts. Gold is not
exhaustive, so this is a lower bound: it compares runs, and does not grade one.
"""

from evals.measures.measure import Measure
from evals.trial import Score, Trial
from evals.wording import COVERED, covered, even, said


def citation_recall(trial: Trial) -> Score:
    """Unscored for an answer without statements, such as a refusal."""
    statements = [point for point in trial.answer.points if not point.ours]
    if not statements or not trial.answered:
        return None
    borne = [covered(point.text, [c.quote for c in point.citations]) >= COVERED for point in statements]
    return sum(borne) / len(borne)


def citation_precision(trial: Trial) -> Score:
    """Unscored for a refusal, and where the case has no gold."""
    if not trial.answered or not trial.answer.citations or not trial.case.gold:
        return None
    gold = {passage_id for passages in trial.held for passage_id in passages}
    good = [
        c.passage_id in gold or any(said(fact, even(c.quote)) for fact in trial.case.facts) for c in trial.answer.citations
    ]
    return sum(good) / len(good)


MEASURES = (
    Measure("citation_recall", "Statements borne out", citation_recall, "Share of statements whose own citations hold their words."),
    Measure("citation_precision", "Citations to the point", citation_precision, "Share of citations in gold passages or with a fact."),
)
