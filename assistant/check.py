"""Checks every citation against the store before an answer is shown."""

from __future__ import annotations

from assistant.answer import Citation

BETWEEN = " \n\t|"
"What may stand between the parts of a quote: a page break, or the mark between two table cells."


def problem(citation: Citation, store) -> str | None:
    """Why a citation must not be shown, or None where every word stands where it says."""
    text = store.report_text(citation.report_id)
    passage = store.passage(citation.passage_id)
    if not text:
        return f"report {citation.report_id} is not in the knowledge base"
    if passage is None or passage.report_id != citation.report_id:
        return f"passage {citation.passage_id} is not in report {citation.report_id}"
    if not citation.quote or text[citation.start : citation.end] != citation.quote:
        return "the quote does not stand at that place in the report"
    if not passage.start <= citation.start < citation.end <= passage.start + len(passage.text):
        return f"the quote does not stand in passage {passage.id}"
    at = 0
    for part in citation.parts:
        found = citation.quote.find(part.quote, at)
        if not part.quote or found < 0 or citation.quote[at:found].strip(BETWEEN):
            return "its parts are not the quote"
        at = found + len(part.quote)
        first = citation.start - passage.start + found
        for offset in (first, first + len(part.quote) - 1):
            span = passage.page_at(offset)
            page, printed = (span.page, span.printed) if span else (None, None)
            if (page, printed) != (part.page, part.printed):
                return f"the quote stands on page {page} (printed {printed}), not {part.page} (printed {part.printed})"
    if citation.quote[at:].strip(BETWEEN):
        return "its parts are not the whole quote"
    return None
