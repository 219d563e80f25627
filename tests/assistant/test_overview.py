"""What one report says on the whole."""

import dataclasses

import pytest

from assistant.answering import Assistant
from assistant.overview import names_subject, overview
from assistant.scope import scope_of
from assistant.understanding import understand


@pytest.fixture(scope="module")
def assistant(held):
    with Assistant.open(held) as opened:
        yield opened


@pytest.mark.parametrize("question", ["Summarise the Torbay inspection", "What are the key findings in Torbay?", "How did Torbay get on?"])
def test_a_report_is_summed_up_by_strengths_and_concerns(assistant, question):
    answer = assistant.ask(question)
    under = {point.heading: point.text for point in answer.points}
    assert under["Strengths"].startswith("Leaders publish a booklet")
    assert "However" in under and answer.status == "answered"


def test_what_is_to_be_done_is_listed_whole(assistant):
    answer = assistant.ask("Give me an overview of the Rutland review")
    assert [point.item for point in answer.points if point.heading == "Recommended"] == [1, 2, 3]


def test_a_committee_paper_is_not_summed_up_by_what_it_only_notes(assistant):
    report = dataclasses.replace(next(report for report in assistant.reports() if report.areas == ("Rutland",)), kind="committee paper")
    request = understand("Summarise the paper", (), [report], assistant.view().lexicon)
    view = assistant.view()
    assert overview(request, scope_of(request, [report]), view) is None


def test_a_question_with_a_subject_is_not_answered_by_an_overview(assistant):
    answer = assistant.ask("What are the key findings on occupational therapists in Torbay?")
    assert "41 weeks" in answer.text
    assert not any(point.heading == "Recommended" for point in answer.points)


def test_words_that_nobody_knows_are_said_to_be_unknown(assistant):
    assert assistant.ask("asdf qwer").status == "not_found"


@pytest.mark.parametrize(
    ("question", "subject"),
    [("What did the later inspection of Rutland find?", False), ("What did the later inspection of Rutland find on ferries?", True)],
)
def test_what_asks_for_nothing_in_particular_names_no_subject(assistant, question, subject):
    view = assistant.view()
    assert names_subject(understand(question, (), view.reports, view.lexicon)) is subject
