"""Passages without an answer."""

import pytest

from assistant.answering import Assistant
from assistant.searching import passage_in_place, search
from assistant.understanding import Filters
from ingest.errors import KnowledgeBaseError, SendAssistantError


@pytest.fixture(scope="module")
def assistant(held):
    with Assistant.open(held) as assistant:
        yield assistant


def test_the_nearest_passages_come_first_and_no_headings_among_them(assistant):
    found = search(assistant, "occupational therapy waits", limit=4)
    assert len(found.passages) == 4
    assert all("therap" in one.passage.text.lower() for one in found.passages[:2])
    assert all(one.passage.kind != "heading" for one in found.passages)
    assert [one.score for one in found.passages] == sorted((one.score for one in found.passages), reverse=True)


def test_an_area_in_the_query_is_the_scope_and_one_that_is_not_held_is_named(assistant):
    found = search(assistant, "minibus to college in Rutland")
    assert {one.report.areas[0] for one in found.passages} == {"Rutland"} and found.not_held == ()
    assert search(assistant, "minibus to college in Leeds").not_held == ("Leeds",)
    assert search(assistant, "minibus to college in Leeds").passages == ()
    assert search(assistant, "minibus", Filters(areas=("leeds",))).not_held == ("Leeds",)


def test_a_report_that_is_not_held_is_an_error(assistant):
    with pytest.raises(SendAssistantError, match="No report nope.pdf is held"):
        search(assistant, "minibus", Filters(reports=("nope.pdf",)))


def test_a_passage_is_shown_with_its_neighbours(assistant):
    [first, *_] = search(assistant, "minibus to Oakham college", limit=1).passages
    view = passage_in_place(assistant, first.passage.id)
    assert view.text == view.citation.quote == first.passage.text
    assert view.citation.title == "Rutland SEND peer review, June 2022"
    assert view.before.startswith("Occupational therapy is offered")
    with pytest.raises(KnowledgeBaseError, match="Search again"):
        passage_in_place(assistant, "nope:0001")
