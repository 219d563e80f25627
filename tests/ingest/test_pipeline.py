"""What becomes of files: read, unchanged, replaced, skipped, failed, removed, each said with its reason."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import KnowledgeBaseError
from ingest.knowledge import KnowledgeBase
from ingest.pipeline import ingest, remove
from ingest.walk import FORMATS
from tiny import TinyEncoder, report_text, settings, write_reports


def outcomes(result):
    return {row.file.rsplit("/", 1)[-1]: row.outcome for row in result.rows}


def whys(result):
    return {row.file.rsplit("/", 1)[-1]: row.why for row in result.rows}


@pytest.fixture
def chosen(tmp_path):
    return settings(tmp_path)


def test_files_are_read_then_unchanged_and_one_that_changed_is_replaced_alone(tmp_path, chosen):
    folder = write_reports(tmp_path / "in", {"ashdown": 1, "birchley": 1})
    encoder = TinyEncoder()
    first = ingest([folder], chosen, encoder=encoder)
    assert outcomes(first) == {"ashdown.txt": "read", "birchley.txt": "read"} and first.generation == 1
    assert [row.passages for row in first.rows] == [12, 12]
    encoder.encoded.clear()
    second = ingest([folder], chosen, encoder=encoder)
    assert outcomes(second) == {"ashdown.txt": "unchanged", "birchley.txt": "unchanged"} and second.generation == 1
    assert encoder.encoded == []
    write_reports(folder, {"birchley": 2})
    third = ingest([folder], chosen, encoder=encoder)
    assert outcomes(third) == {"ashdown.txt": "unchanged", "birchley.txt": "replaced"} and third.generation == 2
    assert len(encoder.encoded) == 12
    store = KnowledgeBase(chosen.index).store
    assert [r.id for r in store.reports()] == ["ashdown", "birchley"]
    assert "edition2" in store.report_text("birchley") and "edition1" not in store.report_text("birchley")


def test_everything_in_a_folder_has_a_row_and_a_reason(tmp_path, chosen):
    folder = write_reports(tmp_path / "in", {"ashdown": 1})
    (folder / ".hidden.txt").write_text("x")
    (folder / "~$ashdown.docx").write_text("x")
    (folder / "README.md").write_text("about this folder")
    (folder / "sums.xlsx").write_text("x")
    (folder / "empty.txt").write_text("")
    (folder / ".git").mkdir()
    (folder / ".git" / "config.txt").write_text("x")
    result = ingest([folder, tmp_path / "nowhere"], chosen, encoder=TinyEncoder())
    assert outcomes(result) == {
        ".git": "skipped", ".hidden.txt": "skipped", "README.md": "skipped", "ashdown.txt": "read",
        "empty.txt": "failed", "nowhere": "failed", "sums.xlsx": "skipped", "~$ashdown.docx": "skipped",
    }  # fmt: skip
    assert all(why for name, why in whys(result).items() if name != "ashdown.txt")
    assert ".xlsx" in whys(result)["sums.xlsx"] and "empty" in whys(result)["empty.txt"]
    assert result.failed


def test_a_file_that_fails_keeps_the_others_and_the_version_read_before(tmp_path, chosen):
    folder = write_reports(tmp_path / "in", {"ashdown": 1, "birchley": 1})
    ingest([folder], chosen, encoder=TinyEncoder())
    (folder / "ashdown.txt").write_bytes(b"")
    write_reports(folder, {"cobham": 1})
    result = ingest([folder], chosen, encoder=TinyEncoder())
    assert outcomes(result) == {"ashdown.txt": "failed", "birchley.txt": "unchanged", "cobham.txt": "read"}
    assert set(KnowledgeBase(chosen.index).reports) == {"ashdown", "birchley", "cobham"}


def test_two_files_of_one_name_are_two_reports_with_ids_that_stay(tmp_path, chosen):
    write_reports(tmp_path / "in" / "north", {"review": 1})
    (tmp_path / "in" / "south").mkdir()
    (tmp_path / "in" / "south" / "review.txt").write_text(report_text("southam"))
    ingest([tmp_path / "in"], chosen, encoder=TinyEncoder())
    (tmp_path / "in" / "south" / "review.txt").write_text(report_text("southam", 2))
    result = ingest([tmp_path / "in"], chosen, encoder=TinyEncoder())
    held = [(row.outcome, row.report_id) for row in result.rows]
    assert held == [("unchanged", "review"), ("replaced", "review-south")]
    knowledge = KnowledgeBase(chosen.index)
    assert {r.id: r.file for r in knowledge.reports.values()} == {"review": "review.txt", "review-south": "review.txt"}


def test_the_same_report_in_another_format_is_named_whatever_came_first(tmp_path, chosen):
    text = report_text("ashdown")
    page = "<html><body><main>" + "".join(f"<p>{p}</p>" for p in text.split("\n\n")) + "</main></body></html>"
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "ashdown.txt").write_text(text)
    first = ingest([tmp_path / "a"], chosen, encoder=TinyEncoder())
    assert outcomes(first) == {"ashdown.txt": "read"}
    (tmp_path / "a" / "ashdown.html").write_text(page)
    second = ingest([tmp_path / "a"], chosen, encoder=TinyEncoder())
    assert [(row.outcome, row.why) for row in second.rows] == [
        ("replaced", "takes the place of ashdown.txt: the same report, here with its printed pages"),
        ("skipped", "the same report as ashdown.html"),
    ]
    knowledge = KnowledgeBase(chosen.index)
    assert {r.id: r.file for r in knowledge.reports.values()} == {"ashdown": "ashdown.html"}
    third = ingest([tmp_path / "a"], chosen, encoder=TinyEncoder())
    assert outcomes(third) == {"ashdown.html": "unchanged", "ashdown.txt": "skipped"}
    assert third.generation == second.generation


def test_a_later_edition_that_shares_less_is_kept_beside_the_first(tmp_path, chosen):
    (tmp_path / "in").mkdir()
    one = report_text("ashdown").split("\n\n")
    two = report_text("ashdown", 2).split("\n\n")
    (tmp_path / "in" / "draft.txt").write_text("\n\n".join(one))
    (tmp_path / "in" / "final.txt").write_text("\n\n".join(one[:8] + two[8:]))
    result = ingest([tmp_path / "in"], chosen, encoder=TinyEncoder())
    assert outcomes(result) == {"draft.txt": "read", "final.txt": "read"}


def test_a_copy_is_skipped_and_a_file_that_moved_is_unchanged(tmp_path, chosen):
    folder = write_reports(tmp_path / "in", {"ashdown": 1})
    ingest([folder], chosen, encoder=TinyEncoder())
    shutil.copy(folder / "ashdown.txt", folder / "copy.txt")
    result = ingest([folder], chosen, encoder=TinyEncoder())
    assert outcomes(result) == {"ashdown.txt": "unchanged", "copy.txt": "skipped"}
    assert whys(result)["copy.txt"].startswith("the same file as ")
    (folder / "copy.txt").unlink()
    moved = tmp_path / "elsewhere"
    folder.rename(moved)
    assert outcomes(ingest([moved], chosen, encoder=TinyEncoder())) == {"ashdown.txt": "unchanged"}
    write_reports(moved, {"ashdown": 2})
    assert outcomes(ingest([moved], chosen, encoder=TinyEncoder())) == {"ashdown.txt": "replaced"}


def test_a_report_is_taken_out_by_file_name_and_others_stay(tmp_path, chosen):
    ingest([write_reports(tmp_path / "in", {"ashdown": 1, "birchley": 1})], chosen, encoder=TinyEncoder())
    result = remove(["ashdown.txt", "nothing.pdf"], chosen)
    assert [(row.file, row.outcome) for row in result.rows] == [("ashdown.txt", "removed"), ("nothing.pdf", "failed")]
    knowledge = KnowledgeBase(chosen.index)
    assert set(knowledge.reports) == {"birchley"} and knowledge.vectors.count == 12
    remove(["birchley"], chosen)
    empty = KnowledgeBase(chosen.index)
    assert empty.reports == {} and empty.search(TinyEncoder().encode_queries(["transport"])[0], 5) == []


def test_a_report_takes_its_digests_place_and_gives_it_back(tmp_path, chosen):
    (chosen.corpus / "catalogue.toml").write_text(
        '[[report]]\nid = "ashdown-review"\ntitle = "Ashdown review"\narea = "Wiltshire"\nkind = "peer review"\n'
        'publisher = "A body"\nlicence = "unknown"\naddress = "https://example.org/ashdown"\nfiles = ["ashdown"]\n'
    )
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ashdown.md").write_text(
        "---\ntitle: Digest of the Ashdown review\ndigest_of: ashdown-review\nkind: digest\narea: Wiltshire\n---\n"
        "# Digest\n\n## Findings\n\n[1 ¶1] Transport was praised by those who use it.\n\n[1 ¶2] Dentistry was not.\n"
    )
    ingest([folder], chosen, encoder=TinyEncoder())
    assert KnowledgeBase(chosen.index).searchable == {"ashdown-digest"}
    write_reports(folder, {"ashdown": 1})
    ingest([folder], chosen, encoder=TinyEncoder())
    knowledge = KnowledgeBase(chosen.index)
    assert knowledge.reports["ashdown"].catalogue_id == "ashdown-review"
    assert knowledge.reports["ashdown-digest"].superseded_by == "ashdown"
    assert knowledge.searchable == {"ashdown"} and knowledge.vectors.count == 12
    remove(["ashdown.txt"], chosen)
    back = KnowledgeBase(chosen.index)
    assert back.searchable == {"ashdown-digest"} and back.reports["ashdown-digest"].superseded_by is None
    assert back.vectors.count == back.store.counts()["windows"]


def test_what_stands_beside_a_report_is_part_of_it(tmp_path, chosen):
    folder = write_reports(tmp_path / "in", {"ashdown": 1})
    ingest([folder], chosen, encoder=TinyEncoder())
    (folder / "ashdown.toml").write_text('title = "Ashdown, looked at again"\n')
    result = ingest([folder], chosen, encoder=TinyEncoder())
    assert outcomes(result) == {"ashdown.toml": "skipped", "ashdown.txt": "replaced"}
    assert KnowledgeBase(chosen.index).reports["ashdown"].title == "Ashdown, looked at again"


def test_a_new_entry_of_the_catalogue_describes_a_report_anew_without_embedding_it(tmp_path, chosen):
    folder = write_reports(tmp_path / "in", {"ashdown": 1, "birchley": 1})
    ingest([folder], chosen, encoder=TinyEncoder())
    title = KnowledgeBase(chosen.index).reports["ashdown"].title
    (chosen.corpus / "catalogue.toml").write_text(
        f'[[report]]\nid = "ashdown-review"\ntitle = "{title}"\narea = "Wiltshire"\nkind = "peer review"\n'
        'publisher = "A body"\nlicence = "unknown"\naddress = "https://example.org/ashdown"\nfiles = ["ashdown"]\n'
    )
    encoder = TinyEncoder()
    result = ingest([folder], chosen, encoder=encoder)
    assert outcomes(result) == {"ashdown.txt": "replaced", "birchley.txt": "unchanged"} and encoder.encoded == []
    knowledge = KnowledgeBase(chosen.index)
    assert knowledge.reports["ashdown"].areas == ("Wiltshire",)
    assert knowledge.vectors.count == 24 and len(knowledge.passages) == 24


def test_an_ingest_with_another_model_is_refused_even_with_nothing_to_do(tmp_path, chosen):
    folder = write_reports(tmp_path / "in", {"ashdown": 1})
    ingest([folder], chosen, encoder=TinyEncoder())
    with pytest.raises(KnowledgeBaseError, match="made with the model tiny@1, and the settings name other@2"):
        ingest([folder], chosen, encoder=TinyEncoder("other@2"))
    assert len(KnowledgeBase(chosen.index).reports) == 1


def test_an_index_inside_the_folder_that_is_read_is_left_out(tmp_path):
    chosen = replace(settings(tmp_path), index=tmp_path / "in" / "kb")
    write_reports(tmp_path / "in", {"ashdown": 1})
    for _ in range(2):
        result = ingest([tmp_path / "in"], chosen, encoder=TinyEncoder())
    assert outcomes(result) == {"ashdown.txt": "unchanged", "kb": "skipped"}


def test_a_running_reader_sees_a_finished_ingest_on_its_next_question(tmp_path, chosen):
    folder = write_reports(tmp_path / "in", {"ashdown": 1})
    ingest([folder], chosen, encoder=TinyEncoder())
    knowledge = KnowledgeBase(chosen.index)
    assert knowledge.refresh() is knowledge
    write_reports(folder, {"birchley": 1})
    ingest([folder], chosen, encoder=TinyEncoder())
    query = TinyEncoder().encode_queries([report_text("birchley").split("\n\n")[2]])[0]
    assert {pid.split(":")[0] for pid, _ in knowledge.search(query, 3)} == {"ashdown"}
    after = knowledge.refresh()
    assert after is not knowledge and after.search(query, 1)[0][0].startswith("birchley:")
    assert after.store.keyword_search(["birchley"], 20) and not knowledge.store.keyword_search(["birchley"], 20)


def test_progress_counts_every_file_that_is_read(tmp_path, chosen):
    told = []
    ingest(
        [write_reports(tmp_path / "in", {"ashdown": 1, "birchley": 1})],
        chosen,
        lambda *step: told.append(step),
        encoder=TinyEncoder(),
    )
    assert told == [(0, 2, "ashdown.txt"), (1, 2, "birchley.txt"), (2, 2, "making the index")]


def test_every_ending_that_the_loaders_read_has_its_place_in_the_order_of_formats():
    from ingest.load import SUFFIXES

    assert set(FORMATS) == set(SUFFIXES)


def test_the_plain_texts_of_the_real_reports_are_recognised(shared, tmp_path):
    corpus = Path(__file__).resolve().parents[2] / "corpus"
    chosen = replace(settings(tmp_path), corpus=corpus)
    folder = tmp_path / "in"
    folder.mkdir()
    for path in (*(shared / "reports").glob("*.*"), *(shared / "reports" / "text").glob("*.txt")):
        shutil.copy(path, folder / path.name)
    result = ingest([folder], chosen, encoder=TinyEncoder())
    same = {name: why for name, why in whys(result).items() if name.endswith(".txt")}
    others = {path.stem: path.name for path in (shared / "reports").glob("*.*")}
    assert len(same) == 5
    assert same == {name: f"the same report as {others[name.removesuffix('.txt')]}" for name in same}
    assert result.counts["read"] == 5 and not result.failed


def test_a_store_that_cannot_be_written_stops_the_ingest_and_harms_nothing(tmp_path, chosen, monkeypatch):
    import sqlite3

    from ingest.store import Store

    folder = write_reports(tmp_path / "in", {"ashdown": 1})
    ingest([folder], chosen, encoder=TinyEncoder())
    write_reports(folder, {"birchley": 1})

    def full(*args, **kwargs):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched, pytest.raises(KnowledgeBaseError, match="disk is full.*Free some space"):
        patched.setattr(Store, "replace_report", full)
        ingest([folder], chosen, encoder=TinyEncoder())
    assert set(KnowledgeBase(chosen.index).reports) == {"ashdown"}
    assert ingest([folder], chosen, encoder=TinyEncoder()).counts == {"unchanged": 1, "read": 1}
