"""What one report says on the whole."""

import dataclasses
import math

import pytest

from assistant.answering import Assistant
from assistant.overview import asks_whole, names_subject, overview
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


@pytest.mark.parametrize(
    ("question", "heading"),
    [("What did the inspectors praise in Torbay?", "Strengths"), ("What are the main weaknesses in Torbay?", "Concerns"), ("Where is Torbay failing?", "Concerns")],
)
def test_one_side_of_a_report_is_given_whole_where_it_is_asked_for(assistant, question, heading):
    answer = assistant.ask(question)
    assert {point.heading for point in answer.points} - {""} == {heading}


@pytest.mark.parametrize("question", ["Is the booklet in Torbay any good?", "What are parents in Torbay worried about?", "What do they do well on ferries in Torbay?"])
def test_praise_or_worry_on_a_subject_or_of_people_is_no_side_of_the_report(assistant, question):
    view = assistant.view()
    assert not asks_whole(understand(question, (), view.reports, view.lexicon))


def test_where_no_heading_tells_sides_the_plainest_sentence_of_each_section_is_quoted(assistant):
    report = next(report for report in assistant.reports() if report.areas == ("Rutland",))
    view = assistant.view()
    request = understand("What are the strengths of the Rutland review?", (), [report], view.lexicon)

    def sides_of(sentences):
        # The third sentence is the plainest; no other is plain.
        return [{"strength": math.log(0.95 if n == 2 else 0.6), "concern": math.log(0.05)} for n, _ in enumerate(sentences)]

    asked = []
    answer = overview(request, scope_of(request, [report]), view, lambda sentences: asked.extend(sentences) or sides_of(sentences))
    assert [(point.heading, point.text) for point in answer.points] == [("Strengths", asked[2].text)]


def test_that_more_is_printed_of_a_side_than_is_quoted_is_said(assistant, monkeypatch):
    monkeypatch.setattr("assistant.overview.ONE_SIDE", 1)
    report = next(report for report in assistant.reports() if report.areas == ("Rutland",))
    view = assistant.view()
    request = understand("What are the strengths of the Rutland review?", (), [report], view.lexicon)
    answer = overview(request, scope_of(request, [report]), view, lambda sentences: [{"strength": math.log(0.95), "concern": math.log(0.05)} for _ in sentences])
    assert [point.ours for point in answer.points] == [False, True]
    assert answer.points[1].text == "The 1 plainest; no heading of the report tells its strengths."


def test_a_committee_paper_is_not_summed_up_by_what_it_only_notes(assistant):
    report = dataclasses.replace(next(report for report in assistant.reports() if report.areas == ("Rutland",)), kind="committee paper")
    request = understand("Summarise the paper", (), [report], assistant.view().lexicon)
    view = assistant.view()
    assert overview(request, scope_of(request, [report]), view, lambda sentences: []) is None


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
