"""The chat page in a real Chromium."""

import pytest
from fake_engine import FakeEngine

IN_VIEW = (
    "css => { const box = document.querySelector(css).getBoundingClientRect();"
    " return box.top >= 0 && box.bottom <= innerHeight; }"
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")


@pytest.fixture(scope="module")
def engine():
    return FakeEngine()


@pytest.fixture(scope="module")
def address(serve, engine):
    return serve(engine, seconds_to_open=1.5)


def ask(page, question: str, turn: int) -> None:
    """Types a question, presses Enter and waits for the answer of that turn."""
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.locator(f"#answer-{turn} .answer").wait_for()


def test_question_asked_while_the_engine_opens_waits_and_is_answered(page):
    ask(page, "How well are young people prepared?", 1)
    assert page.locator("#answer-1 h3").inner_text() == "How well are young people prepared?"
    assert page.locator("#answer-1 .scope").inner_text().startswith("Marlshire, Oxhaven and Thornley")
    assert page.locator("#answer-1 .answer > .said").first.inner_text().startswith("Young people said")
    assert page.locator("#answer-1 h4").all_inner_texts()[:2] == ["However", "Recommended"]


def test_citation_opens_its_passage_with_the_quote_marked(page):
    ask(page, "How well?", 1)
    page.locator("#answer-1 .said a.cite").first.click()
    source = page.locator("#source-1-1")
    assert "current" in source.get_attribute("class")
    assert page.evaluate("document.activeElement.id") == "source-1-1"
    assert source.locator("mark").inner_text() == "Young people said that they knew who would speak for them."
    assert source.locator(".near").count() == 2
    assert source.locator(".told").inner_text() == "Peer team · November 2023 · pages 6 and 7"
    assert "5.4" in source.locator("dl").inner_text()
    page.locator("#answer-1 a.cite[href='#source-1-4']").first.click()
    page.wait_for_function(f"({IN_VIEW})('#source-1-4 mark')")
    assert page.locator(".badge").all_inner_texts() == ["Digest: our summary, not the report’s words"]


def test_follow_up_takes_the_conversation_along_and_keeps_earlier_sources(page, engine):
    ask(page, "How well?", 1)
    page.get_by_role("button", name="What do inspectors recommend in Oxhaven?").click()
    page.locator("#answer-2 .answer").wait_for()
    question, turns = engine.asked[-1]
    assert question == "What do inspectors recommend in Oxhaven?"
    assert [turn["role"] for turn in turns] == ["user", "assistant"]
    assert turns[0]["content"] == "How well?"
    page.locator("#answer-1 .said a.cite").first.click()
    page.locator("#source-1-1").wait_for(state="visible")


def test_without_a_language_model_nothing_speaks_of_one(page):
    ask(page, "How well?", 1)
    assert page.get_by_role("radio").count() == page.get_by_role("button", name="Stop").count() == 0
    assert page.locator(".mode, .check, .modes").count() == 0


def test_refusal_shows_what_was_searched(page):
    ask(page, "Do they speak of buses?", 1)
    assert page.locator("#answer-1 .status").inner_text() == "Not in the reports"
    assert page.locator("#answer-1 .searched li").count() == 3
    assert page.locator("#answer-1 .searched li").first.is_visible()


def test_fault_is_told_in_plain_words(page):
    ask(page, "broken", 1)
    words = page.locator("#answer-1").inner_text()
    assert "Something went wrong" in words and "secret" not in words and "Traceback" not in words


def test_planted_images_links_and_scripts_stay_words(page):
    ask(page, "planted", 1)
    assert "<img src=" in page.locator("#answer-1 .said").inner_text()
    assert page.locator("#conversation img, #sources img, #conversation script, #sources script").count() == 0
    assert page.locator("#conversation a[href^=http], #sources a[href^=http]").count() == 0
    assert page.title() == "SEND evidence assistant"


def test_new_conversation_forgets_and_shows_the_opening_again(page, engine):
    ask(page, "How well?", 1)
    page.get_by_role("button", name="New conversation").click()
    page.get_by_text("Held here: 3 reports").wait_for()
    assert page.locator(".exchange").count() == 0
    page.get_by_role("button", name="What did the peer review recommend in Marlshire?").click()
    page.locator("#answer-1 .answer").wait_for()
    assert engine.asked[-1] == ("What did the peer review recommend in Marlshire?", [])


def test_answer_is_announced_to_screen_readers(page):
    ask(page, "buses", 1)
    page.get_by_role("status").filter(has_text="do not speak of").wait_for(state="attached")


def test_page_can_be_worked_with_the_keyboard_and_has_one_main_heading(page):
    assert page.locator("h1").all_inner_texts() == ["SEND evidence assistant"]
    assert page.locator("html").get_attribute("lang") == "en"
    ask(page, "How well?", 1)
    page.locator("#answer-1 .said a.cite").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "source-1-1"


def test_narrow_page_does_not_scroll_sideways(page):
    page.set_viewport_size({"width": 360, "height": 740})
    ask(page, "planted", 1)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator("#answer-1 .said a.cite").first.click()
    page.wait_for_function(f"({IN_VIEW})('#source-1-1 mark')")
