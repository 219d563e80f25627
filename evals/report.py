"""The report of a run as one HTML file that asks no other: opens offline, prints, follows light and dark, reads aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import STATUSES
from assistant.render import as_text
from evals import plots
from evals.cases import Case, Gold
from evals.comparing import Comparison
from evals.gate import Breach
from evals.runs import Run, Scored
from evals.summary import as_json, as_markdown, by_kind, by_report, figures, gain_words, headline, number
from evals.trial import Trial

REPORT, SUMMARY_JSON, SUMMARY_MD = "report.html", "summary.json", "summary.md"
TEMPLATE = Path(__file__).with_name("report.html.j2")

NEWLY_WRONG, NEWLY_RIGHT, WRONG, RIGHT = "newly wrong", "newly right", "wrong", "right"


@dataclass(frozen=True)
class CaseRow:
    """A case as the report shows it."""

    case: Case
    scored: Scored
    verdict: str
    status: str
    answer: str
    "For the terminal's eye: headings, quotes, numbered sources."
    missing: tuple[str, ...]
    "Facts not said."
    forbidden: tuple[str, ...]
    gold: tuple[tuple[Gold, bool], ...]
    "Gold quotes, and whether the answer quotes them."
    before: str
    "What it was in the baseline: 'right', 'wrong', ''."


def write_report(run: Run, comparison: Comparison | None = None, broken: Sequence[Breach] | None = None) -> Path:
    """Writes report.html, summary.md and summary.json into the run's folder; the path of the report."""
    (run.folder / SUMMARY_JSON).write_text(as_json(run), encoding="utf-8")
    (run.folder / SUMMARY_MD).write_text(as_markdown(run, comparison, broken), encoding="utf-8")
    path = run.folder / REPORT
    path.write_text(as_html(run, comparison, broken), encoding="utf-8")
    return path


def as_html(run: Run, comparison: Comparison | None = None, broken: Sequence[Breach] | None = None) -> str:
    """The report. `broken` is None where no gate was set."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    kinds, reports = by_kind(run), by_report(run)
    seconds = [value for value in run.scores("seconds").values() if value is not None]
    rows = case_rows(run, comparison)
    return template.render(
        run=run,
        headline=headline(run),
        comparison=comparison,
        broken=broken,
        figures=figures(run),
        kinds=kinds,
        reports=reports,
        rows=rows,
        verdicts=[v for v in (NEWLY_WRONG, NEWLY_RIGHT, WRONG, RIGHT) if any(row.verdict == v for row in rows)],
        # The plots escape what they show; they are the only markup that is not the template's.
        kind_plot=Markup(plots.shares("Right by kind of question", kinds)),
        report_plot=Markup(plots.shares("Right by report", reports)) if reports else "",
        latency_plot=Markup(plots.latency("Seconds from question to answer", seconds)),
        number=number,
        gain_words=gain_words,
    )


def case_rows(run: Run, comparison: Comparison | None = None) -> list[CaseRow]:
    """Every case with what it got, newly wrong ones first, then the wrong."""
    before = comparison.before.scores("right") if comparison else {}
    rows = []
    for scored in run.scored:
        case, reply = run.cases[scored.id], run.replies[scored.id]
        trial = Trial(case, reply.answer, reply.seconds)
        right, was = scored.scores.get("right") == 1, before.get(scored.id)
        verdict = RIGHT if right else WRONG
        if was is not None and (was == 1) != right:
            verdict = NEWLY_RIGHT if right else NEWLY_WRONG
        rows.append(
            CaseRow(
                case, scored, verdict, STATUSES.get(scored.status, scored.status), as_text(reply.answer), trial.missing_facts,
                trial.forbidden_said, tuple(zip(case.gold, trial.gold_quoted)),
                "" if was is None else (RIGHT if was == 1 else WRONG),
            )
        )  # fmt: skip
    order = (NEWLY_WRONG, WRONG, NEWLY_RIGHT, RIGHT)
    return sorted(rows, key=lambda row: order.index(row.verdict))
