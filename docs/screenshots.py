"""Makes the pictures of the README: `make screenshots`. Needs Chromium.

They show the starter knowledge base, which is in our own words. One digest is printed as a PDF first, so that there
is a printed page to show.
"""

from __future__ import annotations

import html
import io
import re
import shutil
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path.insert(0, str(ROOT))

PRINTED = "wiltshire-send-peer-review-2023"
"The digest that is printed."
QUESTION = "What did the peer review say about the neurodevelopmental pathway in Wiltshire?"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]
COLOURS = 128
"Colours kept in a picture: small files, and no difference to see."


def as_web_page(markdown: str) -> str:
    """A digest as a page to print; its labels are left out."""
    rows = []
    for line in markdown.split("---", 2)[2].splitlines():
        text = html.escape(re.sub(r"\[[^\]]*[\d¶][^\]]*\] ", "", line.lstrip("#- ")))
        depth = len(line) - len(line.lstrip("#"))
        if text:
            rows.append(
                f"<h{depth}>{text}</h{depth}>"
                if depth
                else f"<li>{text}</li>"
                if line.startswith("- ")
                else f"<p>{text}</p>"
            )
    return f"<style>body {{ font: 11pt/1.5 sans-serif }}</style>{''.join(rows)}"


def starter_with_pages(browser, folder: Path):
    """Settings of a starter knowledge base in which one digest has printed pages."""
    from ingest.pipeline import ingest
    from ingest.settings import Settings

    digests = folder / "digests"
    shutil.copytree(ROOT / "corpus" / "digests", digests)
    source = digests / f"{PRINTED}.md"
    page = browser.new_page()
    page.set_content(as_web_page(source.read_text(encoding="utf-8")))
    page.pdf(
        path=digests / f"{PRINTED}.pdf", format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "2cm")
    )
    page.close()
    source.unlink()
    source.with_suffix(".toml").write_text(
        f'title = "Digest of the Wiltshire SEND peer review, 2023"\nkind = "digest"\narea = "Wiltshire"\n'
        f'digest_of = "{PRINTED}"\n'
    )
    settings = Settings(index=folder / "knowledge-base", upload_folder=folder / "uploads", data=folder / "data")
    result = ingest([digests, ROOT / "corpus" / "guides"], settings)
    assert not result.failed, result.rows
    return settings


def serve(settings) -> str:
    """The address of a chat over a knowledge base, served until the process ends."""
    import uvicorn

    from assistant.answering import Assistant
    from assistant.server import create_app, listen

    sock = listen("127.0.0.1", 7860)
    app = create_app(lambda: Assistant.open(settings), replace(settings, port=sock.getsockname()[1]))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True).start()
    return f"http://127.0.0.1:{sock.getsockname()[1]}"


def keep(page, name: str) -> None:
    """Writes what the page shows to docs/`name`.png."""
    from PIL import Image

    page.wait_for_timeout(400)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(DOCS / f"{name}.png", optimize=True)
    print(f"docs/{name}.png", flush=True)


def take(browser, address: str) -> None:
    """All pictures, one after the other."""
    chat = browser.new_page(viewport={"width": 1360, "height": 860}, reduced_motion="reduce")
    chat.goto(address)
    chat.get_by_text("Held here:").wait_for()
    chat.get_by_label("Your question").fill(QUESTION)
    chat.keyboard.press("Enter")
    chat.locator("#answer-1 a.cite").first.click()
    chat.locator(".source.current .sheet img").scroll_into_view_if_needed()
    chat.wait_for_function("document.querySelector('.source.current .sheet img').complete")
    chat.evaluate("document.querySelector('#sources').scrollTo(0, 0)")
    chat.evaluate("document.querySelector('#answer-1').scrollIntoView()")
    keep(chat, "chat")
    with chat.expect_popup() as opened:
        chat.locator(".source.current").get_by_role("link", name="Text and page side by side").click()
    source = opened.value
    source.set_viewport_size({"width": 1360, "height": 860})
    source.reload()
    source.wait_for_function("[...document.images].every(image => image.complete)")
    keep(source, "source")
    library = browser.new_page(viewport={"width": 1360, "height": 860})
    library.goto(f"{address}/library")
    keep(library, "library")
    library.set_viewport_size({"width": 900, "height": 430})
    library.evaluate("document.getElementById('themes-head').scrollIntoView()")
    keep(library, "coverage")
    phone = browser.new_page(viewport={"width": 360, "height": 740}, reduced_motion="reduce", color_scheme="dark")
    phone.goto(address)
    phone.get_by_text("Held here:").wait_for()
    phone.get_by_label("Your question").fill(QUESTION)
    phone.keyboard.press("Enter")
    phone.locator("#answer-1 .answer").wait_for()
    keep(phone, "phone")


def main() -> int:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print('playwright is not installed. Run: make setup (it installs ".[test]")', file=sys.stderr)
        return 1
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print(
            "Chromium is not installed. Install it from your system's packages, then run this again.", file=sys.stderr
        )
        return 1
    with sync_playwright() as started, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = started.chromium.launch(executable_path=chromium, args=FLAGS)
        take(browser, serve(starter_with_pages(browser, Path(folder))))
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
