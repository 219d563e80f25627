"""What is offered to ask next can be answered."""

import pytest

from assistant.answering import Assistant


@pytest.fixture(scope="module")
def assistant(held):
    with Assistant.open(held) as opened:
        yield opened


@pytest.mark.parametrize("question", [
    "How long do families in Torbay wait for an occupational therapist?",
    "List the recommendations of the Rutland review",
])  # fmt: skip
def test_every_question_that_is_offered_has_an_answer(assistant, question):
    offered = assistant.ask(question).follow_ups
    assert 0 < len(offered) <= 3
    for follow_up in offered:
        answer = assistant.ask(follow_up, [{"role": "user", "content": question}])
        assert answer.status in ("answered", "partial"), follow_up


def test_a_list_of_the_same_report_is_offered(assistant):
    offered = assistant.ask("How much does the minibus to college cost in Rutland?").follow_ups
    assert "What are all the recommendations for Rutland?" in offered


def test_nothing_is_offered_where_nothing_was_found(assistant):
    assert assistant.ask("How long do families in Surrey wait for an occupational therapist?").follow_ups == ()
