"""Runs: what is kept, what survives a stop, and what may be gone on with."""

import dataclasses
import json

import pytest

from assistant.answer import Candidate
from evals.cases import read_set
from evals.runs import load_run, write_baseline
from evals.running import Stopped, run_sets
from ingest.errors import SendAssistantError
from tests.evals.made_answers import Canned, cited, quoted, write

LINES = [
    json.dumps({"id": name, "kind": "fact", "question": f"Question {name}?", "facts": ["gull"], "documents": ["islands"]}) for name in "abcd"
]
ANSWER = quoted(cited("The keeper counts every gull.", page=3), candidates=(Candidate("islands:0001", True, {"late": 0.5, "fusion": 0.1}),), timings={"find": 0.1})


@pytest.fixture
def a_set(tmp_path):
    return write(tmp_path / "set.jsonl", *LINES)


def test_a_run_keeps_whole_answers_scores_and_how_it_was_made(starter, a_set, tmp_path):
    told = []
    run = run_sets([a_set], starter, tmp_path / "run", engine=Canned(ANSWER), progress=lambda *what: told.append(what))
    assert run.finished and [row.id for row in run.scored] == list("abcd")
    assert run.replies["b"].answer == dataclasses.replace(ANSWER, question="Question b?")
    assert run.scores("fact_recall") == dict.fromkeys("abcd", 1.0)
    assert run.scores("refused") == dict.fromkeys("abcd")
    assert run.cases == {case.id: case for case in read_set(a_set)}
    assert run.config.reports == 10 and run.config.sets.keys() == {"set.jsonl"} and run.config.corpus and run.config.code
    assert [(done, total, case.id, scores["right"]) for done, total, case, scores in told] == [(n, 4, name, 1) for n, name in enumerate("abcd", 1)]


def test_the_same_reports_give_the_same_hash_and_other_settings_are_seen(starter, a_set, tmp_path):
    configs = [
        run_sets([a_set], settings, tmp_path / name, engine=Canned(ANSWER)).config
        for name, settings in (("one", starter), ("two", starter), ("three", dataclasses.replace(starter, rerank=False)))
    ]
    one, two, three = (config.model_dump(exclude={"started"}) for config in configs)
    assert one == two
    assert {name for name in one if one[name] != three[name]} == {"settings"}


def test_an_answer_that_fails_costs_only_its_own_case(starter, a_set, tmp_path):
    run = run_sets([a_set], starter, tmp_path / "run", engine=Canned(ANSWER, fails_on="Question b"))
    assert [row.status for row in run.scored] == ["answered", "error", "answered", "answered"]
    assert run.scores("right") == {"a": 1, "b": 0, "c": 1, "d": 1}


def test_ctrl_c_keeps_what_was_scored_and_resume_asks_the_rest(starter, a_set, tmp_path):
    folder = tmp_path / "run"
    with pytest.raises(Stopped, match="2 of 4 cases are kept") as stopped:
        run_sets([a_set], starter, folder, engine=Canned(ANSWER, fails_on="Question c", error=KeyboardInterrupt))
    assert (stopped.value.folder, stopped.value.done, stopped.value.total) == (folder, 2, 4)
    assert not load_run(folder).finished
    engine = Canned(ANSWER)
    run = run_sets([], starter, folder, engine=engine, resume=True)
    assert run.finished and [row.id for row in run.scored] == list("abcd")
    assert engine.asked[1:] == ["Question c?", "Question d?"]


def test_a_page_can_cancel_between_two_cases(starter, a_set, tmp_path):
    done = []
    with pytest.raises(Stopped):
        run_sets([a_set], starter, tmp_path / "run", engine=Canned(ANSWER), progress=lambda *what: done.append(what), cancelled=lambda: len(done) == 3)
    assert len(load_run(tmp_path / "run").scored) == 3


def test_a_line_that_a_kill_cut_short_is_asked_again(starter, a_set, tmp_path):
    folder = tmp_path / "run"
    run_sets([a_set], starter, folder, engine=Canned(ANSWER))
    scores = folder / "scores.jsonl"
    scores.write_text(scores.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    assert [row.id for row in load_run(folder).scored] == list("abc")
    run = run_sets([], starter, folder, engine=Canned(ANSWER), resume=True)
    assert [row.id for row in run.scored] == list("abcd") and run.replies.keys() == set("abcd")


def test_a_run_is_not_gone_on_with_under_other_settings(starter, a_set, tmp_path):
    run_sets([a_set], starter, tmp_path / "run", engine=Canned(ANSWER))
    with pytest.raises(SendAssistantError, match="the settings changed since the run began"):
        run_sets([], dataclasses.replace(starter, candidates=10), tmp_path / "run", engine=Canned(ANSWER), resume=True)


def test_a_run_is_not_gone_on_with_under_other_prompts(starter, a_set, tmp_path):
    folder = tmp_path / "run"
    before = run_sets([a_set], starter, folder, engine=Canned(ANSWER)).config.prompts
    config = folder / "run.json"
    config.write_text(config.read_text(encoding="utf-8").replace(before, "0" * len(before)), encoding="utf-8")
    with pytest.raises(SendAssistantError, match="the prompts changed since the run began"):
        run_sets([], starter, folder, engine=Canned(ANSWER), resume=True)


def test_a_folder_in_use_and_a_folder_that_is_no_run_are_refused(starter, a_set, tmp_path):
    with pytest.raises(SendAssistantError, match="is not empty"):
        run_sets([a_set], starter, tmp_path, engine=Canned(ANSWER))
    with pytest.raises(SendAssistantError, match="not the folder of a run"):
        load_run(tmp_path)


def test_a_baseline_keeps_scores_without_answers_and_seconds(starter, a_set, tmp_path):
    run = run_sets([a_set], starter, tmp_path / "run", engine=Canned(ANSWER))
    write_baseline(run, tmp_path / "kept")
    kept = load_run(tmp_path / "kept")
    assert kept.scores("right") == run.scores("right")
    assert set(kept.scores("seconds").values()) == {None} and not kept.replies
    assert kept.config == run.config


def test_more_scores_are_kept_beside_the_measures(starter, a_set, tmp_path):
    run = run_sets([a_set], starter, tmp_path / "run", engine=Canned(ANSWER), extra=lambda trial: {"judge": 0.5}, judge="fake:model")
    assert run.scores("judge") == dict.fromkeys("abcd", 0.5) and run.config.judge == "fake:model"
