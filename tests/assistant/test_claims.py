"""One sentence against the passages it cites, over made-up reports."""

from contextlib import closing

import pytest

from assistant.claims import Checker, Source, wrong_quotes
from assistant.lexicon import CorpusLexicon
from ingest.encode import load_encoder
from ingest.knowledge import KnowledgeBase


@pytest.fixture(scope="module")
def base(held):
    """A checker, and what gives the source whose passage begins in some way."""
    encoder = load_encoder(held.model)
    with closing((knowledge := KnowledgeBase(held.index)).store):
        checker = Checker(
            encoder, CorpusLexicon((p.search_text for p in knowledge.passages.values()), held.corpus, encoder)
        )

        def source(begins: str, number: int = 1) -> Source:
            passage = next(p for p in knowledge.passages.values() if p.text.startswith(begins))
            vectors, offsets = knowledge.store.token_vectors([passage.id])[passage.id]
            return Source(number, passage, knowledge.reports[passage.report_id], passage.sentences, vectors, offsets)

        yield checker, source


WAIT = "Families wait 41 weeks"
VILLAGE = "Occupational therapy is offered"
BUS = "The minibus to Oakham"


@pytest.mark.parametrize(
    "sentence, begins",
    [
        ("Families in Torbay wait 41 weeks on average to see an occupational therapist.", WAIT),
        ("Many families buy private help.", WAIT),
        ("In Rutland, families wait nine weeks for an appointment.", VILLAGE),
        ("Families in Rutland wait 9 weeks for a first appointment.", VILLAGE),
        ("Parents would recommend occupational therapy to anyone.", VILLAGE),
        ("The minibus to the college costs £64,000 a year.", BUS),
        ("Young people have not been asked whether they would rather take the train.", BUS),
        ("In March 2023 families waited 41 weeks on average for an occupational therapist.", WAIT),
    ],
)
def test_a_sentence_that_the_passage_bears_out_is_supported(base, sentence, begins):
    checker, source = base
    assert checker.check(sentence, [source(begins)]).fault == ""


@pytest.mark.parametrize(
    "sentence, begins, fault",
    [
        ("Families in Torbay wait 14 weeks on average for an occupational therapist.", WAIT, "figure"),
        ("Families in Torbay wait 41 days on average to see an occupational therapist.", WAIT, "figure"),
        ("In May families waited 41 weeks on average for an occupational therapist.", WAIT, "figure"),
        ("Families in Devon wait 41 weeks on average for an occupational therapist.", WAIT, "name"),
        ("Families wait 41 weeks on average for a first appointment with Doctor Harker.", WAIT, "name"),
        ("Families do not wait 41 weeks for a first appointment.", WAIT, "turned"),
        ("Young people have been asked whether they would rather learn to take the train.", BUS, "turned"),
        ("Families wait 41 weeks on average because therapists have left for better pay elsewhere.", WAIT, "wording"),
        ("Nurseries find the booklet on toilet training useful.", WAIT, "wording"),
        ("Families “wait for ever” for an occupational therapist.", WAIT, "quote"),
        ("The partnership counts the pupils on part-time timetables every half term.", "count the pupils", "turned"),
    ],
)
def test_a_sentence_that_says_something_else_has_a_fault(base, sentence, begins, fault):
    checker, source = base
    assert checker.check(sentence, [source(begins)]).fault == fault


def test_a_sentence_over_two_passages_rests_on_both(base):
    checker, source = base
    both = [source(WAIT, 1), source(VILLAGE, 2)]
    verdict = checker.check(
        "Families in Torbay wait 41 weeks for a first appointment, while in Rutland they wait nine weeks.", both
    )
    assert verdict.fault == "" and {place[0].number for place in verdict.places} == {1, 2}


def test_figures_of_two_areas_that_change_places_are_seen(base):
    checker, source = base
    both = [source(WAIT, 1), source(VILLAGE, 2)]
    verdict = checker.check(
        "Families in Torbay wait nine weeks for a first appointment, while in Rutland they wait 41 weeks.", both
    )
    assert verdict.fault == "figure"


def test_a_passage_that_adds_nothing_is_not_cited(base):
    checker, source = base
    verdict = checker.check(
        "Families wait 41 weeks on average for a first appointment with an occupational therapist.",
        [source("Sailing clubs", 1), source(WAIT, 2)],
    )
    assert [place[0].number for place in verdict.places] == [2]


def test_what_is_quoted_is_the_sentence_that_bears_it_out(base):
    checker, source = base
    ((found, start, end),) = checker.check("Many buy private help.", [source(WAIT)]).places
    assert found.passage.text[start:end] == "Many buy private help instead."


def test_nothing_cited_is_a_fault(base):
    assert base[0].check("Families wait.", []).fault == "citation"


def test_a_model_of_inference_can_object(base):
    checker, source = base
    asked = []
    strict = Checker(
        checker._encoder, checker._lexicon, lambda premise, statement: asked.append((premise, statement)) or 0.1
    )
    assert strict.check("Many buy private help.", [source(WAIT)]).fault == "wording"
    assert asked == [("Many buy private help instead.", "Many buy private help.")]


def test_quotation_marks_hold_the_passages_words_or_are_wrong():
    text = "It's the staff's “first priority”, they said."
    assert wrong_quotes("Staff call it \"first priority,\" and the 'staff's' own.", [text]) == []
    assert wrong_quotes("Staff call it “last priority”.", [text]) == ["last priority"]
    assert wrong_quotes("The staff's aim isn't new.", [text]) == []
