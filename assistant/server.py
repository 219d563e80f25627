"""The chat's web server: the page behind a content policy that allows no outside host, on the first free port."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from assistant.abbreviations import Abbreviations
from assistant.chat import Engine, EngineLoader, mount_page
from assistant.layout import document, failure
from assistant.library import Library
from assistant.library_changes import Changes
from assistant.library_routes import library_routes
from assistant.page import SCRIPT
from assistant.scripts import PAGES_SCRIPT
from assistant.source_routes import source_routes
from assistant.style import PAGES_STYLE
from ingest.errors import KnowledgeBaseError, SettingsError
from ingest.glossary import load_glossary
from ingest.settings import Settings

if TYPE_CHECKING:
    import fastapi

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
}

CLOSED = tuple(f"/gradio_api/{name}" for name in ("upload", "proxy=", "file=", "file/", "run-history"))
"Routes of gradio that the page does not use: they store a caller's files, or fetch for the caller."

PORTS_TRIED = 100


def create_app(engine_factory: Callable[[], Engine], settings: Settings) -> fastapi.FastAPI:
    """The chat as an application. The engine is opened in the background once the application starts."""
    from fastapi import FastAPI, Response
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import HTMLResponse
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    loader = EngineLoader(engine_factory)
    library = Library(settings)
    changes = Changes(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI):
        loader.start()
        yield
        changes.close()
        library.close()

    # No /docs: FastAPI's page for it loads scripts from an outside host.
    app = FastAPI(title="SEND evidence assistant", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/page.js")
    def script() -> Response:
        return Response(SCRIPT, media_type="text/javascript")

    @app.get("/pages.js")
    def pages_script() -> Response:
        return Response(PAGES_SCRIPT, media_type="text/javascript")

    @app.get("/pages.css")
    def pages_style() -> Response:
        return Response(PAGES_STYLE, media_type="text/css")

    @app.exception_handler(RequestValidationError)
    def wrong_address(_, __) -> Response:
        words = "The address is not complete or not right. Follow a link."
        return HTMLResponse(document("Not found", failure(words)), 400)

    app.include_router(source_routes(library))
    app.include_router(library_routes(library, changes))
    scripts = '<script src="/page.js"></script><script src="/pages.js" defer></script>'
    mount_page(app, loader, _abbreviations(settings), head=scripts)
    app.add_middleware(Guard)
    if _is_loopback(settings.host):
        # A web site elsewhere must not reach the chat by pointing a name of its own at this machine.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", settings.host])
    return app


def _abbreviations(settings: Settings) -> Abbreviations:
    """Those of the glossary; none where it cannot be read, as answers do without."""
    try:
        return Abbreviations(load_glossary(settings.corpus))
    except KnowledgeBaseError as error:
        logging.getLogger(__name__).warning("abbreviations are not explained: %s", error)
        return Abbreviations()


class Guard:
    """Adds the security headers to every response; closed routes answer 404. Plain ASGI, so streams stay streams."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in HEADERS.items())]
            await send(message)

        if scope["path"].startswith(CLOSED):
            from starlette.responses import PlainTextResponse

            await PlainTextResponse("Not found", status_code=404)(scope, receive, send_guarded)
            return
        await self.app(scope, receive, send_guarded)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on `port`, or on the next free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        try:
            return socket.create_server((host, candidate), family=family, backlog=128)
        except OSError as error:
            problem = error
    raise SettingsError(
        f"{host}: no port from {port} to {candidate} can be listened on ({problem}). "
        "Choose another with --port or --host."
    )


def serve(settings: Settings) -> None:
    """Serves the chat until it is interrupted, and prints its address."""
    print("Starting the chat…", flush=True)
    sock = listen(settings.host, settings.port)
    port = sock.getsockname()[1]

    import uvicorn

    def engine_factory() -> Engine:
        from assistant.answering import Assistant

        return Assistant.open(settings)

    app = create_app(engine_factory, settings)
    if port != settings.port:
        print(f"Port {settings.port} is in use; the chat takes {port}.", flush=True)
    if not _is_loopback(settings.host):
        print("There are no accounts: whoever reaches this address can ask, and read the reports held.", flush=True)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"Chat: http://{host}:{port}/ (Ctrl+C ends it)", flush=True)
    # An open page holds a connection for as long as it is open; the end must not wait for it.
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[sock])


def _is_news(record: logging.LogRecord) -> bool:
    """False for what uvicorn logs of the connections of open pages that it cuts at the end."""
    cut = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut and "timeout graceful shutdown" not in record.getMessage()
