"""Written answers on the page in a real Chromium: made-up reports, real checks, a model on loopback."""

import dataclasses

import pytest
from model_server import ModelServer

from tests.assistant.conftest import write_reports
from tests.browser.test_accessibility import RULES, VIEWS

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")

WAITS = "How long do families in Torbay wait for an occupational therapist?"
TRUE = "Families in Torbay wait 41 weeks on average for a first appointment [{41 weeks}]."
FALSE = "Others wait 90 weeks [{41 weeks}]."
MORE = "Many families buy private help instead [{41 weeks}]."
COUNT = "The partnership does not know how many pupils are on part-time timetables [{does not know}]."
LABEL = "every sentence checked against the quotes under it"


@pytest.fixture(scope="module")
def model():
    server = ModelServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def address(serve, model, tmp_path_factory):
    from assistant.answering import Assistant
    from ingest.pipeline import ingest
    from ingest.settings import Settings

    folder = tmp_path_factory.mktemp("written")
    settings = Settings(index=folder / "kb", data=folder / "data", writer=model.name, writer_seconds=20)
    ingest([write_reports(folder / "in")], settings)
    return serve(Assistant.open(settings), dataclasses.replace(settings))


@pytest.fixture(autouse=True)
def forgotten(model):
    """Each test has a model that says nothing yet."""
    while model.steps.acquire(blocking=False):
        pass
    model.cut_off.clear()
    model.asked.clear()
    model.sent.clear()


def ask(page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def written(page) -> None:
    page.get_by_label("Written by openai:small").check()


def done(page, turn: int = 1):
    page.locator(f"#answer-{turn}:not(.pending)").wait_for()
    return page.locator(f"#answer-{turn}")


def test_quotes_stay_the_default_and_say_so(page, model):
    assert page.get_by_label("In the reports’ own words").is_checked()
    ask(page, WAITS)
    answer = done(page)
    assert answer.locator(".mode").inner_text() == "In the reports’ own words"
    assert answer.locator(".prose").count() == 0 and answer.locator(".said q").count() >= 1
    assert not page.get_by_role("button", name="Stop").is_visible() and model.asked == []


def test_sentences_appear_in_order_each_once_it_is_checked(page, model):
    model.sentences = [TRUE, FALSE, MORE]
    written(page)
    ask(page, WAITS)
    page.get_by_role("button", name="Stop").wait_for()
    assert "is checked against the reports before it stands here" in page.locator(".writing .waiting").inner_text()
    assert page.locator(".writing .prose").count() == 0
    model.go_on(2)
    page.locator(".writing .prose").wait_for()
    assert page.locator(".writing .prose").inner_text() == (
        "Families in Torbay wait 41 weeks on average for a first appointment. [1]"
    )
    model.go_on()
    answer = done(page)
    assert answer.locator(".prose").inner_text() == (
        "Families in Torbay wait 41 weeks on average for a first appointment. [1] "
        "Many families buy private help instead. [2]"
    )
    assert answer.locator(".mode").inner_text() == f"Written by openai:small; {LABEL}"
    assert answer.locator(".check").all_inner_texts() == [
        "One sentence was taken out: the reports do not support it."
    ]
    assert answer.locator(".sources q").first.inner_text() == (
        "Families wait 41 weeks on average for a first appointment with an occupational therapist."
    )
    assert not page.get_by_role("button", name="Stop").is_visible()
    answer.locator(".prose a.cite").first.click()
    assert "41 weeks" in page.locator("#source-1-1 mark").inner_text()


def test_stop_by_keyboard_leaves_what_was_checked_and_ends_the_model(page, model):
    model.sentences = [TRUE, MORE, COUNT, FALSE, *["It goes on and on [{41 weeks}]."] * 20]
    written(page)
    ask(page, f"{WAITS} And then?")
    model.go_on(2)
    page.locator(".writing .prose").wait_for()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "stop":
            break
    page.keyboard.press("Enter")
    answer = done(page)
    assert "41 weeks" in answer.locator(".prose").inner_text()
    assert answer.locator(".check").all_inner_texts()[-1] == "Stopped: this is what had been written and checked by then."
    assert page.evaluate("document.activeElement.id") == "answer-1"
    for _ in range(10):  # what has no reader any more is ended with the next words that arrive
        model.go_on()
        if model.cut_off.wait(0.5):
            break
    assert model.cut_off.is_set() and len(model.sent) < 10
    page.goto(page.url)
    assert "Stopped:" in done(page).inner_text()
    assert page.get_by_label("Written by openai:small").is_checked()


def test_stop_before_a_sentence_gives_quotes(page, model):
    model.sentences = [TRUE] * 3
    written(page)
    ask(page, f"Tell me: {WAITS}")
    page.get_by_role("button", name="Stop").click()
    answer = done(page)
    assert answer.locator(".check").inner_text() == (
        "Stopped before a sentence was checked. The answer is made of quotes instead."
    )
    assert "41 weeks" in answer.locator(".said q").first.inner_text()
    model.go_on(9)


def test_a_waiting_model_keeps_nobody_from_quotes(watched, model):
    model.sentences = [TRUE]
    slow = [watched() for _ in range(2)]
    for number, one in enumerate(slow):
        one.get_by_label("Your question").wait_for()
        written(one)
        ask(one, f"{number}: {WAITS}")
        one.get_by_role("button", name="Stop").wait_for()
    other = watched()
    other.get_by_label("Your question").wait_for()
    ask(other, WAITS)
    done(other)
    model.go_on(9)
    for one in slow:
        done(one)


def test_a_model_that_fails_is_told_with_the_quotes(page, model):
    model.sentences = ["The moon is made of cheese."]
    model.go_on()
    written(page)
    ask(page, f"{WAITS} Please.")
    answer = done(page)
    assert answer.locator(".mode").inner_text() == "In the reports’ own words"
    assert answer.locator(".check").inner_text().endswith("The answer is made of quotes instead.")
    assert "41 weeks" in answer.locator(".said q").first.inner_text()


def test_follow_ups_corrections_and_links_keep_the_mode(page, model, address):
    model.sentences = [TRUE]
    model.go_on(20)
    written(page)
    ask(page, WAITS)
    done(page)
    model.sentences = ["Families in Rutland wait nine weeks for a first appointment [{nine weeks}]."]
    ask(page, "And in Rutland?")
    answer = done(page, 2)
    assert answer.locator(".mode").inner_text().startswith("Written by")
    link = page.locator("#answer-2 [data-copy]").get_attribute("data-copy")
    assert link.endswith("&written=1")
    page.locator("#answer-2 summary", has_text="Change what is searched").click()
    page.locator("#answer-2 [data-correct]").click()
    page.locator(".exchange.writing").wait_for(state="detached")
    assert done(page, 2).locator(".mode").inner_text().startswith("Written by")
    page.get_by_label("In the reports’ own words").check()
    page.locator("#answer-2 summary", has_text="Change what is searched").click()
    page.locator("#answer-2 [data-correct]").click()
    page.locator("#answer-2 .said").wait_for()
    assert page.locator("#answer-2 .mode").inner_text() == "In the reports’ own words"
    page.goto(address + link.removeprefix("/"))
    assert done(page).locator(".mode").inner_text().startswith("Written by")
    assert page.get_by_label("Written by openai:small").is_checked()


def test_a_new_conversation_ends_what_is_being_written(page, model):
    model.sentences = [TRUE] * 20
    ask(page, WAITS)
    done(page)
    written(page)
    ask(page, f"{WAITS} Once more.")
    page.get_by_role("button", name="Stop").wait_for()
    for _ in range(100):
        if model.asked:  # left earlier, the model would not be asked at all
            break
        page.wait_for_timeout(100)
    page.get_by_role("button", name="New conversation").click()
    page.get_by_text("Held here:").wait_for()
    assert page.locator(".exchange").count() == 0 and not page.get_by_role("button", name="Stop").is_visible()
    for _ in range(10):
        model.go_on()
        if model.cut_off.wait(0.5):
            break
    assert model.cut_off.is_set()


def test_screen_readers_hear_each_sentence_once(page, model):
    model.sentences = [TRUE, MORE, FALSE]
    written(page)
    page.evaluate("""() => {
      window.heard = [];
      const live = [...document.querySelectorAll("body > [role=status]")].pop();
      new MutationObserver(() => heard.push(live.textContent)).observe(live, {childList: true, characterData: true, subtree: true});
    }""")
    ask(page, f"{WAITS} Read it to me.")
    model.go_on(2)
    page.locator(".writing .prose").wait_for()
    model.go_on()
    done(page)
    page.wait_for_function("heard.join(' ').includes('taken out')")
    heard = " ".join(page.evaluate("heard"))
    assert heard.count("41 weeks on average") == heard.count("buy private help") == 1


def test_a_list_is_never_put_in_other_words(page, model):
    written(page)
    ask(page, "What should the partnership in Torbay do better?")
    answer = done(page)
    assert answer.locator(".prose").count() == 0
    assert model.asked == []


@pytest.mark.parametrize("colours", RULES)
def test_axe_finds_nothing(browser, address, axe, model, colours):
    context = browser.new_context(color_scheme=colours, reduced_motion="reduce", viewport=VIEWS["wide"])
    page = context.new_page()
    page.goto(address)
    page.get_by_text("Held here:").wait_for()
    written(page)
    faults = []

    def look(name: str) -> None:
        for view, size in VIEWS.items() if colours == "light" else [("wide", VIEWS["wide"])]:
            page.set_viewport_size(size)
            if not page.evaluate("!!window.axe"):
                page.evaluate(axe)
            options = {"resultTypes": ["violations"], "elementRef": False, **RULES[colours]}
            for violation in page.evaluate("options => axe.run(options)", options)["violations"]:
                faults.extend(f"{name}, {view}: {violation['id']}: {node['html']}" for node in violation["nodes"])
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                faults.append(f"{name}, {view}: scrolls sideways")
        page.set_viewport_size(VIEWS["wide"])

    model.sentences = [TRUE, MORE, FALSE]
    ask(page, f"{WAITS} In {colours}.")
    model.go_on(2)
    page.locator(".writing .prose").wait_for()
    look("while it is written")
    model.go_on()
    done(page)
    look("written")
    model.sentences = ["Nothing is cited."]
    model.go_on()
    ask(page, f"How long do families in Rutland wait? In {colours}.")
    done(page, 2)
    look("failed")
    context.close()
    assert faults == []
