"""axe-core finds nothing on any page in any state: light and dark, wide, 320 pixels wide and at 200 % zoom."""

import pytest
from fake_engine import FakeEngine
from made_library import make_library

from assistant.access import sign_in_html

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")

VIEWS = {
    "wide": {"width": 1280, "height": 900},
    "320 pixels": {"width": 320, "height": 640},
    "200 % zoom": {"width": 640, "height": 450},
}
"A page of 1280 by 900 at 200 % zoom is laid out as one of half the size."
RULES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
"The pages are the same in dark but for their colours."


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return make_library(tmp_path_factory.mktemp("held"))


@pytest.fixture(scope="module")
def address(serve, settings):
    return serve(FakeEngine(), settings)


@pytest.fixture(params=RULES)
def colours(request, context):
    return request.param


@pytest.fixture
def looked_at(browser, address, axe, colours):
    """Opens a page, and looks at it in every view with axe."""
    context = browser.new_context(color_scheme=colours, reduced_motion="reduce", viewport=VIEWS["wide"])
    page = context.new_page()

    def found(name: str) -> list[str]:
        faults = []
        for view, size in VIEWS.items() if colours == "light" else [("wide", VIEWS["wide"])]:
            page.set_viewport_size(size)
            if not page.evaluate("!!window.axe"):
                page.evaluate(axe)
            options = {"resultTypes": ["violations"], "elementRef": False, **RULES[colours]}
            result = page.evaluate("options => axe.run(options)", options)
            faults += [
                f"{name}, {colours}, {view}: {violation['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
                for violation in result["violations"]
                for node in violation["nodes"]
            ]
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                faults.append(f"{name}, {view}: scrolls sideways")
        page.set_viewport_size(VIEWS["wide"])
        return faults

    page.found = found
    yield page
    context.close()


def test_chat_in_every_state_and_earlier_conversations(looked_at, address):
    page = looked_at
    page.goto(address)
    page.get_by_text("Held here:").wait_for()
    faults = page.found("opening")
    for turn, question in enumerate(("How well?", "buses", "broken", "which"), 1):
        page.get_by_label("Your question").fill(question)
        page.keyboard.press("Enter")
        page.locator(f"#answer-{turn} .answer").wait_for()
    page.locator("#answer-1 .take summary").click()
    page.locator("#answer-4 summary", has_text="Change what is searched").click()
    page.locator(".standing summary").click()
    page.locator("#answer-1 a.cite").first.click()
    page.locator(".source.current .sheet").wait_for()
    faults += page.found("answered, refused, failed and asked back, with everything unfolded")
    kept = page.url.split("=")[1]
    page.goto(f"{address}?q=How+well%3F&after=What+then%3F")
    page.locator("#answer-1 .follows").wait_for()
    faults += page.found("linked question")
    for name, path in {
        "earlier conversations": "conversations",
        "no conversation found": "conversations?find=nothing",
        "deleting one": f"conversations/{kept}/delete",
        "unknown conversation": "conversations/nothing/delete",
        "print": f"conversations/{kept}/paper.html",
    }.items():
        page.goto(address + path)
        faults += page.found(name)
    for name, problem in {"signing in": "", "signing in again": "Name and password do not go together."}.items():
        page.set_content(sign_in_html("/", problem))
        page.evaluate("delete window.axe")
        faults += page.found(name)
    assert faults == []


def test_other_pages(looked_at, address):
    page = looked_at
    page.goto(f"{address}library")
    page.get_by_label("Files", exact=True).set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"})
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Back to the library").wait_for()
    faults = page.found("change")
    for name, path in {
        "library": "library",
        "library with tables open": "library",
        "remove": "library/remove?report=plain",
        "unknown change": "library/changes/nothing",
        "report with pages": "reports/wiltshire-review-2023?page=2",
        "report without pages": "reports/somerset-inspection",
        "unknown report": "reports/nothing",
    }.items():
        page.goto(address + path)
        if name.endswith("open"):
            for fold in page.locator("details summary").all():
                fold.click()
        faults += page.found(name)
    assert faults == []


FOCUSED = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect(), style = getComputedStyle(here);
  const at = document.elementFromPoint(box.x + Math.min(box.width, innerWidth) / 2, box.y + Math.min(box.height, 20) / 2);
  return {name: (here.innerText || here.getAttribute("aria-label") || here.id).trim().slice(0, 40), tag: here.tagName,
          seen: style.outlineStyle != "none" && parseFloat(style.outlineWidth) >= 2,
          uncovered: here.contains(at) || (at && at.contains(here))};
}"""


def tabbed(page) -> list[dict]:
    """All that the Tab key reaches, in order, until it comes round to the beginning."""
    page.evaluate("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
    found = []
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["tag"] == "BODY":
            break
        found.append(focused)
    return found


@pytest.mark.parametrize("view", ["wide", "320 pixels"])
def test_keyboard_reaches_everything_and_focus_is_seen(context, address, view):
    page = context.new_page()
    page.set_viewport_size(VIEWS[view])
    page.goto(address)
    page.get_by_label("Your question").fill("How well?")
    page.keyboard.press("Enter")
    page.locator("#answer-1 .answer").wait_for()
    page.get_by_role("button", name="What do inspectors recommend in Oxhaven?").wait_for()
    reached = tabbed(page)
    names = [focused["name"] for focused in reached]
    for wanted in (
        "Earlier conversations",
        "Library",
        "Save, print or share",
        "New conversation",
        "Change what is searched",
        "[1]",
        "What was searched: 3 reports",
        "What do inspectors recommend in Oxhaven?",
        "Ask",
        "See the printed page",
        "Back to the answer",
    ):
        assert wanted in names, wanted
    assert [focused for focused in reached if not focused["seen"]] == []
    assert [focused for focused in reached if not focused["uncovered"]] == []
    page.goto(f"{address}library")
    reached = tabbed(page)
    assert reached[0]["name"] == "Skip to the main part"
    assert {"Ask", "files", "Add", "find"} <= {focused["name"] for focused in reached}
    assert [focused for focused in reached if not (focused["seen"] and focused["uncovered"])] == []
    page.close()
