"""A real Chromium, and chats served to it."""

import importlib.resources
import shutil
import threading
import time

import pytest

from assistant.server import create_app, listen
from ingest.settings import Settings

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WIDE = {"width": 1280, "height": 900}


# For this folder, not the session: playwright keeps an event loop running, in which other tests could not run theirs.
@pytest.fixture(scope="package")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("chromium is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def context(browser):
    # One context for all pages: gradio's scripts are then read once.
    return browser.new_context(viewport=WIDE, reduced_motion="reduce")


@pytest.fixture(scope="package")
def serve(browser, tmp_path_factory):
    """Serves the chat of an engine until the tests are done, and gives its address."""
    import uvicorn

    running = []

    def serve(engine, settings: Settings | None = None, seconds_to_open: float = 0) -> str:
        folder = tmp_path_factory.mktemp("served")
        settings = settings or Settings(index=folder / "none", data=folder / "data")

        def opened():
            time.sleep(seconds_to_open)
            return engine

        sock = listen("127.0.0.1", 7960)
        server = uvicorn.Server(
            uvicorn.Config(create_app(opened, settings), log_level="critical", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{sock.getsockname()[1]}/"

    yield serve
    for server, _ in running:
        server.should_exit = True
    for _, thread in running:
        thread.join(10)


@pytest.fixture
def watched(context, address):
    """Opens a page under `address`, which each test module gives; it may ask no other host and must meet no fault."""
    pages = []

    def open_page(path: str = "", within=context):
        page = within.new_page()
        page.requested, page.faults = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda message: message.type == "error" and page.faults.append(message.text))
        page.goto(f"{address}{path}")
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
        assert [url for url in page.requested if not url.startswith((address, "data:"))] == []
        assert page.faults == []


@pytest.fixture
def page(watched):
    """The chat, ready for a question."""
    page = watched()
    page.get_by_label("Your question").wait_for()
    return page


@pytest.fixture(scope="package")
def axe():
    """The script of axe-core."""
    package = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    return (importlib.resources.files(package) / "axe.min.js").read_text(encoding="utf-8")
