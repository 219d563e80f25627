"""Scanner damage mended for search, and what must never be touched."""

import pytest

from ingest.mend import mend, words_in

WORDS = words_in(
    [
        "the entitlement of pupils forward forward forward leaders leaders leaders carers carers carers "
        "it is articulated articulated co-operation"
    ]
)


@pytest.mark.parametrize(
    ("printed", "mended"),
    [
        ("e Heard from the village", "Heard from the village"),
        ("« Lead walker", "Lead walker"),
        ("6.4Plant a hedge", "6.4 Plant a hedge"),
        ("itis agreed", "it is agreed"),
        ("driven foward the plan", "driven forward the plan"),
        ("their full entittement.", "their full entitlement."),
        ("a well- presented plan", "a well-presented plan"),
        ("**Plant** a hedge", "Plant a hedge"),
    ],
)
def test_damage_is_mended(printed, mended):
    assert mend(printed, WORDS + words_in([printed])) == mended


@pytest.mark.parametrize(
    "sound",
    [
        "A walk through the gardens",
        "I was there",
        "Foward Lane and Mrs Leadens",  # names
        "the leavers and those who cater for them, who caters for them",
        "short- and long-term plans",
        "write to foward@example.org or www.foward.org",
        "to articulate the plan",
        "© Crown copyright 2023",
        "17.7% of 5068 in 2.5 years",
    ],
)
def test_sound_text_stays(sound):
    assert mend(sound, WORDS + words_in([sound])) == sound


def test_a_word_that_the_report_uses_more_than_once_is_no_slip():
    assert mend("the foward plan", WORDS + words_in(["foward foward"])) == "the foward plan"
