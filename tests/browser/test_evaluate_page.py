"""The Evaluate page in a real Chromium, and "This answer is wrong" in the chat."""

import csv
import io

import pytest
from made_evaluation import LINES, SetEngine, as_set
from made_library import make_library

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")

SIZES = {"wide": (1280, 900), "320 pixels": (320, 640)}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return make_library(tmp_path_factory.mktemp("held"))


@pytest.fixture(scope="module")
def engine(settings):
    return SetEngine(settings)


@pytest.fixture(scope="module")
def address(serve, engine, settings):
    yield serve(engine, settings)
    engine.release()


@pytest.fixture
def evaluate(watched):
    return watched("evaluate")


def add(page, content=None, name="made.jsonl"):
    page.get_by_label("File", exact=True).set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": as_set() if content is None else content}
    )
    page.get_by_role("button", name="Add").click()


def ask(page, question: str, turn: int = 1):
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.locator(f"#answer-{turn} .answer").wait_for()


def test_evaluator_runs_a_set_stops_goes_on_compares_and_takes_the_report_away(evaluate, watched, engine):
    page = evaluate
    add(page)
    page.get_by_text("Good: all that it calls right stands").wait_for()
    engine.hold("boats")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("2 of 4 asked, 2 right").wait_for()
    chat = watched()
    ask(chat, "hearing tests")  # a run holds up nobody's question
    assert "thirty weeks" in chat.locator("#answer-1 .said").inner_text()
    stop = page.get_by_role("button", name="Stop this run")
    stop.focus()
    page.wait_for_timeout(1000)
    assert page.evaluate("document.activeElement.innerText") == "Stop this run"  # looking again leaves the focus alone
    page.keyboard.press("Enter")
    page.get_by_text("Stopping after the case").wait_for()
    engine.release()
    page.get_by_role("status").filter(has_text="Stopped: 3 of 4 asked, 3 right").wait_for()
    page.get_by_role("button", name="Go on with this run").click()
    page.get_by_text("3 of 4 right (0.75").wait_for()

    engine.finds_nothing = {"ferry times"}
    page.goto(page.url.split("/evaluate")[0] + "/evaluate")
    page.get_by_role("row", name="made.jsonl").get_by_role("button", name="Run").click()
    page.get_by_role("heading", name="Newly wrong (1)").wait_for()
    engine.finds_nothing = set()
    page.get_by_role("link", name="newly wrong (1)").click()
    assert page.locator("#held tbody tr").count() == 1
    page.get_by_role("link", name="all (4)").click()
    page.get_by_label("Find in this list").fill("hearing")
    assert page.locator("#found").inner_text() == "1 of 4 cases"
    page.get_by_label("Find in this list").fill("")
    with page.expect_download() as download:
        page.get_by_role("link", name="Every case (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert [row["verdict"] for row in rows] == ["newly wrong", "wrong", "right", "right"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Report (one HTML file)").click()
    assert download.value.suggested_filename.startswith(
        "evaluation-"
    ) and "Newly wrong (1)" in download.value.path().read_text(encoding="utf-8")
    with page.expect_download() as download:
        page.get_by_role("link", name="Summary (Markdown)").click()
    assert "- Newly wrong: ferry" in download.value.path().read_text(encoding="utf-8")

    page.locator("#held").get_by_role("link", name="ferry").click()
    page.get_by_text("It was right in the run compared with").wait_for()
    page.get_by_text("What the run compared with answered").click()
    page.locator("#answer-3").get_by_text("stops at noon").wait_for()
    page.get_by_role("link", name="Next case").click()
    page.get_by_role("heading", name="lending of <b>toys</b>").wait_for()
    page.get_by_role("link", name="Show where it stands").click()
    assert page.locator(":target mark").inner_text() == "Its workers visit at home and lend toys from a van"
    page.locator(":target details.print summary").click()
    page.wait_for_function("document.querySelector('.sheet img')?.naturalWidth > 0")
    page.get_by_role("link", name="Back to the run").click()
    page.get_by_label("Compare with").select_option("none")
    page.get_by_role("button", name="Compare").click()
    page.get_by_text("What turned").wait_for(state="detached")

    page.get_by_role("link", name="Back to Evaluate").click()
    page.locator("section", has=page.locator("#runs")).get_by_role("link", name="Delete").first.click()
    page.get_by_role("link", name="Keep it").click()
    page.locator("section", has=page.locator("#runs")).get_by_role("link", name="Delete").first.click()
    page.get_by_role("button", name="Delete it").click()
    assert page.locator("section", has=page.locator("#runs")).locator("tbody tr").count() == 1
    page.get_by_role("link", name="Remove made.jsonl").click()
    page.get_by_role("button", name="Remove it").click()
    assert page.get_by_text("added by you").count() == 0


def test_malformed_set_says_line_and_field(evaluate):
    add(evaluate, as_set(LINES[:1]) + b'{"id": "b", "question": "?", "kind": "riddle"}')
    evaluate.get_by_role("alert").wait_for()
    row = evaluate.get_by_role("region", name="Lines with a problem, table").locator("tbody tr")
    assert row.inner_text().startswith("2") and "kind: Input should be 'fact', 'topic'" in row.inner_text()
    evaluate.faults[:] = [fault for fault in evaluate.faults if "400 (Bad Request)" not in fault]


def test_wrong_answer_becomes_a_case_with_one_more_click(watched):
    chat = watched()
    ask(chat, "hearing ferry")
    assert chat.get_by_role("status").filter(has_text="thirty weeks").inner_text().count("wrong") == 0
    chat.get_by_text("This answer is wrong").click()
    assert chat.get_by_label("What it says does not answer the question").is_checked()
    chat.get_by_label("It leaves out what the reports say").check()
    chat.get_by_role("button", name="Keep as a case").click()
    chat.get_by_text("Say what is left out").wait_for()
    chat.get_by_label("What it says does not answer the question").check()
    chat.get_by_role("button", name="Keep as a case").click()
    chat.get_by_text("Kept as case wrong-1").wait_for()
    assert "Kept as case" in chat.evaluate("document.activeElement.innerText")
    ask(chat, "boats", 2)
    chat.locator("#answer-2").get_by_text("This answer is wrong").click()
    chat.get_by_label("What does a right answer say?").last.fill("twelve <i>boats</i>")
    chat.locator("#answer-2").get_by_role("button", name="Keep as a case").click()
    chat.get_by_text("Kept as case wrong-2").wait_for()
    chat.get_by_role("link", name="See all answers marked as wrong").last.click()
    assert chat.get_by_role("region", name="Answers marked as wrong, table").locator("tbody tr").count() == 2
    with chat.expect_download() as download:
        chat.get_by_role("link", name="JSON Lines", exact=True).click()
    assert '"id": "wrong-2"' in download.value.path().read_text(encoding="utf-8")
    for left in (1, 0):
        chat.get_by_role("link", name="Remove wrong-").first.click()
        chat.get_by_role("button", name="Remove it").click()
        assert chat.get_by_role("region", name="Answers marked as wrong, table").locator("tbody tr").count() == left
    chat.faults[:] = [fault for fault in chat.faults if "409 (Conflict)" not in fault]


def test_way_to_the_page_stands_in_the_chat(page):
    page.get_by_role("link", name="Evaluate").click()
    page.get_by_role("heading", name="Question sets").wait_for()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser, address, axe, engine, colours):
    context = browser.new_context(
        color_scheme=colours, reduced_motion="reduce", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    faults = []

    def look(name: str):
        for view, (width, height) in SIZES.items() if colours == "light" else [("wide", SIZES["wide"])]:
            page.set_viewport_size({"width": width, "height": height})
            if not page.evaluate("!!window.axe"):
                page.evaluate(axe)
            page.evaluate("document.querySelectorAll('main details').forEach((fold) => { fold.open = true; })")
            only = (
                {} if colours == "light" else {"runOnly": ["color-contrast"]}
            )  # the pages are the same but for their colours
            result = page.evaluate(
                "options => axe.run(options)", {"resultTypes": ["violations"], "elementRef": False, **only}
            )
            faults.extend(
                f"{name}, {view}: {v['id']}: {node['html'][:200]} {node['failureSummary'][:200]}"
                for v in result["violations"]
                for node in v["nodes"]
            )
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"{name}, {view}: scrolls sideways")
        page.set_viewport_size({"width": 1280, "height": 900})

    page.goto(address)
    ask(page, "hearing ferry")
    page.locator("#answer-1 .wrong summary").click()
    look("chat with the form open")
    page.get_by_role("button", name="Keep as a case").click()
    page.get_by_text("Kept as case").wait_for()
    page.goto(f"{address}evaluate")
    add(page, b"{}")
    look("malformed set")
    add(page, as_set([*LINES, {"id": "late", "question": "?", "documents": ["atlantis"]}]))
    page.get_by_text("do not fit").first.wait_for()
    look("set")
    engine.hold("boats")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("2 of 5 asked").wait_for()
    look("under way")
    page.get_by_role("button", name="Stop this run").click()
    engine.release()
    page.get_by_role("status").filter(has_text="Stopped: 3 of 5").wait_for()
    look("stopped")
    engine.finds_nothing = {"ferry times"}
    page.goto(f"{address}evaluate")
    look("evaluate")
    page.get_by_role("row", name="made.jsonl").get_by_role("button", name="Run").click()
    page.get_by_role("heading", name="Measures").wait_for()
    page.get_by_label("Compare with").select_option(index=1)
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name="Newly wrong (1)").wait_for()
    engine.finds_nothing = set()
    look("run compared")
    page.locator("#held").get_by_role("link", name="toys/1").click()
    look("case")
    context.close()
    assert faults == []


FOCUSED = """() => {
  const here = document.activeElement, style = getComputedStyle(here);
  return {name: (here.id || here.getAttribute("aria-label") || here.innerText).trim().slice(0, 40), tag: here.tagName,
          seen: style.outlineStyle != "none" && parseFloat(style.outlineWidth) >= 2};
}"""


def test_keyboard_reaches_everything_and_focus_is_seen(evaluate):
    add(evaluate)
    evaluate.get_by_text("Good: all").wait_for()
    evaluate.get_by_role("button", name="Run").click()
    evaluate.get_by_text("3 of 4 right").first.wait_for()
    wanted = {
        "Skip to the main part",
        "Report (one HTML file)",
        "against",
        "Compare",
        "all (4)",
        "find",
        "hearing",
        "Cases, table",
        "Back to Evaluate",
    }
    reached = []
    evaluate.evaluate("document.activeElement.blur()")
    for _ in range(60):
        evaluate.keyboard.press("Tab")
        focused = evaluate.evaluate(FOCUSED)
        if focused["tag"] == "BODY":
            break
        reached.append(focused)
    names = {focused["name"] for focused in reached}
    assert wanted - names == set()
    assert [focused for focused in reached if not focused["seen"]] == []
