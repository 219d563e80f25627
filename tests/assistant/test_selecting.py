"""Which sentences are quoted: what leans on the sentence before comes with it, what only introduces a list does not."""

from dataclasses import replace

import pytest

from assistant.composing import NOT_PLAIN, both_sides, quoted
from assistant.evidence import Sentence
from assistant.finding import Findings
from assistant.scope import Scope
from assistant.selecting import Limits, choose, with_lead, with_turns
from assistant.support import Support
from assistant.understanding import Request
from ingest.sentences import split_sentences
from made_reports import FIRST, REVIEW

ASKED = Request("What of the ferry?", "the ferry", ())
LIMITS = Limits(points=3, words=60, close=5.0)


def sentences(text, *scores):
    """The sentences of a passage, scored in order; those without a score were not found."""
    passage = replace(FIRST, text=text, sentences=split_sentences(text))
    return [Sentence(passage, REVIEW, n, *passage.sentences[n], score, {}, frozenset()) for n, score in enumerate(scores) if score is not None]


FERRY = "The ferry has a new ramp. This means that wheelchairs can board. They need no help. The quay is dry."


def test_a_sentence_that_leans_on_the_one_before_is_quoted_with_it():
    found = sentences(FERRY, None, 4.0)
    assert [s.text for s in choose(ASKED, found, LIMITS)] == ["The ferry has a new ramp.", "This means that wheelchairs can board."]


def test_it_may_lean_on_two_and_a_sentence_that_stands_alone_on_none():
    leaning, alone = sentences(FERRY, None, None, 4.0, 3.0)
    assert [s.index for s in with_lead(leaning)] == [0, 1, 2]
    assert with_lead(alone) == [alone]


def test_a_sentence_that_takes_something_back_is_not_led_by_what_it_takes_back():
    (however,) = sentences("The ferry runs hourly. However, it is often full.", None, 4.0)
    assert with_lead(however) == [however]


def test_what_is_quoted_for_another_sentence_counts_towards_the_words():
    found = sentences(FERRY, None, 4.0, None, 3.0)
    assert [s.index for s in choose(ASKED, found, replace(LIMITS, words=13))] == [0, 1]


def test_nothing_is_quoted_twice():
    found = sorted(sentences(FERRY, 2.0, 4.0, 3.0), key=lambda s: -s.score)
    assert [s.index for s in choose(ASKED, found, LIMITS)] == [0, 1, 2]


def test_what_introduces_a_list_is_not_quoted_while_there_is_anything_else():
    (intro,) = sentences("The team met these people:", 4.0)
    assert choose(ASKED, [intro, *sentences("The quay is dry.", 3.0)], LIMITS)[0].text == "The quay is dry."
    assert choose(ASKED, [intro], LIMITS) == [intro]


def test_a_turn_that_is_quoted_already_is_not_quoted_again():
    found = sentences("The ferry has a new ramp. However, the quay floods. This means that no one can board.", 5.0, 3.0, 4.0)
    chosen = choose(ASKED, [found[0], found[2]], LIMITS)
    assert [s.index for s in chosen] == [0, 1, 2]
    assert with_turns(chosen, found) == chosen


@pytest.mark.parametrize("words", [0, 5])
def test_the_best_is_quoted_however_long(words):
    assert choose(ASKED, sentences(FERRY, 4.0), replace(LIMITS, words=words))


def test_what_a_worry_leans_on_stays_with_the_praise_that_it_is():
    text = "The ferry has a new ramp that families praise. This does not yet reach the quay."
    found = Findings(Scope((REVIEW,)), (), sentences(text, 4.0, 3.0), Support(0.9, {}))
    sides = [{"strength": -0.1, "concern": -3.0}, {"strength": -3.0, "concern": -0.1}]
    answer = both_sides(ASKED, found, lambda read: sides)
    assert [(point.heading, point.text) for point in answer.points] == [
        ("Strengths", "The ferry has a new ramp that families praise."), ("However", "This does not yet reach the quay.")]


@pytest.mark.parametrize(("probability", "first"), [(NOT_PLAIN - 0.01, "This is not said in so many words."), (NOT_PLAIN, "“Boats run")])
def test_an_answer_that_little_supports_says_so_first(probability, first):
    found = Findings(Scope((REVIEW,)), (), sentences("Boats run daily.", 4.0), Support(probability, {}))
    answer = quoted(Request("When do boats run?", "When do boats run?", ()), found, lambda read: ["answer"] * len(read), lambda read: [])
    assert answer.text.startswith(first) and answer.points[0].ours is (probability < NOT_PLAIN) and len(answer.citations) == 1


@pytest.mark.parametrize(
    ("terms", "first"),
    [(["water bus"], "The words “water bus” are not in the report searched. The nearest:"), (["GP"], "The word “GP” is not in the report searched. The nearest:")],
)
def test_a_term_that_the_report_does_not_use_is_named_first(terms, first):
    found = Findings(Scope((REVIEW,)), (), sentences("Boats run daily.", 4.0), Support(0.7, {}))
    answer = quoted(Request("Is there a water bus?", "water bus", ()), found, lambda read: ["answer"] * len(read), lambda read: [], terms)
    assert answer.points[0].ours and answer.points[0].text == first


@pytest.mark.parametrize(
    ("question", "first"),
    [("Do boats run daily?", "Boats are late."), ("What should boats do?", "Boats should run daily."), ("What did they recommend on boats?", "Boats should run daily.")],
)
def test_a_finding_comes_before_a_recommendation_but_where_that_is_asked_for(question, first):
    made = sentences("Boats should run daily. Quays are wide. Boats are late.", 4.0, -5.0, 3.0)
    found = Findings(Scope((REVIEW,)), (), [made[0], made[2]], Support(0.9, {}))
    roles = {"Boats should run daily.": "recommendation", "Boats are late.": "concern"}
    answer = quoted(Request(question, question, ()), found, lambda read: [roles[s.text] for s in read], lambda read: [])
    assert answer.points[0].text == first and len(answer.points) == 2


def test_a_short_sentence_between_two_that_are_quoted_is_quoted_with_them():
    made = sentences("The ferry is old. It is blue. The quay floods.", 4.0, -30.0, 3.9)
    best_first = sorted(made, key=lambda s: -s.score)
    assert [s.index for s in choose(ASKED, best_first, LIMITS)] == [0, 2, 1]
    assert [s.index for s in choose(replace(ASKED, verdict="worry"), best_first, LIMITS)] == [0, 2]


def test_each_of_a_few_reports_that_has_an_answer_is_heard():
    first = sentences("Boats run daily. Boats carry prams.", 9.0, 8.9)
    [other] = sentences("The later report finds boats late.", -3.0)
    other = replace(other, report=replace(REVIEW, id="later"), signals=other.signals | {"reader": 0.1})
    found = [*first, other]
    limits = replace(LIMITS, words=6, of_each=True)
    assert [s.report.id for s in choose(ASKED, found, limits)][-1] == "later"
    assert other not in choose(ASKED, found, replace(limits, of_each=False))
    assert other not in choose(ASKED, [*first, replace(other, signals={"reader": -0.1})], limits)
