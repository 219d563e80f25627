"""The addresses of the library: what is held, adding and removing it."""

# No `from __future__ import annotations`: FastAPI could not see the types that are imported inside the function.
import logging
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.coverage import by_area_and_theme, by_area_and_year, load_themes
from assistant.layout import document, failure
from assistant.library import Library
from assistant.library_changes import FILES_AT_ONCE, Changes, may_change, safe_name
from assistant.library_page import NOT_EDITOR, change_main, coverage_html, library_main, remove_main
from ingest.errors import KnowledgeBaseError, SendAssistantError

if TYPE_CHECKING:
    from fastapi import APIRouter, Request

log = logging.getLogger(__name__)

FORM_BYTES = 100_000
"What the form around the files may take."


def library_routes(
    library: Library, changes: Changes, owner_of: Callable[["Request"], str] = lambda _: "local"
) -> "APIRouter":
    """Everything under /library. `owner_of` says whose request it is."""
    from fastapi import APIRouter, Request
    from fastapi.responses import HTMLResponse, RedirectResponse

    settings = library.settings
    routes = APIRouter(prefix="/library")

    def page(title: str, main: str, status: int = 200) -> HTMLResponse:
        return HTMLResponse(document(title, main, here="/library", wide=True), status)

    def refused() -> HTMLResponse:
        return page("Not allowed", failure(NOT_EDITOR), 403)

    @lru_cache(maxsize=1)
    def coverage(_generation: int) -> str:
        knowledge = library.knowledge()
        try:
            themes = load_themes(settings.corpus)
        except KnowledgeBaseError as error:  # the list of reports is worth more than this picture
            log.warning("%s", error)
            themes = []
        counts = by_area_and_theme(knowledge, themes)
        return coverage_html(by_area_and_year(knowledge), counts, [theme.name for theme in themes])

    def whole(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
        editor = may_change(settings, owner_of(request))
        try:
            knowledge = library.knowledge()
            held, passages, plots = (
                list(knowledge.reports.values()),
                knowledge.store.passage_counts(),
                coverage(knowledge.store.generation),
            )
        except KnowledgeBaseError as error:
            held, passages, plots, problem = [], {}, "", problem or str(error)
        return page(
            "Library", library_main(held, passages, settings, editor=editor, coverage=plots, problem=problem), status
        )

    @routes.get("")
    def listed(request: Request) -> HTMLResponse:
        return whole(request)

    @routes.post("/add")
    async def add(request: Request):
        if not may_change(settings, owner_of(request)):
            return refused()
        most = settings.upload_megabytes * 1_000_000
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > most + FORM_BYTES:
            sent = f"{int(length) / 1e6:.0f} MB are" if length.isdecimal() else "Files of unknown size are"
            return whole(
                request,
                f"{sent} more than the {settings.upload_megabytes} MB that can be added at once. Add fewer at a time.",
                413,
            )
        folder = changes.incoming()
        try:
            names = []
            async with request.form(max_files=FILES_AT_ONCE, max_fields=1) as form:
                for file in form.getlist("files"):
                    if isinstance(file, str) or not file.filename:
                        continue
                    name = safe_name(file.filename)
                    if name in names:
                        raise SendAssistantError(f"{name}: two of the files have this name. Rename one.")
                    names.append(name)
                    with (folder / name).open("wb") as out:
                        while block := await file.read(1 << 20):
                            out.write(block)
            if not names:
                raise SendAssistantError("No file was chosen. Choose one or more, then press Add.")
        except Exception as error:
            for left in folder.iterdir():
                left.unlink()
            folder.rmdir()
            if isinstance(error, SendAssistantError):
                return whole(request, str(error), 400)
            if getattr(error, "status_code", None) == 400:  # starlette: too many files, or no form
                return whole(
                    request, f"The files could not be taken: {error.detail} At most {FILES_AT_ONCE} at once.", 400
                )
            raise
        change = changes.add([folder / name for name in names], owner_of(request))
        return RedirectResponse(f"/library/changes/{change.id}", 303)

    @routes.get("/remove")
    def ask_to_remove(request: Request, report: str = ""):
        if not may_change(settings, owner_of(request)):
            return refused()
        try:
            return page("Remove a report", remove_main(library.report(report)))
        except SendAssistantError as error:
            return page("Not held", failure(str(error)), 404)

    @routes.post("/remove")
    async def remove(request: Request):
        if not may_change(settings, owner_of(request)):
            return refused()
        async with request.form(max_files=0, max_fields=2) as form:
            report_id = str(form.get("report", ""))
        try:
            change = changes.remove(library.report(report_id), owner_of(request))
        except SendAssistantError as error:
            return page("Not held", failure(str(error)), 404)
        return RedirectResponse(f"/library/changes/{change.id}", 303)

    @routes.get("/changes/{change_id}")
    def watch(request: Request, change_id: str):
        change = changes.get(change_id)
        if change is None or change.owner != owner_of(request):
            return page(
                "Not known", failure("This change is not known any more. The library shows what is held now."), 404
            )
        return page(change.what, change_main(change))

    return routes
