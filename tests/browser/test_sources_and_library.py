"""Sources, menus and the library in a real Chromium, over a knowledge base of made-up reports."""

import re

import pytest
from made_library import LibraryEngine, make_library

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")

DRAWN = "img => img.complete && img.naturalWidth > 0"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return make_library(tmp_path_factory.mktemp("held"), real_model=True, upload_megabytes=1)


@pytest.fixture(scope="module")
def engine(settings):
    return LibraryEngine(settings)


@pytest.fixture(scope="module")
def address(serve, engine, settings):
    return serve(engine, settings)


def ask(page, question: str, turn: int = 1) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.locator(f"#answer-{turn} .answer").wait_for()


def drawn(page, css: str = ".sheet img"):
    image = page.locator(css).first
    image.scroll_into_view_if_needed()
    page.wait_for_function(f"css => ({DRAWN})(document.querySelector(css))", arg=css)
    return image


def test_citation_opens_the_passage_and_the_printed_page_with_the_quote_marked(page):
    ask(page, "hearing")
    page.locator("#answer-1 a.cite").first.click()
    assert page.locator(".source.current mark").inner_text() == "Waits for a hearing test have grown to thirty weeks."
    assert "/pages/2.png?from=" in drawn(page, ".source.current .sheet img").get_attribute("src")
    assert "Page 2 of 2, the quote is marked" in page.locator(".sheet figcaption").inner_text()


def test_pages_are_turned_in_place_with_the_keyboard(page):
    ask(page, "hearing")
    page.locator("#answer-1 a.cite").first.click()
    drawn(page, ".source.current .sheet img")
    page.get_by_role("link", name="Previous page").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Page 1 of 2").wait_for()
    assert "Page 1 of 2" in page.evaluate("document.activeElement.innerText")
    drawn(page, ".source.current .sheet img")
    page.get_by_role("link", name="Back to the quote").click()
    page.get_by_text("Page 2 of 2, the quote is marked").wait_for()


def test_whole_report_opens_beside_its_page_at_the_quote(page):
    ask(page, "hearing")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Text and page side by side").click()
    tab = opened.value
    tab.locator("mark").wait_for()
    box, sheet = tab.locator("mark").bounding_box(), tab.locator(".sheet").bounding_box()
    assert 0 < box["y"] < 900 and sheet["x"] > box["x"] + 100
    drawn(tab)
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download the original").click()
    assert download.value.suggested_filename == "wiltshire-review-2023.pdf"
    tab.close()


def test_report_without_pages_says_so(page):
    ask(page, "sensory")
    assert page.locator("details.print").count() == 0
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Text and page side by side").click()
    opened.value.get_by_text("This report is a Word document").wait_for()
    opened.value.close()


def test_menus_under_the_scope_line_answer_the_question_again_and_stay_set(page, engine):
    ask(page, "ferry hearing")
    assert page.locator("#answer-1 .said").count() == 2
    page.get_by_text("Change what is searched").click()
    assert page.locator("#correct-areas option").first.inner_text() == "All areas"
    page.locator("#correct-areas").select_option("Wiltshire")
    page.get_by_role("button", name="Answer again").click()
    page.wait_for_function("document.querySelectorAll('#answer-1 .said').length == 1")
    assert page.locator(".exchange").count() == 1
    assert engine.asked[-1][2].areas == ("Wiltshire",)
    page.get_by_text("Searching only: Wiltshire").wait_for()
    ask(page, "ferry", 2)
    assert page.locator("#answer-2 .status").inner_text() == "Not in the reports"
    assert engine.asked[-1][2].areas == ("Wiltshire",)


def test_standing_menus_hold_until_they_are_cleared(page, engine):
    page.locator(".standing summary").click()
    page.locator("#standing-reports").select_option("plain")
    page.get_by_text("Searching only:").wait_for()
    page.wait_for_timeout(200)
    ask(page, "hearing")
    assert engine.asked[-1][2].reports == ("plain",)
    page.get_by_role("button", name="Search all reports").click()
    page.get_by_text("Search only some reports").wait_for()
    page.wait_for_timeout(200)
    ask(page, "hearing", 2)
    assert engine.asked[-1][2].reports == ()


@pytest.fixture
def library(watched):
    return watched("library")


def test_list_is_narrowed_by_typing(library):
    library.get_by_label("Find in this list").fill("wilt peer")
    assert library.locator("#found").inner_text() == "1 of 4 reports"
    assert library.locator("#held tbody tr:visible").count() == 1


def test_report_is_added_asked_about_and_removed(library, watched, tmp_path):
    path = tmp_path / "wiltshire-kites.txt"
    path.write_text(
        "SEND peer review of Wiltshire, 2021\n\nThe kite club of Wiltshire meets in the rain.", encoding="utf-8"
    )
    library.get_by_label("Files", exact=True).set_input_files(path)
    library.get_by_role("button", name="Add").click()
    library.get_by_text("Finished: 1 of 1 done.").wait_for()
    chat = watched()
    ask(chat, "kites or a club that meets")
    assert "kite club" in chat.locator("#answer-1 .said").inner_text()
    library.get_by_role("link", name="Back to the library").click()
    library.locator("tr", has_text="wiltshire-kites.txt").get_by_role("link", name="Remove").click()
    library.get_by_role("link", name="Keep it").click()
    library.locator("tr", has_text="wiltshire-kites.txt").get_by_role("link", name="Remove").click()
    library.get_by_role("button", name="Remove it").click()
    library.get_by_text("Finished: 1 of 1 done.").wait_for()
    library.get_by_role("link", name="Back to the library").click()
    assert library.locator("tr", has_text="wiltshire-kites.txt").count() == 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("scan.exe", b"MZ", "this kind of file is not read"),
        ("big.txt", b"x" * 2_000_000, "These files are 2 MB; 1 MB can be added at once"),
        ("broken.docx", b"not a word document", "not a Word document, although it is named so"),
    ],
)
def test_bad_files_are_refused_in_plain_words(library, tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    library.get_by_label("Files", exact=True).set_input_files(tmp_path / name)
    library.get_by_role("button", name="Add").click()
    library.get_by_text(re.compile(re.escape(says))).wait_for()
    library.faults[:] = [fault for fault in library.faults if "400 (Bad Request)" not in fault]
