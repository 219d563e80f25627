"""The chat's web server: the page behind a content policy that allows no outside host, on the first free port."""

from __future__ import annotations

import asyncio
import importlib
import logging
import socket
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from assistant.abbreviations import Abbreviations
from assistant.access import SIGN_INS_PER_MINUTE, Access, is_loopback, mode_of, owner_of, sign_in_routes
from assistant.accounts import Accounts
from assistant.api_routes import api_routes, not_valid
from assistant.basic import Basic
from assistant.chat import mount_page
from assistant.conversation_routes import conversation_routes
from assistant.conversing import Engine, EngineLoader, PageWriter
from assistant.downloads import download_routes
from assistant.guard import Guard, OwnSite
from assistant.history import DAY, History
from assistant.layout import document, failure
from assistant.library import Library
from assistant.library_changes import Changes
from assistant.library_routes import library_routes
from assistant.limits import RateLimit
from assistant.models import ModelError, open_model, shown
from assistant.problems import API, Problems
from assistant.proxy import Proxied, network_of
from assistant.scripts import PAGES_SCRIPT, SCRIPT
from assistant.shared_answers import SharedAnswers
from assistant.source_routes import source_routes
from assistant.style import PAGES_STYLE
from assistant.tabs import Tabs
from ingest.errors import KnowledgeBaseError, SettingsError
from ingest.generations import live_generation
from ingest.glossary import load_glossary
from ingest.settings import Settings

if TYPE_CHECKING:
    import fastapi

    from assistant.shared_writing import SharedWriting

log = logging.getLogger(__name__)

PORTS_TRIED = 100

REQUESTS_PER_QUESTION = 4
"What a page asks of the queue for one question, with opening it and its menus, at most."


def create_app(engine_factory: Callable[[], Engine], settings: Settings) -> fastapi.FastAPI:
    """The chat as an application. The engine is opened in the background once the application starts.

    Raises SettingsError where other machines could reach the chat and nobody would be asked who they are.
    """
    accounts = Accounts(settings.data, settings.session_hours)
    mode = mode_of(settings, accounts)
    history = History(settings.data, settings.history_days)
    for address in settings.trusted_proxies:
        network_of(address)

    from fastapi import FastAPI, Request, Response
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import HTMLResponse
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    library = Library(settings)
    changes = Changes(settings)
    engine = EngineLoader(engine_factory)

    def generation() -> int:
        return live_generation(settings.index)

    loader = EngineLoader(lambda: SharedAnswers(engine.get(), generation))
    writer = EngineLoader(lambda: _writing(loader.get(), engine.get(), settings, generation))
    # By name: nothing of the assistant depends on its evaluation; the server only puts the two together.
    evaluation = importlib.import_module("evals.page_routes").open_evaluation(
        settings, engine.get, lambda: loader.get().busy, library, history
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI):
        loader.start()
        forgetting = asyncio.create_task(_forget_daily(history))
        yield
        forgetting.cancel()
        changes.close()
        evaluation.close()
        library.close()

    # No /docs: FastAPI's page for it loads scripts from an outside host. /api/openapi.json describes the API.
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
    def wrong_address(request: Request, error: RequestValidationError) -> Response:
        if request.url.path.startswith(API):
            return not_valid(error)
        words = "The address is not complete or not right. Follow a link."
        return HTMLResponse(document("Not found", failure(words)), 400)

    sign_ins = RateLimit(SIGN_INS_PER_MINUTE)
    if mode == "accounts":
        app.router.routes.extend(sign_in_routes(accounts, settings, sign_ins))
    app.router.routes.extend(download_routes(history, RateLimit(settings.questions_per_minute)))
    app.router.routes.extend(conversation_routes(history))
    app.include_router(source_routes(library))
    app.include_router(library_routes(library, changes, owner_of))
    app.include_router(evaluation.routes)
    questions = RateLimit(settings.questions_per_minute)
    app.include_router(api_routes(loader, engine, writer if settings.writer else None, questions, mode))
    scripts = '<script src="/page.js"></script><script src="/pages.js" defer></script>'
    mount_page(
        app, loader, history, questions, _abbreviations(settings), head=scripts, owner_of=owner_of,
        additions=evaluation.in_chat,
        writer=PageWriter(shown(settings.writer), writer, settings.written_first) if settings.writer else None,
    )  # fmt: skip

    # The last added comes first: headers, how the API refuses, the proxy's word, other sites, the host's name, who
    # asks, whose page it is.
    app.add_middleware(Tabs, limit=RateLimit(settings.questions_per_minute * REQUESTS_PER_QUESTION))
    app.add_middleware(
        Access, mode=mode, accounts=accounts, basic=Basic(accounts, sign_ins), user_header=settings.user_header
    )
    if is_loopback(settings.host) or settings.hosts:
        # A web site elsewhere must not reach the chat by pointing a name of its own at this machine.
        here = ["127.0.0.1", "localhost", settings.host] if is_loopback(settings.host) else []
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*here, *settings.hosts], www_redirect=False)
    app.add_middleware(OwnSite)
    app.add_middleware(
        Proxied, trusted=settings.trusted_proxies, user_header=settings.user_header, open_to_all=mode == "open"
    )
    app.add_middleware(Problems)
    app.add_middleware(Guard)
    return app


def _writing(quoted: Engine, engine: Engine, settings: Settings, generation: Callable[[], int]) -> SharedWriting:
    """The same engine with the language model of the settings, for those who ask for a written answer."""
    from assistant.shared_writing import SharedWriting
    from assistant.writing import Writer
    from assistant.written import WrittenAssistant

    written = WrittenAssistant(engine, Writer(settings))
    return SharedWriting(quoted, written, generation, settings.writer, settings.writer_seconds)


def _abbreviations(settings: Settings) -> Abbreviations:
    """Those of the glossary; none where it cannot be read, as answers do without."""
    try:
        return Abbreviations(load_glossary(settings.corpus))
    except KnowledgeBaseError as error:
        log.warning("abbreviations are not explained: %s", error)
        return Abbreviations()


async def _forget_daily(history: History) -> None:
    while True:
        try:
            await asyncio.to_thread(history.delete_old)
        except SettingsError as error:
            log.error("old conversations were not deleted: %s", error)
        await asyncio.sleep(DAY)


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
    if bool(settings.certificate) != bool(settings.certificate_key):
        raise SettingsError("certificate and certificate_key go together. Set both to serve https, or neither.")
    print("Starting the chat…", flush=True)

    def engine_factory() -> Engine:
        from assistant.answering import Assistant

        return Assistant.open(settings)

    app = create_app(engine_factory, settings)
    sock = listen(settings.host, settings.port)
    port = sock.getsockname()[1]

    import uvicorn

    _warn_of_writer(settings)
    config = uvicorn.Config(
        app,
        log_level="warning",
        proxy_headers=False,  # assistant.proxy believes trusted proxies only
        server_header=False,
        ssl_certfile=settings.certificate or None,
        ssl_keyfile=settings.certificate_key or None,
        # An open page holds a connection for as long as it is open; the end must not wait for it.
        timeout_graceful_shutdown=1,
    )
    try:
        server = uvicorn.Server(config)
        config.load()
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        files = f"certificate {settings.certificate}, certificate_key {settings.certificate_key}"
        raise SettingsError(f"{files}: cannot be used ({error}). Name PEM files that go together.") from error
    if port != settings.port:
        print(f"Port {settings.port} is in use; the chat takes {port}.", flush=True)
    if not is_loopback(settings.host) and not (settings.certificate or settings.trusted_proxies):
        print(
            "People can sign in over https only: set certificate and certificate_key, or trusted_proxies to the "
            "address of a proxy that serves https.",
            flush=True,
        )
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    scheme = "https" if settings.certificate else "http"
    print(f"Chat: {scheme}://{host}:{port}/ (Ctrl+C ends it)", flush=True)
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[sock])


def _warn_of_writer(settings: Settings) -> None:
    """Prints why the language model cannot be used, where that is known before it is asked."""
    if not settings.writer:
        return
    try:
        open_model(settings.writer)
    except ModelError as error:
        print(f"{error} Until that is put right all answers are made of quotes.", flush=True)


def _is_news(record: logging.LogRecord) -> bool:
    """False for what uvicorn logs of the connections of open pages that it cuts at the end."""
    cut = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut and "timeout graceful shutdown" not in record.getMessage()
