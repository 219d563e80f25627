"""What every response carries and what no request may do: security headers, closed routes, other web sites."""

from __future__ import annotations

from urllib.parse import urlsplit

HEADERS = {
    # gradio's page holds inline scripts and styles and compiles its templates. No other host is loaded from or sent to.
    "content-security-policy": "; ".join(
        [
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

GRADIO_OPEN = (
    "app_id", "cancel", "heartbeat/", "info", "queue/data", "queue/join",
    "reset", "run/", "startup-events", "theme.css",
)  # fmt: skip
"Routes under /gradio_api/ that the page uses. The others take files, fetch for the caller or show what others do."

CLOSED = ("/login", "/logout", "/monitoring", "/gradio_api/")
"Routes of gradio that the page does not use, apart from GRADIO_OPEN."


class Guard:
    """Adds the headers to every response; closed routes answer 404. Plain ASGI, so streams stay streams."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":  # the page opens no websocket
                await self.app(scope, receive, send)
            return

        async def send_guarded(message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in HEADERS.items())]
            await send(message)

        app = _plain("Not found", 404) if _is_closed(scope["path"]) else self.app
        await app(scope, receive, send_guarded)


class OwnSite:
    """Refuses what a page of another web site sends: its reader's sign-in must not be used by it.

    It stands behind `Proxied`, which restores the host that the browser asked for.
    """

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        refused = scope["type"] == "http" and _is_foreign(scope)
        app = _plain("This request comes from another web site and is refused.", 403) if refused else self.app
        await app(scope, receive, send)


def _plain(words: str, status: int):
    from starlette.responses import PlainTextResponse

    return PlainTextResponse(words, status_code=status)


def _is_closed(path: str) -> bool:
    if path.startswith(tuple(f"/gradio_api/{name}" for name in GRADIO_OPEN)):
        return False
    return path.startswith(CLOSED)


def _is_foreign(scope) -> bool:
    headers = {key: value.decode("latin-1") for key, value in scope["headers"]}
    site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
    safe = scope["method"] in ("GET", "HEAD")
    if site in ("same-origin", "none") or (safe and origin is None):
        return False
    if site is not None and not safe:
        return True
    return origin is not None and urlsplit(origin).netloc != headers.get(b"host", "")
