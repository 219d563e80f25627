"""No citation is shown whose words do not stand where it says."""

import re
from dataclasses import replace

import pytest

from assistant.answer import Answer, Point, QuotePart
from assistant.answering import checked
from assistant.check import problem
from assistant.citing import cite
from made_reports import FIRST, ONE, REVIEW, SECOND, STORE, TWO, MadeStore

NURSERY = cite(REVIEW, FIRST, 0, 29, 1)
OVER = cite(REVIEW, SECOND, TWO.index("Leaders"), len(TWO), 2)
LATER = replace(OVER.parts[1], page=5)
MOVED = MadeStore(replace(FIRST, report_id="oxhaven"), SECOND)


def test_citations_as_made_hold():
    assert problem(NURSERY, STORE) is None and problem(OVER, STORE) is None


def altered(citation, quote):
    return replace(citation, quote=quote, parts=(replace(citation.parts[0], quote=quote),))


@pytest.mark.parametrize(
    ("citation", "why"),
    [
        (altered(NURSERY, "Families praised the nurserY."), "does not stand at that place"),
        (altered(NURSERY, ""), "does not stand at that place"),
        (replace(NURSERY, start=1), "does not stand at that place"),
        (replace(NURSERY, end=28), "does not stand at that place"),
        (replace(NURSERY, start=500, end=529), "does not stand at that place"),
        (replace(NURSERY, start=NURSERY.start - 29, end=NURSERY.end - 29), "does not stand at that place"),
        (replace(NURSERY, parts=(QuotePart(4, "2", NURSERY.quote),)), "on page 3 .*not 4"),
        (replace(NURSERY, parts=(QuotePart(3, "9", NURSERY.quote),)), "printed 2.*printed 9"),
        (replace(NURSERY, parts=(QuotePart(None, None, NURSERY.quote),)), "on page 3 .*not None"),
        (replace(OVER, parts=(OVER.parts[0], LATER)), "on page 4 .*not 5"),
        (replace(OVER, parts=(QuotePart(3, "2", OVER.quote),)), "on page 4 .*not 3"),
        (replace(OVER, parts=OVER.parts[:1]), "not the whole quote"),
        (replace(OVER, parts=OVER.parts[1:]), "not the quote"),
        (replace(OVER, parts=OVER.parts[::-1]), "not the quote"),
        (replace(OVER, parts=()), "not the whole quote"),
        (replace(NURSERY, parts=(QuotePart(3, "2", "Families praised"), QuotePart(3, "2", "nursery."))), "not the quote"),
        (replace(NURSERY, report_id="oxhaven"), "report oxhaven is not in the knowledge base"),
        (replace(NURSERY, passage_id="marlshire:0099"), "marlshire:0099 is not in report marlshire"),
        (replace(NURSERY, passage_id="marlshire:0002"), "does not stand in passage marlshire:0002"),
    ],
)
def test_a_citation_that_is_wrong_in_one_thing_is_refused(citation, why):
    assert re.search(why, problem(citation, STORE) or "")


def test_a_passage_of_another_report_is_refused():
    assert problem(NURSERY, MOVED) == "passage marlshire:0001 is not in report marlshire"


def test_a_document_without_pages_is_cited_without_a_page():
    plain = MadeStore(replace(FIRST, pages=()))
    bare = cite(REVIEW, replace(FIRST, pages=()), 0, 29)
    assert problem(bare, plain) is None
    assert "not 3" in problem(NURSERY, plain)


def answer(*citations):
    points = tuple(Point(c.quote, citations=(c,)) for c in citations)
    return Answer("Is the nursery praised?", "answered", "as written", points, citations, scope="Marlshire")


def test_an_answer_whose_citations_hold_is_left_as_it_is():
    asked = answer(NURSERY, OVER)
    assert checked(asked, STORE) is asked


def test_only_the_point_that_fails_is_withheld_and_the_answer_is_in_part(caplog):
    shown = checked(answer(NURSERY, replace(OVER, parts=(OVER.parts[0], LATER))), STORE)
    assert shown.status == "partial"
    assert shown.citations == (NURSERY,) and [p.text for p in shown.points] == [NURSERY.quote]
    assert NURSERY.quote in shown.text and "begun to act" not in shown.text
    assert "page 4" in caplog.text and "[2]" in caplog.text


def test_a_point_with_one_good_and_one_bad_citation_is_withheld_whole():
    bad = replace(OVER, start=0)
    point = Point("Both", citations=(NURSERY, bad))
    asked = replace(answer(NURSERY, bad), points=(Point(NURSERY.quote, citations=(NURSERY,)), point))
    assert [p.text for p in checked(asked, STORE).points] == [NURSERY.quote]


def test_nothing_is_shown_where_no_citation_holds():
    shown = checked(answer(replace(NURSERY, start=1), replace(OVER, end=3)), STORE)
    assert shown.status == "error" and shown.points == () and shown.citations == ()
    assert "could not be verified" in shown.text and ONE[:8] not in shown.text


def test_what_was_not_found_stays_not_found():
    asked = replace(answer(NURSERY, replace(OVER, start=0)), status="not_found")
    assert checked(asked, STORE).status == "not_found"


def test_an_answer_without_citations_needs_no_check():
    asked = Answer("?", "not_found", "No report is held.")
    assert checked(asked, STORE) is asked
