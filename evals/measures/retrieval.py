"""Retrieval: recall@5, recall@10, nDCG@10 and MRR of the passages that search brought forward, against the passages of the gold.

Computed by ir_measures (MacAvaney, Macdonald and Ounis, ECIR 2022): R@k, nDCG@k (Järvelin and Kekäläinen, 2002) and RR, with
every gold passage equally relevant. Passages count in the order of the rerank, or of the fusion where nothing was reranked.
Unscored where the answer was found without such a search (a printed list, a comparison) and where the case has no gold.
"""

from functools import lru_cache

from evals.measures.measure import Measure
from evals.trial import Score, Trial

NAMES = {"recall_at_5": "R@5", "recall_at_10": "R@10", "ndcg_at_10": "nDCG@10", "mrr": "RR"}


def ranking(trial: Trial) -> list[str]:
    """Ids of the passages that search brought forward, best first."""
    def standing(candidate) -> float:
        return candidate.scores.get("late", candidate.scores.get("fusion", 0.0))

    return [candidate.passage_id for candidate in sorted(trial.answer.candidates, key=standing, reverse=True)]


def _of(name: str):
    def measure(trial: Trial) -> Score:
        relevant = tuple(sorted({passage_id for passages in trial.held for passage_id in passages}))
        ranked = tuple(ranking(trial))
        return _computed(relevant, ranked)[name] if relevant and ranked else None

    return measure


@lru_cache(maxsize=1)
def _computed(relevant: tuple[str, ...], ranked: tuple[str, ...]) -> dict[str, float]:
    """The four figures; they are asked for one after the other, so the last is kept."""
    import ir_measures

    judged = [ir_measures.Qrel("case", passage_id, 1) for passage_id in relevant]
    run = [ir_measures.ScoredDoc("case", passage_id, -rank) for rank, passage_id in enumerate(ranked)]
    measures = {ir_measures.parse_measure(written): name for name, written in NAMES.items()}
    return {measures[found.measure]: found.value for found in ir_measures.iter_calc(list(measures), judged, run)}


MEASURES = (
    Measure("recall_at_5", "Recall@5", _of("recall_at_5"), "Share of gold passages among the first five that search found."),
    Measure("recall_at_10", "Recall@10", _of("recall_at_10"), "Share of gold passages among the first ten."),
    Measure("ndcg_at_10", "nDCG@10", _of("ndcg_at_10"), "How far up the first ten the gold passages stand."),
    Measure("mrr", "MRR", _of("mrr"), "One divided by the rank of the first gold passage."),
)
