"""The addresses of reports: their text with a quote marked, pictures of their pages, their original files."""

# No `from __future__ import annotations`: FastAPI could not see the types that are imported inside the function.
from typing import TYPE_CHECKING, Annotated

from assistant.layout import document, failure, notice
from assistant.library import Library
from assistant.source_page import Marked, find_marked, original_link, sheet_html, source_main
from ingest.errors import SendAssistantError
from ingest.model import Passage, Report

if TYPE_CHECKING:
    from fastapi import APIRouter

NO_PAGES = {
    "docx": "This report is a Word document. It has no fixed pages, so the quote is shown in its text only.",
    "html": "This report is a web page. It has no printed pages, so the quote is shown in its text only.",
    "text": "This report is a plain text. It has no printed pages, so the quote is shown in its text only.",
    "markdown": "This report is a plain text. It has no printed pages, so the quote is shown in its text only.",
}


def source_routes(library: Library) -> "APIRouter":
    """Everything under /reports."""
    from fastapi import APIRouter, Query, Response
    from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

    routes = APIRouter(prefix="/reports/{report_id}")
    From = Annotated[int | None, Query(alias="from", ge=0)]
    To = Annotated[int | None, Query(alias="to", ge=0)]
    Number = Annotated[int | None, Query(ge=1)]

    def found(
        report_id: str, start: int | None, end: int | None, seal: str
    ) -> tuple[Report, list[Passage], Marked | None]:
        report = library.report(report_id)
        passages = library.passages(report_id)
        return report, passages, find_marked(passages, start, end, seal)

    def sheet_of(report: Report, marked: Marked | None, page: int | None, query: str) -> str:
        """The page of print, or why there is none to show."""
        try:
            library.original(report)
        except SendAssistantError as error:
            return f'<div class="sheet">{notice(str(error))}</div>'
        if report.format != "pdf":
            return f'<div class="sheet">{notice(NO_PAGES[report.format])}{original_link(report)}</div>'
        return sheet_html(report, page or (marked.pages[0] if marked and marked.pages else 1), query, marked)

    def query_of(start: int | None, end: int | None, seal: str, marked: Marked | None) -> str:
        return f"from={start}&to={end}&seal={seal}" if marked else ""

    @routes.get("")
    def source(report_id: str, start: From = None, end: To = None, seal: str = "", page: Number = None) -> Response:
        try:
            report, passages, marked = found(report_id, start, end, seal)
        except SendAssistantError as error:
            return HTMLResponse(document("Not held", failure(str(error))), 404)
        sheet = sheet_of(report, marked, page, query_of(start, end, seal, marked))
        main = source_main(report, passages, marked, sheet, moved=start is not None and marked is None)
        return HTMLResponse(document(report.title, main, wide=True))

    @routes.get("/sheet")
    def sheet(report_id: str, start: From = None, end: To = None, seal: str = "", page: Number = None) -> Response:
        """The page of print alone, to be put into a page that is open."""
        try:
            report, _, marked = found(report_id, start, end, seal)
        except SendAssistantError as error:
            return HTMLResponse(f'<div class="sheet">{notice(str(error))}</div>')
        return HTMLResponse(sheet_of(report, marked, page, query_of(start, end, seal, marked)))

    @routes.get("/pages/{page}.png")
    def picture(report_id: str, page: int, start: From = None, end: To = None, seal: str = "") -> Response:
        try:
            report, _, marked = found(report_id, start, end, seal)
            spot = (marked.passage, marked.start, marked.end) if marked else (None, 0, 0)
            content = library.page_picture(report, page, *spot)
        except SendAssistantError as error:
            return PlainTextResponse(str(error), 404)
        return Response(content, media_type="image/png", headers={"cache-control": "private, max-age=3600"})

    @routes.get("/original")
    def original(report_id: str) -> Response:
        try:
            report = library.report(report_id)
            path = library.original(report)
        except SendAssistantError as error:
            return HTMLResponse(document("No original", failure(str(error))), 404)
        # As a download and of no type that a browser would run: a report may be a web page with scripts.
        return FileResponse(path, media_type="application/octet-stream", filename=report.file)

    return routes
