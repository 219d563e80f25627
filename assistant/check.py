"""Checks every citation against the store before an answer is shown."""

from __future__ import annotations

from assistant.answer import Citation


def problem(citation: Citation, store) -> str | None:
    """Why a citation must not be shown, or None where every word stands where it says."""
    text = store.report_text(citation.report_id)
    if text is None:
        return f"report {citation.report_id} is not in the knowledge base"
    if not citation.quote or text[citation.start : citation.end] != citation.quote:
        return "the quote does not stand at that place in the report"
    at = 0
    passage = store.passage(citation.passage_id)
    for part in citation.parts:
        found = citation.quote.find(part.quote, at)
        if not part.quote or found < 0 or citation.quote[at:found].strip():
            return "its parts are not the quote"
        at = found + len(part.quote)
        offset = citation.start + found - passage.start
        span = passage.page_at(offset) if 0 <= offset < len(passage.text) else None
        if span and span.page != part.page:
            return f"the quote stands on page {span.page}, not {part.page}"
    if citation.quote[at:].strip():
        return "its parts are not the whole quote"
    return None
