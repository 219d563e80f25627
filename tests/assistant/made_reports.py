"""A made-up report with its passages, and a store of them, for tests of citations."""

from __future__ import annotations

from ingest.model import PageSpan, Passage, Report

REVIEW = Report(
    id="marlshire", file="marlshire.pdf", path="in/marlshire.pdf", sha256="", format="pdf", title="Marlshire review",
    kind="peer review", areas=("Marlshire",), visit_start="2023-11-06", published="2024-01-15",
)  # fmt: skip

ONE = "Families praised the nursery. Its staff visit at home."
TWO = "Waits for therapy have grown. Leaders know this and  have begun to act."


def passage(ordinal: int, text: str, start: int, pages: tuple[PageSpan, ...], **more) -> Passage:
    return Passage(
        id=f"marlshire:{ordinal:04d}", report_id="marlshire", ordinal=ordinal, kind="paragraph", text=text, search_text=text,
        start=start, end=start + len(text), pages=pages, **more,
    )  # fmt: skip


FIRST = passage(1, ONE, 0, (PageSpan(3, "2", 0, len(ONE)),), label="2.1", headings=("2 Findings", "2.1 Early years"))
BREAK = TWO.index("this")
SECOND = passage(2, TWO, len(ONE) + 1, (PageSpan(3, "2", 0, BREAK), PageSpan(4, "3", BREAK, len(TWO))), label="2.2")
"Its second sentence runs over a page break after 'Leaders know'."


class MadeStore:
    """What a check asks of a store."""

    def __init__(self, *passages: Passage):
        self._passages = {p.id: p for p in passages}

    def report_text(self, report_id: str) -> str:
        return "\n".join(p.text for p in self._passages.values() if p.report_id == report_id)

    def passage(self, passage_id: str) -> Passage | None:
        return self._passages.get(passage_id)


STORE = MadeStore(FIRST, SECOND)

DEVON = """\
SEND peer review of Devon

Devon was visited by its peers in May 2021.

Moorland schools share a braille teacher, who drives eleven thousand miles a year.
"""
