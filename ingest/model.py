"""The words of the project as data: lines, pages, passages, reports.

A location is data and is never parsed back out of a label. Every character offset counts Unicode code points.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """One printed line (PDF), paragraph (DOCX, HTML, text) or table row, as a loader found it.

    Coordinates are PDF points from the top left corner of the page; None where the format has no layout.
    """

    text: str
    page: int | None = None
    "Physical page, counted from 1; None where the format has no pages."
    x0: float | None = None
    x1: float | None = None
    top: float | None = None
    bottom: float | None = None
    size: float | None = None
    "Font size in points of most of the line's characters."
    bold: bool = False
    style: str = ""
    "What the format itself says: '', 'heading-1' to 'heading-6', 'list-item', 'table-row'."
    level: int = 0
    "Nesting depth of a list item, 0 for the outermost."
    marker: str = ""
    "Bullet or number that the format keeps apart from the text ('1.', 'a)', '•'); '' where it stands in the text."
    cells: tuple[str, ...] = ()
    "The cells of a table row; `text` joins them with ' | '."
    columns: tuple[float, ...] = ()
    "Left edge of each cell of a table row that no ruled lines part."
    whole: bool = False
    "True where the line is a whole paragraph that must not be joined with the next (DOCX, HTML, markdown)."


@dataclass(frozen=True)
class Page:
    """The lines of one page in reading order. Formats without pages have one Page whose number is None."""

    number: int | None
    lines: tuple[Line, ...]
    printed: str | None = None
    "Page number as printed on the page, or the file's own page label; None where neither is known."
    width: float | None = None
    height: float | None = None


@dataclass(frozen=True)
class Loaded:
    """What a loader gives: pages in order, and what the file says of itself."""

    pages: tuple[Page, ...]
    format: str
    "'pdf', 'docx', 'html', 'text' or 'markdown'."
    metadata: dict[str, str] = field(default_factory=dict)
    "Title, author, dates and the like as the file states them; for markdown its front matter."
    warnings: tuple[str, ...] = ()
    "What a person should know, e.g. 'page 4 has no text; it may be a scan. Run with --ocr.'"


@dataclass(frozen=True)
class PageSpan:
    """The characters of a passage that stand on one page."""

    page: int | None
    printed: str | None
    start: int
    end: int


@dataclass(frozen=True)
class ListPlace:
    """Where a passage stands in a list."""

    list_id: str
    "Unique in the report."
    index: int
    "Counted from 1 in the order printed."
    length: int
    intro: str = ""
    "The words that introduce the list, or its heading where no sentence does."


@dataclass(frozen=True)
class Passage:
    """A heading, paragraph, list item or table row: the unit that is cited.

    `text` is as printed, wrapped lines joined with one space; `search_text` is the same with scanner damage mended.
    """

    id: str
    "report id, ':' and ordinal in four digits: 'wiltshire-send-peer-review-2023:0042'."
    report_id: str
    ordinal: int
    kind: str
    "'heading', 'paragraph', 'list_item' or 'table_row'."
    text: str
    search_text: str
    start: int
    "First character in the report's text; the report's text is its passages joined with a newline."
    end: int
    label: str = ""
    "As printed ('5.1', '6.4', 'Recommendation 7') or counted under the heading ('bullet 3', 'paragraph 2')."
    headings: tuple[str, ...] = ()
    "Heading path, outermost first, without the report's title."
    pages: tuple[PageSpan, ...] = ()
    sentences: tuple[tuple[int, int], ...] = ()
    "Start and end of each sentence in `text`, in order."
    place: ListPlace | None = None
    cells: tuple[str, ...] = ()
    furniture: bool = False
    "True for what every report of its kind repeats (complaints, licence, publisher's address): kept and citable, ranked last."

    @property
    def page(self) -> int | None:
        """Physical page on which the passage begins."""
        return self.pages[0].page if self.pages else None

    def page_at(self, offset: int) -> PageSpan | None:
        """The page span that holds a character of `text`."""
        return next((span for span in self.pages if span.start <= offset < span.end), self.pages[-1] if self.pages else None)


KINDS = {
    "inspection": "Area SEND inspection",
    "peer review": "SEND peer review",
    "committee paper": "committee paper",
    "framework": "framework",
    "guidance": "guidance",
    "digest": "digest",
    "other": "report",
}
"Kinds of report, with the words a reader sees."


@dataclass(frozen=True)
class Report:
    """What is known of one document in the knowledge base."""

    id: str
    "Built from the file's name; unique in a knowledge base."
    file: str
    "File name without folder: what a citation names."
    path: str
    sha256: str
    format: str
    title: str
    kind: str
    areas: tuple[str, ...] = ()
    "Names of local areas as in corpus/areas.csv, the one the report is about first."
    visit_start: str | None = None
    "ISO date."
    visit_end: str | None = None
    published: str | None = None
    publisher: str = ""
    page_count: int | None = None
    digest_of: str | None = None
    "Catalogue id of the report that a digest stands for."
    digest_of_kind: str = ""
    "Kind of the report that a digest stands for."
    catalogue_id: str | None = None
    "Catalogue id that this report was recognised as."
    superseded_by: str | None = None
    "Report id that takes this one's place (a digest whose report was ingested): kept, not searched."
    outcome: int | None = None
    "Area SEND inspection outcome: 1 typically positive, 2 inconsistent, 3 widespread and/or systemic failings."
    next_inspection: str = ""
    "As the report states it: 'within five years', 'approximately 18 months'."
    licence: str = ""
    address: str = ""
    "Public address of the report."
    warnings: tuple[str, ...] = ()

    @property
    def year(self) -> int | None:
        """Year of the visit, else of publication."""
        date = self.visit_start or self.published
        return int(date[:4]) if date else None

    @property
    def is_digest(self) -> bool:
        return self.digest_of is not None

    def with_(self, **changes) -> "Report":
        return dataclasses.replace(self, **changes)
