"""Taking answers away, links to questions, earlier conversations, and two people who must not see each other's."""

import io
import re

import docx
import pytest
from fake_engine import FakeEngine
from made_library import make_library

from assistant.accounts import Accounts

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")

PASSWORDS = {"anna": "lantern-otter-gravel", "ben": "teapot-cloud-bicycle"}


@pytest.fixture(scope="module")
def engine():
    return FakeEngine()


@pytest.fixture(scope="module")
def address(serve, engine, tmp_path_factory):
    """A chat that two people have accounts of, one of whom may change the library."""
    from argon2 import PasswordHasher

    settings = make_library(tmp_path_factory.mktemp("held"), real_model=True, library_editors=("anna",))
    with pytest.MonkeyPatch.context() as patched:
        # Hashes that cost nothing; their strength is the library's default and not tested here.
        patched.setattr(Accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        for name, password in PASSWORDS.items():
            Accounts(settings.data).add(name, password)
        yield serve(engine, settings)


def signed_in(browser, address, name):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORDS[name])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Your question").wait_for()
    page.close()
    return context


@pytest.fixture(scope="module")
def people(browser, address):
    contexts = {name: signed_in(browser, address, name) for name in PASSWORDS}
    yield contexts
    for context in contexts.values():
        context.close()


def at_the_opening(page):
    page.get_by_text("Held here:").wait_for()
    return page


@pytest.fixture
def anna(watched, people):
    return at_the_opening(watched(within=people["anna"]))


@pytest.fixture
def ben(watched, people):
    return at_the_opening(watched(within=people["ben"]))


def ask(page, question: str, turn: int = 1) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.locator(f"#answer-{turn} .answer").wait_for()


def saved(page, link) -> bytes:
    with page.expect_download() as download:
        link.click()
    return download.value.path().read_bytes()


def words_of(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)


def test_an_answer_and_its_conversation_are_saved_as_word_and_open_again(anna):
    ask(anna, "How well?")
    ask(anna, "What about buses?", 2)
    anna.locator("#answer-1 .take summary").click()
    first = words_of(saved(anna, anna.locator("#answer-1").get_by_role("link", name="Word document of answer 1")))
    assert "Young people said that they knew who would speak for them." in first and "buses" not in first
    anna.locator("#answer-2 .take summary").click()
    whole = anna.locator("#answer-2").get_by_role("link", name="Word document of the whole conversation")
    words = words_of(saved(anna, whole))
    assert "Young people said" in words and "do not speak of school buses" in words
    text = saved(anna, anna.locator("#answer-2").get_by_role("link", name="Markdown text of answer 2")).decode()
    assert text.startswith("# What about buses?")
    with anna.expect_popup() as opened:
        anna.locator("#answer-2").get_by_role("link", name="Page to print of answer 2").click()
    opened.value.get_by_text("do not speak of school buses").wait_for()
    opened.value.close()


def test_a_link_asks_the_same_question_again_after_the_same_questions(anna, watched, people, engine):
    ask(anna, "How well?")
    ask(anna, "And in Oxhaven?", 2)
    anna.locator("#answer-2 .take summary").click()
    anna.locator("#answer-2").get_by_role("button", name="Copy the link").click()
    anna.locator("#answer-2 .copied", has_text="Copied.").wait_for()
    link = anna.evaluate("navigator.clipboard.readText()")
    path = re.fullmatch(r"http://127\.0\.0\.1:\d+/(\?q=And\+in\+Oxhaven%3F&after=How\+well%3F)", link)[1]
    theirs = watched(path, within=people["ben"])
    theirs.locator("#answer-1 .answer").wait_for()
    assert theirs.locator("#answer-1 h3").inner_text() == "And in Oxhaven?"
    assert theirs.locator("#answer-1 .follows").inner_text() == "Asked after “How well?”"
    assert engine.asked[-1][1] == [{"role": "user", "content": "How well?"}] or engine.asked[-1][0] != "And in Oxhaven?"
    ask(theirs, "And elsewhere?", 2)
    assert [turn["content"] for turn in engine.asked[-1][1]][:2] == ["How well?", "And in Oxhaven?"]


def test_a_link_that_is_damaged_says_so_and_leaves_the_page_usable(watched, people):
    page = watched("?q=x&kind=novel", within=people["ben"])
    page.get_by_text("This link names a kind of report that there is not").wait_for()
    ask(page, "How well?")


def test_a_conversation_is_found_opened_gone_on_with_and_deleted(anna, engine):
    ask(anna, "What of Zebulon and the planted trees?")
    at = anna.url
    assert "?conversation=" in at
    anna.get_by_role("link", name="Earlier conversations").click()
    anna.get_by_label("Find in questions and answers").fill("zebulon")
    anna.get_by_role("button", name="Find").click()
    anna.get_by_text("1 conversation with “zebulon”").wait_for()
    anna.get_by_role("link", name="What of Zebulon and the planted trees?", exact=True).click()
    anna.locator("#answer-1 .answer").wait_for()
    assert anna.url == at
    ask(anna, "Anything on buses?", 2)
    assert engine.asked[-1][1][0]["content"] == "What of Zebulon and the planted trees?"
    anna.reload()
    anna.locator("#answer-2 .answer").wait_for()
    anna.get_by_role("link", name="Earlier conversations").click()
    row = anna.locator(".kept > li", has_text="Zebulon")
    assert "2 questions" in row.inner_text()
    row.get_by_role("link", name="Delete").click()
    anna.get_by_role("link", name="Keep").click()
    row.get_by_role("link", name="Delete").click()
    anna.get_by_role("button", name="Delete").click()
    anna.get_by_role("heading", name="Earlier conversations").wait_for()
    assert row.count() == 0
    anna.goto(at)
    anna.get_by_text("There is no such conversation").wait_for()


def test_a_corrected_answer_takes_the_place_of_the_one_that_is_kept(anna):
    ask(anna, "How well do they plan?")
    anna.get_by_text("Change what is searched").click()
    anna.locator("#correct-areas").select_option("Oxhaven")
    anna.get_by_role("button", name="Answer again").click()
    anna.get_by_text("Searching only: Oxhaven").wait_for()
    anna.locator(".pending").wait_for(state="detached")
    anna.reload()
    anna.get_by_text("Searching only: Oxhaven").wait_for()
    assert anna.locator(".exchange").count() == 1


def test_one_person_reaches_nothing_of_anothers(anna, ben, address):
    ask(anna, "A private matter of Quillon")
    anna.locator("#answer-1 .take summary").click()
    kept = anna.url.split("conversation=")[1]
    ben.goto(f"{address}?conversation={kept}")
    ben.get_by_text("There is no such conversation").wait_for()
    assert ben.locator(".exchange").count() == 0
    for path in ("paper.docx", "paper.md?turn=1", "paper.html", "delete"):
        theirs = ben.request.get(f"{address}conversations/{kept}/{path}")
        assert theirs.status == 404 and "Quillon" not in theirs.text()
        assert anna.request.get(f"{address}conversations/{kept}/{path}").ok
    assert ben.request.post(f"{address}conversations/{kept}/delete").status == 404
    ben.goto(f"{address}conversations?find=Quillon")
    ben.get_by_text("No conversation holds all of these words").wait_for()
    anna.reload()
    anna.locator("#answer-1 .answer").wait_for()


def test_what_one_person_uploads_is_seen_by_others_only_once_it_is_in_the_library(anna, ben, address):
    anna.goto(f"{address}library")
    bad = {"name": "private-list.pdf", "mimeType": "application/pdf", "buffer": b"Quillon is no PDF"}
    anna.get_by_label("Files", exact=True).set_input_files(bad)
    anna.get_by_role("button", name="Add").click()
    anna.get_by_text("Finished: 0 of 1 done.").wait_for()
    assert "private-list.pdf" in anna.locator("main").inner_text()
    change = anna.url
    theirs = ben.request.get(change)
    assert theirs.status == 404 and "private-list" not in theirs.text()
    ben.goto(f"{address}library")
    ben.get_by_text("Reports are added and removed by named people").wait_for()
    assert "private-list" not in ben.content() and ben.locator("form").count() == 0
    sent = {"files": {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"}}
    assert ben.request.post(f"{address}library/add", multipart=sent).status == 403
    assert ben.request.post(f"{address}library/remove", form={"report": "plain"}).status == 403
    for path in ("private-list.pdf", "uploads/private-list.pdf", "gradio_api/file=private-list.pdf"):
        assert ben.request.get(address + path).status == 404
    elsewhere = {"origin": "http://evil.invalid", "sec-fetch-site": "cross-site"}
    assert anna.request.post(f"{address}library/remove", form={"report": "plain"}, headers=elsewhere).status == 403
    assert "plain.txt" in ben.content()


def test_signing_out_ends_the_session_and_wrong_passwords_are_told(browser, address):
    context = signed_in(browser, address, "ben")
    page = context.new_page()
    page.goto(address)
    page.get_by_text("Signed in as ben").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Name").fill("ben")
    page.get_by_label("Password").fill("not-it")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Name").input_value() == "ben"
    page.goto(f"{address}conversations")
    page.get_by_role("heading", name="Sign in").wait_for()
    context.close()
