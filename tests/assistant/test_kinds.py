"""Which kind of answer a question wants, told by its form."""

import pytest

from assistant.kinds import form, kind_probabilities, masked, verdict_probabilities
from ingest.areas import load_areas
from ingest.settings import Settings


@pytest.fixture(scope="module")
def areas():
    return load_areas(Settings().corpus)


def test_areas_are_masked_and_nothing_else(areas):
    question = "Compare Kent and Bristol on annual reviews in 2023"
    assert masked(question, areas.find(question)) == "Compare Xarea and Xarea on annual reviews in 2023"


def test_the_form_holds_runs_of_words_with_areas_and_years_masked():
    found = form("Compare Xarea and Xarea in 2023")
    assert {"<s> compar xarea", "xarea and xarea", "xarea _ xarea", "xyear </s>", "areas=2"} <= found


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("name all the things Kent was told to sort out", "list"),
        ("which places are any good at getting lads into jobs", "across"),
        ("portage in Kent: plus points and minus points", "both sides"),
        ("has anything moved on in Kent between the two visits?", "compare"),
        ("how many weeks does a hearing test take in Kent", "fact"),
        ("what's said about portage in Kent", "topic"),
    ],
)
def test_kinds_are_told_whatever_the_words(areas, question, kind):
    likely = kind_probabilities(masked(question, areas.find(question)))
    assert max(likely, key=likely.get) == kind
    assert sum(likely.values()) == pytest.approx(1.0)


def test_a_question_of_unknown_words_has_probabilities_all_the_same():
    assert sum(kind_probabilities("zyx wvu").values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Which areas do short breaks well?", "praise"),
        ("Where are families let down over wheelchairs?", "worry"),
        ("Which reports mention portage?", "mention"),
    ],
)
def test_the_verdict_that_is_looked_for_is_told(question, verdict):
    likely = verdict_probabilities(question)
    assert max(likely, key=likely.get) == verdict
