"""Ablations: what a variant is, and that a set's gold survives another way of cutting passages."""

import dataclasses

import pytest

from evals.cases import read_set
from evals.held import Held
from evals.sweeping import sweep, table
from evals.variants import joined, open_variant, reindex, variants_of
from ingest.errors import SendAssistantError
from ingest.knowledge import KnowledgeBase
from ingest.settings import Settings
from tests.evals.made_answers import STARTER


def test_each_value_is_a_variant_of_its_own_and_what_is_so_already_is_left_out():
    found = variants_of(Settings(), ["rerank=on,off", "candidates=20,40", "keyword_weight=1,0", "title=off", "chunk=1,2"])
    assert [variant.name for variant in found] == ["as it is", "rerank=off", "candidates=20", "keyword_weight=0", "title=off", "chunk=2"]
    assert found[1].settings.rerank is False and found[2].settings.candidates == 20
    assert found[3].weights == {"keyword": 0.0} and not found[3].reindexed
    assert found[4].reindexed and found[5].chunk == 2


@pytest.mark.parametrize("vary", ["rerank", "colour=red", "chunk=0", "chunk=two", "keyword_weight=-1", "title=maybe", "candidates=0", "rerank="])
def test_what_cannot_be_varied_is_refused(vary):
    with pytest.raises(SendAssistantError):
        variants_of(Settings(), [vary])


def test_joined_passages_keep_the_text_and_every_place_in_it(starter):
    knowledge = KnowledgeBase(starter.index)
    report = "wiltshire-area-send-inspection-2024-digest"
    before = [p for p in knowledge.passages.values() if p.report_id == report]
    after = joined(before, 2)
    text = knowledge.store.report_text(report)
    assert "\n".join(p.text for p in after) == text and len(after) < len(before)
    assert all(text[p.start : p.end] == p.text for p in after)
    assert [p.ordinal for p in after] == list(range(1, len(after) + 1))
    sentences = [text[p.start + a : p.start + b] for p in before for a, b in p.sentences]
    assert [text[p.start + a : p.start + b] for p in after for a, b in p.sentences] == sentences


def test_gold_is_found_however_passages_are_cut(starter, tmp_path):
    variant = reindex(dataclasses.replace(variants_of(starter, [])[0], chunk=3, title=False), tmp_path / "kb")
    held = Held(KnowledgeBase(variant.settings.index))
    assert all(passages for case in read_set(STARTER) for passages in held.of_case(case))


def test_weights_of_one_leave_the_order_as_it_is_and_zero_takes_a_ranking_out(starter):
    as_it_is, one, none = variants_of(dataclasses.replace(starter, rerank=False), ["keyword_weight=0.999999,0"])
    orders = []
    for variant in (as_it_is, one, none):
        with open_variant(variant) as assistant:
            answer = assistant.ask("What did the peer review say about short breaks in Wiltshire?")
            orders.append(sorted(answer.candidates, key=lambda c: -c.scores["fusion"]))
    assert [c.passage_id for c in orders[0]] == [c.passage_id for c in orders[1]]
    assert [c.passage_id for c in orders[0]] != [c.passage_id for c in orders[2]]
    assert all(set(c.scores) & {"vector", "sentence"} for c in orders[2])


def test_a_sweep_gives_a_row_for_each_variant_with_gains_against_the_first(starter, tmp_path):
    two = tmp_path / "two.jsonl"
    two.write_text("".join(STARTER.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    heads, rows = table(sweep([two], starter, ["rerank=off"], tmp_path / "sweep", lambda *what: None))
    assert heads[:2] == ("variant", "right") and [row[0] for row in rows] == ["as it is", "rerank=off"]
    assert all(len(row) == len(heads) for row in rows)
    assert "\n" not in rows[0][1] and "(" in rows[1][1] and rows[0][3] == "unscored"
