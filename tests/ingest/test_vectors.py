"""The vector index finds what an exact search finds, follows the store, and is mended from it."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from ingest import generations, vectors
from ingest.encode import PassageInput
from ingest.errors import KnowledgeBaseError
from ingest.knowledge import KnowledgeBase
from ingest.pipeline import ingest, remove
from ingest.store import Store
from tiny import TinyEncoder, settings, write_reports


@pytest.fixture
def chosen(tmp_path):
    chosen = settings(tmp_path)
    ingest([write_reports(tmp_path / "in", {"ashdown": 1, "birchley": 1, "cobham": 1})], chosen, encoder=TinyEncoder())
    return chosen


def exact(store, query, limit, report_ids=None):
    ids, windows = store.window_vectors(report_ids)
    return [ids[row] for row in np.argsort(-(windows @ query))[:limit]]


QUERY = TinyEncoder().encode_queries(["In birchley the visitors found school transport better"])[0]


def test_search_finds_what_an_exact_search_finds(chosen):
    knowledge = KnowledgeBase(chosen.index)
    found = knowledge.search(QUERY, 7)
    assert [pid for pid, _ in found] == exact(knowledge.store, QUERY, 7)
    ids, windows = knowledge.store.window_vectors()
    assert found[0][1] == pytest.approx(windows[ids.index(found[0][0])] @ QUERY, abs=1e-4)


def test_search_keeps_to_the_reports_asked_for(chosen):
    knowledge = KnowledgeBase(chosen.index)
    found = [pid for pid, _ in knowledge.search(QUERY, 20, ["cobham", "ashdown"])]
    assert found == exact(knowledge.store, QUERY, 20, ["cobham", "ashdown"])
    assert [pid for pid, _ in knowledge.search(QUERY, 50, ["cobham"])] == exact(knowledge.store, QUERY, 12, ["cobham"])
    assert knowledge.search(QUERY, 5, []) == []
    assert len(knowledge.search(QUERY, 100)) == 36


def test_a_passage_of_several_windows_is_found_once_with_its_best(tmp_path, chosen):
    store = Store.open_generation(generations.begin_next(chosen.index), write=True)
    report, passages = store.report("ashdown"), store.passages("ashdown")[:3]
    made = TinyEncoder().encode_passages(
        [PassageInput(report.title, p.headings, p.text, p.sentences) for p in passages]
    )
    near = TinyEncoder().encode_queries(["In birchley the visitors found school transport better better"])[0]
    several = replace(made[0], windows=np.stack([made[0].windows[0], near, QUERY]))
    store.replace_report(report, passages, [several, *made[1:]])
    vectors.write_vectors(store, tmp_path / "v")
    index = vectors.VectorIndex(tmp_path / "v")
    assert index.count == 3 + 2 + 24
    found = index.search(QUERY, 27)
    assert found[0] == ("ashdown:0000", pytest.approx(1, abs=1e-3))
    assert len(found) == len({pid for pid, _ in found}) == 27


def test_a_changed_copy_equals_one_built_anew(tmp_path, chosen, monkeypatch):
    monkeypatch.setattr(vectors, "SHARE_REBUILT", 1.0)
    write_reports(tmp_path / "in", {"birchley": 2, "dunmore": 1})
    ingest([tmp_path / "in"], chosen, encoder=TinyEncoder())
    remove(["cobham"], chosen)
    knowledge = KnowledgeBase(chosen.index)
    assert knowledge.vectors.count == 36
    assert [pid for pid, _ in knowledge.search(QUERY, 36)] == exact(knowledge.store, QUERY, 36)


def test_an_index_that_is_missing_or_broken_is_built_from_the_store(chosen):
    folder = generations.require_live(chosen.index) / generations.VECTORS
    shutil.rmtree(folder)
    assert len(KnowledgeBase(chosen.index).search(QUERY, 5)) == 5
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"not a database")
    knowledge = KnowledgeBase(chosen.index)
    assert [pid for pid, _ in knowledge.search(QUERY, 5)] == exact(knowledge.store, QUERY, 5)


def test_an_index_that_does_not_hold_the_store_fails_its_check(tmp_path, chosen):
    store = Store.open_generation(generations.begin_next(chosen.index), write=True)
    vectors.write_vectors(store, tmp_path / "v")
    vectors.check_vectors(store, tmp_path / "v")
    store.remove_report("cobham")
    with pytest.raises(KnowledgeBaseError, match="holds 36 vectors of 24"):
        vectors.check_vectors(store, tmp_path / "v")
