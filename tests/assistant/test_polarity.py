"""A sentence that turns its source round is seen; another wording of the same is not taken for that."""

import pytest

from assistant.polarity import turned

WAITS = "Waits for therapy are long and rising, and leaders do not yet know why."
PLACES = "There are not enough places in special schools."
SHOULD = "Leaders should publish waiting times, and appoint a lead for deaf children."


@pytest.mark.parametrize(
    "sentence, text",
    [
        ("Leaders know why waits for therapy are long.", WAITS),
        ("Waits for therapy are short.", WAITS),
        ("Waits for therapy are falling.", WAITS),
        ("Waits for therapy are not rising.", WAITS),
        ("There are enough places in special schools.", PLACES),
        ("Leaders publish waiting times.", SHOULD),
        ("A lead for deaf children has been appointed.", SHOULD),
        ("The review was led by need, not diagnosis.", "The review was led by diagnosis rather than need."),
        ("It is clear who leads the service.", "Who leads the service is unclear."),
        ("Parents have at most 15 days to comment.", "The parent has at least 15 days to comment."),
        ("More than 110 people were heard.", "Up to 110 people were heard."),
        ("At least two years pass.", "As much as two years can pass."),
        ("Fewer than 300 hours were spent.", "Over 300 hours were spent."),
        ("All schools comply.", "Most schools comply."),
        ("Every family waits two years.", "Families can wait two years."),
        ("How places are given is clearly set out.", "How places are given must be clearly set out."),
    ],
)
def test_the_opposite_is_seen(sentence, text):
    assert turned(sentence, [("", text)])


@pytest.mark.parametrize(
    "sentence, text",
    [
        ("Waits for therapy are long and rising.", WAITS),
        ("Leaders don't know why.", WAITS),
        ("Special schools lack places.", PLACES),
        ("Leaders should publish waiting times.", SHOULD),
        ("The team recommends a lead for deaf children.", SHOULD),
        ("It is unclear who leads the service.", "Who leads the service is not clear."),
        ("A plan must be issued within 20 weeks.", "The plan must be issued never later than 20 weeks after the request."),
        ("Over 110 people were heard.", "The team heard more than 110 people."),
        ("The visit is within 6 weeks.", "The visit is not more than 6 weeks later."),
        ("All children had a plan.", "Among the children, 100% had a plan."),
        ("Everyone owns the plan.", "Each partner owns the plan."),
        ("Leaders have not only met parents but listened.", "Leaders met parents and listened."),
    ],
)
def test_other_words_for_the_same_are_not(sentence, text):
    assert not turned(sentence, [("", text)])


def test_what_a_list_only_asks_for_is_not_told_as_done():
    assert turned(
        "Pupils on part-time timetables are counted.",
        [("Leaders should:", "count the pupils on part-time timetables every half term")],
    )
    assert not turned(
        "Pupils on part-time timetables are counted.",
        [("Staff do the following:", "count the pupils on part-time timetables every half term")],
    )
