"""List completeness and order: share of a list's items that the answer says, and whether it keeps their order.

The items are the case's gold quotes, or its facts where it has more of those. Order is the longest run of said items that
stand in the right order, as a share of the items said (longest increasing subsequence; Kendall's tau would punish one item out
of place many times). Source: set recall, and the LCS share of ROUGE-L (Lin, 2004).
"""

from bisect import bisect_left

from evals.measures.measure import Measure
from evals.trial import Score, Trial
from evals.wording import COVERED, covered, even, said


def list_complete(trial: Trial) -> Score:
    """Unscored for all but lists."""
    places = _places(trial)
    return None if places is None else sum(place is not None for place in places) / len(places)


def list_in_order(trial: Trial) -> Score:
    """Unscored for all but lists with two items said."""
    places = [place for place in _places(trial) or () if place is not None]
    if len(places) < 2:
        return None
    ends: list[int] = []  # ends[n]: smallest end of a rising run of n + 1 places
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends) / len(places)


def _places(trial: Trial) -> list[int | None] | None:
    """Where each item stands in the answer: number of the point, or character of the text; None where it is not said."""
    case = trial.case
    if case.kind != "list" or not (case.gold or case.facts):
        return None
    if len(case.facts) > len(case.gold):
        options = [[fact] if isinstance(fact, str) else fact for fact in case.facts]
        # A short needle may stand in the line that introduces the list, so the last place counts.
        return [max(trial.text.rfind(even(option)) for option in fact) if said(fact, trial.text) else None for fact in options]
    places = []
    for gold in case.gold:
        shares = [
            (covered(gold.quote, [c.quote for c in point.citations]), -number)
            for number, point in enumerate(trial.answer.points)
        ]
        share, number = max(shares, default=(0.0, 0))
        places.append(-number if share >= COVERED else None)
    return places


MEASURES = (
    Measure("list_complete", "List complete", list_complete, "Share of a list's items that the answer says."),
    Measure("list_in_order", "List in order", list_in_order, "Share of those items that stand in the printed order."),
)
