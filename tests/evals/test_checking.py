"""Sets checked against a knowledge base, and cases drafted from answers."""

import json

import pytest

from assistant.answer import Answer
from evals.cases import Gold, read_set
from evals.checking import check_set
from evals.drafting import add_case, case_from_answer, next_id
from evals.held import Held
from ingest.errors import SendAssistantError
from ingest.knowledge import KnowledgeBase
from tests.evals.made_answers import cited, quoted, write

FORUM = {"document": "wiltshire-send-peer-review-2023", "quote": "Wiltshire's established parent carer forum sits on the SEND board"}


@pytest.fixture(scope="module")
def held(starter):
    return Held(KnowledgeBase(starter.index))


def problems(tmp_path, held, **fields) -> list[str]:
    line = {"id": "a", "question": "?", "facts": ["x"]} | fields
    return [problem.what for problem in check_set(write(tmp_path / "set.jsonl", json.dumps(line)), held)]


def test_gold_is_found_by_its_quote_and_held_to_its_label(tmp_path, held):
    assert problems(tmp_path, held, gold=[FORUM]) == []
    assert problems(tmp_path, held, gold=[FORUM | {"label": "5.1 ¶3"}]) == []
    assert problems(tmp_path, held, gold=[FORUM | {"label": "5.1 ¶4"}]) == ["gold.0: the quote stands at label '5.1 ¶3', not at label '5.1 ¶4'"]
    assert problems(tmp_path, held, gold=[FORUM | {"page": 2}]) == ["gold.0: the quote stands at label '5.1 ¶3', not at page 2"]


def test_a_quote_that_is_not_there_is_shown(tmp_path, held):
    (what,) = problems(tmp_path, held, gold=[FORUM | {"quote": "the forum sits on the fence"}])
    assert what == "gold.0: the quote is not in wiltshire-send-peer-review-2023: “the forum sits on the fence”"


def test_a_report_that_is_not_held_is_named(tmp_path, held):
    assert problems(tmp_path, held, documents=["atlantis-2024"], gold=[FORUM | {"document": "atlantis-2024"}]) == [
        "documents: no report 'atlantis-2024' is in the knowledge base",
        "gold.0: no report 'atlantis-2024' is in the knowledge base",
    ]


def test_a_case_that_cannot_judge_says_so(tmp_path, held):
    nothing = "nothing to judge by: it has no gold, no facts, nothing forbidden and no complete_documents"
    assert problems(tmp_path, held, facts=[]) == [nothing]
    assert problems(tmp_path, held, facts=[], forbidden=["ferry"]) == []
    assert problems(tmp_path, held, kind="unanswerable") == ["kind: 'unanswerable', but answerable is true"]
    assert problems(tmp_path, held, kind="followup") == ["turns: a follow-up needs the questions before it"]


def test_every_line_is_checked_also_after_a_bad_one(tmp_path, held):
    path = write(tmp_path / "set.jsonl", "{", json.dumps({"id": "b", "question": "?"}))
    assert [(problem.line, problem.case) for problem in check_set(path, held)] == [(1, ""), (2, "b")]
    assert [problem.what for problem in check_set(write(tmp_path / "empty.jsonl", ""), held)] == ["no cases in it"]


def test_a_quote_over_two_passages_belongs_to_both(held):
    quote = "in that time did the following: The peer team listened to more than 110 people"
    found = held.passages(Gold(document="wiltshire-send-peer-review-2023.md", quote=quote))
    assert [passage.label for passage in found] == ["2.3 ¶1", "bullet 1"]


def test_a_quote_that_stands_twice_is_told_apart_by_its_label(held):
    gold = Gold(document="wiltshire-send-peer-review-2023", quote="Council and Integrated Care Board (ICB)", label="4.3")
    assert [passage.label for passage in held.passages(gold)] == ["4.3"]


LONG = " ".join(f"word{n}" for n in range(40))


def test_a_case_from_an_answer_takes_short_quotes_with_their_places():
    case = case_from_answer(quoted(cited(LONG, page=4, label="2.1"), question="How many?"), "a", facts=["12"], kind="fact")
    (gold,) = case.gold
    assert (gold.document, gold.page, gold.label, len(gold.quote.split())) == ("islands.md", 4, "2.1", 25)
    assert (case.question, case.facts, case.answerable) == ("How many?", ("12",), True)


def test_a_refusal_becomes_a_case_that_must_be_refused():
    case = case_from_answer(Answer("Where is Atlantis?", "not_found", "Not in the reports."), "a")
    assert (case.kind, case.answerable, case.gold) == ("unanswerable", False, ())


def test_a_wrong_answer_gives_no_gold_and_keeps_why():
    case = case_from_answer(quoted(cited(LONG)), "a", wrong="another area's figure", forbidden=["word3"])
    assert case.gold == () and case.answerable and case.forbidden == ("word3",)
    assert case.notes == "The answer was wrong: another area's figure"
    refused = case_from_answer(Answer("?", "not_found", ""), "b", wrong="page 4 says it")
    assert refused.answerable


@pytest.mark.parametrize("name", ["set.jsonl", "set.csv"])
def test_cases_are_added_one_after_another(tmp_path, name):
    path = tmp_path / "new" / name
    path.parent.mkdir()
    for _ in range(2):
        held = read_set(path) if path.exists() else []
        add_case(path, case_from_answer(quoted(cited(LONG)), next_id(held)))
    assert [case.id for case in read_set(path)] == ["case-1", "case-2"]
    with pytest.raises(SendAssistantError, match="'case-2' is already in it"):
        add_case(path, case_from_answer(quoted(cited(LONG)), "case-2"))
