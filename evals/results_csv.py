"""The results of a run as CSV: one row a case, what it got, what was missed, every measure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from evals.measures import MEASURES, WRITTEN
from evals.report import CaseRow
from evals.spreadsheet import FORMULA


def results_csv(rows: Iterable[CaseRow]) -> str:
    """CSV with a header; a score that is empty is unscored."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    rows = list(rows)
    names = [measure.name for measure in MEASURES]
    names += [measure.name for measure in WRITTEN if any(measure.name in row.scored.scores for row in rows)]
    writer.writerow(
        [
            "id",
            "kind",
            "turns",
            "question",
            "verdict",
            "before",
            "status",
            "answer",
            "not_said",
            "said_and_forbidden",
            "gold_not_quoted",
            *names,
        ]
    )
    for row in rows:
        missed = [gold.quote for gold, quoted in row.gold if not quoted]
        cells = [
            row.case.id, row.case.kind, "\n".join(row.case.turns), row.case.question, row.verdict, row.before,
            row.scored.status, row.answer.strip(), "\n".join(row.missing), "\n".join(row.forbidden), "\n".join(missed),
        ]  # fmt: skip
        scores = [row.scored.scores.get(name) for name in names]
        writer.writerow(
            [_as_text(cell) for cell in cells] + ["" if score is None else round(score, 4) for score in scores]
        )
    return out.getvalue()


def _as_text(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell
