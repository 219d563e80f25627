"""What is said to the assistant and not asked of the reports."""

import pytest

from assistant.talking import talked
from made_reports import REVIEW


@pytest.mark.parametrize("question", ["hello", "Good morning!", "thanks", "OK, thank you very much", "What can you do?", "help", "How does this work?"])
def test_small_talk_gets_no_quotes(question):
    answer = talked(question, [REVIEW])
    assert answer.status == "answered" and not answer.citations and answer.text


@pytest.mark.parametrize("question", ["What reports do you have?", "which areas are covered", "How many reports are there?", "list all the reports"])
def test_what_is_held_is_listed(question):
    answer = talked(question, [REVIEW])
    assert answer.status == "answered"
    assert "1 report is held." in answer.text and "Marlshire (2023)" in answer.text


@pytest.mark.parametrize("question", ["What help do parents get?", "Which areas are covered by the ICB?", "How does the local offer work?", "Which reports mention transport?",
                                      "hello, what did the review say about transitions?", "How many inspections found failings?"])  # fmt: skip
def test_questions_on_the_reports_are_not_small_talk(question):
    assert talked(question, [REVIEW]) is None
