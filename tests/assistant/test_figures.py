"""Figures in one spelling, and of what they are."""

import pytest

from assistant.figures import figures, in_other_units


@pytest.mark.parametrize(
    "text, found",
    [
        ("£64,000 and 64,000", {"64000"}),
        ("forty-one weeks, 41 weeks", {"41"}),
        ("nine of 3.5%", {"9", "3.5"}),
        ("In March 2023, half of them", {"march", "2023", "half"}),
        ("one of the best", set()),
    ],
)
def test_figures_have_one_spelling(text, found):
    assert figures(text) == found


@pytest.mark.parametrize(
    "sentence, text",
    [
        ("The wait is two months.", "The wait is 2 years."),
        ("84 schools comply.", "84% of schools comply."),
        ("The deficit is 28 million.", "The deficit is 28 thousand."),
        ("28% of groups met.", "28 focus groups met."),
        ("It takes two to three weeks.", "It takes two to three months."),
    ],
)
def test_a_figure_of_something_else_is_seen(sentence, text):
    assert in_other_units(sentence, text)


@pytest.mark.parametrize(
    "sentence, text",
    [
        ("The wait is two years.", "It is a two-year wait."),
        ("It takes two years.", "It takes two to three years."),
        ("25 per cent comply.", "25% comply."),
        ("They reply in 15 days.", "They reply in 15 working days."),
        ("Support ends at 25 years.", "Support is for those up to 25."),
        ("Those who are 18 years old are asked.", "Those aged 18 are asked."),
        ("The wait is 9 weeks.", "The wait is long."),
        ("In 2017 and two days later.", "In 2017 it took two days."),
    ],
)
def test_the_same_in_other_words_is_not(sentence, text):
    assert not in_other_units(sentence, text)
