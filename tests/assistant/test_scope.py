"""Which reports a question is about, and what of it is not held."""

import pytest

from assistant.scope import scope_of
from assistant.understanding import Filters, Request
from ingest.errors import SendAssistantError
from ingest.model import Report


def report(name, kind, *areas, visit=None, published=None, digest=""):
    return Report(
        id=name, file=f"{name}.pdf", path=f"{name}.pdf", sha256="", format="pdf", title=name.title(), kind=kind, areas=areas,
        visit_start=visit, published=published, digest_of=digest and "x" or None, digest_of_kind=digest,
    )  # fmt: skip


REPORTS = (
    report("kent-visit", "inspection", "Kent", visit="2022-03-01", published="2023-01-10"),
    report("kent-peers", "peer review", "Kent", visit="2019-06-04"),
    report("devon-digest", "digest", "Devon", visit="2021-11-02", digest="peer review"),
    report("essex-visit", "inspection", "Essex", "Kent", published="2024-02-02"),
    report("guide", "framework"),
    report("law", "guidance"),
)


def scope(areas=(), kinds=(), years=()):
    """The scope of a question that names these."""
    return scope_of(Request("?", "?", (), areas, kinds, years), REPORTS)


def scope_by_hand(areas=(), kinds=(), years=(), reports=()):
    """The scope of filters that are set by hand."""
    return scope_of(Request("?", "?", (), areas, kinds, years, filters=Filters(areas, kinds, years, reports)), REPORTS)


def ids(found):
    return [r.id for r in found.reports]


def test_nothing_asked_for_is_everything_held():
    found = scope()
    assert len(found.reports) == 6 and found.label == "6 reports"


def test_an_area_is_the_one_a_report_is_about_first():
    assert ids(scope(areas=("Kent",))) == ["kent-visit", "kent-peers"]


def test_an_area_that_is_not_held_is_named_and_no_other_takes_its_place():
    found = scope(areas=("Surrey",))
    assert found.missing_areas == ("Surrey",) and found.reports == ()


def test_of_two_areas_the_one_not_held_is_named():
    found = scope(areas=("Kent", "Surrey"))
    assert found.missing_areas == ("Surrey",) and ids(found) == ["kent-visit", "kent-peers"]


def test_a_kind_narrows_and_a_digest_counts_as_what_it_digests():
    assert ids(scope(kinds=("peer review",))) == ["kent-peers", "devon-digest"]
    assert ids(scope(areas=("Devon",), kinds=("peer review",))) == ["devon-digest"]


def test_a_kind_that_is_not_held_of_the_area_is_named_and_its_reports_stay():
    found = scope(areas=("Devon",), kinds=("inspection",))
    assert found.missing_kinds == ("inspection",) and ids(found) == ["devon-digest"]


def test_a_guide_that_is_asked_for_is_in_scope_beside_an_area():
    assert ids(scope(areas=("Kent",), kinds=("guidance",))) == ["law"]
    assert ids(scope(areas=("Kent",), kinds=("inspection", "framework"))) == ["kent-visit", "guide"]
    assert ids(scope(areas=("Kent",))) == ["kent-visit", "kent-peers"]


@pytest.mark.parametrize(("year", "expected"), [(2022, ["kent-visit"]), (2023, ["kent-visit"]), (2019, ["kent-peers"])])
def test_a_year_is_that_of_the_visit_or_of_the_publication(year, expected):
    assert ids(scope(areas=("Kent",), years=(year,))) == expected


def test_a_year_that_is_not_held_is_named_and_the_other_years_stay():
    found = scope(areas=("Kent",), years=(2017,))
    assert found.missing_years == (2017,) and ids(found) == ["kent-visit", "kent-peers"]


def test_of_two_years_the_one_not_held_is_named():
    found = scope(areas=("Kent",), years=(2019, 2017))
    assert found.missing_years == (2017,) and ids(found) == ["kent-peers"]


def test_kind_and_year_that_exist_only_apart_are_not_taken_for_each_other():
    found = scope(areas=("Kent",), kinds=("peer review",), years=(2022,))
    assert found.missing_years == (2022,) and found.missing_kinds == () and ids(found) == ["kent-peers"]


def test_reports_can_be_chosen_by_file_or_id():
    assert ids(scope_by_hand(reports=("kent-peers.pdf", "guide"))) == ["kent-peers", "guide"]


def test_an_unknown_report_is_an_error_even_beside_a_known_one():
    with pytest.raises(SendAssistantError, match="No report nothing.pdf is held.*documents"):
        scope_by_hand(reports=("kent-peers", "nothing.pdf"))


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"areas": ("Devon",), "kinds": ("inspection",)}, "No Area SEND inspection on Devon is held"),
        ({"years": (2031,)}, "No report from 2031 is held"),
        ({"areas": ("Kent",), "years": (2017, 2018)}, "No report on Kent from 2017 or 2018 is held"),
    ],
)
def test_a_scope_set_by_hand_that_holds_nothing_is_an_error(filters, said):
    """A question may mention a year in passing; a filter means what it says."""
    with pytest.raises(SendAssistantError, match=said):
        scope_by_hand(**filters)


def test_an_area_set_by_hand_that_is_not_held_is_named_in_the_answer_instead():
    assert scope_by_hand(areas=("Surrey",)).missing_areas == ("Surrey",)


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ({"areas": ("Devon",)}, "Devon · SEND peer review, November 2021"),
        ({"areas": ("Kent",)}, "Kent · 2 reports"),
        ({"kinds": ("inspection",)}, "2 reports, Area SEND inspection"),
        ({"areas": ("Kent", "Devon"), "kinds": ("peer review",)}, "Kent, Devon · 2 reports, SEND peer review"),
        ({"kinds": ("guidance",)}, "Guidance"),
    ],
)
def test_the_scope_line_says_areas_and_the_report_or_how_many(asked, label):
    assert scope(**asked).label == label
