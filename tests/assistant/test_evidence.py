"""What a sentence holds and says, and the signals it is scored by."""

from dataclasses import replace

import pytest

from assistant.evidence import Nearness, SIGNALS, contact_asked, coverage, holds, named, passage_context, said, score_sentences, stem_set
from assistant.retrieval import Hit
from assistant.understanding import Concept, Request
from ingest.model import ListPlace
from made_reports import FIRST, ONE, REVIEW, SECOND, TWO


@pytest.mark.parametrize(
    ("wants", "text"),
    [
        ("", "Anything at all."),
        ("number", "The team met 210 people."),
        ("number", "Six peers came."),
        ("percent", "Some 47% are late."),
        ("percent", "Over 30 per cent are late."),
        ("percent", "Nearly a third wait."),
        ("money", "It costs £64,000 a year."),
        ("money", "A deficit of 3.2 million."),
        ("date", "Inspectors came in March."),
        ("date", "The plan of 2021 ended."),
        ("date", "It meets on Tuesday."),
        ("duration", "They wait nine weeks."),
        ("duration", "Within 20 working days."),
        ("duration", "The board meets twice a year."),
        ("person", "The team was led by Ann O'Neill."),
        ("person", "The Inclusion Board decides."),
        ("phone", "Ring 01632 960 001."),
        ("email", "Write to send@example.org."),
    ],
)
def test_a_sentence_holds_what_is_wanted(wants, text):
    assert holds(wants, text)


@pytest.mark.parametrize(
    ("wants", "text"),
    [
        ("number", "The team met many people."),
        ("percent", "Some 47 are late."),
        ("money", "It costs too much."),
        ("date", "We may march on."),
        ("date", "It happened long ago."),
        ("duration", "They wait too long."),
        ("duration", "It has 20 rooms."),
        ("phone", "In 2019 and 2020."),
        ("email", "Write to us."),
    ],
)
def test_a_sentence_without_it_does_not(wants, text):
    assert not holds(wants, text)


WAIT = Concept("wait", ((("wait",), 1.0), (("queue",), 0.8)), 0.6)
PLAN = Concept("ehcp", ((("ehcp",), 1.0), (("education", "health", "care", "plan"), 1.0)), 0.3)


def test_a_concept_is_said_in_any_form_and_any_of_its_wordings():
    assert said(WAIT, stem_set("Families waited for months")) == 1.0
    assert said(WAIT, stem_set("The queues are long")) == 0.8
    assert said(WAIT, stem_set("Waits and queues")) == 1.0
    assert said(WAIT, stem_set("Nothing of it")) == 0.0


def test_a_wording_of_several_words_needs_them_all():
    assert said(PLAN, stem_set("Education, health and care plans")) == 1.0
    assert said(PLAN, stem_set("A plan for health and care")) == 0.0


def test_a_term_is_named_only_where_its_words_stand_together():
    assert named(PLAN, "Education, health and care plans are late") and named(PLAN, "The EHCPs are late")
    assert not named(PLAN, "A plan for health, education and social care")


def test_coverage_is_the_share_of_weight_that_is_said():
    assert coverage((WAIT, PLAN), stem_set("Waits for EHCPs")) == pytest.approx(1.0)
    # The wait weighs .6 of .9; a queue says it to .8.
    assert coverage((WAIT, PLAN), stem_set("A queue")) == pytest.approx(0.6 * 0.8 / 0.9)
    assert coverage((), stem_set("A queue")) == 0.0
    assert coverage((replace(WAIT, weight=0.0),), stem_set("Waits")) == 0.0


def test_a_passage_is_read_with_its_headings_and_the_words_before_its_list():
    item = replace(FIRST, place=ListPlace("l1", 1, 3, intro="Leaders should:"))
    assert stem_set("early years findings leaders nursery") <= passage_context(item)


def scored(request, weights, furniture=frozenset(), nearness=None):
    hits = [Hit(FIRST.id, {"fusion": 0.03, "late": 0.5, "window": 0.4}), Hit(SECOND.id, {"fusion": 0.02})]
    passages = {
        FIRST.id: replace(FIRST, sentences=((0, 29), (30, len(ONE)))),
        SECOND.id: replace(SECOND, sentences=((0, 29), (30, len(TWO)))),
    }
    return score_sentences(request, hits, passages, {"marlshire": REVIEW}, furniture, nearness or {}, weights)


ASKED = Request("?", "?", (WAIT,), wants="number")


def test_every_sentence_of_the_hits_is_scored_best_first():
    sentences = scored(ASKED, {"said": 1.0})
    assert len(sentences) == 4
    assert sentences[0].text == "Waits for therapy have grown." and sentences[0].score == pytest.approx(1.0)
    assert [s.score for s in sentences] == sorted((s.score for s in sentences), reverse=True)
    assert sentences[0].concepts == frozenset({0}) and sentences[1].concepts == frozenset()


def test_a_sentence_has_all_signals_and_each_is_about_nought_to_one():
    for sentence in scored(ASKED, {}):
        assert set(SIGNALS) <= set(sentence.signals)
        assert all(0.0 <= value <= 1.0 for value in sentence.signals.values())


def test_signals_come_from_the_sentence_and_from_its_passage():
    sentences = {s.text: s.signals for s in scored(ASKED, {}, frozenset({SECOND.id}), {(FIRST.id, 1): Nearness(0.7, 0.6, 0.8, 0.5, 0.3)})}
    visit, waits = sentences["Its staff visit at home."], sentences["Waits for therapy have grown."]
    assert (visit["late_sentence"], visit["cosine_sentence"], visit["adapted"]) == (0.7, 0.6, 0.8)
    assert (visit["meant"], visit["least_meant"]) == (0.5, 0.3)
    assert (visit["late_passage"], visit["cosine_passage"], visit["lead"], visit["furniture"]) == (0.5, 0.4, 0.0, 0.0)
    # Five words of the eight that a full sentence has.
    assert visit["length"] == pytest.approx(5 / 8)
    assert (waits["said"], waits["said_near"], waits["lead"], waits["furniture"]) == (1.0, 1.0, 1.0, 1.0)
    assert (waits["late_passage"], waits["holds"]) == (0.0, 0.0)


def test_a_heading_is_no_evidence():
    heading = replace(FIRST, kind="heading")
    hits = [Hit(FIRST.id, {"fusion": 0.03})]
    assert score_sentences(ASKED, hits, {FIRST.id: heading}, {"marlshire": REVIEW}, frozenset(), {}, {}) == []


def test_a_passage_without_sentences_is_one():
    hits = [Hit(FIRST.id, {"fusion": 0.03})]
    [only] = score_sentences(ASKED, hits, {FIRST.id: FIRST}, {"marlshire": REVIEW}, frozenset(), {}, {})
    assert only.text == ONE


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("harbour master", "Ask the harbour master, Ann Reed, ann@harbour.example"),
        ("toll keeper", "Bo Lund, the toll keeper, telephone 01632 960001 or email bo@toll.example"),
    ],
)
def test_of_several_contacts_in_a_sentence_the_one_asked_for_is_given(asked, part):
    text = "Ask the harbour master, Ann Reed, ann@harbour.example, and Bo Lund, the toll keeper, telephone 01632 960001 or email bo@toll.example"
    concepts = tuple(Concept(word, (((word,), 1.0),)) for word in asked.split())
    start, end = contact_asked(concepts, text)
    assert text[start:end] == part


def test_a_sentence_with_one_contact_is_given_whole():
    text = "Telephone 01632 960001 and ask for Ann Reed or email ann@harbour.example"
    assert contact_asked((Concept("ann", ((("ann",), 1.0),)),), text) == (0, len(text))
