"""Printed lists: what is quoted of each item, and how people in a table are counted."""

from dataclasses import replace

from assistant.listing import Listing, asked_length, listings_of
from ingest.model import ListPlace
from made_reports import FIRST, REVIEW


def row(index, length, *cells):
    """A row of a table that is a list."""
    text = " | ".join(cells)
    return replace(FIRST, id=f"{REVIEW.id}:{index:04d}", ordinal=index, kind="table_row", text=text, search_text=text, cells=cells,
                   headings=("The team",), sentences=((0, len(text)),), place=ListPlace("team", index, length, "The team"))


def quoted(listing):
    return [passage.text[start:end] for passage, start, end in listing.entries]


def test_people_in_a_table_are_read_down_its_columns():
    rows = [row(1, 2, "Ann Lee, HMI, Lead inspector", "Bob Day, CQC lead inspector"), row(2, 2, "Cy Fox HMI", "Di Gray, CQC inspector")]
    [listing] = listings_of(REVIEW, rows)
    assert quoted(listing) == ["Ann Lee, HMI, Lead inspector", "Cy Fox HMI", "Bob Day, CQC lead inspector", "Di Gray, CQC inspector"]
    assert listing.complete


def test_a_table_of_things_and_values_is_read_by_row():
    rows = [row(1, 2, "Train harbour staff", "May 2024"), row(2, 2, "Count the pupils", "June 2024")]
    [listing] = listings_of(REVIEW, rows)
    assert quoted(listing) == ["Train harbour staff | May 2024", "Count the pupils | June 2024"]


def test_a_list_of_which_an_item_is_missing_is_not_complete():
    assert not Listing(REVIEW, (row(1, 3, "One thing", "x"), row(3, 3, "A third", "y")), "The team").complete


def test_how_many_items_a_question_says():
    assert asked_length("all five areas of focus") == 5
    assert asked_length("the 13 recommendations") == 13
    assert asked_length("what are the recommendations?") is None
