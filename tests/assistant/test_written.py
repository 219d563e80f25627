"""The assistant with a language model, from the command line to the paper it is saved on."""

import dataclasses
import json
from datetime import date

import pytest

from assistant import writing
from assistant.answering import Assistant
from assistant.cli import main
from assistant.export import paper_of, writer
from assistant.writing import Writer
from assistant.written import WrittenAssistant, open_assistant
from tests.scripted import Scripted

QUESTION = "How long do families in Torbay wait for an occupational therapist?"
REPLY = "Families in Torbay wait 41 weeks on average for a first appointment [1]."


@pytest.fixture
def scripted(monkeypatch):
    """Puts a scripted model in the place of any that is named."""

    def put(*replies):
        model = Scripted.saying(*replies)
        monkeypatch.setattr(writing, "open_model", lambda *given, **more: model)
        return model

    return put


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_without_the_setting_nothing_changes(held):
    with open_assistant(held) as assistant:
        assert isinstance(assistant, Assistant) and assistant.ask(QUESTION).writing is None


def test_the_flag_lets_a_model_write(held, scripted, capsys):
    scripted(REPLY)
    assert main(["ask", QUESTION, "--index", str(held.index), "--model", "scripted:one"]) == 0
    shown = capsys.readouterr().out
    assert "\nFamilies in Torbay wait 41 weeks on average for a first appointment. [1]\n" in shown
    assert "Written by scripted:one" in shown


def test_the_setting_is_as_good_as_the_flag(held, scripted, capsys, monkeypatch):
    scripted(REPLY)
    monkeypatch.setenv("SEND_ASSISTANT_WRITER", "scripted:two")
    assert main(["ask", QUESTION, "--index", str(held.index)]) == 0
    assert "Written by scripted:two" in capsys.readouterr().out


def test_json_tells_how_it_was_written(held, scripted, capsys):
    scripted(REPLY + " Others wait 99 weeks [1][50].")
    main(["ask", QUESTION, "--index", str(held.index), "--model", "scripted:one", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["points"][0]["written"] is True
    told = answer["writing"]
    assert (told["model"], told["sentences"], told["removed"], told["unknown_citations"]) == ("scripted:one", 2, 1, 1)
    assert told["prompts"][0]["name"] == "answer" and len(told["prompts"][0]["sha256"]) == 64


def test_a_model_that_cannot_be_used_gives_quotes_and_says_why(held, capsys):
    assert main(["ask", QUESTION, "--index", str(held.index), "--model", "nobody:large"]) == 0
    shown = capsys.readouterr().out
    assert "needs the package langchain-nobody" in shown and "“Families wait 41 weeks" in shown


def test_a_batch_keeps_its_lines(held, scripted, tmp_path):
    scripted(REPLY)
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "question": QUESTION}) + "\n")
    status = main(
        ["ask", "--batch", "in.jsonl", "--out", "out.jsonl", "--index", str(held.index), "--model", "scripted:one"]
    )
    (line,) = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert status == 0 and set(line) == {"id", "status", "text", "citations", "seconds"}
    assert line["text"] == "Families in Torbay wait 41 weeks on average for a first appointment. [1]"
    assert (
        line["citations"][0]["quote"]
        == "Families wait 41 weeks on average for a first appointment with an occupational therapist."
    )


@pytest.mark.parametrize("suffix", ["md", "html", "docx"])
def test_a_saved_paper_does_not_pass_written_words_for_the_reports(held, suffix):
    with Assistant.open(held) as assistant:
        answer = WrittenAssistant(
            assistant, Writer(dataclasses.replace(held, writer="scripted:one"), Scripted.saying(REPLY))
        ).ask(QUESTION)
    paper = writer(suffix)(paper_of([answer], date(2026, 1, 31)))
    text = paper.decode() if suffix != "docx" else _words_of(paper)
    assert "“Families in Torbay wait" not in text and "> Families in Torbay wait" not in text
    assert "“Families wait 41 weeks on average for a first appointment with an occupational therapist.”" in text
    assert "Written by scripted:one" in text and "were written by a language model" in text


def _words_of(paper: bytes) -> str:
    import io
    import re
    import zipfile

    with zipfile.ZipFile(io.BytesIO(paper)) as package:
        return " ".join(
            re.sub(r"<[^>]+>", "", package.read(name).decode()) for name in ("word/document.xml", "word/footnotes.xml")
        )


class Unsure:
    """An assistant that finds nothing for what it was not asked in full."""

    def __init__(self, assistant):
        self._assistant = assistant
        self.asked = []

    def ask(self, question, turns=(), filters=None):
        self.asked.append((question, len(turns)))
        answer = self._assistant.ask(question, turns)
        return dataclasses.replace(answer, status="not_found") if turns else answer

    def __getattr__(self, name):
        return getattr(self._assistant, name)


THERAPY = [{"role": "user", "content": "How long do families wait for occupational therapy in Torbay?"}]


def test_a_follow_up_that_finds_nothing_is_asked_again_as_rewritten_and_the_reader_told(held):
    rewritten = "How long do families wait for occupational therapy in Rutland?"
    with Assistant.open(held) as assistant:
        unsure = Unsure(assistant)
        model = Scripted.saying(rewritten, "In Rutland, families wait nine weeks for a first appointment [1].")
        answer = WrittenAssistant(unsure, Writer(dataclasses.replace(held, writer="scripted:one"), model)).ask(
            "And in Rutland?", THERAPY
        )
    assert unsure.asked == [("And in Rutland?", 1), (rewritten, 0)]
    assert answer.question == "And in Rutland?" and "nine weeks" in answer.text
    assert answer.writing.notices[0] == f"Read as: “{rewritten}”"


def test_a_rewriting_that_adds_to_the_question_is_not_asked(held):
    with Assistant.open(held) as assistant:
        unsure = Unsure(assistant)
        model = Scripted.saying("How long do families wait for dentists in Devon?")
        answer = WrittenAssistant(unsure, Writer(dataclasses.replace(held, writer="scripted:one"), model)).ask(
            "And in Rutland?", THERAPY
        )
    assert len(unsure.asked) == 1 and answer.status == "not_found" and answer.writing is None


def test_the_written_assistant_gives_what_the_pages_ask_for(held):
    with Assistant.open(held) as assistant:
        both = WrittenAssistant(
            assistant, Writer(dataclasses.replace(held, writer="scripted:one"), Scripted.saying(REPLY))
        )
        citation = both.ask(QUESTION).citations[0]
        assert both.passage_view(citation).citation == citation
        assert [report.id for report in both.reports()] == [report.id for report in assistant.reports()]
        assert "41 weeks" in both.passage_text(citation.passage_id)
