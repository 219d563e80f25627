"""What counts as the same words."""

import pytest

from evals.wording import covered, even, said, squashed, stem_of


def test_marks_spaces_and_citation_numbers_make_no_difference():
    assert even("**Tide**  “turns” – at\u00a0six [12]") == 'tide "turns" - at six'
    assert squashed("7,025 chil-\ndren") == "7025children"


def test_a_citation_number_is_not_a_fact():
    assert not said("12", even("Gulls came. [12]"))
    assert said(["twelve", "12"], even("There were Twelve."))


def test_coverage_is_the_share_of_word_triples():
    # "the keeper counts every gull": 3 triples; the texts hold the first and the last
    assert covered("the keeper counts every gull", ["The keeper counts.", "counts every gull"]) == pytest.approx(2 / 3)
    assert covered("two words", ["two words more"]) == 0.0  # a gram of its own, as in the sets' own rule


@pytest.mark.parametrize("name", ["islands.pdf", "islands.md", "folder/islands.HTML", "islands"])
def test_a_document_is_known_with_and_without_its_ending(name):
    assert stem_of(name) == "islands"
