"""What a question points at in the answer before it."""

import pytest

from assistant.answering import Assistant
from assistant.pointing import asks_among, of_a_list, place_pointed_at


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
        ("Which bit is for the health board alone?", True),
        ("Which recommendations are about schools?", None),
        ("How is transport in Leeds?", False),
    ],
)
def test_a_choice_among_what_was_listed_is_told(question, among):
    assert asks_among(question) is among


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Of the thirteen recommendations, which one is about transport?", ("the thirteen recommendations", "which one is about transport?")),
        ("Which of the peer review's priorities are for schools?", ("the peer review's priorities", "Which are for schools?")),
        ("Rutland's priority actions – which one falls to the ICB?", ("Rutland's priority actions", "which one falls to the ICB?")),
        ("Give me every one of the recommendations", None),
        ("Which of the schools are full?", None),
    ],
)
def test_a_choice_from_a_list_that_the_question_names_is_told(question, asked):
    assert of_a_list(question) == asked


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


def test_after_one_item_of_a_list_the_next_is_still_pointed_at(assistant):
    turns = [{"role": "user", "content": "What are the recommendations for Rutland?"}, {"role": "user", "content": "Give me the first one in full"}]
    answer = assistant.ask("and the second one?", turns)
    assert answer.citations[0].quote == "Publish the waiting times for each therapy on the local offer."


def test_a_place_that_the_list_does_not_have_is_said(assistant):
    answer = assistant.ask("And the ninth one?", LIST)
    assert answer.status == "clarify" and "3 points" in answer.text


def test_without_a_list_before_nothing_is_pointed_at(assistant):
    assert assistant.ask("Tell me about the third one").status != "clarify"


def test_items_of_a_list_that_the_question_names_are_chosen(assistant):
    answer = assistant.ask("Which of the recommendations of the Rutland review is about deaf children?")
    assert [(point.item, point.text) for point in answer.points if point.item] == [(3, "Appoint a lead for deaf children.")]
    assert "1 of 3" in answer.text


def test_a_list_of_another_area_is_told_by_its_length(assistant):
    answer = assistant.ask("Of the three recommendations made to Torbay, which one is about deaf children?")
    assert "prints 2, not 3" in answer.text and "Rutland" in answer.text.partition("prints 3")[0]
    assert "Appoint a lead for deaf children." in [citation.quote for citation in answer.citations]


def test_questions_that_point_back_are_each_answered_once(assistant, monkeypatch):
    asked = []
    ask = Assistant._ask
    monkeypatch.setattr(Assistant, "_ask", lambda self, question, *rest: asked.append(question) or ask(self, question, *rest))
    turns = [{"role": "user", "content": f"Where is the {place} one?"} for place in ("third", "fourth", "fifth", "sixth")]
    assistant.ask("And the seventh one?", turns)
    assert sorted(asked) == sorted(["And the seventh one?", *(turn["content"] for turn in turns)])
