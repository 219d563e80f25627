"""The console command: quick where it can be, clear where it is used wrongly."""

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.cli import main
from ingest.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "chromadb", "gradio", "onnxruntime", "numpy", "transformers", "langchain_core", "pypdf", "docx", "bs4")
PROBE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from assistant.cli import main
try:
    status = main(sys.argv[1:])
except SystemExit as end:
    status = end.code
print("LOADED", *sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)
raise SystemExit(status)
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A current folder with no settings file and no knowledge base."""
    monkeypatch.chdir(tmp_path)


def run(*arguments):
    """What a process of its own prints, the heavy libraries it loaded, and its seconds."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, timeout=60)
    loaded = next(line for line in done.stderr.splitlines() if line.startswith("LOADED")).split()[1:]
    return done, loaded, time.perf_counter() - started


def ends(*arguments):
    """Exit status of a command, wrong usage included."""
    try:
        return main(list(arguments))
    except SystemExit as end:
        return end.code


@pytest.mark.parametrize("command", [[], ["ingest"], ["documents"], ["ask"], ["chat"], ["fetch"]])
def test_every_command_has_help(command, capsys):
    assert ends(*command, "--help") == 0
    assert "usage: send-assistant" in capsys.readouterr().out


def test_help_comes_at_once_and_loads_nothing_heavy():
    done, loaded, seconds = run("--help")
    assert done.returncode == 0 and loaded == []
    assert seconds < 3.0


def test_the_list_of_documents_comes_at_once_and_loads_nothing_heavy(held):
    done, loaded, seconds = run("documents", "--index", str(held.index))
    assert done.returncode == 0 and loaded == []
    assert seconds < 3.0
    assert "rutland-send-peer-review-2022.docx" in done.stdout and "2 reports" in done.stdout


def test_help_lists_every_setting_with_its_note(capsys):
    ends("--help")
    said = capsys.readouterr().out
    for field in dataclasses.fields(Settings):
        [line] = [line for line in said.splitlines() if line.strip().split(" ")[0] == field.name]
        assert len(line.split()) > 3, line
    assert "SEND_ASSISTANT_" in said and "send-assistant.toml" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "COMMAND"),
        (("aks", "what?"), "aks"),
        (("ask",), "--batch"),
        (("ask", "Why?", "--batch", "in.jsonl", "--out", "out.jsonl"), "one question"),
        (("ask", "--batch", "in.jsonl"), "--out"),
        (("ask", "Why?", "--out", "out.jsonl"), "--batch"),
        (("ask", "--batch", "in.jsonl", "--out", "out.jsonl", "--json"), "--json"),
        (("ask", "Why?", "--kind", "rumour"), "rumour"),
        (("ask", "Why?", "--year", "soon"), "soon"),
        (("ask", "how", "long"), "long"),
        (("ingest",), "PATH"),
        (("documents", "--colour"), "--colour"),
    ],
)
def test_wrong_usage_ends_with_status_2_and_says_what_is_wrong(arguments, said, capsys):
    assert ends(*arguments) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [("documents",), ("ask", "Why?"), ("ingest", "--remove", "x.pdf")])
def test_without_a_knowledge_base_the_next_step_is_named(arguments, capsys):
    assert ends(*arguments) == 1
    said = capsys.readouterr().err
    assert said.startswith("send-assistant: ") and "send-assistant ingest" in said and "Traceback" not in said


def test_a_batch_without_a_knowledge_base_leaves_no_file(tmp_path, capsys):
    (tmp_path / "in.jsonl").write_text('{"id": "1", "question": "Why?"}\n')
    assert ends("ask", "--batch", "in.jsonl", "--out", "out.jsonl") == 1
    assert "send-assistant ingest" in capsys.readouterr().err and not (tmp_path / "out.jsonl").exists()


def test_a_setting_that_is_wrong_is_named(monkeypatch, capsys):
    assert ends("chat", "--port", "many") == 1
    assert "--port" in capsys.readouterr().err
    monkeypatch.setenv("SEND_ASSISTANT_CANDIDATES", "few")
    assert ends("documents") == 1
    assert "SEND_ASSISTANT_CANDIDATES" in capsys.readouterr().err


def test_documents_as_json_is_a_line_a_report(held, capsys):
    assert ends("documents", "--json", "--index", str(held.index)) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(r["file"], r["areas"], r["kind"]) for r in rows] == [
        ("rutland-send-peer-review-2022.docx", ["Rutland"], "peer review"),
        ("torbay-area-send-inspection-2023.md", ["Torbay"], "inspection"),
    ]
    # One introduction, two findings, three recommendations; headings are not counted.
    assert rows[0]["passages"] == 6


def test_documents_tell_area_kind_year_and_how_much(held, capsys):
    assert ends("documents", "--index", str(held.index)) == 0
    said = capsys.readouterr().out
    assert "Rutland · SEND peer review · 2022 · 6 passages" in said and "Torbay · Area SEND inspection · 2023" in said


def test_a_file_that_cannot_be_read_fails_the_ingest_and_is_in_the_table(tmp_path, capsys):
    (tmp_path / "empty.txt").write_text("")
    assert ends("ingest", "empty.txt") == 1
    said = capsys.readouterr().out
    assert "empty.txt" in said and "failed" in said and "1 failed" in said


def test_an_ingest_of_nothing_is_no_success(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    assert ends("ingest", "in") == 1
    assert "nothing to read" in capsys.readouterr().out


def test_a_report_is_added_listed_and_taken_out(tmp_path, capsys):
    (tmp_path / "rutland.md").write_text("# Rutland SEND peer review\n\nThe ferry to school is punctual.\n")
    assert ends("ingest", "rutland.md", "--index", "kb") == 0
    assert "1 read" in capsys.readouterr().out
    assert ends("ingest", "--remove", "rutland.md", "nothing.md", "--index", "kb") == 1
    said = capsys.readouterr().out
    assert "1 removed" in said and "1 failed" in said
    assert ends("documents", "--index", "kb") == 0
    assert "0 reports" in capsys.readouterr().out
