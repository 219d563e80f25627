"""Citations say exactly where a quote stands."""

import pytest

from assistant.citing import cite, date_in_words, report_name
from ingest.model import Passage
from made_reports import BREAK, FIRST, ONE, REVIEW, SECOND, TWO

OVER = TWO.index("Leaders")


def test_a_citation_says_report_section_label_and_place():
    citation = cite(REVIEW, FIRST, 30, len(ONE), 7)
    assert citation.quote == "Its staff visit at home."
    assert (citation.number, citation.file, citation.report_id, citation.passage_id) == (7, "marlshire.pdf", "marlshire", "marlshire:0001")
    assert (citation.label, citation.section, citation.area, citation.date) == ("2.1", "2.1 Early years", "Marlshire", "November 2023")
    assert (citation.start, citation.end) == (30, len(ONE))
    assert [(p.page, p.printed, p.quote) for p in citation.parts] == [(3, "2", "Its staff visit at home.")]


def test_places_count_in_the_report_and_not_in_the_passage():
    citation = cite(REVIEW, SECOND, 0, 29)
    assert citation.quote == "Waits for therapy have grown."
    assert (citation.start, citation.end) == (len(ONE) + 1, len(ONE) + 30)


def test_a_quote_over_a_page_break_has_a_part_for_each_page():
    citation = cite(REVIEW, SECOND, OVER, len(TWO))
    assert [(p.page, p.printed, p.quote) for p in citation.parts] == [
        (3, "2", "Leaders know"), (4, "3", "this and  have begun to act.")
    ]  # fmt: skip
    assert citation.page == 3


def test_a_quote_that_ends_before_the_page_break_has_one_part():
    citation = cite(REVIEW, SECOND, 0, BREAK)
    assert citation.quote == "Waits for therapy have grown. Leaders know"
    assert [p.page for p in citation.parts] == [3]


def test_a_quote_that_begins_after_the_page_break_is_on_the_second_page():
    assert cite(REVIEW, SECOND, BREAK, len(TWO)).page == 4


def test_white_space_around_a_quote_is_left_out_and_within_it_stays():
    citation = cite(REVIEW, SECOND, 29, len(TWO))
    assert citation.quote == "Leaders know this and  have begun to act."
    assert citation.start == SECOND.start + 30


def test_a_document_without_pages_is_cited_by_its_label_alone():
    plain = Passage("marlshire:0003", "marlshire", 3, "paragraph", ONE, ONE, 0, len(ONE), label="paragraph 3")
    citation = cite(REVIEW, plain, 0, len(ONE))
    assert citation.page is None and [(p.page, p.printed, p.quote) for p in citation.parts] == [(None, None, ONE)]
    assert (citation.label, citation.section) == ("paragraph 3", "")


def test_a_digest_is_flagged_and_has_the_kind_of_what_it_digests():
    digest = REVIEW.with_(kind="digest", digest_of="marlshire-review", digest_of_kind="peer review")
    citation = cite(digest, FIRST, 0, 29)
    assert citation.digest and citation.kind == "peer review"
    assert not cite(REVIEW, FIRST, 0, 29).digest


def test_a_report_on_no_area_has_none():
    assert cite(REVIEW.with_(areas=()), FIRST, 0, 29).area == ""


@pytest.mark.parametrize(
    ("visit", "published", "expected"),
    [
        ("2024-10-07", "2024-12-01", "October 2024"),
        (None, "2024-12-01", "December 2024"),
        (None, "2024-12", "December 2024"),
        (None, "2024", "2024"),
        (None, None, ""),
    ],
)
def test_a_date_is_told_in_words_as_exactly_as_it_is_known(visit, published, expected):
    assert date_in_words(REVIEW.with_(visit_start=visit, published=published)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Marlshire SEND peer review, November 2023"),
        ({"kind": "inspection"}, "Area SEND inspection of Marlshire, November 2023"),
        ({"kind": "committee paper"}, "Marlshire committee paper, November 2023"),
        ({"kind": "digest", "digest_of": "x", "digest_of_kind": "inspection"}, "Area SEND inspection of Marlshire, November 2023"),
        ({"visit_start": None, "published": None}, "Marlshire SEND peer review"),
        ({"kind": "guidance"}, "Marlshire review"),
        ({"areas": ()}, "Marlshire review"),
    ],
)
def test_a_report_has_a_short_name(changes, expected):
    assert report_name(REVIEW.with_(**changes)) == expected
