"""Printed lists: what is quoted of each item, and how people in a table are counted."""

from dataclasses import replace

import pytest

from assistant.composing import listed
from assistant.listing import Listing, asked_length, best_listings, counted, listings_of
from assistant.understanding import Request
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


def test_a_cell_that_is_empty_is_no_entry():
    rows = [row(1, 2, "Ann Lee, HMI, Lead inspector", ""), row(2, 2, "Cy Fox HMI", "Di Gray, CQC inspector")]
    rows[0] = replace(rows[0], text=rows[0].cells[0], sentences=((0, len(rows[0].cells[0])),))
    [listing] = listings_of(REVIEW, rows)
    assert quoted(listing) == ["Ann Lee, HMI, Lead inspector", "Cy Fox HMI", "Di Gray, CQC inspector"]


def test_a_table_of_things_and_values_is_read_by_row():
    rows = [row(1, 2, "Train harbour staff", "May 2024"), row(2, 2, "Count the pupils", "June 2024")]
    [listing] = listings_of(REVIEW, rows)
    assert quoted(listing) == ["Train harbour staff | May 2024", "Count the pupils | June 2024"]


def test_of_a_table_of_who_is_to_do_what_the_tasks_are_quoted_under_who_is_to_do_them():
    tasks = "Count the pupils on the island every autumn term.", "Train all of the harbour staff in two tongues."
    rows = [row(n, 2, who, task) for n, (who, task) in enumerate(zip(("Harbour board", "Island council"), tasks), 1)]
    [listing] = listings_of(REVIEW, rows)
    assert quoted(listing) == list(tasks)
    answer = listed(Request("Who does what?", "Who does what?", ()), [listing], "")
    assert [(point.heading, point.item) for point in answer.points[1:]] == [("Harbour board", 1), ("Island council", 2)]


def test_a_list_of_which_an_item_is_missing_is_not_complete():
    assert not Listing(REVIEW, (row(1, 3, "One thing", "x"), row(3, 3, "A third", "y")), "The team").complete


def test_how_many_items_a_question_says():
    assert asked_length("all five areas of focus") == 5
    assert asked_length("the 13 recommendations") == 13
    assert asked_length("what are the recommendations?") is None


def points(intro, *texts, headings=("Areas for mending",)):
    """The items of one list, each a paragraph."""
    return [replace(FIRST, id=f"{REVIEW.id}:{n:04d}", ordinal=n, kind="list_item", text=text, search_text=text, headings=headings,
                    sentences=((0, len(text)),), place=ListPlace("points", n, len(texts), intro)) for n, text in enumerate(texts, 1)]


def test_the_title_of_an_inner_list_says_what_it_is_part_of():
    outer = "The pond is green. The warden should clear the pond. This should include:"
    [listing] = listings_of(REVIEW, points(outer, "the reeds", "the weeds"))
    assert listing.title == "Areas for mending: The warden should clear the pond. This should include:"
    [listing] = listings_of(REVIEW, points("The pond is green. The warden should clear:", "the reeds", "the weeds"))
    assert listing.title == "Areas for mending: The warden should clear:"


@pytest.mark.parametrize(
    ("sentence", "announced"),
    [("The ward chose two main subjects for the visit.", True), ("It chose three subjects.", False), ("It has eleven themes, two of them on main subjects.", False), ("Two months went by.", False), ("The two met.", False)],
)
def test_a_list_is_announced_by_a_sentence_of_its_part_that_says_how_many_things_come(sentence, announced):
    before = replace(FIRST, id="x:0000", text=f"The pond is green. {sentence}", headings=("Areas for mending",), place=None,
                     sentences=((0, 18), (19, 19 + len(sentence))))
    [listing] = listings_of(REVIEW, [before, *points("Subjects:", "the reeds", "the weeds")])
    assert listing.announced == (sentence if announced else "")
    [listing] = listings_of(REVIEW, [before, *points("They are these two subjects:", "the reeds", "the weeds")])
    assert listing.announced == ""


def test_points_of_a_resolution_that_nothing_introduces_are_said_to_be_resolved_by_who_met():
    minute = replace(REVIEW, kind="committee paper")
    said = replace(FIRST, id="x:0000", text="The Committee heard of the pond. The Panel did not.", place=None)
    asked = points("The pond", "To receive a report on the pond.", "To note the rest.", headings=())
    [listing] = listings_of(minute, [said, *asked])
    assert listing.title == "The pond: what the committee resolved"
    assert listing.called == "“The pond”, what the committee resolved"  # only the report's words in quotation marks
    [listing] = listings_of(minute, [said, *points("The pond", "To receive a report.", "To ask the warden.", headings=())])
    assert listing.nature == "follow-up and next steps that the committee resolved to ask for"
    for report, items in ((REVIEW, asked), (minute, points("The pond", "To note it.", "Three swans.", headings=())),
                          (minute, points("Resolved:", "To note it.", "To wait.", headings=()))):
        [listing] = listings_of(report, [said, *items])
        assert listing.title in ("The pond", "Resolved:") and not listing.nature


def test_a_short_list_is_quoted_whole_and_a_long_one_by_its_first_sentences():
    two = "The pond is green. The warden should clear it."
    short = points("The warden should:", two, two)
    [listing] = listings_of(REVIEW, [replace(item, sentences=((0, 18), (19, len(two)))) for item in short])
    assert quoted(listing) == [two, two]
    # 31 items of ten words are more than a reader is given whole.
    long = points("The warden should:", *[f"{two} Later." for _ in range(31)])
    [listing] = listings_of(REVIEW, [replace(item, sentences=((0, 18), (19, len(two)), (len(two) + 1, len(item.text)))) for item in long])
    assert quoted(listing) == ["The pond is green."] * 31


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("How many key recommendations did the peers make?", "key recommendations"),
        ("how many areas for improvement were set, and what are they", "areas for improvement"),
        ("And how many priority actions?", "priority actions"),
        ("How many of the recommendations are about data?", ""),
        ("What are the recommendations?", ""),
    ],
)
def test_what_a_question_counts(question, things):
    assert counted(question) == things


def test_a_list_is_of_the_things_that_its_heading_names():
    [listing] = listings_of(REVIEW, points("Leaders should do four things over the next year:", "one", "two", headings=("Areas for priority action",)))
    assert listing.is_of("priority actions")
    assert not listing.is_of("years") and not listing.is_of("pupils") and not listing.is_of("")


def test_people_are_found_after_their_part_in_a_team():
    [listing] = listings_of(REVIEW, points("The peers were:", "Lead peer — Ann Lee, Kingsbridge Council", "Health peer — Bob Day, NHS Marl"))
    assert listing.names_people
    [listing] = listings_of(REVIEW, points("They met:", "school staff — mostly teachers", "parents"))
    assert not listing.names_people


def test_lists_of_a_report_that_are_meant_about_as_likely_are_given_together():
    urgent, other, far = (listings_of(REVIEW, points("", "one", "two", headings=(heading,)))[0] for heading in ("Urgent", "Other", "Team"))
    weights = {"listing": {"nearness": 10.0}, "listed": {"bias": 0.0, "score": 1.0, "margin": 0.0, "listed": 0.0}}
    signals = [{"nearness": 0.50}, {"nearness": 0.45}, {"nearness": 0.2}]
    assert best_listings(Request("?", "?", ()), [urgent, other, far], signals, weights)[0] == [urgent, other]
    signals[1] = {"nearness": 0.4}
    assert best_listings(Request("?", "?", ()), [urgent, other, far], signals, weights)[0] == [urgent]
