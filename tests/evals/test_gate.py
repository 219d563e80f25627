"""Comparison and gate: what turned, and what counts as a fall."""

from pathlib import Path

import pytest

from evals.comparing import compare
from evals.gate import Gate, breaches, load_gate
from evals.runs import Config, Run, Scored
from ingest.errors import SendAssistantError
from tests.evals.made_answers import write

CONFIG = Config(started="", sets={}, settings={}, versions={}, corpus="c", reports=1, code="c", prompts="p")


def run(name="run", config=CONFIG, **measures) -> Run:
    """A run from `measure={case: value}`."""
    cases = dict.fromkeys(case for values in measures.values() for case in values)
    rows = (Scored(case, "fact", (), "answered", {m: values.get(case) for m, values in measures.items()}) for case in cases)
    return Run(Path(name), config, tuple(rows))


def many(value: float, count: int = 40, **others: float) -> dict:
    return {f"c{n}": value for n in range(count)} | others


def test_cases_that_turned_come_by_name_and_others_with_what_moved():
    before = run(right={"a": 1, "b": 0, "c": 1, "gone": 1}, mrr={"a": 1, "b": 1, "c": 0.5})
    after = run(right={"a": 0, "b": 1, "c": 1, "new": 0}, mrr={"a": 1, "b": 1, "c": 1})
    found = compare(after, before)
    assert (found.newly_wrong, found.newly_right) == (("a",), ("b",))
    assert found.moved == {"c": ("mrr",)}
    assert (found.only_before, found.only_after) == (("gone",), ("new",))
    assert found.notes == ()


def test_what_else_changed_is_said():
    other = CONFIG.model_copy(update={"corpus": "other", "settings": {"rerank": "False"}})
    assert compare(run(config=other, right={"a": 1}), run(right={"a": 1})).notes == (
        "Changed since: the reports in the knowledge base, the settings.",
    )


def test_a_verdict_needs_more_than_chance():
    def verdict(after):
        changes = compare(run(right=after), run(right=many(1.0))).changes
        return next(change.verdict for change in changes if change.measure.name == "right")

    assert verdict(many(1.0)) == ""
    assert verdict(many(1.0, c1=0.0)) == ""
    assert verdict(many(1.0, c1=0.0, c2=0.0, c3=0.0, c4=0.0)) == "worse"


def test_a_hard_floor_names_the_cases_below_it():
    gate = Gate.model_validate({"hard": {"verbatim": 1.0}})
    assert breaches(gate, run(verbatim={"a": 1, "b": None})) == []
    (breach,) = breaches(gate, run(verbatim={"a": 1, "b": 0.5, "c": None}))
    assert (breach.rule, breach.cases) == ("hard", ("b",))
    assert "0.750; it may not be below 1.000" in breach.what


def test_a_floor_at_the_baseline_names_only_what_fell_and_leaves_new_cases_out():
    gate = Gate.model_validate({"hard": {"refused": "baseline"}})
    before = run(refused={"a": 1, "b": 0, "c": 1})
    assert breaches(gate, run(refused={"a": 1, "b": 0, "c": 1, "new": 0}), before) == []
    (breach,) = breaches(gate, run(refused={"a": 0, "b": 0, "c": 1}), before)
    assert breach.cases == ("a",)


def test_a_floor_under_a_measure_that_nothing_was_scored_for_is_breached():
    (breach,) = breaches(Gate.model_validate({"hard": {"verbatim": 1.0}}), run(verbatim={"a": None}))
    assert "nothing was scored" in breach.what


def test_named_cases_must_be_right_and_must_be_asked():
    gate = Gate.model_validate({"cases": {"right": ["a", "b", "c"]}})
    (breach,) = breaches(gate, run(right={"a": 1, "b": 0}))
    assert breach.cases == ("b", "c")


def test_a_soft_average_may_fall_by_chance_and_no_further():
    gate = Gate.model_validate({"soft": {"measures": ["mrr"]}})
    before = run(mrr=many(1.0))
    assert breaches(gate, run(mrr=many(1.0, c1=0.5)), before) == []
    (breach,) = breaches(gate, run(mrr=many(1.0, c1=0.5, c2=0.5, c3=0.5, c4=0.5, c5=0.0)), before)
    assert (breach.rule, breach.cases) == ("soft", ("c1", "c2", "c3", "c4", "c5"))


def test_other_settings_than_the_baselines_are_a_breach_with_the_cases_that_fell():
    gate = Gate.model_validate({"same_settings": True, "soft": {"measures": ["mrr"]}})
    other = CONFIG.model_copy(update={"settings": {"rerank": "False"}})
    before = run(config=CONFIG.model_copy(update={"settings": {"rerank": "True"}}), right={"a": 1, "b": 1, "c": 0}, mrr={"a": 1, "b": 0.5, "c": 1})
    (breach,) = breaches(gate, run(config=other, right={"a": 1, "b": 1, "c": 1}, mrr={"a": 0.5, "b": 1, "c": 1}), before)
    assert (breach.rule, breach.cases) == ("settings", ("a",))
    assert "rerank was True and is False" in breach.what
    assert breaches(gate, before, before) == []


def test_a_gate_that_compares_asks_for_a_baseline():
    with pytest.raises(SendAssistantError, match="--baseline"):
        breaches(Gate.model_validate({"soft": {"measures": ["mrr"]}}), run(mrr={"a": 1}))


@pytest.mark.parametrize(
    "text, says",
    [
        ("[hard]\nverbatimm = 1", "no such measure to guard: verbatimm"),
        ("[hard]\nseconds = 1", "no such measure to guard: seconds"),
        ("[hard]\njudge = 1", "no such measure to guard: judge"),
        ("[soft]\nmeasures = ['judge']", "no such measure to guard: judge"),
        ("[hart]", "hart: Extra inputs"),
        ("[hard", "cannot be read as TOML"),
    ],
)
def test_a_gate_file_names_what_is_wrong_with_it(tmp_path, text, says):
    with pytest.raises(SendAssistantError) as raised:
        load_gate(write(tmp_path / "gate.toml", text))
    assert "gate.toml" in str(raised.value) and says in str(raised.value)
    with pytest.raises(SendAssistantError, match="no such file"):
        load_gate(tmp_path / "none.toml")
