"""Addresses of reports and of quotes in them."""

from __future__ import annotations

import zlib
from urllib.parse import quote as percent

from assistant.answer import Citation


def report_address(report_id: str) -> str:
    """The address of a report's page."""
    return f"/reports/{percent(report_id, safe='')}"


def seal(quote: str) -> str:
    """A short sum of a quote, by which an old link to it is seen not to fit a report that has changed."""
    return f"{zlib.crc32(quote.encode()):08x}"


def quote_address(citation: Citation, part: str = "") -> str:
    """The address of a quote in its report, or of a part of that page ('/sheet': the page of print alone)."""
    place = f"from={citation.start}&to={citation.end}&seal={seal(citation.quote)}"
    return f"{report_address(citation.report_id)}{part}?{place}"


def download_link(conversation: str, suffix: str, turn: int | None = None) -> str:
    """Address of a conversation as a file ('docx', 'md', 'html'); `turn`, counted from 1, picks one of its answers."""
    return f"/conversations/{conversation}/paper.{suffix}" + (f"?turn={turn}" if turn else "")


def conversation_address(kept: str) -> str:
    """Address that opens a kept conversation again."""
    return f"/?conversation={kept}"
