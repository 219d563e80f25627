"""Groups of areas: found in text by region or kind of council, and what is wrong with their file is said."""

from pathlib import Path

import pytest

from ingest.area_groups import load_area_groups
from ingest.areas import load_areas
from ingest.errors import KnowledgeBaseError

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@pytest.fixture(scope="module")
def groups():
    return load_area_groups(CORPUS, load_areas(CORPUS))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Which areas in the South West wait longest?", "areas in the South West"),
        ("who does well in the north-east", "areas in the North East"),
        ("Which London boroughs are praised?", "areas in London"),
        ("How do Yorkshire councils compare?", "areas in Yorkshire and the Humber"),
        ("which county councils failed", "county councils"),
        ("areas in the north of England", "areas in the North of England"),
    ],
)
def test_a_group_is_found_by_its_name(groups, text, name):
    assert [group.name for group in groups if group.find(text)] == [name]


@pytest.mark.parametrize("text", ["schools in the north west of the county", "the South West London Trust", "the NHS South East team", "a unitary plan"])
def test_what_only_sounds_like_a_group_is_none(groups, text):
    assert not any(group.find(text) for group in groups)


def test_regions_hold_their_areas(groups):
    held = {group.name: group.areas for group in groups}
    assert len(held["areas in London"]) == 33 and "Greenwich" in held["areas in London"]
    assert {"Wiltshire", "Cornwall"} <= held["areas in the South West"] and "Kent" not in held["areas in the South West"]
    assert held["areas in the Midlands"] == held["areas in the East Midlands"] | held["areas in the West Midlands"]
    assert len(held["county councils"]) == 21


@pytest.mark.parametrize(
    ("row", "said"),
    [(",South,South East,", "line 2 needs name"), ("areas in the South,South,,", "line 2 needs name"), ("areas in the South,South,Souf East,", "Souf East is no region")],
)
def test_a_wrong_line_is_named(tmp_path, row, said):
    (tmp_path / "areas.csv").write_text("name,nicknames,region,kind\nKent,,South East,county\n")
    (tmp_path / "area_groups.csv").write_text(f"name,spellings,region,kind\n{row}\n")
    with pytest.raises(KnowledgeBaseError, match=said):
        load_area_groups(tmp_path, load_areas(tmp_path))


def test_a_corpus_without_groups_has_none(tmp_path):
    (tmp_path / "areas.csv").write_text("name,nicknames,region,kind\nKent,,South East,county\n")
    assert load_area_groups(tmp_path, load_areas(tmp_path)) == ()
