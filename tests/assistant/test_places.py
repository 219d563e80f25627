"""Where a question asks about: areas, groups of areas, and the asker's own."""

from pathlib import Path

import pytest

from assistant.lexicon import CorpusLexicon
from assistant.places import places_of
from ingest.errors import SettingsError

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
TEXTS = ("Families wait for speech therapy.", "Short breaks are valued.")


@pytest.fixture(scope="module")
def at_home():
    return CorpusLexicon(TEXTS, CORPUS, home_area="Wilts")


@pytest.fixture(scope="module")
def nowhere():
    return CorpusLexicon(TEXTS, CORPUS)


@pytest.mark.parametrize(
    "question", ["What did Ofsted say about us?", "Why are our waits so long?", "Why are you failing children?", "What is it like here for families?", "What must this council do?"])
def test_words_for_the_asker_s_own_area_mean_the_home_area(at_home, question):
    assert places_of(question, at_home).areas == ("Wiltshire",)


@pytest.mark.parametrize(
    "question", ["Can you tell me about waits?", "Tell us about waits", "Do you have any reports?", "Which areas could we learn from?", "Thank you"])
def test_words_to_the_assistant_mean_no_area(at_home, question):
    assert places_of(question, at_home).areas == ()


def test_an_area_that_is_named_stands_alone_unless_it_is_compared(at_home):
    assert places_of("What can you say about Surrey?", at_home).areas == ("Surrey",)
    assert places_of("How do we compare with Surrey on short breaks?", at_home).areas == ("Wiltshire", "Surrey")


def test_without_a_home_area_the_word_is_remembered(nowhere):
    assert places_of("Why are our waits so long?", nowhere).own == "our"
    assert places_of("Why are our waits in Kent so long?", nowhere).own == ""
    assert places_of("Why are waits so long?", nowhere).own == ""


def test_a_home_area_that_is_none_is_refused():
    with pytest.raises(SettingsError, match="home_area: 'Atlantis' is no local area of England"):
        CorpusLexicon(TEXTS, CORPUS, home_area="Atlantis")


def test_a_group_is_scope_and_no_subject(nowhere):
    found = places_of("Which London boroughs have long waits in the South West?", nowhere)
    assert [group.name for group in found.groups] == ["areas in London", "areas in the South West"]
    assert found.bare.split() == "Which areas have long waits ?".split()


def test_scope_set_by_hand_is_not_widened_by_the_question(at_home):
    assert places_of("Why are our waits in the South West so long?", at_home, by_hand=True).groups == ()
