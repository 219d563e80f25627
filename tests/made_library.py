"""A knowledge base of made-up reports in four formats, and an engine that quotes from it whatever it is asked for."""

from __future__ import annotations

from pathlib import Path

from made_pdfs import make_pdf, words
from tiny import TinyEncoder
from tiny import settings as tiny_settings

from assistant.answer import Answer, Point
from assistant.citing import cite
from assistant.render import PassageView
from ingest.knowledge import KnowledgeBase
from ingest.pipeline import ingest
from ingest.settings import Settings

PAGE_1 = [
    "SEND peer review of Wiltshire, November 2023",
    "Families praised the portage service in every village.",
    "Its workers visit at home and lend toys from a van.",
]
PAGE_2 = ["Waits for a hearing test have grown to thirty weeks.", "EHCP drafts arrive late in most schools."]
WEB = """<html><head><title>Somerset SEND committee, June 2022</title></head><body><h1>Somerset SEND committee, June 2022</h1>
<p>Members asked why the ferry to the special school stops at noon.</p><script>alert(1)</script></body></html>"""


def make_library(folder: Path, *, real_model: bool = False, **changes) -> Settings:
    """Settings of a knowledge base with a PDF, a Word document, a web page and a text, all made up."""
    import docx

    into = folder / "in"
    into.mkdir(parents=True)
    lines = [
        [words(72, 760 - 40 * i, line, 14 if (page, i) == (0, 0) else 11) for i, line in enumerate(text)]
        for page, text in enumerate((PAGE_1, PAGE_2))
    ]
    make_pdf(into / "wiltshire-review-2023.pdf", ["".join(page) for page in lines])
    document = docx.Document()
    document.add_heading("Area SEND inspection of Somerset, May 2024", 0)
    document.add_paragraph("Leaders should open the sensory garden at weekends.")
    document.save(into / "somerset-inspection.docx")
    (into / "somerset-committee.html").write_text(WEB, encoding="utf-8")
    (into / "plain.txt").write_text(
        "A note on taxis.\n\nTaxis cost the two counties a great deal of money.", encoding="utf-8"
    )
    settings = tiny_settings(folder, upload_folder=folder / "uploads", data=folder / "data", **changes)
    result = ingest([into], settings, encoder=None if real_model else TinyEncoder())
    assert not result.failed, result.rows
    return settings


class LibraryEngine:
    """Quotes every sentence that holds one of the question's long words; remembers the filters it was given."""

    def __init__(self, settings: Settings):
        self.knowledge = KnowledgeBase(settings.index)
        self.asked: list[tuple] = []

    def ask(self, question, turns=(), filters=None) -> Answer:
        self.knowledge = self.knowledge.refresh()
        self.asked.append((question, list(turns), filters))
        wanted = [word for word in question.lower().split() if len(word) > 4]
        reports = [
            r
            for r in self.knowledge.reports.values()
            if not filters
            or (not filters.areas or set(filters.areas) & set(r.areas))
            and (not filters.reports or r.id in filters.reports)
        ]
        citations = []
        for report in reports:
            for passage in self.knowledge.store.passages(report.id):
                for start, end in passage.sentences:
                    if any(word in passage.text[start:end].lower() for word in wanted):
                        citations.append(cite(report, passage, start, end, len(citations) + 1))
        points = tuple(Point(c.quote, citations=(c,)) for c in citations)
        titles = tuple(report.title for report in reports)
        if not points:
            return Answer(question, "not_found", "The reports held do not answer this.", searched=titles)
        return Answer(question, "answered", "x", points, tuple(citations), "Some reports", titles)

    def passage_view(self, citation) -> PassageView:
        passage = self.knowledge.store.passage(citation.passage_id)
        start = citation.start - passage.start
        return PassageView(citation, passage.text, start, start + len(citation.quote))

    def reports(self):
        return list(self.knowledge.reports.values())
