"""The store gives back what was put in, finds words safely, and refuses clearly."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from ingest import generations
from ingest.encode import PassageVectors
from ingest.errors import KnowledgeBaseError
from ingest.model import ListPlace, PageSpan, Passage, Report
from ingest.store import Store


def report(report_id="oakshire", **changes) -> Report:
    known = dict(
        id=report_id, file=f"{report_id}.pdf", path=f"/reports/{report_id}.pdf", sha256="ab", format="pdf",
        title="Review of Oakshire", kind="peer review", areas=("Oakshire", "Elmshire"), visit_start="2023-05-02",
        warnings=("page 4 has no text",),
    )  # fmt: skip
    return Report(**{**known, **changes})


TEXTS = ("Waits are long. Families say so.", "Autism outreach is praised.")


def passages(report_id="oakshire", texts=TEXTS) -> list[Passage]:
    made, at = [], 0
    for ordinal, text in enumerate(texts):
        cut = text.find(". ") + 1
        made.append(
            Passage(
                id=f"{report_id}:{ordinal:04d}", report_id=report_id, ordinal=ordinal, kind="list_item", text=text,
                search_text=text, start=at, end=at + len(text), label="5.1", headings=("Findings", "Health"),
                pages=(PageSpan(3, "iii", 0, 5), PageSpan(4, "iv", 5, len(text))),
                sentences=((0, cut), (cut + 1, len(text))) if cut else ((0, len(text)),),
                place=ListPlace("list-1", ordinal + 1, len(texts), "Leaders should:"), cells=("a", "b"),
            )
        )  # fmt: skip
        at += len(text) + 1
    return made


def vectors(passages: list[Passage], seed=1) -> list[PassageVectors]:
    random = np.random.default_rng(seed)

    def rows(n):
        values = random.normal(size=(n, 8))
        return values / np.linalg.norm(values, axis=1, keepdims=True)

    return [
        PassageVectors(
            rows(1).astype(np.float32), rows(4).astype(np.float16), np.arange(8, dtype=np.int32).reshape(4, 2),
            rows(len(p.sentences)).astype(np.float16),
        )
        for p in passages
    ]  # fmt: skip


def write(index, *held, model="tiny@1"):
    """A knowledge base whose live generation holds reports, given as (report, passages)."""
    folder = generations.begin_next(index) if index.exists() else None
    if folder is None:
        index.mkdir()
        folder = generations.begin_next(index)
    store = Store.create(folder, model=model, dimension=8)
    for one, its_passages in held:
        store.replace_report(one, its_passages, vectors(its_passages), fingerprint="f1")
    store.finish(1)
    store.close()
    generations.publish(index, folder)


@pytest.fixture
def index(tmp_path):
    write(tmp_path / "kb", (report(), passages()))
    return tmp_path / "kb"


def test_a_report_and_its_passages_come_back_as_they_were_put_in(index):
    store = Store.open(index)
    assert store.reports() == [report()]
    assert store.report("oakshire") == report()
    assert store.passages("oakshire") == passages()
    assert store.passage("oakshire:0001") == passages()[1]
    assert store.passage("oakshire:0009") is None


def test_a_mended_search_text_is_kept_apart_from_the_printed_text(tmp_path):
    printed, mended = "Entittement is unclear.", "Entitlement is unclear."
    printed = replace(passages()[0], text=printed, search_text=mended, sentences=((0, 23),))
    write(tmp_path / "kb", (report(), [printed]))
    store = Store.open(tmp_path / "kb")
    assert store.passage(printed.id).text == "Entittement is unclear."
    assert store.keyword_search(["entitlement"], 5)[0][0] == printed.id
    assert store.keyword_search(["entittement"], 5) == []


def test_the_text_of_a_report_is_what_the_spans_of_its_passages_count_in(index):
    store = Store.open(index)
    text = store.report_text("oakshire")
    assert text == "Waits are long. Families say so.\nAutism outreach is praised."
    assert [text[p.start : p.end] for p in store.passages()] == [p.text for p in store.passages()]


def test_keywords_find_other_forms_of_a_word_and_rank_more_matches_first(index):
    found = Store.open(index).keyword_search(["waiting", "family"], 5)
    assert [pid for pid, _ in found] == ["oakshire:0000"]
    assert found[0][1] > 0


def test_a_term_of_several_words_is_a_phrase(index):
    store = Store.open(index)
    assert [pid for pid, _ in store.keyword_search(["autism outreach"], 5)] == ["oakshire:0001"]
    assert store.keyword_search(["outreach autism"], 5) == []


@pytest.mark.parametrize("term", ['"', "NEAR(", "a OR", "body:waits", "-", "*", "", "'; DROP TABLE words"])
def test_query_syntax_in_a_term_is_only_words(index, term):
    found = Store.open(index).keyword_search([term, "praised"], 5)
    assert "oakshire:0001" in [pid for pid, _ in found]


def test_a_match_in_the_text_can_weigh_more_than_one_in_the_title(tmp_path):
    one = report("a", title="Dentistry", file="a.pdf")
    two = report("b", title="Elmshire", file="b.pdf")
    held = [(one, passages("a", ("Nothing here.",))), (two, passages("b", ("Dentistry here.",)))]
    write(tmp_path / "kb", *held)
    store = Store.open(tmp_path / "kb")
    assert store.keyword_search(["dentistry"], 5, weights=(9, 1, 1))[0][0] == "a:0000"
    assert store.keyword_search(["dentistry"], 5, weights=(1, 1, 9))[0][0] == "b:0000"


def test_search_keeps_to_the_reports_asked_for_and_leaves_out_superseded_ones(tmp_path):
    digest = report("b", file="b.md", superseded_by="a")
    write(tmp_path / "kb", (report("a"), passages("a")), (digest, passages("b")))
    store = Store.open(tmp_path / "kb")
    assert store.searchable() == ["a"]
    assert [pid for pid, _ in store.keyword_search(["waits"], 5)] == ["a:0000"]
    assert [pid for pid, _ in store.keyword_search(["waits"], 5, ["b"])] == ["b:0000"]
    assert store.window_vectors()[0] == ["a:0000", "a:0001"]
    assert store.sentence_vectors(["b"])[0] == [("b:0000", 0), ("b:0000", 1), ("b:0001", 0)]


def test_vectors_come_back_close_to_what_was_put_in(index):
    store, made = Store.open(index), vectors(passages())
    ids, windows = store.window_vectors()
    assert ids == ["oakshire:0000", "oakshire:0001"]
    assert windows.dtype == np.float32
    assert np.allclose(windows, np.concatenate([v.windows for v in made]), atol=1e-3)
    tokens, offsets = store.token_vectors(["oakshire:0001"])["oakshire:0001"]
    assert ((tokens * made[1].tokens).sum(axis=1) > 0.97).all()
    assert np.allclose(np.linalg.norm(tokens, axis=1), 1)
    assert offsets.tolist() == [[0, 1], [2, 3], [4, 5], [6, 7]]


def test_replacing_a_report_leaves_nothing_of_the_old_one(tmp_path):
    index = tmp_path / "kb"
    index.mkdir()
    store = Store.create(generations.begin_next(index), model="tiny@1", dimension=8)
    store.replace_report(report(), passages(), vectors(passages()))
    new = passages(texts=("Dentistry is scarce.",))
    store.replace_report(report(), new, vectors(new))
    assert store.passages() == new
    assert store.keyword_search(["waits"], 5) == []
    assert store.counts() == {"reports": 1, "passages": 1, "windows": 1, "sentences": 1}
    store.remove_report("oakshire")
    assert store.counts() == {"reports": 0, "passages": 0, "windows": 0, "sentences": 0}
    assert store.keyword_search(["dentistry"], 5) == []


def test_a_report_that_fails_halfway_is_not_there_at_all(tmp_path):
    index = tmp_path / "kb"
    index.mkdir()
    store = Store.create(generations.begin_next(index), model="tiny@1", dimension=8)
    twice = [passages()[0], passages()[0]]
    with pytest.raises(sqlite3.IntegrityError):
        store.replace_report(report(), twice, vectors(twice))
    assert store.counts()["reports"] == 0


def test_a_missing_knowledge_base_says_how_to_make_one(tmp_path):
    with pytest.raises(KnowledgeBaseError, match="No knowledge base at .*nowhere. Run: send-assistant ingest PATH"):
        Store.open(tmp_path / "nowhere")


def test_a_folder_with_other_files_is_not_a_knowledge_base(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(KnowledgeBaseError, match="is not a knowledge base"):
        Store.open(tmp_path)
    with pytest.raises(KnowledgeBaseError, match="holds other files"), generations.writing(tmp_path):
        pass


def test_a_first_ingest_that_has_not_finished_is_told_from_none(tmp_path):
    with generations.writing(tmp_path / "kb"), pytest.raises(KnowledgeBaseError, match="under way or was broken off"):
        Store.open(tmp_path / "kb")


def test_a_damaged_store_and_another_layout_are_refused(index):
    file = generations.require_live(index) / "store.sqlite"
    whole = file.read_bytes()
    file.write_bytes(b"not a database at all " * 500)
    with pytest.raises(KnowledgeBaseError, match="damaged or not a knowledge base"):
        Store.open(index)
    file.write_bytes(whole)
    connection = sqlite3.connect(file)
    connection.execute("UPDATE meta SET value = '999' WHERE key = 'schema'")
    connection.commit()
    connection.close()
    with pytest.raises(KnowledgeBaseError, match="another version.*layout 999"):
        Store.open(index)


def test_another_model_is_refused_by_name(index):
    store = Store.open(index)
    store.check_model("tiny@1")
    with pytest.raises(KnowledgeBaseError, match="made with the model tiny@1, and the settings name other@2"):
        store.check_model("other@2")


def test_a_second_writer_is_refused_while_the_first_writes(tmp_path):
    with generations.writing(tmp_path / "kb"), pytest.raises(KnowledgeBaseError, match="another ingest is writing"):
        with generations.writing(tmp_path / "kb"):
            pass
    with generations.writing(tmp_path / "kb"):
        pass


def test_a_reader_keeps_its_generation_while_the_next_is_published(index):
    reader = Store.open(index)
    folder = generations.begin_next(index)
    store = Store.open_generation(folder, write=True)
    store.remove_report("oakshire")
    assert len(Store.open(index).passages()) == 2  # not visible before it is published
    store.finish(2)
    store.close()
    generations.publish(index, folder)
    assert len(reader.passages()) == 2
    assert Store.open(index).passages() == [] and Store.open(index).generation == 2
