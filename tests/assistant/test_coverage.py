"""What the reports cover, counted and drawn."""

import re

import pytest
from made_library import make_library

from assistant.coverage import NO_DATE, Theme, by_area_and_theme, by_area_and_year, load_themes
from assistant.plots import themes_plot, years_plot
from ingest.errors import KnowledgeBaseError
from ingest.knowledge import KnowledgeBase
from ingest.settings import ROOT


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    return KnowledgeBase(make_library(tmp_path_factory.mktemp("held")).index)


def test_reports_are_counted_by_area_and_year_with_their_kinds(knowledge):
    found = by_area_and_year(knowledge)
    assert found["Wiltshire", "2023"] == ["peer review"]
    assert found["Somerset", NO_DATE] == ["other", "other"]


def test_passages_are_counted_by_area_and_theme_in_any_form_of_the_word(knowledge):
    themes = [
        Theme(name="Hearing", words=["hear"]),
        Theme(name="Plans", words=["EHCP", "EHCPs"]),
        Theme(name="None", words=["zebra"]),
    ]
    assert by_area_and_theme(knowledge, themes) == {("Wiltshire", "Hearing"): 1, ("Wiltshire", "Plans"): 1}


def test_themes_of_the_corpus_can_be_read_and_a_wrong_file_is_named(tmp_path):
    assert len(load_themes(ROOT / "corpus")) > 5
    assert load_themes(tmp_path) == []
    (tmp_path / "themes.toml").write_text('[[theme]]\nname = "x"\n')
    with pytest.raises(KnowledgeBaseError, match="themes.toml: not a list of themes"):
        load_themes(tmp_path)


def test_year_plot_has_a_mark_for_each_report_and_the_same_as_a_table():
    html = years_plot(
        {("A", "2023"): ["inspection", "peer review"], ("B", "2024"): ["guidance"]}, ["A", "B"], ["2023", "2024"]
    )
    plot = html.split('class="plot"')[1].split("</svg>")[0]
    assert (plot.count("<circle"), plot.count("<rect"), plot.count("<polygon")) == (1, 1, 1)
    assert '<th scope="row">A</th><td>inspection, peer review</td><td></td>' in html
    assert "committee paper" not in html


def test_theme_plot_gives_a_square_whose_area_is_the_number():
    html = themes_plot({("A", "x"): 16, ("A", "y"): 4}, ["A"], ["x", "y", "z"])
    wide, narrow = (float(w) for w in re.findall(r'class="amount"[^>]* width="([\d.]+)"', html))
    assert wide == 2 * narrow  # 16 is four times 4
    assert '<th scope="row">A</th><td>16</td><td>4</td><td></td>' in html


def test_names_in_plots_are_escaped():
    html = themes_plot({("<a>", "<x>"): 1}, ["<a>"], ["<x>"]) + years_plot({("<a>", "1"): ["x"]}, ["<a>"], ["1"])
    assert "<a>" not in html and "<x>" not in html
