"""What a report says of itself, from made-up openings."""

from pathlib import Path

import pytest
from made_pages import heading, line, loaded, page, plain

from ingest.areas import load_areas
from ingest.describe import describe, report_id_of
from ingest.settings import ROOT
from ingest.structure import build_passages

AREAS = load_areas(ROOT / "corpus")


def _describe(*texts, name="walk.docx", sidecar=None, made=None, **more):
    made = made or plain(*texts, **more)
    return describe(made, build_passages(made, "walk"), Path(name), AREAS, (), sidecar)


OPENING = ("Ofsted and the Care Quality Commission came to see how children fare.", "The report says what was found.")


def test_an_inspection_says_its_title_area_dates_outcome_and_next_inspection():
    report = _describe(
        heading("Area SEND inspection of Devon Local Area Partnership"),
        "Inspection dates: 3 to 7 June 2024",
        heading("Inspection outcome", 2),
        "Arrangements lead to inconsistent experiences and outcomes.",
        "The next full inspection will be within approximately three years.",
        heading("What we saw", 2),
        *OPENING,
        name="devon_06-september-2024.docx",
    )
    assert (report.title, report.kind, report.areas) == (
        "Area SEND inspection of Devon Local Area Partnership",
        "inspection",
        ("Devon",),
    )
    assert (report.visit_start, report.visit_end, report.published) == ("2024-06-03", "2024-06-07", "2024-09-06")
    assert (report.outcome, report.next_inspection) == (2, "within approximately three years")
    assert report.year == 2024 and report.file == "devon_06-september-2024.docx"


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("The arrangements typically lead to positive experiences and outcomes.", 1),
        ("The arrangements lead to inconsistent experiences and outcomes.", 2),
        ("There are widespread and/or systemic failings that leaders must address.", 3),
        ("The arrangements are kept in a green folder.", None),
    ],
)
def test_the_outcome_is_read_from_its_own_section_only(words, outcome):
    texts = [heading("Inspection of Devon"), "Ofsted wrote this.", heading("Inspection outcome", 2), words]
    assert _describe(*texts, heading("More", 2), "There were systemic failings in 2019.").outcome == outcome


def test_the_reviewed_area_is_named_and_not_the_reviewer():
    report = _describe(
        heading("LOCAL AREA PEER REVIEW"),
        "Devon County Council was asked to undertake a peer review of Kent County Council and its partners.",
        "Devon staff came. Devon staff left.", heading("1. WHAT WE SAW"), "Text stands here.",
    )  # fmt: skip
    assert (report.kind, report.areas, report.publisher) == ("peer review", ("Kent",), "Devon County Council")
    assert report.title == "Local Area Peer Review"


def test_without_a_title_the_running_head_names_the_report_and_the_text_its_area():
    pages = [
        page(n, [line("SEND Peer Review", top=30, size=8), line(f"{n}. Part", top=100, size=14, bold=True)]
        + [line(f"The Kent partnership met {n} times. The Local Government Association sent a team to Kent.", top=140)])
        for n in (1, 2, 3)
    ]  # fmt: skip
    report = _describe(made=loaded(pages), name="x.pdf")
    assert (report.title, report.kind, report.areas) == ("SEND Peer Review, Kent", "peer review", ("Kent",))
    assert (report.publisher, report.page_count) == ("Local Government Association", 3)


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Agenda item 7", "The Committee received the outcome of the peer review.", "committee paper"),
        ("SEND peer challenge", "A team came.", "peer review"),
        ("Area SEND inspections: framework and handbook", "How Ofsted inspects.", "framework"),
        ("Guidance for parents", "What to ask.", "guidance"),
        ("A walk through the gardens", "Ponds and hedges.", "other"),
    ],
)
def test_the_kind_is_told_by_title_and_opening(title, text, kind):
    assert _describe(heading(title), text).kind == kind


def test_front_matter_of_a_digest_is_its_description():
    report = _describe(
        heading("Digest of a walk"), heading("1 Ponds", 2), "[1.1] Ponds were seen.", format="markdown",
        metadata={"title": "Digest of a walk", "digest_of": "walk-2023", "kind": "digest", "area": "Kent"},
    )  # fmt: skip
    assert (report.kind, report.digest_of, report.areas, report.title) == (
        "digest",
        "walk-2023",
        ("Kent",),
        "Digest of a walk",
    )
    assert report.is_digest


def test_a_sidecar_overrides_what_the_text_says():
    report = _describe(
        heading("SEND peer review of Kent"),
        "Text.",
        sidecar={"title": "Review of Kent, 2021", "area": "Devon", "published": "2021-05-01"},
    )
    assert (report.title, report.areas, report.published, report.year) == (
        "Review of Kent, 2021",
        ("Devon",),
        "2021-05-01",
        2021,
    )


def test_a_file_that_says_nothing_is_named_by_its_file():
    report = _describe("Some text without a heading stands here.", name="garden_walk.txt", format="text")
    assert (report.title, report.kind, report.areas, report.visit_start) == ("Garden walk", "other", (), None)


def test_ids_are_words_of_the_files_name():
    assert report_id_of(Path("West Kent_06-May-2024.pdf")) == "west-kent-06-may-2024"
    assert report_id_of(Path("???.pdf")) == "report"


def test_the_catalogue_overrides_the_text_but_not_a_date_that_the_text_knows_more_exactly(tmp_path):
    from ingest.catalogue import load_catalogue

    (tmp_path / "catalogue.toml").write_text(
        '[[report]]\nid = "kent-review"\ntitle = "Peer review of Kent"\narea = "Kent"\nkind = "peer review"\n'
        'publisher = "The village press"\nvisit_start = "2023"\npublished = "2023-09"\nfiles = ["kent"]\n'
    )
    made = plain(heading("SEND peer challenge"), heading("On-site visit, 5 to 7 June 2023", 2), "Text.")
    report = describe(made, build_passages(made, "kent"), Path("kent.docx"), AREAS, load_catalogue(tmp_path))
    assert (report.catalogue_id, report.title, report.publisher) == (
        "kent-review",
        "Peer review of Kent",
        "The village press",
    )
    assert (report.visit_start, report.visit_end, report.published) == ("2023-06-05", "2023-06-07", "2023-09")


def test_a_digest_takes_area_and_dates_from_the_report_it_stands_for(tmp_path):
    from ingest.catalogue import load_catalogue

    (tmp_path / "catalogue.toml").write_text(
        '[[report]]\nid = "kent-review"\ntitle = "Peer review of Kent"\narea = "Kent"\nkind = "peer review"\n'
        'visit_start = "2023-06-05"\n'
    )
    made = plain(
        heading("Digest"),
        "[¶1] Text.",
        format="markdown",
        metadata={"title": "Digest of it", "digest_of": "kent-review", "kind": "digest"},
    )
    report = describe(made, build_passages(made, "kent"), Path("kent-review.md"), AREAS, load_catalogue(tmp_path))
    assert (report.kind, report.digest_of, report.digest_of_kind, report.areas) == (
        "digest",
        "kent-review",
        "peer review",
        ("Kent",),
    )
    assert (report.title, report.visit_start, report.year) == ("Digest of it", "2023-06-05", 2023)


def test_a_file_that_its_sidecar_calls_a_digest_is_one_whatever_its_format(tmp_path):
    from ingest.catalogue import load_catalogue

    (tmp_path / "catalogue.toml").write_text(
        '[[report]]\nid = "kent-review"\ntitle = "Peer review of Kent"\narea = "Kent"\nkind = "peer review"\n'
        'visit_start = "2023-06-05"\n'
    )
    made = plain("Some of what was found.", format="docx")
    stated = {"digest_of": "kent-review", "title": "Digest of it"}
    report = describe(made, build_passages(made, "kent"), Path("kent-review.docx"), AREAS, load_catalogue(tmp_path), stated)
    assert (report.kind, report.digest_of, report.digest_of_kind) == ("digest", "kent-review", "peer review")
    assert report.catalogue_id is None


def test_guidance_that_mentions_an_area_is_not_about_it():
    assert (
        _describe(
            heading("Guidance on peer reviews"), "A review of Kent was made. Kent was pleased. Kent asked again."
        ).areas
        == ()
    )
