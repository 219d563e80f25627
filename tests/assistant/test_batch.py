"""The batch contract: questions in, one line of answer for each, in the same order."""

import json

import pytest

from assistant import answering
from assistant.answer import Answer
from assistant.batch import answer_batch, read_batch, row
from assistant.citing import cite
from assistant.understanding import Filters
from ingest.errors import SendAssistantError
from ingest.settings import Settings
from made_reports import FIRST, REVIEW, SECOND, TWO


class FakeAssistant:
    """Answers with the question in capitals; remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ask(self, question, turns=(), filters=Filters()):
        self.asked.append((question, turns, filters))
        if "broken" in question:
            raise RuntimeError("the disk is full")
        return Answer(question, "answered", question.upper())


@pytest.fixture
def fake(monkeypatch):
    assistant = FakeAssistant()
    monkeypatch.setattr(answering.Assistant, "open", lambda settings: assistant)
    return assistant


def write(folder, *lines, encoding="utf-8"):
    path = folder / "in.jsonl"
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), encoding=encoding)
    return path


def run(folder, *lines):
    """Exit status and the lines of OUT."""
    out = folder / "out.jsonl"
    status = answer_batch(write(folder, *lines), out, Settings())
    return status, [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n") if line]


def refused(folder, *lines):
    with pytest.raises(SendAssistantError) as caught:
        read_batch(write(folder, *lines))
    return str(caught.value)


def test_every_question_gets_one_line_in_the_same_order(tmp_path, fake):
    status, rows = run(tmp_path, {"id": "b", "question": "second?"}, {"id": "a", "question": "first?"})
    assert status == 0 and [(r["id"], r["text"]) for r in rows] == [("b", "SECOND?"), ("a", "FIRST?")]
    assert all(list(r) == ["id", "status", "text", "citations", "seconds"] for r in rows)
    assert all(r["status"] == "answered" and r["citations"] == [] and r["seconds"] >= 0 for r in rows)


def test_a_citation_names_the_document_page_label_and_words():
    citation = cite(REVIEW, FIRST, 0, 29, 1)
    made = row("q", Answer("?", "answered", "text", citations=(citation,)), 0.25)
    assert made["citations"] == [{"document": "marlshire.pdf", "page": 3, "label": "2.1", "quote": "Families praised the nursery."}]
    assert made["seconds"] == 0.25


def test_a_quote_over_a_page_break_is_cited_on_both_pages():
    citation = cite(REVIEW, SECOND, TWO.index("Leaders"), len(TWO), 1)
    made = row("q", Answer("?", "answered", "text", citations=(citation,)), 0.1)
    assert [(c["page"], c["quote"]) for c in made["citations"]] == [(3, "Leaders know"), (4, "this and  have begun to act.")]


def test_earlier_turns_may_be_strings_or_objects(tmp_path, fake):
    turns = ["How long is the wait?", {"role": "assistant", "content": "Nine weeks.", "at": "noon"}]
    run(tmp_path, {"id": "1", "question": "and in Kent?", "turns": turns})
    assert fake.asked[0][1] == [
        {"role": "user", "content": "How long is the wait?"}, {"role": "assistant", "content": "Nine weeks."}
    ]  # fmt: skip


def test_other_keys_are_ignored_and_an_id_may_be_a_number(tmp_path, fake):
    _, rows = run(tmp_path, {"id": 7, "question": "Why?", "gold": ["x"], "kind": "fact"})
    assert rows[0]["id"] == "7"


def test_blank_lines_and_a_byte_order_mark_do_no_harm(tmp_path):
    path = write(tmp_path, '{"id": "1", "question": "Why?"}', "", "   ", '{"id": "2", "question": "How?"}\r', encoding="utf-8-sig")
    assert [case.id for case in read_batch(path)] == ["1", "2"]


def test_a_question_may_hold_any_letters_and_line_separators(tmp_path, fake):
    question = "Señor\u2028wait\x85 — “really”?"
    _, rows = run(tmp_path, json.dumps({"id": "ä", "question": question}, ensure_ascii=False))
    assert fake.asked[0][0] == question and rows[0]["id"] == "ä"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"question": "Why?"}, ["line 2", "id"]),
        ({"id": "2"}, ["line 2", "question"]),
        ({"id": "2", "question": None}, ["line 2", "question"]),
        ({"id": "2", "question": "Why?", "turns": "before"}, ["line 2", "turns"]),
        ({"id": "2", "question": "Why?", "turns": ["one", 5]}, ["line 2", "turns.1"]),
        ({"id": "2", "question": "Why?", "turns": [{"role": "user"}]}, ["line 2", "turns.0.content"]),
        ("{not json", ["line 2", "JSON"]),
        ('["a list"]', ["line 2"]),
        ({"id": "1", "question": "Again?"}, ["line 2", "'1' occurs twice"]),
    ],
)
def test_a_line_that_is_wrong_is_named_with_its_field(tmp_path, line, said):
    message = refused(tmp_path, {"id": "1", "question": "Why?"}, line)
    assert "in.jsonl" in message and all(part in message for part in said)


def test_line_numbers_count_blank_lines_too(tmp_path):
    assert "line 4" in refused(tmp_path, {"id": "1", "question": "Why?"}, "", "", {"id": "2"})


def test_a_file_without_questions_or_in_another_encoding_or_missing_is_refused(tmp_path):
    assert "no questions" in refused(tmp_path, "", "  ")
    path = write(tmp_path, '{"id": "1", "question": "café?"}', encoding="latin-1")
    with pytest.raises(SendAssistantError, match="UTF-8"):
        read_batch(path)
    with pytest.raises(SendAssistantError, match="no such file"):
        read_batch(tmp_path / "nowhere.jsonl")


def test_a_question_that_fails_is_a_line_with_an_error_and_costs_the_others_nothing(tmp_path, fake, caplog):
    status, rows = run(tmp_path, {"id": "1", "question": "broken?"}, {"id": "2", "question": "Why?"})
    assert status == 1 and [r["status"] for r in rows] == ["error", "answered"]
    assert "the disk is full" in rows[0]["text"] and "question 1" in caplog.text


def test_the_answers_never_take_the_place_of_the_questions(tmp_path, fake):
    path = write(tmp_path, {"id": "1", "question": "Why?"})
    before = path.read_bytes()
    with pytest.raises(SendAssistantError, match="is the file of questions"):
        answer_batch(path, tmp_path / "." / "in.jsonl", Settings())
    assert path.read_bytes() == before


def test_a_place_for_the_answers_that_is_none_is_said_before_anything_is_opened(tmp_path):
    path = write(tmp_path, {"id": "1", "question": "Why?"})
    with pytest.raises(SendAssistantError, match="its folder does not exist"):
        answer_batch(path, tmp_path / "nowhere" / "out.jsonl", Settings())
    with pytest.raises(SendAssistantError, match="is a folder"):
        answer_batch(path, tmp_path, Settings())


def test_questions_that_cannot_be_read_leave_older_answers_alone(tmp_path, fake):
    out = tmp_path / "out.jsonl"
    out.write_text("older\n")
    with pytest.raises(SendAssistantError):
        answer_batch(write(tmp_path, "{"), out, Settings())
    assert out.read_text() == "older\n"


def test_a_scope_set_by_hand_holds_for_every_question(tmp_path, fake):
    chosen = Filters(areas=("Kent",))
    answer_batch(write(tmp_path, {"id": "1", "question": "Why?"}), tmp_path / "out.jsonl", Settings(), chosen)
    assert fake.asked[0][2] == chosen
