"""`send-assistant eval …` as a person uses it: exit status, what is printed, what is left behind."""

import json
import signal
import subprocess
import sys
import time

import pytest

from assistant.cli import main
from evals.runs import load_run
from ingest.settings import ROOT
from tests.evals.made_answers import STARTER, write

LINES = STARTER.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def small(tmp_path):
    """The first and the last case of the starter set."""
    return write(tmp_path / "small.jsonl", LINES[0], LINES[-1])


def test_run_prints_figures_and_writes_a_report_and_a_gate_sets_the_status(starter, small, tmp_path, capsys):
    index = ["--index", str(starter.index)]
    kept, out = tmp_path / "kept", tmp_path / "run"
    assert main(["eval", "run", str(small), *index, "--out", str(out), "--write-baseline", str(kept)]) == 0
    said = capsys.readouterr().out
    assert "2 of 2 right" in said and f"Report: {out / 'report.html'}" in said and (out / "report.html").is_file()
    gate = write(tmp_path / "gate.toml", "[cases]", 'right = ["fact-01", "never-asked"]', "[soft]", 'measures = ["right"]')
    again = ["eval", "run", str(small), *index, "--gate", str(gate), "--baseline", str(kept), "--out"]
    assert main([*again, str(tmp_path / "second")]) == 1
    shown = capsys.readouterr()
    assert "never-asked" in shown.err and "newly wrong (0): none" in shown.out
    assert main(["eval", "compare", str(kept), str(out)]) == 0
    assert main(["eval", "show", str(out), "fact-01"]) == 0
    shown = capsys.readouterr().out
    assert "RIGHT" in shown and "Quoted     “The peer team listened to more than 110 people” (wiltshire-send-peer-review-2023, bullet 1)" in shown
    assert main(["eval", "show", str(out), "fact-99"]) == 1
    assert "'fact-99' is not in this run" in capsys.readouterr().err
    assert main(["eval", "show", str(kept), "fact-01"]) == 1
    assert "is a baseline, which keeps scores and no answers" in capsys.readouterr().err


def test_check_names_line_and_field_and_sets_the_status(starter, small, tmp_path, capsys):
    index = ["--index", str(starter.index)]
    assert main(["eval", "check", str(small), *index]) == 0
    assert "good, cases: 2" in capsys.readouterr().out
    bad = write(tmp_path / "bad.jsonl", LINES[0], '{"id": "x", "question": "?", "chunk": 3}')
    assert main(["eval", "check", str(bad), *index]) == 1
    assert f"{bad}, line 2: chunk: no such field" in capsys.readouterr().out
    assert main(["eval", "run", str(bad), *index, "--out", str(tmp_path / "run")]) == 1
    assert "line 2: chunk: no such field" in capsys.readouterr().err and not (tmp_path / "run").exists()


def test_add_asks_shows_and_keeps(starter, tmp_path, capsys):
    path = tmp_path / "new.jsonl"
    asked = ["eval", "add", str(path), "How many people did the peer team listen to in Wiltshire?", "--fact", "110", "--kind", "fact"]
    assert main([*asked, "--index", str(starter.index)]) == 0
    assert "Added to" in capsys.readouterr().out
    assert main(["eval", "check", str(path), "--index", str(starter.index)]) == 0
    with pytest.raises(SystemExit):
        main([*asked[:-1], "riddle"])
    assert "not a kind" in capsys.readouterr().err


def test_convert_goes_to_a_spreadsheet_and_back(small, tmp_path, capsys):
    assert main(["eval", "convert", str(small), str(tmp_path / "a.csv")]) == 0
    assert main(["eval", "convert", str(tmp_path / "a.csv"), str(tmp_path / "b.jsonl")]) == 0
    assert (tmp_path / "b.jsonl").read_text(encoding="utf-8") == small.read_text(encoding="utf-8")
    assert main(["eval", "convert", str(small), str(tmp_path / "a.csv")]) == 1
    assert "is there already" in capsys.readouterr().err


def test_a_gate_that_needs_a_baseline_says_so_before_anything_is_asked(small, tmp_path, capsys):
    gate = write(tmp_path / "gate.toml", "[soft]", 'measures = ["right"]')
    with pytest.raises(SystemExit):
        main(["eval", "run", str(small), "--gate", str(gate)])
    assert "--baseline" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="sends an interrupt as a terminal does")
def test_ctrl_c_keeps_what_was_scored_and_says_how_to_go_on(starter, tmp_path, capsys):
    out = tmp_path / "run"
    command = [sys.executable, "-m", "assistant", "eval", "run", str(STARTER), "--index", str(starter.index), "--out", str(out)]
    # Where the tests run in the background of a shell, the signal is ignored, and a child would ignore it too.
    heard = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **heard)
    until = time.monotonic() + 60
    while not (out / "scores.jsonl").is_file() and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"send-assistant eval run --resume {out}" in said and "Traceback" not in said
    kept = load_run(out)
    assert 1 <= len(kept.scored) < len(kept.cases)
    # Two cases more are enough to see that it goes on.
    cases = [json.loads(line) for line in (out / "cases.jsonl").read_text(encoding="utf-8").splitlines()][: len(kept.scored) + 2]
    write(out / "cases.jsonl", *(json.dumps(case) for case in cases))
    assert main(["eval", "run", "--resume", str(out), "--index", str(starter.index)]) == 0
    assert f"of {len(cases)} right" in capsys.readouterr().out


def test_a_set_can_be_a_test(starter, tmp_path):
    path = write(tmp_path / "set.jsonl", LINES[0], json.dumps({"id": "wrong", "question": "How many people live in Wiltshire?", "facts": ["nobody"]}))
    command = [sys.executable, "-m", "pytest", "-p", "evals.pytest_plugin", "-p", "no:cacheprovider", str(path), "--eval-index", str(starter.index)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "1 failed, 1 passed" in done.stdout
    assert "not said: nobody" in done.stdout
