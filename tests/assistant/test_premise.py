"""A premise that what is known of a report contradicts is answered first."""

import pytest

from assistant.answering import Assistant
from assistant.premise import outcome_taken
from ingest.pipeline import ingest
from ingest.settings import Settings

MARLSHIRE = """\
# Area SEND inspection of Rutland Local Area Partnership

Inspection dates: 6 to 10 March 2023

Ofsted and the Care Quality Commission looked at services together.

## Inspection outcome

What Rutland offers gives families inconsistent experiences and outcomes.

The next inspection will be in about three years.

## What is it like to be a child with SEND in this area?

Young sailors meet at the quay each Friday. Families wait nine weeks for a hearing test.
"""


@pytest.mark.parametrize(
    ("question", "level"),
    [
        ("Why did Rutland fail its inspection?", 3),
        ("What led to the systemic failings in Rutland?", 3),
        ("What was in Rutland's priority action plan?", 3),
        ("How did Rutland earn the best outcome?", 1),
        ("How long do families wait for a hearing test?", None),
        ("Do schools fail to spot need?", None),
    ],
)
def test_an_outcome_that_is_taken_for_granted_is_noticed(question, level):
    assert outcome_taken(question) == level


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("premise")
    (folder / "rutland-inspection.md").write_text(MARLSHIRE, encoding="utf-8")
    settings = Settings(index=folder / "kb")
    ingest([folder / "rutland-inspection.md"], settings)
    with Assistant.open(settings) as opened:
        yield opened


def test_the_outcome_that_the_report_states_comes_first(assistant):
    answer = assistant.ask("Why did Rutland fail its inspection?")
    assert answer.status == "answered" and answer.points[0].ours
    assert "inconsistent experiences" in answer.citations[0].quote


def test_a_plan_that_was_not_asked_for_is_said(assistant):
    assert "No priority action plan was asked for" in assistant.ask("What did Rutland's priority action plan promise?").text


def test_a_premise_that_holds_is_left_alone(assistant):
    assert "does not say that" not in assistant.ask("Why were there inconsistent experiences in Rutland?").text


def test_a_report_of_another_kind_from_that_year_is_said(held):
    with Assistant.open(held) as opened:
        answer = opened.ask("What grade did Ofsted's 2022 inspection of Rutland give?")
    assert "What is held is a SEND peer review" in answer.text
    assert answer.citations[0].area == "Rutland" and not answer.citations[0].quote.endswith(":")


def test_an_answer_from_another_kind_of_report_than_the_one_named_says_so_first(assistant):
    answer = assistant.ask("What did the peer review say about hearing tests in Rutland?")
    assert answer.text.startswith("No SEND peer review is held for Rutland. This is from Area SEND inspection of Rutland, March 2023.")
    assert answer.points[0].ours and "nine weeks" in answer.citations[0].quote
    assert assistant.ask("What did the inspectors say about hearing tests in Rutland?").points[0].citations
