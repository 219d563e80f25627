"""The report: one file, safe to open, that names cases and can be filtered; and its Markdown and JSON companions."""

import dataclasses
import json
import os
import re
import shutil
from html.parser import HTMLParser

import pytest

from assistant.answer import Answer
from evals.comparing import compare
from evals.gate import Gate, breaches
from evals.report import as_html, case_rows, write_report
from evals.runs import Run, load_run
from evals.running import run_sets
from evals.summary import as_markdown, by_kind, by_report, figures
from tests.evals.made_answers import Canned, Replayed, cited, quoted, write

HOSTILE = "<script>alert(1)</script> & <img src=x onerror=alert(2)> {{ 7 * 7 }}"


@pytest.fixture(scope="module")
def run(starter, tmp_path_factory) -> Run:
    """Three cases: one right, one wrong, one that is hostile."""
    folder = tmp_path_factory.mktemp("report")
    lines = [
        {"id": "a", "kind": "fact", "question": "How many gulls?", "facts": ["gull"], "gold": [{"document": "islands", "quote": "counts every gull", "label": "1.1"}]},
        {"id": "b", "kind": "topic", "question": "When does the ferry go?", "facts": ["noon"], "notes": "Timetable."},
        {"id": "c", "kind": "topic", "question": HOSTILE, "facts": [HOSTILE], "forbidden": ["script"], "turns": [HOSTILE]},
    ]  # fmt: skip
    path = write(folder / "set.jsonl", *(json.dumps(line) for line in lines))
    return run_sets([path], starter, folder / "run", engine=Canned(quoted(cited("The keeper counts every gull."), cited(HOSTILE, number=2))))


class Tags(HTMLParser):
    """Collects tags, attributes and ids."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.ids = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            if name in ("src", "href", "action", "data", "srcset"):
                self.links.append(value)
            if name == "id":
                self.ids.append(value)
            assert not name.startswith("on"), (tag, name)


def test_the_report_asks_no_other_file_and_runs_nothing_that_a_report_says(run):
    page = as_html(run)
    found = Tags(page)
    assert all(link.startswith("#") for link in found.links)
    assert found.tags.count("script") == 1 and "img" not in found.tags
    assert "49" not in re.sub(r"\s", "", page.split("{{ 7")[1][:12])
    assert not re.search(r"url\(|@import|https?://", page)
    assert "default-src 'none'" in page
    assert len(found.ids) == len(set(found.ids))


def test_the_report_links_newly_wrong_cases_first(run, starter, tmp_path):
    again = run_sets([run.folder.parent / "set.jsonl"], starter, tmp_path / "run", engine=Replayed(run, lambda case, answer: Answer(case.question, "not_found", "No.")))
    comparison = compare(again, run)
    assert comparison.newly_wrong == ("a",)
    page = as_html(again, comparison, breaches(Gate.model_validate({"cases": {"right": ["a"]}}), again))
    assert '<a href="#case-a">a</a>' in page and 'id="case-a"' in page
    first = case_rows(again, comparison)[0]
    assert (first.case.id, first.verdict, first.before, first.missing) == ("a", "newly wrong", "right", ("gull",))


def test_plots_say_in_words_what_they_show(run):
    page = as_html(run)
    labels = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"', page)
    assert len(labels) == 3
    assert "fact 1.00 of 1 cases; topic 0.00 of 2 cases" in labels[0]
    assert "islands 1.00 of 1 cases" in labels[1]
    assert labels[2].startswith("Seconds from question to answer. Half of 3 answers took up to")


def test_groups_are_by_kind_and_by_report(run):
    assert [(g.name, g.cases, g.right.mean) for g in by_kind(run)] == [("fact", 1, 1.0), ("topic", 2, 0.0)]
    assert [(g.name, g.cases) for g in by_report(run)] == [("islands", 1)]


def test_a_figure_says_unscored_instead_of_a_number(run):
    words = {figure.measure.name: figure.words for figure in figures(run)}
    assert words["across_recall"] == "unscored" and words["right"] == "0.33"
    assert re.fullmatch(r"\d+ / \d+", words["words"])
    assert "judge" not in words


def test_the_files_of_a_finished_run(run):
    path = write_report(run)
    assert path.name == "report.html" and path.stat().st_size < 200_000
    markdown = (run.folder / "summary.md").read_text(encoding="utf-8")
    assert "set.jsonl: 1 of 3 right" in markdown and "| Facts said | 0.67 |" in markdown and "b, c" in markdown
    summary = json.loads((run.folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["cases"] == 3 and summary["kinds"]["topic"]["right"]["mean"] == 0
    assert summary["all"]["across_recall"] == {"mean": None, "low": None, "high": None, "scored": 0, "unscored": 3}


def test_the_markdown_says_what_turned_and_what_fell(run, starter, tmp_path):
    again = run_sets([run.folder.parent / "set.jsonl"], starter, tmp_path / "run", engine=Replayed(run, lambda case, answer: Answer(case.question, "not_found", "No.")))
    broken = breaches(Gate.model_validate({"cases": {"right": ["a"]}}), again)
    text = as_markdown(again, compare(again, run), broken)
    assert "**Breached.**" in text and "- Newly wrong: a" in text
    assert "must be right are not, or were not asked: a" in text


def test_a_stopped_run_says_that_it_was(run, tmp_path):
    shutil.copytree(run.folder, tmp_path / "run")
    part = dataclasses.replace(load_run(tmp_path / "run"), scored=run.scored[:1])
    assert "1 of 3 cases were asked" in as_html(part)


def test_the_table_filters_in_a_browser_without_a_network(run, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("needs chromium")
    path = write_report(run)
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(offline=True, color_scheme="dark")
        page = context.new_page()
        said, asked = [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{path.as_uri()}#case-b")
        assert page.locator("#case-b details").get_attribute("open") is not None
        page.get_by_label("Verdict").select_option("wrong")
        assert page.locator("#shown").inner_text() == "2 cases"
        page.get_by_label("Word in case or answer").fill("ferry")
        assert page.locator("#shown").inner_text() == "1 case"
        assert page.locator("#table tbody tr:visible").count() == 1
        page.get_by_role("button", name="Show all").click()
        page.wait_for_function("document.getElementById('shown').textContent === '3 cases'")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 27)"
        assert said == [] and [url.split("#")[0] for url in asked] == [path.as_uri()]
        browser.close()
