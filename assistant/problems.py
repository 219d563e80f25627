"""Refusals under /api in one form, application/problem+json (RFC 9457), and how large a request may be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import JSONResponse

API = "/api/"
MEDIA_TYPE = "application/problem+json"
LARGEST_BODY = 100_000
"Bytes: a question with the conversation before it is a few thousand."


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, errors: Sequence[Mapping[str, str]] = ()
) -> JSONResponse:
    """A refusal; `detail` is for the person who wrote the request, `errors` are its fields with what is wrong."""
    from starlette.responses import JSONResponse

    return JSONResponse(_body(status, detail, errors), status, headers, MEDIA_TYPE)


class Problems:
    """Gives every refusal of a request under /api that form, and refuses bodies that are too large."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self.app(scope, receive, send)
            return
        started: dict | None = None
        said = b""
        taken = 0

        async def receive_limited():
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_BODY:
                from starlette.exceptions import HTTPException

                raise HTTPException(413, f"The request is too large: the most is {LARGEST_BODY:,} bytes.")
            return message

        async def send_reworded(message) -> None:
            nonlocal started, said
            if message["type"] == "http.response.start" and _to_reword(message):
                started = message
            elif started is None:
                await send(message)
            else:
                said += message.get("body", b"")
                if not message.get("more_body"):
                    await _reworded(started, said)(scope, receive, send)

        await self.app(scope, receive_limited, send_reworded)


def _to_reword(start) -> bool:
    return start["status"] >= 400 and dict(start["headers"]).get(b"content-type", b"") != MEDIA_TYPE.encode()


def _reworded(start, said: bytes) -> JSONResponse:
    """The same refusal with its headers, in the one form."""
    headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in start["headers"]}
    kind = headers.pop("content-type", "")
    headers.pop("content-length", None)
    words = said.decode("utf-8", "replace") if kind.startswith("text/plain") else ""
    if kind.startswith("application/json"):
        told = json.loads(said)
        words = told["detail"] if isinstance(told, dict) and isinstance(told.get("detail"), str) else ""
    return problem(start["status"], words, headers)


def _body(status: int, detail: str, errors: Sequence[Mapping[str, str]]) -> dict:
    title = HTTPStatus(status).phrase
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail or title}
    return {**told, "errors": list(errors)} if errors else told
