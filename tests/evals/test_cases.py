"""Question sets: what is read, what is refused, and the way to a spreadsheet and back."""

import json

import pytest

from evals.cases import Case, Gold, read_lines, read_set, read_sets, write_set
from ingest.errors import SendAssistantError
from tests.evals.made_answers import write

GULLS = '{"id": "g1", "kind": "fact", "question": "How many gulls?", "facts": ["12", ["twelve", "a dozen"]]}'


def test_a_set_is_read_with_its_wordings_and_gold(tmp_path):
    line = {"id": 7, "question": "Where?", "gold": [{"document": "islands", "quote": "on the quay", "label": "2.1", "side": "strength"}]}
    (first, second) = read_set(write(tmp_path / "set.jsonl", GULLS, "", json.dumps(line)))
    assert first.facts == ("12", ("twelve", "a dozen"))
    assert second.id == "7" and second.kind == "other" and second.answerable
    assert second.gold == (Gold(document="islands", quote="on the quay", label="2.1", side="strength"),)


def test_earlier_turns_may_be_words_or_objects(tmp_path):
    line = {"id": "a", "question": "And there?", "turns": ["Here?", {"role": "user", "content": "Where?"}]}
    (case,) = read_set(write(tmp_path / "set.jsonl", json.dumps(line)))
    assert case.history == [{"role": "user", "content": "Here?"}, {"role": "user", "content": "Where?"}]


@pytest.mark.parametrize(
    "line, says",
    [
        ("{", "not valid JSON"),
        ('{"id": "a"}', "question: Field required"),
        ('{"id": "a", "question": "?", "kinds": "fact"}', "kinds: no such field"),
        ('{"id": "a", "question": "?", "kind": "riddle"}', "kind: Input should be"),
        ('{"id": "a", "question": "?", "gold": [{"document": "x", "quote": "y", "chunk": 3}]}', "gold.0.chunk: no such field"),
        ('{"id": "a", "question": "?", "answerable": false, "facts": ["x"]}', "answerable: false has no gold"),
        ('{"id": "g1", "question": "Again?"}', "'g1' is also on line 1"),
    ],
)
def test_a_bad_line_is_named_with_its_field(tmp_path, line, says):
    path = write(tmp_path / "set.jsonl", GULLS, line)
    with pytest.raises(SendAssistantError, match="set.jsonl, line 2") as raised:
        read_set(path)
    assert says in str(raised.value)


def test_every_bad_line_is_found(tmp_path):
    path = write(tmp_path / "set.jsonl", "[]", GULLS, "{")
    assert [(line.number, bool(line.problem)) for line in read_lines(path)] == [(1, True), (2, False), (3, True)]


def test_two_sets_with_the_same_id_are_not_run_together(tmp_path):
    first, second = write(tmp_path / "a.jsonl", GULLS), write(tmp_path / "b.jsonl", GULLS)
    with pytest.raises(SendAssistantError, match="b.jsonl: id 'g1' is also in another set"):
        read_sets([first, second])


def test_an_empty_set_and_a_missing_one_say_so(tmp_path):
    with pytest.raises(SendAssistantError, match="no cases in it"):
        read_set(write(tmp_path / "set.jsonl", ""))
    with pytest.raises(SendAssistantError, match="no such file"):
        read_set(tmp_path / "none.jsonl")


CASES = [
    Case(
        id="a", kind="list", user="parent", question='Which "three", or more?', turns=("Who?", "Where?"), documents=("islands",),
        gold=(Gold(document="islands", quote="one, two; three", page=3), Gold(document="islands", quote="four", label="2 ¶1", side="concern")),
        facts=("12", ("twelve", "a dozen")), forbidden=("13",), complete_documents=("islands",), areas=("Isles",), notes="two\nlines",
    ),
    Case(id="b", kind="unanswerable", question="=SUM(A1)?", answerable=False),
]  # fmt: skip


@pytest.mark.parametrize("name", ["set.csv", "set.jsonl"])
def test_a_set_survives_being_written_and_read(tmp_path, name):
    write_set(tmp_path / name, CASES)
    assert read_set(tmp_path / name) == CASES


def test_no_cell_of_a_spreadsheet_is_a_formula(tmp_path):
    write_set(tmp_path / "set.csv", CASES)
    assert "b,'=SUM(A1)?" in (tmp_path / "set.csv").read_text(encoding="utf-8-sig")


def test_a_spreadsheet_may_have_few_columns_and_names_a_wrong_one(tmp_path):
    (case,) = read_set(write(tmp_path / "few.csv", "id,question,answerable,facts", "a,How many?,yes,12 | twelve"))
    assert case.facts == (("12", "twelve"),)
    with pytest.raises(SendAssistantError, match="line 1: unknown column.*chunk"):
        read_set(write(tmp_path / "wrong.csv", "id,question,chunk", "a,b,c"))
    with pytest.raises(SendAssistantError, match="line 2: answerable"):
        read_set(write(tmp_path / "maybe.csv", "id,question,answerable", "a,b,perhaps"))


def test_the_shared_sets_are_read_as_they_are(shared):
    assert [len(read_set(shared / "questions" / name)) for name in ("five-reports.jsonl", "inspections.jsonl")] == [72, 60]
