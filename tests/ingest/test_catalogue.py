"""The catalogue is checked when it is read, and a file is recognised as the report it is."""

import csv
import datetime

import pytest

from ingest.areas import load_areas
from ingest.catalogue import Entry, load_catalogue, load_sidecar, recognise
from ingest.errors import KnowledgeBaseError
from ingest.fetch import file_name
from ingest.settings import ROOT

ENTRY = """
[[report]]
id = "kent-inspection-2024"
title = "Inspection of Kent"
area = "Kent"
kind = "inspection"
visit_start = "2024-03-04"
published = 2024-05-06
address = "https://example.org/kent"
files = ["kent_06-may-2024"]
"""


@pytest.fixture(scope="module")
def entries():
    return load_catalogue(ROOT / "corpus")


def written(folder, text):
    (folder / "catalogue.toml").write_text(text, encoding="utf-8")
    return load_catalogue(folder)


def seen(entries, **changed):
    file = {"stem": "x", "title": "", "kind": "inspection", "areas": ("Kent",), "visit_start": None, "published": None}
    return recognise(entries, **(file | changed))


def test_the_catalogue_holds_76_reports_72_of_them_published_inspections(entries):
    kinds = [entry.kind for entry in entries]
    assert len(entries) == 76
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"inspection": 72, "peer review": 3, "committee paper": 1}


def test_every_entry_names_a_known_area_and_dates_in_order(entries):
    names = load_areas(ROOT / "corpus").names
    for entry in entries:
        assert entry.area in names
        if entry.visit_end:
            assert entry.visit_start <= entry.visit_end
            first, last = map(datetime.date.fromisoformat, (entry.visit_start, entry.visit_end))
            assert (last - first).days < 10
        if entry.visit_end and entry.published:
            assert entry.visit_end < entry.published


def test_every_inspection_has_an_address_and_is_recognised_under_the_name_it_is_fetched_as(entries):
    for entry in entries:
        if entry.kind == "inspection":
            assert entry.address.startswith("https://files.ofsted.gov.uk/")
            assert file_name(entry).removesuffix(".pdf") in entry.files
            assert entry.licence == "Open Government Licence v3.0"
        else:
            assert "Open Government Licence" not in entry.licence


def test_dates_written_as_toml_dates_are_read_as_text(tmp_path):
    (entry,) = written(tmp_path, ENTRY)
    assert entry == Entry(
        id="kent-inspection-2024", title="Inspection of Kent", area="Kent", kind="inspection", visit_start="2024-03-04",
        published="2024-05-06", address="https://example.org/kent", files=("kent_06-may-2024",),
    )  # fmt: skip


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('kind = "inspection"', 'kind = "survey"', r"report 1 \(kent-inspection-2024\): kind: input should be"),
        ("published = 2024-05-06", 'published = "6 May 2024"', "published: string should match"),
        ("published = 2024-05-06", 'published = "2024-02-31"', "published: value error"),
        ("https://", "http://", "address: string should match"),
        ('area = "Kent"\n', "", "area: field required"),
        ('area = "Kent"', 'area = "Kent"\nregion = "South East"', "region: is not a known field"),
        ('id = "kent-inspection-2024"', 'id = "Kent 2024"', "id: string should match"),
        ("[[report]]", "[[report]", "not valid TOML"),
        ("[[report]]", "[[reports]]", "unknown table"),
    ],
)
def test_an_error_names_file_entry_and_field(tmp_path, old, new, said):
    with pytest.raises(KnowledgeBaseError, match="catalogue.toml: .*" + said):
        written(tmp_path, ENTRY.replace(old, new))


def test_one_file_cannot_be_two_reports(tmp_path):
    with pytest.raises(KnowledgeBaseError, match="file kent_06-may-2024 stands in kent-inspection-2024 and in other"):
        written(tmp_path, ENTRY + ENTRY.replace("kent-inspection-2024", "other"))


def test_a_missing_catalogue_is_named(tmp_path):
    with pytest.raises(KnowledgeBaseError, match="catalogue.toml: cannot be read"):
        load_catalogue(tmp_path)


def test_a_file_is_recognised_by_its_name_in_any_case(tmp_path):
    entries = written(tmp_path, ENTRY)
    assert seen(entries, stem="Kent_06-May-2024", kind="other", areas=()) is entries[0]


def test_a_renamed_file_is_recognised_by_kind_area_and_date(tmp_path):
    entries = written(tmp_path, ENTRY)
    assert seen(entries, visit_start="2024-03-04") is entries[0]
    assert seen(entries, published="2024-05-06") is entries[0]
    assert seen(entries, published="2024") is entries[0]


def test_another_date_area_or_kind_is_another_report(tmp_path):
    entries = written(tmp_path, ENTRY)
    assert seen(entries, visit_start="2019-03-04") is None
    assert seen(entries, visit_start="2024-03-04", published="2025-05-06") is None
    assert seen(entries, visit_start="2024-03-04", areas=("Essex", "Kent")) is None
    assert seen(entries, visit_start="2024-03-04", kind="peer review") is None
    assert seen(entries) is None


def test_without_dates_the_title_decides(tmp_path):
    entries = written(tmp_path, ENTRY)
    assert seen(entries, title="inspection of Kent ") is entries[0]
    assert seen(entries, title="inspection of Kent", published="2019-01-01") is None


def test_a_sidecar_states_what_it_likes_and_is_checked(tmp_path):
    report = tmp_path / "ours.pdf"
    assert load_sidecar(report) == {}
    (tmp_path / "ours.toml").write_text('title = "Ours"\npublished = 2024-05-06\nareas = ["Kent", "Essex"]\noutcome = 2\n')
    assert load_sidecar(report) == {"title": "Ours", "published": "2024-05-06", "areas": ["Kent", "Essex"], "outcome": 2}
    (tmp_path / "ours.toml").write_text("outcome = 4\n")
    with pytest.raises(KnowledgeBaseError, match="ours.toml: outcome: input should be 1, 2 or 3"):
        load_sidecar(report)


def test_files_and_dates_agree_with_the_published_lists(entries, shared):
    by_stem = {stem: entry for entry in entries for stem in entry.files}
    with (shared / "reports" / "inspection_facts.csv").open() as file:
        for row in csv.DictReader(file):
            entry = by_stem[row["file"].removesuffix(".pdf")]
            assert (entry.published, entry.address) == (row["published"], row["report_url"])
            if row["inspection_start"]:
                assert (entry.visit_start, entry.visit_end) == (row["inspection_start"], row["inspection_end"])
    with (shared / "reports" / "published_reports.csv").open() as file:
        addresses = {row["report_url"] for row in csv.DictReader(file) if row["report_url"]}
    assert addresses == {entry.address for entry in entries if entry.kind == "inspection"}
