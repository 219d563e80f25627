"""The real reports, ingested whole and asked; skipped where ../shared is absent."""

import dataclasses
import json
import re
from pathlib import Path

import pytest

from assistant.answering import Assistant
from ingest.pipeline import ingest
from ingest.settings import Settings


@pytest.fixture(scope="module")
def whole(shared, tmp_path_factory):
    settings = Settings(index=tmp_path_factory.mktemp("real") / "kb")
    return settings, ingest([shared / "reports"], settings)


@pytest.fixture(scope="module")
def answers(whole, shared):
    cases = [json.loads(line) for line in (shared / "questions" / "five-reports.jsonl").read_text(encoding="utf-8").splitlines()]
    with Assistant.open(whole[0]) as assistant:
        return [
            (case, assistant.ask(case["question"], [{"role": "user", "content": turn} for turn in case["turns"]]))
            for case in cases
        ]


def test_forty_reports_are_read_and_their_plain_texts_recognised(whole):
    rows = whole[1].rows
    assert sum(row.outcome == "read" for row in rows) == 40
    same = [row for row in rows if row.outcome == "skipped" and "same report" in row.why]
    assert len(same) == 5 and all(row.file.endswith(".txt") for row in same)
    assert not [row for row in rows if row.outcome == "failed"]


def test_every_quote_stands_word_for_word_in_the_plain_text_of_its_report(answers, shared):
    def squash(text: str) -> str:
        return re.sub(r"[^a-z0-9]", "", text.lower())

    texts = {path.stem: squash(path.read_text(encoding="utf-8")) for path in (shared / "reports" / "text").glob("*.txt")}
    checked = 0
    for _, answer in answers:
        for citation in answer.citations:
            for part in citation.parts if Path(citation.file).stem in texts else ():
                assert squash(part.quote) in texts[Path(citation.file).stem], (answer.question, part.quote)
                checked += 1
    assert checked > 100


def test_answerable_questions_are_answered_and_most_others_refused(answers):
    answerable = [answer.status in ("answered", "partial") for case, answer in answers if case["answerable"]]
    others = [answer.status not in ("answered", "partial") for case, answer in answers if not case["answerable"]]
    assert sum(answerable) / len(answerable) >= 0.85
    assert sum(others) / len(others) >= 0.5


def test_two_areas_compared_on_nothing_in_particular_are_compared_by_their_outcomes(whole):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask("Is Trafford better than Oldham?")
    assert answer.text.startswith("Trafford: inconsistent experiences and outcomes; Oldham: widespread and/or systemic failings.")
    assert [citation.area for citation in answer.citations] == ["Trafford", "Oldham"]


def test_a_paper_that_is_all_the_review_does_not_crowd_out_the_other_reports(whole):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask("What did the review say about transitions in Wiltshire?")
    quoted = {(citation.kind, bool(re.search(r"transition|adult", part.quote))) for citation in answer.citations for part in citation.parts}
    assert {("peer review", True), ("inspection", True)} <= quoted


def test_two_reports_compared_on_nothing_in_particular_are_told_by_what_they_asked_for(whole):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask("Did Gloucestershire improve between the peer challenge and the Ofsted inspection?")
    assert answer.points[0].ours and answer.text.startswith("What each concluded and asked for:")
    asked = [sum(point.heading == heading and point.item is not None for point in answer.points) for heading in dict.fromkeys(point.heading for point in answer.points[1:])]
    # Thirteen recommendations; four areas for improvement, some with points of their own.
    assert asked == [13, 4]
    assert not any(point.text.endswith(":") and after.item is not None for point, after in zip(answer.points[1:], answer.points[2:]))


@pytest.mark.parametrize("question", ["What did the inspection recommend in Bury?", "What recommendations did Bury get?", "What does Bury have to do now?"])
def test_what_an_area_was_told_to_do_is_all_that_its_inspection_asks_for(whole, question):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask(question)
    headings = {point.heading for point in answer.points}
    # The report prints six areas for priority action and three for improvement.
    assert headings == {"“Areas for priority action”", "Bury Metropolitan Borough Council and NHS Greater Manchester ICB", "“Areas for improvement”"}
    assert sum(point.item is not None for point in answer.points) == 9


def test_a_region_is_searched_and_no_other(whole):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask("Which areas in the South West have long waits for autism assessments?")
        none = assistant.ask("What do reports in the East of England say about submarines?")
    assert {citation.area for citation in answer.citations} <= {"Cornwall", "Dorset", "Gloucestershire", "Plymouth", "Somerset", "Wiltshire"}
    assert len(answer.searched) == 9 and answer.scope.startswith("Areas in the South West")
    assert none.status == "not_found"


def test_a_question_on_the_whole_of_an_inspection_is_answered_with_its_outcome_first(whole):
    with Assistant.open(whole[0]) as assistant:
        answers = [assistant.ask(question) for question in ("What did Ofsted say about Surrey?", "How is Surrey doing?", "What works well and what must get better in Surrey?")]
    assert all("inconsistent experiences and outcomes" in answer.citations[0].quote for answer in answers)


def test_we_and_our_mean_the_home_area(whole):
    with Assistant.open(dataclasses.replace(whole[0], home_area="wilts")) as assistant:
        own = assistant.ask("What do inspectors say about our short breaks?")
        beside = assistant.ask("How do we compare with Surrey on short breaks?")
        others = assistant.ask("Which areas could we learn from on short breaks?")
    assert {citation.area for citation in own.citations} == {"Wiltshire"}
    assert beside.scope.startswith("Surrey, Wiltshire")
    assert len(others.searched) == 40


def test_where_no_home_area_is_set_the_answer_says_that_our_names_none(whole):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask("What do inspectors say about our short breaks?")
    assert answer.points[0].ours and answer.text.startswith("“our” names no area, so 36 reports were searched.")


def test_two_questions_across_reports_are_both_answered(whole):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask("Which areas have good short breaks, and where can families not get them?")
    firsts = [point.text for point in answer.points if point.ours and not point.text.startswith("Less surely")]
    assert [first.split(":")[0] for first in firsts] == ["Which areas have good short breaks", "Where can families not get them"]
    assert "speak well" in firsts[0] and "speak critically" in firsts[1]
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert "short" in answer.citations[-1].quote.lower()


def test_praise_is_not_quoted_first_where_criticism_is_asked_for(whole):
    with Assistant.open(whole[0]) as assistant:
        worried = assistant.ask("What are parents in Wiltshire unhappy about?")
        praised = assistant.ask("What good practice is there on preparation for adulthood?")
    assert "95%" not in worried.citations[0].quote + worried.citations[1].quote
    assert "speak well of this" in praised.text and "start too late" not in praised.text


def test_a_name_in_the_question_stands_in_what_is_quoted(whole):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask("Which areas use the Balanced System for speech and language?")
    assert [citation.area for citation in answer.citations] == ["Dorset"] and "Balanced System" in answer.citations[0].quote


def test_areas_that_did_well_are_those_with_the_best_outcome(whole):
    with Assistant.open(whole[0]) as assistant:
        well, badly = assistant.ask("What can we learn from the areas that did well?"), assistant.ask("Which areas did badly?")
    assert well.text.startswith("8 of the 36 inspections") and "Rutland" in well.text
    assert badly.text.startswith("10 of the 36 inspections") and "Oxfordshire" in badly.text


def test_what_people_say_is_no_question_on_the_whole_report(whole):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask("What do young people themselves say in Wiltshire?")
    assert not answer.points[0].ours and "young people" in answer.text


def test_a_term_that_stands_nowhere_in_the_reports_searched_is_said_first(whole):
    with Assistant.open(whole[0]) as assistant:
        silent = assistant.ask("What is said about the local offer website in Bolton?")
        followed = assistant.ask("And in Bolton?", [{"role": "user", "content": "What is said about the local offer in Bury?"}])
        spoken = assistant.ask("What does Bury say about the local offer?")
    assert silent.text.startswith("The words “local offer” are not in the report searched.")
    assert "“local offer” are not in" in followed.text and "are not in" not in spoken.text


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which areas have to produce a priority action plan?", "10 of the 36 inspections held require a priority action plan: Bury,"),
        ("Which areas will be inspected again within five years?", "8 of the 36 inspections held announce the next full inspection, within 5 years: Bolton, Dorset,"),
        ("Which areas will be inspected again within two years?", "None of them announce the next full inspection within 2 years. 36 of the 36"),
        ("Which London boroughs need a priority action plan?", "None of the 4 inspections held require a priority action plan."),
        ("Which London boroughs had the worst outcome?", "None of the 4 inspections held had the outcome “widespread"),
    ],
)
def test_what_follows_an_inspection_is_known_of_each(whole, question, first):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask(question)
    assert answer.text.startswith(first)
    assert len({citation.report_id for citation in answer.citations}) == len(answer.citations) == int(first.split(" of the ")[1].split()[0] if first.startswith("None of the") else first.split(" of the")[0].split()[-1])


def test_what_a_plan_is_does_not_ask_who_has_one(whole):
    with Assistant.open(whole[0]) as assistant:
        assert "of the 36 inspections" not in assistant.ask("What is a priority action plan?").text


@pytest.mark.parametrize("question", ["Which day do the recycling bins get emptied in Trowbridge?", "Got any puns about cheese?", "who won the cup final", "how do i renew my passport"])
def test_what_is_on_another_field_is_not_answered_from_the_reports(whole, question):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask(question)
    assert answer.status == "not_found" and not answer.citations


def test_an_everyday_question_on_the_field_is_not_taken_for_one_on_another(whole):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask("We are worn out. Can our son stay somewhere for a night so that we get some rest? We live in Haringey.")
        followed = assistant.ask("And in Bolton?", [{"role": "user", "content": "What is said about EHC plans in Bury?"}])
    assert answer.status == followed.status == "answered"
