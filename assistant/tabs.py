"""Keeps the page sessions of different people apart, and counts what each asks of the queue.

A page names its session itself ('session_hash'), and gradio keeps conversation and messages under that name for whoever
gives it. Here the name is put under its owner's on the way in: the same name from another person is another session.
"""

from __future__ import annotations

import hashlib
import json
from urllib.parse import parse_qsl, urlencode

from assistant.access import counted_as
from assistant.limits import RateLimit, too_many

JOIN = "/gradio_api/queue/join"
HEARTBEAT = "/gradio_api/heartbeat/"
RUN = "/gradio_api/run/"
"Events that do without the queue; gradio refuses those that belong in it."
WITH_BODY = (JOIN, "/gradio_api/cancel")
LARGEST_BODY = 2_000_000
"Bytes; what a page sends with a question is a few thousand."


class Tabs:
    """The middleware; it stands behind `Access`, which says who asks."""

    def __init__(self, app, *, limit: RateLimit) -> None:
        self.app = app
        self._limit = limit

    async def __call__(self, scope, receive, send) -> None:
        path = scope["path"].rstrip("/") if scope["type"] == "http" else ""
        if not path.startswith("/gradio_api/"):
            await self.app(scope, receive, send)
            return
        owner = scope["state"]["owner"]
        if path.startswith(HEARTBEAT):
            path = HEARTBEAT + _owned(path.removeprefix(HEARTBEAT), owner)
            scope = {**scope, "path": path, "raw_path": path.encode()}
        elif path in WITH_BODY or path.startswith(RUN):
            read = await _body(receive)
            if read is None:
                await _refuse("This request is too large.", 413)(scope, receive, send)
                return
            try:
                body = json.loads(read)
                name = str(body["session_hash"])
            except (ValueError, TypeError, KeyError):
                await _refuse("This request is not understood: it names no session.", 400)(scope, receive, send)
                return
            asks = path == JOIN or path.startswith(RUN)
            if asks and (seconds := self._limit.wait(counted_as(owner, name))):
                refused = _refuse(too_many("requests", self._limit, seconds), 429, {"retry-after": str(seconds)})
                await refused(scope, receive, send)
                return
            written = json.dumps({**body, "session_hash": _owned(name, owner)}).encode()
            headers = [
                (key, value) for key, value in scope["headers"] if key not in (b"content-length", b"transfer-encoding")
            ]
            scope = {**scope, "headers": [*headers, (b"content-length", str(len(written)).encode())]}
            receive = _once(written, receive)
        elif b"session_hash" in scope["query_string"]:
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            pairs = [(key, _owned(value, owner) if key == "session_hash" else value) for key, value in pairs]
            scope = {**scope, "query_string": urlencode(pairs).encode()}
        await self.app(scope, receive, send)


def _owned(name: str, owner: str) -> str:
    """A session's name under its owner's: the beginning can't be chosen by whoever chooses the rest."""
    return f"{hashlib.sha256(owner.encode()).hexdigest()[:16]}-{name}"


async def _body(receive) -> bytes | None:
    """The request's body; None where it is too large."""
    read = b""
    while True:
        message = await receive()
        read += message.get("body", b"")
        if len(read) > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return read


def _once(body: bytes, receive):
    """A `receive` that gives the body, then whatever comes after it."""
    given = False

    async def again():
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _refuse(words: str, status: int, headers: dict[str, str] | None = None):
    from starlette.responses import JSONResponse

    return JSONResponse({"detail": words}, status_code=status, headers=headers)
