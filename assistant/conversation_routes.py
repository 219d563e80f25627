"""The addresses of a person's kept conversations: listed, searched, deleted. Opening one is the chat page's part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.access import LOCAL, owner_of
from assistant.conversation_pages import ALL_DELETED, conversations_main, delete_address, delete_main
from assistant.history import History
from assistant.layout import document, failure
from ingest.errors import SendAssistantError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

LONGEST_SEARCH = 200


def conversation_routes(history: History) -> list[Route]:
    """Everything under /conversations but the files; another person's conversation is answered as one that is not."""
    from starlette.responses import HTMLResponse, RedirectResponse, Response
    from starlette.routing import Route

    def page(title: str, main: str, status: int = 200) -> HTMLResponse:
        made = document(title, main, here="/conversations")
        return HTMLResponse(made, status, headers={"cache-control": "no-store"})

    def listed(request: Request) -> Response:
        owner = owner_of(request)
        words = " ".join(request.query_params.get("find", "").split())[:LONGEST_SEARCH]
        try:
            found = history.search(owner, words)
        except SendAssistantError as error:
            return page("Earlier conversations", failure(str(error)), 500)
        return page("Earlier conversations", conversations_main(found, words, history.days, owner == LOCAL))

    def ask_to_delete(request: Request) -> Response:
        kept = request.path_params["conversation"]
        try:
            title = history.open(owner_of(request), kept)[0].question
        except SendAssistantError as error:
            return page("Not kept", failure(str(error)), 404)
        return page("Delete a conversation", delete_main(title, delete_address(kept)))

    def delete(request: Request) -> Response:
        try:
            history.delete(owner_of(request), request.path_params["conversation"])
        except SendAssistantError as error:
            return page("Not kept", failure(str(error)), 404)
        return RedirectResponse("/conversations", 303)

    def ask_to_delete_all(request: Request) -> Response:
        return page("Delete all conversations", delete_main("", ALL_DELETED))

    def delete_all(request: Request) -> Response:
        history.delete_all(owner_of(request))
        return RedirectResponse("/conversations", 303)

    return [
        Route("/conversations", listed, methods=["GET"]),
        Route(ALL_DELETED, ask_to_delete_all, methods=["GET"]),
        Route(ALL_DELETED, delete_all, methods=["POST"]),
        Route("/conversations/{conversation}/delete", ask_to_delete, methods=["GET"]),
        Route("/conversations/{conversation}/delete", delete, methods=["POST"]),
    ]
