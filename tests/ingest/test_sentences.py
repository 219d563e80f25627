"""Where sentences begin and end."""

import pytest

from ingest.sentences import leans, split_sentences


def _split(text):
    return [text[a:b] for a, b in split_sentences(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["It rained.", "Nobody came!", "Why?", "The gate was shut."],
        ["The pond is kept by Mr. Reed and Dr. Marsh, e.g. on Mondays.", "It is deep."],
        ["It grew by 2.5 metres in No. 7 Mill Lane.", "That is a lot."],
        ["J. R. Reed wrote of ponds.", "He was fond of them."],
        ["“It is wet.”", "So she said (and she knew.)", "Others agreed."],
        ["They asked for 'a real hedge'.", "It was laid (in May).", "It holds."],
        ["The answer was no.", "The gate stayed shut."],
        ["Seen in Sept. 2023 and on 3 Oct. 2023.", "Not since."],
        ["It ended at 5 p.m. on Friday.", "Then it rained."],
        ["Reeds, fish, etc. were counted.", "Then came tea."],
        ["Reeds, fish, etc.", "Then came tea."],
        ["5.1. The pond is clean.", "It is fed by a spring."],
        ["A. How deep is it?", "B. How wide?"],
        ["See section 4.2.", "It says more."],
        ["Was it the pond?", "‘Yes’ was the answer…", "Nobody minded."],
        ["no stop at the end"],
    ],
)
def test_sentences_are_told_apart(sentences):
    assert _split(" ".join(sentences)) == sentences


def test_bullets_begin_sentences_and_are_no_part_of_them():
    assert _split("The wardens were: ◼ Ann Reed ◼ Bo Hill. ◼ Both have left.") == [
        "The wardens were:",
        "Ann Reed",
        "Bo Hill.",
        "Both have left.",
    ]


def test_a_sentence_goes_on_over_bullets_with_small_letters():
    assert _split("Leaders should: ◼ mend gates; and ◼ lay hedges. They have a year. ◼ ponds come later") == [
        "Leaders should: ◼ mend gates; and ◼ lay hedges.",
        "They have a year.",
        "ponds come later",
    ]


def test_only_white_space_lies_between():
    text = "  One pond.  Two ponds?\nThree. "
    spans = split_sentences(text)
    outside = "".join(
        text[a:b] for a, b in zip([0, *[end for _, end in spans]], [*[start for start, _ in spans], len(text)])
    )
    assert not outside.strip()
    assert split_sentences("") == () and split_sentences("  ") == ()


@pytest.mark.parametrize(
    "sentence",
    ["This means that boats are late.", "They row daily.", "However, it was drained.", "As a result, nobody swims.", "For example, some fish.",
     "Because of this, the pond froze.", "Its reeds are tall.", "Some wait for years.", "Many of them lack a boat.",
     "Wardens know this and are digging.", "To mend this, reeds were cut.", "They are aware of these concerns, but slow."],
)
def test_a_sentence_that_points_back_leans_on_the_one_before(sentence):
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Boats are late.", "This report is short.", "It is essential that boats are mended.", "Leaders know their ponds.", "His Majesty's inspectors came.",
     "As a result of frost nobody swims.", "Thistles grow.", "In this report ponds are deep.", "Following this inspection, ponds were dug.",
     "Those who swim are cold.", "For those with boats it is dry.", "IT systems are wet.", "However, it is too early to say how deep it is.",
     "Some ducks wait for years.", "Many wardens lack a boat.", "Wardens know this pond well.", "All ponds are deep."],
)
def test_a_sentence_that_names_what_it_speaks_of_does_not(sentence):
    assert not leans(sentence)
