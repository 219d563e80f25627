"""A run in figures: averages with intervals, overall, by kind of question and by report; as data and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from evals.averages import Average, average, percentile
from evals.comparing import Comparison
from evals.gate import Breach
from evals.judging import MEASURES as JUDGED
from evals.measures import MEASURES, WRITTEN
from evals.measures.measure import Measure
from evals.runs import Run, Scored
from evals.wording import stem_of


@dataclass(frozen=True)
class Figure:
    """One measure over some cases."""

    measure: Measure
    average: Average
    middle: float | None
    "p50, for measures with percentiles."
    slow_end: float | None
    "p95."

    @property
    def words(self) -> str:
        """The figure as a reader sees it: '0.71', or 'p50 / p95' where percentiles say more; 'unscored' for none."""
        if self.average.mean is None:
            return "unscored"
        if self.measure.percentiles:
            return f"{number(self.middle)} / {number(self.slow_end)}"
        return number(self.average.mean)

    @property
    def interval(self) -> str:
        """'0.62 to 0.79'; '' for measures with percentiles."""
        if self.average.low is None or self.measure.percentiles:
            return ""
        return f"{number(self.average.low)} to {number(self.average.high)}"


@dataclass(frozen=True)
class Group:
    """The cases of one kind, or on one report, with the share that is right."""

    name: str
    cases: int
    right: Average


def figures(run: Run, kind: str = "") -> list[Figure]:
    """Every measure over the cases of a run, or over those of one kind; those of a writer or a judge only where there was one."""
    rows = [row for row in run.scored if not kind or row.kind == kind]
    found = []
    for measure in (*MEASURES, *(WRITTEN if run.writer else ()), *(JUDGED if run.config.judge else ())):
        values = [row.scores.get(measure.name) for row in rows]
        scored = [value for value in values if value is not None]
        ends = (percentile(scored, 0.5), percentile(scored, 0.95)) if scored and measure.percentiles else (None, None)
        found.append(Figure(measure, average(values), *ends))
    return found


def by_kind(run: Run) -> list[Group]:
    """The kinds of question in the order of the run."""
    return _groups(run, lambda row: [row.kind])


def by_report(run: Run) -> list[Group]:
    """The reports that right answers rest on; a case with several counts for each."""
    return sorted(_groups(run, lambda row: [stem_of(document) for document in row.documents]), key=lambda group: group.name)


def number(value: float | None) -> str:
    """'0.71', '41', '' for nothing."""
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2f}"


def gain_words(gain: Average) -> str:
    """'+0.02 (-0.01 to +0.05)'."""
    if gain.mean is None:
        return "not comparable"
    return f"{gain.mean:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"


def as_json(run: Run) -> str:
    """summary.json: averages overall and by kind."""
    def table(kind: str = "") -> dict:
        return {
            f.measure.name: asdict(f.average) | ({"p50": f.middle, "p95": f.slow_end} if f.measure.percentiles else {})
            for f in figures(run, kind)
        }

    kinds = {group.name: table(group.name) for group in by_kind(run)}
    return json.dumps({"cases": len(run.scored), "all": table(), "kinds": kinds}, indent=1) + "\n"


def headline(run: Run) -> str:
    """'74 of 104 right (0.71, 95 % interval 0.62 to 0.79)', and which language model wrote."""
    found = figures(run)[0]
    right = sum(value or 0 for value in run.scores("right").values())
    told = f"{right:.0f} of {len(run.scored)} right ({found.words}, 95 % interval {found.interval})"
    return f"{told}, written by {run.writer}" if run.writer else told


def as_markdown(run: Run, comparison: Comparison | None = None, broken: Sequence[Breach] | None = None) -> str:
    """summary.md: the gate, what turned, averages, kinds and reports. `broken` is None where no gate was set."""
    lines = [f"# Run {run.name}", "", f"{', '.join(run.config.sets)}: {headline(run)}.", ""]
    if broken is not None:
        lines += ["## Gate", "", "Nothing fell." if not broken else "**Breached.**", ""]
        lines += [f"- {breach.what}{': ' if breach.cases else ''}{', '.join(breach.cases)}" for breach in broken] + [""] * bool(broken)
    if comparison:
        lines += [f"## Against {comparison.before.name}", ""]
        lines += [f"- Newly wrong: {', '.join(comparison.newly_wrong) or 'none'}", f"- Newly right: {', '.join(comparison.newly_right) or 'none'}"]
        lines += [f"- {note}" for note in comparison.notes] + [""]
        rows = [(c.measure.label, number(c.before.mean), number(c.after.mean), gain_words(c.gain), c.verdict) for c in comparison.shown]
        lines += [*_table(("measure", "before", "now", "gain, 95 % interval", ""), rows), ""]
    lines += ["## Averages", ""]
    lines += [*_table(
        ("measure", "average", "95 % interval", "scored", "unscored"),
        [(f.measure.label, f.words, f.interval, f.average.scored, f.average.unscored) for f in figures(run)],
    ), "", "Words and seconds: half within / 19 of 20 within.", ""]  # fmt: skip
    for title, groups in (("By kind of question", by_kind(run)), ("By report", by_report(run))):
        rows = [(g.name, g.cases, number(g.right.mean), f"{number(g.right.low)} to {number(g.right.high)}") for g in groups]
        lines += [f"## {title}", "", *_table(("", "cases", "right", "95 % interval"), rows), ""]
    wrong = [row.id for row in run.scored if row.scores.get("right") != 1]
    lines += ["## Wrong", "", ", ".join(wrong) or "none", ""]
    return "\n".join(lines)


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    return [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)]


def _groups(run: Run, names_of: Callable[[Scored], Iterable[str]]) -> list[Group]:
    found: dict[str, list[Scored]] = {}
    for row in run.scored:
        for name in dict.fromkeys(names_of(row)):
            found.setdefault(name, []).append(row)
    return [Group(name, len(rows), average([row.scores.get("right") for row in rows])) for name, rows in found.items()]
