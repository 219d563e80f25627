"""What a question points at in the answer before it."""

import pytest

from assistant.answering import Assistant
from assistant.pointing import asks_among, place_pointed_at


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Tell me more about the third one", 3),
        ("what does number 5 mean in practice?", 5),
        ("And the last one?", -1),
        ("Why was the 2nd recommendation made?", 2),
        ("Say more on recommendation seven", 7),
        ("What about the first point?", 1),
        ("What happened in the first three months?", None),
        ("Is recommendation 6.3 being acted on?", None),
        ("How many schools are there?", None),
        ("What did the second team find in Leeds?", None),
    ],
)
def test_an_item_is_pointed_at_by_its_place(question, place):
    assert place_pointed_at(question) == place


@pytest.mark.parametrize(
    ("question", "among"),
    [
        ("Which one is about transport?", True),
        ("Which of these is for the health board?", True),
        ("Do any of them mention schools?", True),
        ("What about the one on short breaks?", True),
        ("How is transport in Leeds?", False),
    ],
)
def test_a_choice_among_what_was_listed_is_told(question, among):
    assert asks_among(question) == among


LIST = [{"role": "user", "content": "List the recommendations of the Rutland review"}]


@pytest.fixture(scope="module")
def assistant(held):
    with Assistant.open(held) as opened:
        yield opened


def test_the_third_item_of_the_list_before_is_quoted(assistant):
    answer = assistant.ask("Tell me about the third one", LIST)
    assert answer.citations[0].quote == "Appoint a lead for deaf children."
    assert answer.points[0].item == 3


def test_a_list_is_pointed_at_over_a_question_in_between(assistant):
    turns = [*LIST, {"role": "user", "content": "How many peers visited Rutland?"}]
    answer = assistant.ask("Back to the recommendations: what was the second one?", turns)
    assert answer.citations[0].quote == "Publish the waiting times for each therapy on the local offer."


def test_a_place_that_the_list_does_not_have_is_said(assistant):
    answer = assistant.ask("And the ninth one?", LIST)
    assert answer.status == "clarify" and "3 points" in answer.text


def test_without_a_list_before_nothing_is_pointed_at(assistant):
    assert assistant.ask("Tell me about the third one").status != "clarify"
