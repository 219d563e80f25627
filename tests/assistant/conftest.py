"""A knowledge base of made-up reports, read with the real encoder, for tests of the whole answer path."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.settings import Settings

TORBAY = """\
# Area SEND inspection of Torbay Local Area Partnership

Inspection dates: 6 to 10 March 2023

Ofsted and the Care Quality Commission looked at services in the bay together.

## Life with SEND here

Sailing clubs on the quay give disabled teenagers somewhere to meet at weekends. Places are booked within hours of going
on sale.

Families wait 41 weeks on average for a first appointment with an occupational therapist. Many buy private help instead.

## What is the area partnership doing that is effective?

Leaders publish a booklet on toilet training that nurseries across the bay find useful.

## What does the area partnership need to do better?

The partnership does not know how many pupils are on part-time timetables.

Leaders should:

- count the pupils on part-time timetables every half term
- train harbour staff to welcome visitors who use wheelchairs
"""

RUTLAND = (
    ("heading", "1 Introduction"),
    ("text", "A team of six peers visited Rutland from 14 to 17 June 2022 and spoke with ninety people."),
    ("heading", "2 Findings"),
    ("heading", "2.1 Therapies"),
    (
        "text",
        "Occupational therapy is offered in every village hall, and families in Rutland wait nine weeks for a first "
        "appointment. Parents told the team that they would recommend it to anyone.",
    ),
    ("heading", "2.2 Travel"),
    (
        "text",
        "The minibus to Oakham college costs the county £64,000 a year. However, nobody has asked young people whether "
        "they would rather learn to take the train.",
    ),
    ("heading", "3 Recommendations"),
    ("item", "Ask young people how they wish to travel to college."),
    ("item", "Publish the waiting times for each therapy on the local offer."),
    ("item", "Appoint a lead for deaf children."),
)


def write_reports(folder: Path) -> Path:
    """A folder with an inspection in markdown and a peer review as a Word document."""
    import docx

    folder.mkdir(parents=True)
    (folder / "torbay-area-send-inspection-2023.md").write_text(TORBAY, encoding="utf-8")
    document = docx.Document()
    document.add_heading("Rutland SEND peer review, June 2022", 0)
    for kind, text in RUTLAND:
        if kind == "heading":
            document.add_heading(text, 1 + text.split()[0].count("."))
        else:
            document.add_paragraph(text, style="List Bullet" if kind == "item" else None)
    document.save(folder / "rutland-send-peer-review-2022.docx")
    return folder


@pytest.fixture(scope="session")
def held(tmp_path_factory) -> Settings:
    """Settings of a knowledge base with two reports; tests must not change it."""
    from ingest.pipeline import ingest

    folder = tmp_path_factory.mktemp("held")
    settings = Settings(index=folder / "kb")
    result = ingest([write_reports(folder / "in")], settings)
    assert [row.outcome for row in result.rows] == ["read", "read"], result.rows
    return settings
