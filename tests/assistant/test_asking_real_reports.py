"""The real reports, ingested whole and asked; skipped where ../shared is absent."""

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
    assert answer.text.startswith("Outcomes of the 2 inspections searched: 1 inconsistent experiences and outcomes; 1 widespread")
    assert [citation.area for citation in answer.citations] == ["Trafford", "Oldham"]


def test_a_paper_that_is_all_the_review_does_not_crowd_out_the_other_reports(whole):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask("What did the review say about transitions in Wiltshire?")
    quoted = {(citation.kind, bool(re.search(r"transition|adult", part.quote))) for citation in answer.citations for part in citation.parts}
    assert {("peer review", True), ("inspection", True)} <= quoted


def test_two_reports_compared_on_nothing_in_particular_are_told_by_what_they_asked_for(whole):
    with Assistant.open(whole[0]) as assistant:
        answer = assistant.ask("Did Gloucestershire improve between the peer challenge and the Ofsted inspection?")
    assert answer.points[0].ours and answer.text.startswith("No subject is named. What each concluded and asked for:")
    by_report = [sum(point.heading == heading for point in answer.points) for heading in dict.fromkeys(point.heading for point in answer.points[1:])]
    # Thirteen recommendations; the outcome and four areas for improvement.
    assert by_report == [13, 5]
