"""Words and stems: what counts as one, and which forms are the same."""

import pytest

from assistant.words import content_words, stem, stems, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Parents' voices", ["parents", "voices"]),
        ("The council's plan", ["the", "council", "plan"]),
        ("the council’s plan", ["the", "council", "plan"]),
        ("They don’t wait", ["they", "don't", "wait"]),
        ("It's late", ["it", "late"]),
        ("£1,250 for 20 weeks, 47% and 3.5 days", ["£1,250", "for", "20", "weeks", "47%", "and", "3.5", "days"]),
        ("In 2023, 65.", ["in", "2023", "65"]),
        ("Between 12,000 and 13,000.", ["between", "12,000", "and", "13,000"]),
        ("co-production/engagement", ["co", "production", "engagement"]),
        ("5.1Coproduce", ["5.1", "coproduce"]),
        ("naïve café", ["naïve", "café"]),
        ("snake_case", ["snake", "case"]),
        ("", []),
        ("… — ?!", []),
    ],
)
def test_words_are_lower_case_without_possessives_and_figures_are_whole(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("transition", "transitions"),
        ("inspect", "inspected"),
        ("waiting", "waits"),
        ("school", "schools"),
        ("1,250", "1250"),
        ("£12,000", "£12000"),
    ],
)
def test_forms_of_a_word_or_figure_have_one_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("parent", "pair"), ("20", "200"), ("5%", "5"), ("2023", "2024")])
def test_other_words_and_figures_keep_apart(one, other):
    assert stem(one) != stem(other)


def test_stems_of_a_text_stay_in_order():
    assert stems("Families' waits, 1,200 of them") == [stem("family"), "wait", "1200", "of", "them"]


def test_content_words_leave_out_what_says_nothing_of_the_subject():
    assert content_words("What did they say about the waits for speech therapy?") == ["waits", "speech", "therapy"]


def test_a_typographic_apostrophe_does_not_make_a_stop_word_a_content_word():
    assert content_words("They’re not what’s wanted") == ["wanted"]
