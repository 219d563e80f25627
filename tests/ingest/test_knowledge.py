"""The knowledge base as a reader sees it."""

import numpy as np
import pytest

from ingest import knowledge as module
from ingest.knowledge import KnowledgeBase
from ingest.pipeline import ingest
from ingest.settings import Settings
from tests.tiny import TinyEncoder


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory):
    folder = tmp_path_factory.mktemp("in")
    (folder / "ashdown.txt").write_text("Waits are long. Buses are late.\n\nSchools work well together.\n", encoding="utf-8")
    (folder / "birchley.txt").write_text("Parents wait for plans.\n", encoding="utf-8")
    index = tmp_path_factory.mktemp("kb")
    ingest([folder], Settings(index=index), encoder=TinyEncoder())
    return KnowledgeBase(index)


def test_token_vectors_are_those_of_the_store_and_the_latest_are_kept(knowledge, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 2)
    ids = list(knowledge.passages)
    held = knowledge.store.token_vectors(ids)
    assert len(ids) > 2 and set(held) == set(ids)
    for pid in (*ids, *ids):
        vectors, offsets = knowledge.token_vectors([pid])[pid]
        assert np.array_equal(vectors, held[pid][0]) and np.array_equal(offsets, held[pid][1])
    kept = knowledge.token_vectors(ids[-2:])
    assert knowledge.token_vectors(ids[-1:])[ids[-1]][0] is kept[ids[-1]][0]
    assert knowledge.token_vectors(ids[:1])[ids[0]][0] is not held[ids[0]][0]


def test_every_sentence_has_its_row_with_its_passage(knowledge):
    places, vectors = knowledge.sentence_vectors
    rows = knowledge.sentence_rows
    ends = [*rows.starts[1:].tolist(), len(vectors)]
    found = [pid for pid, start, end in zip(rows.passage_ids, rows.starts.tolist(), ends) for _ in range(start, end)]
    assert found == [pid for pid, _ in places]
    for report_id, (first, end) in rows.of_report.items():
        assert {pid.rpartition(":")[0] for pid in rows.passage_ids[first:end]} == {report_id}
    assert set(rows.of_report) == set(knowledge.searchable)


def test_a_search_of_few_reports_finds_what_the_index_finds(knowledge, monkeypatch):
    query = TinyEncoder().encode_queries(["Parents wait for buses"])[0]
    every = sorted(knowledge.searchable)
    few = [knowledge.search(query, 3, reports) for reports in (every, every[:1])]
    monkeypatch.setattr(module, "EXACT", 0)
    for exact, reports in zip(few, (every, every[:1])):
        found = knowledge.search(query, 3, reports)
        assert exact and [pid for pid, _ in exact] == [pid for pid, _ in found]
        assert [cosine for _, cosine in exact] == pytest.approx([cosine for _, cosine in found], abs=1e-5)
    assert knowledge.search(query, 3, []) == []
