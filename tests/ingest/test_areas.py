"""Areas are found under every name people use, and one is never taken for another."""

import time

import pytest

from ingest.areas import load_areas
from ingest.errors import KnowledgeBaseError
from ingest.settings import ROOT


@pytest.fixture(scope="module")
def areas():
    return load_areas(ROOT / "corpus")


def names(areas, text):
    return [match.name for match in areas.find(text)]


def test_there_are_153_local_authorities_in_nine_regions(areas):
    assert len(areas.areas) == len(set(areas.names)) == 153
    counts = {}
    for area in areas.areas:
        counts[area.region] = counts.get(area.region, 0) + 1
    assert counts == {
        "North East": 12, "North West": 24, "Yorkshire and the Humber": 15, "East Midlands": 10, "West Midlands": 14,
        "East of England": 11, "London": 33, "South East": 19, "South West": 15,
    }  # fmt: skip


def test_every_name_and_nickname_is_found_as_its_own_area(areas):
    for area in areas.areas:
        for written in (area.name, *area.nicknames):
            for text in (f"How good is SEND support in {written} now?", written, f"the SEND partnership of {written}."):
                assert names(areas, text) == [area.name], text


def test_every_name_and_nickname_means_one_area(areas):
    written = [w.lower() for area in areas.areas for w in (area.name, *area.nicknames)]
    assert len(written) == len(set(written))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("What about wilts?", ["Wiltshire"]),
        ("Glos and Wilts", ["Gloucestershire", "Wiltshire"]),
        ("waits in N Yorks", ["North Yorkshire"]),
        ("waits in N. Yorks", ["North Yorkshire"]),
        ("How did HERTS do?", ["Hertfordshire"]),
        ("Lancs, Notts or Stoke", ["Lancashire", "Nottinghamshire", "Stoke-on-Trent"]),
        ("Stoke on Trent", ["Stoke-on-Trent"]),
        ("Telford & Wrekin", ["Telford and Wrekin"]),
        ("Telford-Wrekin", ["Telford and Wrekin"]),
        ("telford-wrekin_03-july-2023.pdf", ["Telford and Wrekin"]),
        ("Telford", ["Telford and Wrekin"]),
        ("barking-and-dagenham_06-september-2024", ["Barking and Dagenham"]),
        ("schools in Barking", ["Barking and Dagenham"]),
        ("Southend", ["Southend-on-Sea"]),
        ("Hull's plan", ["Kingston upon Hull"]),
        ("Kingston-upon-Hull", ["Kingston upon Hull"]),
        ("Kingston upon Thames", ["Kingston upon Thames"]),
        ("BaNES", ["Bath and North East Somerset"]),
        ("banes", ["Bath and North East Somerset"]),
        ("B&NES", ["Bath and North East Somerset"]),
        ("BCP council", ["Bournemouth, Christchurch and Poole"]),
        ("Bournemouth, Christchurch & Poole", ["Bournemouth, Christchurch and Poole"]),
        ("St. Helens", ["St Helens"]),
        ("MK", ["Milton Keynes"]),
        ("Bristol, City of", ["Bristol"]),
        ("Wiltshire’s leaders", ["Wiltshire"]),
        ("the Wiltshire-based team", ["Wiltshire"]),
        ("east and west sussex", ["East Sussex", "West Sussex"]),
        ("North and West Northamptonshire", ["North Northamptonshire", "West Northamptonshire"]),
    ],
)
def test_nicknames_and_other_spellings(areas, text, expected):
    assert names(areas, text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Bath and North East Somerset", ["Bath and North East Somerset"]),
        ("North Somerset", ["North Somerset"]),
        ("Somerset and North Somerset", ["Somerset", "North Somerset"]),
        ("South Gloucestershire", ["South Gloucestershire"]),
        ("Nottingham, not Nottinghamshire", ["Nottingham", "Nottinghamshire"]),
        ("York", ["York"]),
        ("North Yorkshire", ["North Yorkshire"]),
        ("East Riding of Yorkshire", ["East Riding of Yorkshire"]),
        ("North East Lincolnshire", ["North East Lincolnshire"]),
        ("Cheshire West and Chester", ["Cheshire West and Chester"]),
        ("Derby and Derbyshire", ["Derby", "Derbyshire"]),
        ("Herefordshire or Hertfordshire", ["Herefordshire", "Hertfordshire"]),
        ("Northampton", []),
        ("Yorkshire", []),
        ("Northamptonshire", []),
        ("Cumbria", []),
        ("London", []),
        ("Bedfordshire", []),
        ("Greater Manchester", []),
        ("New York", []),
        ("Bradford-on-Avon", []),
        ("Bury St Edmunds", []),
        ("Newcastle-under-Lyme", []),
        ("Sutton Coldfield", []),
    ],
)
def test_near_twins_and_longer_names_stay_apart(areas, text, expected):
    assert names(areas, text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("children fall behind in reading", []),
        ("What did inspectors say about Reading?", ["Reading"]),
        ("How are pupils supported in reading and writing?", []),
        ("Reading is taught well in the early years.", []),
        ("Reading Borough Council published it.", ["Reading"]),
        ("reading council", ["Reading"]),
        ("Bury Metropolitan Borough Council", ["Bury"]),
        ("Reading's leaders", ["Reading"]),
        ("Reading", ["Reading"]),
        ("Early Reading Skills", []),
        ("Reading and Slough", ["Reading", "Slough"]),
        ("support in Reading and Slough", ["Reading", "Slough"]),
        ("after reading reports from Kent", ["Kent"]),
        ("They bury bad news.", []),
        ("Leaders did not bury the findings.", []),
        ("How did Bury do?", ["Bury"]),
        ("how did bury do", ["Bury"]),
        ("waiting lists in bury", ["Bury"]),
        ("Bolton and bury", ["Bolton", "Bury"]),
        ("Bury is ambitious.", ["Bury"]),
        ("Bury your head in the sand", []),
        ("It would slough off the costs.", []),
        ("in slough", ["Slough"]),
        ("The deficit bucks the trend.", []),
        ("in bucks", ["Buckinghamshire"]),
        ("a bath seat for home", []),
        ("the partnership in Bath", ["Bath and North East Somerset"]),
        ("barking up the wrong tree", []),
        ("sandwell", ["Sandwell"]),
        ("in barnet", ["Barnet"]),
        ("Cllr Sutton asked about Kent", ["Kent"]),
        ("MR BOLTON spoke", []),
        ("bury_07-may-2024.pdf", ["Bury"]),
    ],
)
def test_english_words_are_areas_only_on_evidence(areas, text, expected):
    assert names(areas, text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Gloucestershrie", "Gloucestershire"),
        ("wilshire", "Wiltshire"),
        ("Wiltshrie", "Wiltshire"),
        ("Milton Kenyes", "Milton Keynes"),
        ("North Sommerset", "North Somerset"),
        ("hertfordshre", "Hertfordshire"),
        ("Herefordshir", "Herefordshire"),
        ("Worchestershire", "Worcestershire"),
        ("Surry", "Surrey"),
        ("Telfrod", "Telford and Wrekin"),
    ],
)
def test_misspelt_names_are_found_and_marked(areas, text, expected):
    assert [(m.name, m.exact, m.written) for m in areas.find(f"support in {text} today")] == [(expected, False, text)]


@pytest.mark.parametrize(
    "text", ["Herfordshire", "the annual survey", "a midway point", "Boston", "staff eating", "leading"]
)
def test_what_could_be_two_areas_or_is_a_word_is_none(areas, text):
    assert areas.find(text) == []


def test_a_direction_that_makes_no_area_leaves_the_county(areas):
    assert names(areas, "rural North Gloucestershire") == ["Gloucestershire"]


def test_matches_say_where_they_stand(areas):
    text = "From Wilts to the City of London"
    assert [text[m.start : m.end] for m in areas.find(text)] == ["Wilts", "City of London"]
    assert [m.written for m in areas.find(text)] == ["Wilts", "City of London"]


def test_near_names_are_offered_for_an_unknown_one(areas):
    assert areas.near("Wiltshir")[0] == "Wiltshire"
    assert "Herefordshire" in areas.near("Herfordshire") and "Hertfordshire" in areas.near("Herfordshire")
    assert areas.near("zzzz") == []


def test_slugs_are_as_in_file_names(areas):
    assert areas.area("Stoke-on-Trent").slug == "stoke-on-trent"
    assert areas.area("Bournemouth, Christchurch and Poole").slug == "bournemouth-christchurch-and-poole"
    assert areas.area("Nowhere") is None


def test_a_long_text_is_searched_quickly(areas):
    text = "Children in Wiltshire wait for support that helps them with their communication needs. " * 2000
    began = time.perf_counter()
    assert len(areas.find(text)) == 2000
    assert time.perf_counter() - began < 4


def test_a_line_without_a_region_is_named(tmp_path):
    (tmp_path / "areas.csv").write_text("name,nicknames,region,kind\nKent,,South East,county\nEssex,,,county\n")
    with pytest.raises(KnowledgeBaseError, match="line 3 needs"):
        load_areas(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(KnowledgeBaseError, match="areas.csv: cannot be read"):
        load_areas(tmp_path)


def test_the_36_inspected_areas_are_found_in_their_file_names(areas, shared):
    import csv

    with (shared / "reports" / "inspection_facts.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 36
    for row in rows:
        found = names(areas, row["area"])
        assert len(found) == 1 and names(areas, row["file"]) == found
        assert areas.area(found[0]).slug.replace("-and-", "-") == row["area"].replace("-and-", "-")
