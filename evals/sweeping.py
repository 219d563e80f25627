"""Ablations: a set run once for each variant, and a table of what each changes, so that a decision can point to a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evals.averages import average, paired, percentile
from evals.runs import Run
from evals.running import RUNS, Progress, run_sets
from evals.variants import open_variant, reindex, variants_of
from ingest.settings import Settings

SHOWN = {"right": "right", "gold_recall": "gold quoted", "refused": "refused", "recall_at_5": "recall@5", "mrr": "MRR"}


@dataclass(frozen=True)
class Swept:
    """The runs of a sweep, the assistant as it is first."""

    folder: Path
    runs: tuple[tuple[str, Run], ...]
    "Name of the variant and its run."


def sweep(sets: Sequence[Path], settings: Settings, vary: Sequence[str], out: Path | None, progress: Progress) -> Swept:
    """Runs the sets under every variant; an interrupted sweep keeps the runs that it finished."""
    folder = out or RUNS / f"sweep-{datetime.now(UTC):%Y-%m-%d-%H%M%S}"
    runs = []
    for variant in variants_of(settings, vary):
        place = folder / re.sub(r"[^\w.=-]+", "-", variant.name)
        if variant.reindexed:
            variant = reindex(variant, place / "index")
        with open_variant(variant) as engine:
            runs.append((variant.name, run_sets(sets, variant.settings, place / "run", engine=engine, progress=progress)))
    return Swept(folder, tuple(runs))


def table(swept: Swept) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Heads and rows: each variant's averages, below them the paired gain against the first and its 95 % interval."""
    base = swept.runs[0][1]
    rows = []
    for name, run in swept.runs:
        cells = [name]
        for measure in SHOWN:
            mean = average(list(run.scores(measure).values())).mean
            gain = paired(run.scores(measure), base.scores(measure))
            change = "" if run is base or gain.mean is None else f"\n{gain.mean:+.3f}\n({gain.low:+.3f} to {gain.high:+.3f})"
            cells.append("unscored" if mean is None else f"{mean:.3f}{change}")
        seconds = [value for value in run.scores("seconds").values() if value is not None]
        rows.append((*cells, f"{percentile(seconds, 0.5) * 1000:.0f}"))
    return ("variant", *SHOWN.values(), "ms, half within"), rows
