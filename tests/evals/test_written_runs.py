"""Runs in which a language model writes: what is recorded, what is measured, and both modes side by side."""

import dataclasses
import json

import pytest
from model_server import ModelServer

from assistant.answer import Point, Writing
from assistant.cli import main
from evals.cases import read_set
from evals.comparing import compare
from evals.measures import scores_of
from evals.runs import load_run
from evals.running import run_sets
from evals.summary import as_markdown, figures
from evals.trial import Trial
from tests.evals.made_answers import STARTER, Canned, cited, quoted, write

QUOTE = cited("The keeper counts every gull.")
BY_HAND = Writing("scripted:one", sentences=4, replaced=1, removed=2, unknown_citations=3)
CASE = json.dumps({"id": "a", "kind": "fact", "question": "Who counts?", "facts": ["gull"], "documents": ["islands"]})


def prose(writing=BY_HAND):
    answer = quoted(QUOTE)
    return dataclasses.replace(answer, points=(Point("Every gull is counted.", citations=(QUOTE,), written=True),),
                               text="Every gull is counted. [1]", writing=writing)  # fmt: skip


@pytest.fixture
def case(tmp_path):
    return read_set(write(tmp_path / "one.jsonl", CASE))[0]


def test_what_was_cut_is_a_share_of_what_the_model_wrote(case):
    found = scores_of(Trial(case, prose(), 0.1))
    assert (found["cut"], found["unknown_citations"], found["written"], found["write_failed"]) == (0.75, 3, 1, 0)
    failed = scores_of(Trial(case, dataclasses.replace(quoted(QUOTE), writing=Writing("scripted:one", failed="away")), 0.1))
    assert (failed["cut"], failed["unknown_citations"], failed["written"], failed["write_failed"]) == (None, None, 0, 1)


def test_other_measures_judge_what_was_written(case):
    said = dataclasses.replace(prose(), text="Every bird is counted. [1]")
    assert scores_of(Trial(case, prose(), 0.1))["fact_recall"] == 1
    assert scores_of(Trial(case, said, 0.1))["fact_recall"] == 0


def test_quoted_runs_know_nothing_of_writers(case, starter, tmp_path):
    assert "cut" not in scores_of(Trial(case, quoted(QUOTE), 0.1))
    run = run_sets([tmp_path / "one.jsonl"], starter, tmp_path / "quoted", engine=Canned(quoted(QUOTE)))
    assert "writer" not in run.config.settings and "Sentences cut" not in [f.measure.label for f in figures(run)]


def test_a_comparison_shows_what_was_cut_though_only_one_run_has_a_writer(case, starter, tmp_path):
    settings = dataclasses.replace(starter, writer="openai:one@http://127.0.0.1:9/v1")
    one, two = (
        run_sets([tmp_path / "one.jsonl"], made, tmp_path / name, engine=Canned(answer))
        for name, made, answer in (("quoted", starter, quoted(QUOTE)), ("written", settings, prose()))
    )
    assert two.config.settings["writer"] == two.writer == "openai:one"
    told = as_markdown(two, compare(two, one))
    assert "written by openai:one" in told
    assert "| Sentences cut |  | 0.75 | not comparable |  |" in told
    assert "| Right | 1.00 | 1.00 |" in told


def test_both_modes_side_by_side_with_a_scripted_model(starter, tmp_path, capsys):
    model = ModelServer("More than 110 people were listened to by the peer team [{110 people}].", "Nobody came [{110 people}].")
    model.go_on(100)
    small = write(tmp_path / "small.jsonl", STARTER.read_text(encoding="utf-8").splitlines()[0])
    asked = ["eval", "run", str(small), "--index", str(starter.index), "--out", str(tmp_path / "both")]
    try:
        assert main([*asked, "--model", model.name, "--beside-quotes"]) == 0
    finally:
        model.close()
    said = capsys.readouterr().out
    assert "1 of 1 right" in said and "written by openai:small" in said and "Against quoted:" in said
    assert "Sentences cut" in said and model.name not in said
    both = {name: load_run(tmp_path / "both" / name) for name in ("quoted", "written")}
    (reply,) = both["written"].replies.values()
    assert reply.answer.text.startswith("More than 110 people were listened to") and reply.answer.writing.sentences == 2
    assert both["written"].scores("cut") == {"fact-01": 0.5}
    assert not any(reply.answer.writing for reply in both["quoted"].replies.values())
    for name in ("quoted", "written"):
        assert (tmp_path / "both" / name / "report.html").is_file()
    with pytest.raises(SystemExit):
        main([*asked[:-1], str(tmp_path / "more"), "--beside-quotes"])
    assert "--beside-quotes goes with --model NAME" in capsys.readouterr().err
