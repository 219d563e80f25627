"""The gate of the starter set, shown on four sabotages: each trips it, and the report names the cases."""

import dataclasses

import pytest

from evals.cases import Case, read_set, write_set
from evals.comparing import compare
from evals.gate import Gate, breaches, load_gate
from evals.report import as_html
from evals.running import run_sets
from evals.runs import Run, load_run
from ingest.settings import ROOT, Settings
from tests.evals.made_answers import STARTER, Replayed

GATE = ROOT / "evals" / "sets" / "gate.toml"
KINDS = ("fact", "paraphrase", "unanswerable")
"A third of the set: enough to show a fall, few enough for a test."
NOT_HELD = ("none-01", "none-07")
"Refused whatever reports are held, as none is on these areas."


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    """Those kinds of the starter set."""
    path = tmp_path_factory.mktemp("some") / "some.jsonl"
    write_set(path, [case for case in read_set(STARTER) if case.kind in KINDS])
    return path


@pytest.fixture(scope="module")
def sound(starter, some, tmp_path_factory) -> Run:
    """The run before the sabotage."""
    return run_sets([some], starter, tmp_path_factory.mktemp("sound") / "run")


@pytest.fixture(scope="module")
def gate(some) -> Gate:
    """The starter set's gate, without the cases that are not among those asked here."""
    return only(load_gate(GATE), read_set(some))


def only(gate: Gate, cases: list[Case]) -> Gate:
    """The gate without named cases that are not asked."""
    asked = {case.id for case in cases}
    return gate.model_copy(update={"cases": gate.cases.model_copy(update={"right": [name for name in gate.cases.right if name in asked]})})


def tripped(gate: Gate, run: Run, sound: Run) -> dict[str, tuple[str, ...]]:
    """The cases of each breach by what it is about; the report must link them all."""
    broken = breaches(gate, run, sound)
    page = as_html(run, compare(run, sound), broken)
    assert "Gate: breached" in page
    for breach in broken:
        assert breach.cases, breach
        assert all(f'<a href="#case-{case}">{case}</a>' in page for case in breach.cases)
    return {breach.what: breach.cases for breach in broken}


def about(found: dict[str, tuple[str, ...]], words: str) -> tuple[str, ...]:
    (cases,) = (cases for what, cases in found.items() if words in what)
    return cases


def test_the_sound_run_passes(gate, sound, starter, some, tmp_path):
    again = run_sets([some], starter, tmp_path / "run", engine=Replayed(sound))
    assert breaches(gate, again, sound) == []


def test_rerank_off(gate, sound, starter, some, tmp_path):
    # The sound run's answers with passages in the order of the fusion: to ask again would take as long as all other tests here.
    def fused(case, answer):
        candidates = tuple(dataclasses.replace(c, scores={"fusion": c.scores["fusion"]}) for c in answer.candidates)
        return dataclasses.replace(answer, candidates=candidates)

    without = dataclasses.replace(starter, rerank=False)
    run = run_sets([some], without, tmp_path / "run", engine=Replayed(sound, fused))
    cases = about(tripped(gate, run, sound), "rerank was True and is False")
    for case in cases:
        assert any(run.scores(name)[case] < sound.scores(name)[case] for name in ("mrr", "ndcg_at_10", "recall_at_5")), case


def test_a_digest_paragraph_deleted(gate, sound, some, tmp_path):
    from ingest.pipeline import ingest

    name = "wiltshire-send-peer-review-2023"
    text = (ROOT / "corpus" / "digests" / f"{name}.md").read_text(encoding="utf-8")
    lost = next(line for line in text.splitlines() if line.startswith("[4.2] "))
    (tmp_path / f"{name}.md").write_text(text.replace(lost, ""), encoding="utf-8")
    cases = [case for case in read_set(some) if case.documents == (name,) or case.id in NOT_HELD]
    write_set(tmp_path / "set.jsonl", cases)
    settings = Settings(index=tmp_path / "kb")
    ingest([tmp_path / f"{name}.md"], settings)
    run = run_sets([tmp_path / "set.jsonl"], settings, tmp_path / "run")
    found = tripped(only(gate, cases), run, sound)
    assert len(cases) >= 4
    assert about(found, "(gold_held)") == about(found, "must be right") == ("fact-03",)


def test_a_citation_quote_altered(gate, sound, starter, some, tmp_path):
    def alter(case, answer):
        if case.id != "fact-06":
            return answer
        first, *rest = answer.citations
        first = dataclasses.replace(first, quote=first.quote.replace("20 weeks", "26 weeks"))
        return dataclasses.replace(answer, citations=(first, *rest))

    run = run_sets([some], starter, tmp_path / "run", engine=Replayed(sound, alter))
    assert about(tripped(gate, run, sound), "(verbatim)") == ("fact-06",)


def test_refusals_disabled(gate, sound, starter, some, tmp_path):
    def never_refuse(case, answer):
        return dataclasses.replace(answer, status="answered") if answer.status == "not_found" else answer

    run = run_sets([some], starter, tmp_path / "run", engine=Replayed(sound, never_refuse))
    found = tripped(gate, run, sound)
    refused = {case for case, value in sound.scores("refused").items() if value == 1}
    assert len(refused) >= 8 and set(about(found, "(refused)")) == refused
    assert {"none-01", "none-07", "none-12"} <= set(about(found, "must be right"))


def test_the_kept_baseline_is_of_the_set_as_it_is():
    baseline = load_run(ROOT / "evals" / "sets" / "baseline")
    assert [row.id for row in baseline.scored] == [case.id for case in read_set(STARTER)], "renew it: make eval-baseline"
    right = baseline.scores("right")
    assert all(right[case] == 1 for case in load_gate(GATE).cases.right)
