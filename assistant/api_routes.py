"""The HTTP API: the same engine for other programs, under the page's limits and rules. Nothing asked here is kept."""

# No `from __future__ import annotations`: FastAPI could not see the types that are imported inside the function.
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from assistant.access import counted_as, owner_of
from assistant.addresses import quote_address
from assistant.conversing import BROKEN, LOOKS_AGAIN_SECONDS, EngineLoader
from assistant.limits import RateLimit, too_many
from assistant.openapi import description
from assistant.problems import API, problem
from assistant.schemas import Answer, AskRequest, ReportList, SearchRequest, SearchResult, turns_of
from assistant.searching import search
from ingest.errors import KnowledgeBaseError, SendAssistantError

if TYPE_CHECKING:
    from fastapi import APIRouter
    from fastapi.exceptions import RequestValidationError

log = logging.getLogger(__name__)

AT_ONCE = 16
"Requests that are worked on at once; threads of their own, so that pages never wait for them."
NO_WRITER = "written: no language model is set up here (setting `writer`). Leave `written` out for an answer in quotes."

METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]

OPENING = "The assistant is starting and answers in a few seconds. Try again."
OPENING_SECONDS = 5

PLAINLY = {"missing": "is required", "extra_forbidden": "there is no such field"}
"What is said of a field, by pydantic's type of error, where its own words are not plain."
MOST_TOLD = 10


def api_routes(
    loader: EngineLoader, engine: EngineLoader, writer: EngineLoader | None, questions: RateLimit, mode: str
) -> "APIRouter":
    """Everything under /api. `loader` answers, `writer` has a language model write, `engine` searches.

    `questions` counts what is asked and searched, together with what the page asks. `mode` says how people sign in.
    """
    import anyio
    from fastapi import APIRouter, Request, Response
    from fastapi.responses import JSONResponse

    routes = APIRouter(prefix=API.rstrip("/"))
    in_thread = partial(anyio.to_thread.run_sync, limiter=anyio.CapacityLimiter(AT_ONCE))

    async def worked_out(request: Request, work: Callable[[], Awaitable[object]], counted: bool = True) -> object:
        """What `work` gives, or the refusal in its place."""
        if loader.is_opening:
            return problem(503, OPENING, {"retry-after": str(OPENING_SECONDS)})
        if counted and (seconds := questions.wait(counted_as(owner_of(request), "api"))):
            return problem(429, too_many("questions", questions, seconds), {"retry-after": str(seconds)})

        try:
            try:
                await in_thread(loader.get)
            except SendAssistantError as error:
                return problem(503, str(error))
            return await work()
        except KnowledgeBaseError as error:
            return problem(503, str(error))
        except SendAssistantError as error:
            return problem(422, str(error).replace("`send-assistant documents`", "GET /api/reports"))
        except Exception:
            log.exception("a request to the API could not be answered")
            return problem(500, BROKEN)

    def links(request: Request) -> Callable:
        base = str(request.base_url).rstrip("/")
        return lambda citation: f"{base}{quote_address(citation)}"

    @routes.post("/ask", summary="Ask a question", response_model=Answer)
    async def ask(body: AskRequest, request: Request):
        """The answer in the reports' own words, with report, page and exact quote for each statement.

        The status says whether the reports answer; where they don't, it is `not_found`, with what was searched.
        """

        if body.written and writer is None:
            return problem(422, NO_WRITER)
        asked = (body.question, turns_of(body.turns), body.filters)

        async def answer() -> Answer:
            made = await written(request, *asked) if body.written else await in_thread(loader.get().ask, *asked)
            return Answer.of(made, links(request))

        return await worked_out(request, answer)

    async def written(request: Request, *asked) -> object:
        """An answer that the language model writes; who waits for one holds no thread, and who goes away ends it."""
        desk = await in_thread(writer.get)
        with desk.follow(*asked) as following:
            while not following.over:
                if await request.is_disconnected():
                    following.stop()
                await anyio.sleep(LOOKS_AGAIN_SECONDS)
            return await in_thread(following.ending)

    @routes.post("/search", summary="Search for passages", response_model=SearchResult)
    async def found(body: SearchRequest, request: Request):
        """The passages that come nearest to a query, best first, with places and scores; no answer is made of them."""

        def searched() -> SearchResult:
            return SearchResult.of(
                body.query, search(engine.get(), body.query, body.filters, body.limit), links(request)
            )

        return await worked_out(request, partial(in_thread, searched))

    @routes.get("/reports", summary="List the reports", response_model=ReportList)
    async def reports(request: Request):
        """The reports that are searched: what `areas`, `kinds`, `years` and `reports` of a request can name."""

        def listed() -> ReportList:
            return ReportList.of(loader.get().reports())

        return await worked_out(request, partial(in_thread, listed), counted=False)

    described = description(routes.routes, mode)

    @routes.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        return JSONResponse(described)

    methods = {route.path: sorted(route.methods) for route in routes.routes}

    @routes.api_route("/{rest:path}", methods=METHODS, include_in_schema=False)
    async def elsewhere(request: Request) -> Response:
        if allowed := ", ".join(methods.get(request.url.path, ())):
            return problem(405, f"This address takes {allowed} only.", {"allow": allowed})
        return problem(404, f"There is no such address. {API}openapi.json describes those that there are.")

    return routes


def not_valid(error: "RequestValidationError"):
    """The refusal of a body that is not as described, with every field that is wrong."""
    found = error.errors()
    if any(one["type"] == "json_invalid" or one["loc"] == ("body",) for one in found):
        return problem(400, "The body is not a JSON object sent with the header content-type: application/json.")
    errors = [
        {"field": ".".join(map(str, one["loc"][1:])), "problem": PLAINLY.get(one["type"], one["msg"])} for one in found
    ]
    said = "; ".join(f"{one['field']}: {one['problem']}" for one in errors[:MOST_TOLD])
    return problem(422, f"{said}. {API}openapi.json describes each field.", errors=errors[:MOST_TOLD])
