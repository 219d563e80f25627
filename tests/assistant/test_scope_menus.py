"""Menus that correct what an answer searched, and that stand for the questions to come."""

import re

from fake_engine import DIGEST, HOSTILE, INSPECTION, REVIEW

from assistant.scope_menus import filters_of, filters_words, menus_html
from assistant.understanding import Filters

HELD = [REVIEW, INSPECTION, DIGEST]


def menu(html: str, field: str) -> list[str]:
    inside = re.search(rf'data-filter="{field}">(.*?)</select>', html)[1]
    return re.findall(r"<option[^>]*>(.*?)</option>", inside)


def test_menus_offer_what_is_held_newest_year_first():
    html = menus_html(HELD, Filters(), "x")
    assert menu(html, "areas") == ["As the question says", "Marlshire", "Oxhaven", "Thornley"]
    assert menu(html, "kinds") == ["As the question says", "Area SEND inspection", "SEND peer review"]
    assert menu(html, "years") == ["As the question says", "2024", "2023", "2022"]
    assert menu(html, "reports")[3] == "Thornley SEND peer review, March 2022 (digest)"


def test_first_choice_under_an_answer_is_what_was_searched():
    one = menus_html(HELD, Filters(), "x", [REVIEW])
    assert [menu(one, field)[0] for field in ("areas", "kinds", "years", "reports")] == [
        "Marlshire", "SEND peer review", "2023", "Marlshire SEND peer review, November 2023",
    ]  # fmt: skip
    every = menus_html(HELD, Filters(), "x", HELD)
    assert [menu(every, field)[0] for field in ("areas", "reports")] == ["All areas", "All reports"]
    assert menu(menus_html(HELD, Filters(), "x", [REVIEW, DIGEST]), "reports")[0] == "2 reports"


def test_what_is_set_is_selected_and_said():
    filters = Filters(areas=("Oxhaven",), years=(2024,), reports=(REVIEW.id,))
    html = menus_html(HELD, filters, "x")
    assert re.findall(r'value="([^"]+)" selected', html) == ["Oxhaven", "2024", REVIEW.id]
    assert filters_words(filters, HELD) == "Oxhaven, 2024, Marlshire SEND peer review, November 2023"
    assert filters_words(Filters(), HELD) == ""


def test_choices_of_the_page_become_filters_and_anything_else_is_ignored():
    chosen = {"areas": "Oxhaven", "kinds": "", "years": "2024", "reports": "a", "other": "x"}
    assert filters_of(chosen) == Filters(("Oxhaven",), (), (2024,), ("a",))
    assert filters_of({"areas": ["x"], "years": "20x4", "kinds": None}) == Filters()


def test_names_of_reports_are_escaped():
    from dataclasses import replace

    html = menus_html([replace(REVIEW, areas=(HOSTILE,), kind="other", title=HOSTILE)], Filters(), "x")
    assert "<img" not in html and "${" not in html
