"""Routes that give a kept conversation, or one answer of it, as a file to its owner and to nobody else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from assistant.access import owner_of
from assistant.export import MEDIA_TYPES, file_name, paper_of, writer
from assistant.history import History, NotKept
from assistant.limits import RateLimit, too_many
from assistant.link import question_link
from assistant.page import asked_before
from ingest.errors import SendAssistantError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route


def download_routes(history: History, limit: RateLimit) -> list[Route]:
    """The routes; `limit` counts downloads."""
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Route

    def paper(request: Request) -> Response:
        conversation, suffix = request.path_params["conversation"], request.path_params["suffix"]
        owner = owner_of(request)
        if seconds := limit.wait(owner):
            return PlainTextResponse(too_many("downloads", limit, seconds), 429, {"retry-after": str(seconds)})
        if suffix not in MEDIA_TYPES:
            return PlainTextResponse(
                f"There is no .{suffix} of a conversation; there is {', '.join(MEDIA_TYPES)}.", 404
            )
        try:
            exchanges = history.open(owner, conversation)
            links = [
                question_link(
                    one.question, one.filters, asked_before(exchanges, n), str(request.base_url), one.written
                )
                for n, one in enumerate(exchanges)
            ]
            chosen = _chosen(len(exchanges), request.query_params.get("turn", ""))
            made = paper_of([exchange.answer for exchange in exchanges[chosen]], date.today(), links[chosen])
        except NotKept as error:
            return PlainTextResponse(str(error), 404)
        except SendAssistantError as error:
            return PlainTextResponse(str(error), 409)
        shown = "inline" if suffix == "html" else "attachment"
        headers = {
            "content-disposition": f'{shown}; filename="{file_name(made, suffix)}"',
            "cache-control": "no-store",
        }
        return Response(writer(suffix)(made), media_type=MEDIA_TYPES[suffix], headers=headers)

    return [Route("/conversations/{conversation}/paper.{suffix}", paper, methods=["GET"])]


def _chosen(count: int, turn: str) -> slice:
    """All of a conversation's exchanges, or the one that `turn` names."""
    if not turn:
        return slice(None)
    if not turn.isascii() or not turn.isdigit() or not 1 <= int(turn[:6]) <= count:
        raise NotKept(f"This conversation has no question number {turn[:6]}; it has {count}.")
    return slice(int(turn) - 1, int(turn))
