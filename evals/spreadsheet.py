"""Question sets as CSV, for people who live in spreadsheets: one row a case, one line of a cell an entry.

    facts, forbidden   one a line; other wordings of the same fact after " | "
    gold               one a line: document | place | quote | side; place is a label, or "page 6"; side may be left out
    turns, documents, complete_documents, areas   one a line
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

from evals.cases import Case, Gold
from ingest.errors import SendAssistantError

COLUMNS = tuple(Case.model_fields)
SEPARATOR = " | "
LISTS = ("turns", "documents", "complete_documents", "areas")
NEEDLES = ("facts", "forbidden")
YES, NO = ("yes", "true", "1"), ("no", "false", "0")
FORMULA = re.compile(r"'?[=+\-@]")
"A cell that begins so would be run as a formula; an apostrophe before it keeps it text, and is taken off again."


def rows_of(text: str, path: Path) -> list[tuple[int, dict[str, object]]]:
    """Line number (of the row's end) and fields of each row, as they would stand in JSON; empty cells are left out."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = reader.fieldnames or ()
        unknown = sorted(name or "(no name)" for name in columns if name not in COLUMNS)
        if unknown:
            raise SendAssistantError(f"{path}, line 1: unknown column(s) {', '.join(unknown)}. Known: {', '.join(COLUMNS)}.")
        return [(reader.line_num, _fields(row)) for row in reader if any(row.values())]
    except csv.Error as error:
        raise SendAssistantError(f"{path}, line {reader.line_num}: not valid CSV ({error}). Export the sheet again as CSV, comma-separated.") from error


def as_csv(cases: Iterable[Case]) -> str:
    """The cases as CSV with a header."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for case in cases:
        row: dict[str, object] = case.model_dump()
        for name in LISTS:
            row[name] = "\n".join(getattr(case, name))
        for name in NEEDLES:
            row[name] = "\n".join(needle if isinstance(needle, str) else SEPARATOR.join(needle) for needle in getattr(case, name))
        row["gold"] = "\n".join(_gold_line(gold) for gold in case.gold)
        row["answerable"] = "yes" if case.answerable else "no"
        writer.writerow({name: f"'{cell}" if FORMULA.match(str(cell)) else cell for name, cell in row.items()})
    return out.getvalue()


def _gold_line(gold: Gold) -> str:
    place = f"page {gold.page}" if gold.page is not None else gold.label
    return SEPARATOR.join([gold.document, place, gold.quote] + ([gold.side] if gold.side else []))


def _fields(row: dict[str | None, object]) -> dict[str, object]:
    """A row's cells as JSON fields; what cannot be taken apart is left as it is, so that the case's check names it."""
    fields: dict[str, object] = {}
    for name, cell in row.items():
        if not cell or not str(cell).strip():
            continue
        if name is None:
            fields["(cells beyond the last column)"] = cell
            continue
        cell = str(cell)[1:] if str(cell)[0] == "'" and FORMULA.match(str(cell)) else str(cell)
        lines = [line.strip() for line in cell.splitlines() if line.strip()]
        if name in LISTS:
            fields[name] = lines
        elif name in NEEDLES:
            split = [[part.strip() for part in line.split(SEPARATOR.strip())] for line in lines]
            fields[name] = [parts[0] if len(parts) == 1 else parts for parts in split]
        elif name == "gold":
            fields[name] = [_gold(line) for line in lines]
        elif name == "answerable":
            lowered = cell.strip().lower()
            fields[name] = lowered in YES if lowered in YES + NO else cell
        else:
            fields[name] = cell.strip()
    return fields


def _gold(line: str) -> object:
    parts = [part.strip() for part in line.split(SEPARATOR.strip())]
    if not 3 <= len(parts) <= 4:
        return line
    document, place, quote, *side = parts
    page = re.fullmatch(r"(?:page|p\.?) ?(\d+)", place, re.IGNORECASE)
    where = {"page": int(page[1])} if page else {"label": place}
    return {"document": document, "quote": quote, **where, "side": side[0] if side else ""}
