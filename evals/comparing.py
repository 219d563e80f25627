"""Two runs side by side: first the cases that turned, then the averages with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evals.averages import Average, average, paired
from evals.measures import MEASURES, WRITTEN
from evals.measures.measure import Measure
from evals.runs import Run

ROUNDING = 1e-3
"Result files keep four places; smaller differences are none."


@dataclass(frozen=True)
class Change:
    """One measure in both runs."""

    measure: Measure
    before: Average
    after: Average
    gain: Average
    "Paired, over the cases that both runs scored."

    @property
    def verdict(self) -> str:
        """'better' or 'worse' where the gain's interval leaves zero out, else ''."""
        if self.gain.low is None or not self.measure.judges:
            return ""
        return "better" if self.gain.low > 0 else "worse" if self.gain.high < 0 else ""


@dataclass(frozen=True)
class Comparison:
    """What changed from one run to another."""

    before: Run
    after: Run
    newly_wrong: tuple[str, ...]
    "Ids of cases that were right and are not now."
    newly_right: tuple[str, ...]
    moved: Mapping[str, tuple[str, ...]]
    "For other cases: the measures that changed, by id."
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    "What else differs: the set, the corpus, the code …"

    @property
    def shown(self) -> list[Change]:
        """The changes that say something: of measures that both runs scored, and of a writer that only one had."""
        return [c for c in self.changes if c.gain.mean is not None or (c.measure in WRITTEN and c.before.scored + c.after.scored)]


def compare(after: Run, before: Run) -> Comparison:
    """How a run differs from an earlier one."""
    old = {row.id: row for row in before.scored}
    new = {row.id: row for row in after.scored}
    both = [name for name in new if name in old]
    turned = {name: (new[name].scores.get("right") or 0) - (old[name].scores.get("right") or 0) for name in both}
    moved = {}
    for name in both:
        if turned[name] == 0:
            measures = [m.name for m in MEASURES if m.judges and differs(old[name].scores.get(m.name), new[name].scores.get(m.name))]
            if measures:
                moved[name] = tuple(measures)
    return Comparison(
        before,
        after,
        tuple(name for name in both if turned[name] < 0),
        tuple(name for name in both if turned[name] > 0),
        moved,
        tuple(name for name in old if name not in new),
        tuple(name for name in new if name not in old),
        tuple(_change(measure, after, before) for measure in (*MEASURES, *WRITTEN)),
        tuple(_notes(after, before)),
    )


def differs(before: float | None, after: float | None) -> bool:
    """Whether a score changed by more than the rounding of result files."""
    if before is None or after is None:
        return before is not after
    return abs(before - after) > ROUNDING


def _change(measure: Measure, after: Run, before: Run) -> Change:
    old, new = before.scores(measure.name), after.scores(measure.name)
    return Change(measure, average(list(old.values())), average(list(new.values())), paired(new, old))


def _notes(after: Run, before: Run) -> list[str]:
    named = {
        "sets": "the question sets",
        "corpus": "the reports in the knowledge base",
        "settings": "the settings",
        "code": "the code that answers",
        "prompts": "the prompts",
        "versions": "Python or a package",
    }
    changed = [words for name, words in named.items() if getattr(after.config, name) != getattr(before.config, name)]
    notes = [f"Changed since: {', '.join(changed)}."] if changed else []
    if not after.finished:
        notes.append(f"The run was stopped after {len(after.scored)} of {len(after.cases)} cases.")
    return notes
