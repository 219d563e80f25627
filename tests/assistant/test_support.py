"""Whether the evidence bears the question: what each signal says."""

import math
from dataclasses import replace

import pytest

from assistant.evidence import Sentence, stem_set, said
from assistant.scope import Scope
from assistant.support import SUPPORT_SIGNALS, support_of
from assistant.understanding import Concept, Request
from made_reports import FIRST, REVIEW

SCOPE = Scope((REVIEW,))
NURSERY = Concept("nursery", ((("nursery",), 1.0),), 0.8)
FERRY = Concept("ferry", ((("ferry",), 1.0),), 0.6)
REPORT = Concept("report", ((("report",), 1.0),), 0.1)


def sentence(text, score=1.0, concepts=(NURSERY,), **signals):
    """A sentence that is a passage of its own."""
    passage = replace(FIRST, text=text, search_text=text, headings=(), end=len(text))
    share = sum(c.weight * said(c, stem_set(text)) for c in concepts) / sum(c.weight for c in concepts)
    known = {"late_sentence": 0.5, "cosine_sentence": 0.4, "adapted": 0.3, "said": share}
    return Sentence(passage, REVIEW, 0, 0, len(text), score, known | signals, frozenset())


def support(sentences, concepts=(NURSERY,), wants="", **weights):
    return support_of(Request("?", "?", tuple(concepts), wants=wants), SCOPE, sentences, weights)


def test_no_evidence_is_no_support():
    assert support([], bias=9.0).probability == 0.0


def test_every_signal_is_given():
    assert set(support([sentence("The nursery is liked.")]).signals) == set(SUPPORT_SIGNALS)


def test_the_probability_is_the_logistic_of_the_weighted_signals():
    found = support([sentence("The nursery is liked.")], bias=-1.0, cosine=1.25, said_best=0.5)
    # -1 + 1.25 × .4 + .5 × 1 = 0
    assert found.probability == pytest.approx(0.5)
    assert support([sentence("The nursery is liked.")], bias=1.0).probability == pytest.approx(1 / (1 + math.exp(-1)))


def test_what_stands_nowhere_in_the_evidence_is_named_if_it_tells_something():
    found = support([sentence("The nursery is liked.", concepts=(NURSERY, FERRY))], (NURSERY, FERRY, REPORT))
    assert found.missing == ("ferry",)
    # The ferry weighs .6, the most telling concept .8; the word "report" is absent too and weighs less.
    assert found.signals["absent"] == pytest.approx(0.75)
    assert found.signals["said_around"] == pytest.approx(0.8 / 1.5)


def test_nothing_is_missing_where_all_is_said_between_several_sentences():
    found = support([sentence("The nursery is liked."), sentence("The ferry is late.")], (NURSERY, FERRY))
    assert found.missing == () and found.signals["absent"] == 0.0 and found.signals["said_around"] == 1.0


def test_a_sentence_far_down_does_not_count_as_evidence():
    many = [sentence("The nursery is liked.")] * 5 + [sentence("The ferry is late.")]
    assert support(many, (NURSERY, FERRY)).missing == ("ferry",)


def test_a_wanted_figure_that_no_leading_sentence_holds_is_a_sign_against():
    none = [sentence("The nursery is liked.")] * 3 + [sentence("The nursery has 40 places.")]
    assert support(none, wants="number").signals["unheld_want"] == 1.0
    assert support(none[2:], wants="number").signals["unheld_want"] == 0.0
    assert support(none).signals["unheld_want"] == 0.0


def test_the_margin_is_that_over_the_tenth_or_the_last():
    scores = [3.0, 2.5, 2.0, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.0, 0.0]
    assert support([sentence("A nursery.", score) for score in scores]).signals["margin"] == pytest.approx(2.0)
    assert support([sentence("A nursery.", score) for score in scores[:3]]).signals["margin"] == pytest.approx(1.0)


def test_nearness_is_the_best_of_the_first_five():
    five = [sentence("A nursery.", late_sentence=late, cosine_sentence=1 - late) for late in (0.2, 0.6, 0.4, 0.3, 0.1)]
    found = support([*five, sentence("A nursery.", late_sentence=0.99, cosine_sentence=0.99)]).signals
    assert (found["late"], found["cosine"]) == (pytest.approx(0.6), pytest.approx(0.9))


def test_a_question_with_no_words_of_its_own_has_no_coverage_and_no_error():
    found = support([sentence("The nursery is liked.")], ())
    assert found.signals["said_around"] == 0.0 and found.signals["absent"] == 0.0 and found.signals["few_concepts"] == 1.0


@pytest.mark.parametrize(
    ("question", "unnamed"),
    [("Does the review mention ferries?", True), ("Does it say anything about ferries?", True), ("Does it speak of ferries?", True), ("Are ferries mentioned?", True), ("Is there cover for the ferries?", False), ("How do ferries run?", False)],
)
def test_what_is_asked_for_by_its_word_and_stands_nowhere_is_not_named(question, unnamed):
    asked = Request(question, question, (FERRY,))
    assert support_of(asked, SCOPE, [sentence("A nursery opened.", concepts=(FERRY,))], {}).unnamed is unnamed
    assert not support_of(asked, SCOPE, [sentence("The ferry is late.", concepts=(FERRY,))], {}).unnamed
