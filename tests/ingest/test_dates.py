"""Dates of visits and of publication."""

import pytest
from made_pages import heading, plain

from ingest.dates import dates_in_name, first_visit, published_in
from ingest.structure import build_passages


def _visit(*texts):
    return first_visit(build_passages(plain(*texts), "r"))


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("14 to 18 October 2024", "2024-10-14", "2024-10-18"),
        ("29 April to 3 May 2024", "2024-04-29", "2024-05-03"),
        ("25th to 28th April 2023", "2023-04-25", "2023-04-28"),
        ("10th & 11th May 2017", "2017-05-10", "2017-05-11"),
        ("30 January 2023 to 3 February 2023", "2023-01-30", "2023-02-03"),
        ("30 December 2023 to 3 January 2024", "2023-12-30", "2024-01-03"),
        ("30 December to 3 January 2024", "2023-12-30", "2024-01-03"),
        ("29 January 2024 to 02 February 2024", "2024-01-29", "2024-02-02"),
        ("Monday 5 – Friday 9 February 2024", "2024-02-05", "2024-02-09"),
    ],
)
def test_a_visit_of_several_days_is_read_as_written(written, first, last):
    assert _visit(f"Inspection dates: {written}") == (first, last)


def test_the_previous_inspection_is_passed_over():
    assert _visit("Dates of previous inspection: 3 to 7 July 2017", "Inspection dates: 6 to 10 February 2023") == (
        "2023-02-06",
        "2023-02-10",
    )
    assert _visit("Dates of previous inspection: 3 to 7 July 2017") == (None, None)


def test_a_heading_or_the_words_on_site_come_before_a_range_in_passing():
    assert _visit("Open from 1 to 9 June 2023.", heading("On-site review (10th & 11th May 2023)"), "Text.") == (
        "2023-05-10",
        "2023-05-11",
    )


def test_one_day_counts_where_it_is_called_the_inspection_date():
    assert _visit("Inspection date: 12 May 2023") == ("2023-05-12", "2023-05-12")
    assert _visit("On 12 May 2023 it rained.") == (None, None)


def test_no_visit_is_read_from_impossible_or_very_long_ranges():
    assert _visit("Inspection dates: 30 to 31 February 2023") == (None, None)
    assert _visit("Inspection dates: 1 January to 30 June 2023") == (None, None)


def test_a_files_name_gives_the_date_of_publication():
    assert dates_in_name("milton-village_06-september-2024") == "2024-09-06"
    assert dates_in_name("2024-09-06 walk") == "2024-09-06"
    assert dates_in_name("walk-2023") is None
    assert dates_in_name("walk_2024-19-45") is None


def test_publication_is_read_where_the_text_says_so():
    assert published_in("Date of publication: 6 December 2024") == "2024-12-06"
    assert published_in("Walks of the parish\nReport published on 6 December 2024") == "2024-12-06"
    assert published_in("It follows the guidance published on 6 December 2014") is None
    assert published_in("We met on 6 December 2024") is None
