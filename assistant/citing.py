"""Makes citations: from sentences of a passage to a quote with its exact place."""

from __future__ import annotations

import re
from datetime import date

from assistant.answer import Citation, QuotePart
from ingest.model import KINDS, PageSpan, Passage, Report

WORDS_OF_A_FULL_CELL = 4
"A table cell with this many words says something on its own."
ADDRESS = re.compile(r"\bwww\.|://|@|\w\.\w+\.uk\b")
"A web or mail address."


def date_in_words(report: Report) -> str:
    """'October 2024' for the visit, else the publication; '' where neither is known."""
    stated = report.visit_start or report.published
    if not stated:
        return ""
    if len(stated) < 7:
        return stated
    return date.fromisoformat(stated[:7] + "-01").strftime("%B %Y")


def kind_of(report: Report) -> str:
    """Kind of the report, or of the report that a digest stands for."""
    return report.digest_of_kind or report.kind


def report_name(report: Report) -> str:
    """A short name with area, kind and date: 'Wiltshire SEND peer review, 2023'."""
    when = date_in_words(report)
    kind = kind_of(report)
    if not report.areas or kind not in ("inspection", "peer review", "committee paper"):
        return report.title
    if kind == "inspection":
        name = f"Area SEND inspection of {report.areas[0]}"
    else:
        name = f"{report.areas[0]} {KINDS[kind]}"
    return f"{name}, {when}" if when else name


def cite(report: Report, passage: Passage, start: int, end: int, number: int = 0) -> Citation:
    """A citation of characters [start, end) of a passage's text; outer white space is left out."""
    text = passage.text
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    parts = []
    for first, last in _stretches(passage, start, end):
        for span in passage.pages or (PageSpan(None, None, 0, len(text)),):
            quote = text[max(first, span.start) : min(last, span.end)].strip()
            if quote:
                parts.append(QuotePart(span.page, span.printed, quote))
    return Citation(
        number=number,
        report_id=report.id,
        passage_id=passage.id,
        file=report.file,
        title=report.title,
        kind=kind_of(report),
        digest=report.is_digest,
        area=report.areas[0] if report.areas else "",
        date=date_in_words(report),
        label=passage.label,
        section=passage.headings[-1] if passage.headings else "",
        quote=text[start:end],
        start=passage.start + start,
        end=passage.start + end,
        parts=tuple(parts),
    )


def cell_spans(passage: Passage) -> list[tuple[int, int]]:
    """Start and end of each cell in a table row's text."""
    found = []
    at = 0
    for cell in passage.cells:
        start = passage.text.index(cell, at)
        at = start + len(cell)
        found.append((start, at))
    return found


def _stretches(passage: Passage, start: int, end: int) -> list[tuple[int, int]]:
    """What is quoted of a passage: one stretch, or one a cell for a table row.

    Cells stand apart on the page, and files read them in different orders. Only short ones (a name, a number) are quoted with
    their row, since they say nothing without it; an address says enough.
    """
    if not any(len(cell.split()) >= WORDS_OF_A_FULL_CELL or ADDRESS.search(cell) for cell in passage.cells):
        return [(start, end)]
    return [(max(start, first), min(end, last)) for first, last in cell_spans(passage) if max(start, first) < min(end, last)]
