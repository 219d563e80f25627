"""A link asks the same question in the same scope."""

import pytest

from assistant.link import LONGEST_QUESTION, Linked, question_link, read_link
from assistant.understanding import Filters
from ingest.errors import SendAssistantError

FILTERS = Filters(("Marlshire", "Oxhaven"), ("peer review",), (2023, 2024), ("marlshire-review-2023.pdf",))


@pytest.mark.parametrize("question", ["How well?", "50 % & more = what? #1 + “é” 🙂", "a\tb\nc"])
@pytest.mark.parametrize("filters", [Filters(), FILTERS])
def test_a_link_gives_back_question_and_scope(question, filters):
    address = question_link(question, filters, base="https://send.example.org/")
    assert address.startswith("https://send.example.org/?q=")
    assert read_link(address.partition("?")[2]) == Linked(" ".join(question.split()), filters)


def test_a_follow_up_carries_the_last_four_questions_that_it_follows():
    address = question_link("And in Oxhaven?", before=["one", "two", "three", "four", "five & six"])
    assert read_link(address.partition("?")[2]).before == ("two", "three", "four", "five & six")


def test_a_link_within_the_page_begins_at_its_root():
    assert question_link("How well?", Filters(years=(2023,))) == "/?q=How+well%3F&year=2023"


def test_an_address_without_question_asks_nothing_and_other_keys_are_ignored():
    assert read_link("") == Linked()
    assert read_link("?__theme=dark&view=x") == Linked()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=a&kind=novel", "'novel'"),
        ("q=a&year=next", "'next'"),
        ("q=a&year=99999", "'99999'"),
        ("q=" + "a" * (LONGEST_QUESTION + 1), "too long"),
        ("&".join(["area=a"] * 60), "cannot be read"),
        ("q=a" + "&after=b" * 5, "too long"),
    ],
)
def test_a_damaged_link_says_what_is_wrong(query, said):
    with pytest.raises(SendAssistantError, match=said):
        read_link(query)


def test_a_link_to_a_written_answer_asks_for_one():
    assert question_link("How well?", written=True) == "/?q=How+well%3F&written=1"
    assert read_link("q=How+well%3F&written=1").written and not read_link("q=How+well%3F").written
