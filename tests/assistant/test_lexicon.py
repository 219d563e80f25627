"""What the lexicon knows: how telling words are, abbreviations both ways, everyday wordings one way, spelling."""

import math
from types import SimpleNamespace

import pytest

from assistant.lexicon import GLOSSARY_WEIGHT, UNKNOWN, VOCABULARY_WEIGHT, CorpusLexicon, singular

TEXTS = (
    "The committee heard that recommendations on speech therapy were late.",
    "The committee thanked families for waiting.",
    "Speech therapy is short of staff, and the committee knows it.",
    "An occupational therapist visits each school.",
    "Young people travel alone to college with their mentors, and the committee pays.",
    "Every neurodevelopmental assessment is written down.",
    "Recommendations were shared with partners.",
    "The committee closed the meeting.",
)


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "areas.csv").write_text("name,nicknames,region,kind\nWiltshire,Wilts,South West,unitary\n")
    (tmp_path / "glossary.toml").write_text(
        '[[term]]\nshort = "EHCP"\nlong = "education, health and care plan"\nalso = ["EHC plan"]\nnote = "A plan."\n'
        '[[term]]\nshort = "OT"\nlong = "occupational therapy"\nnote = "A therapy."\n'
    )
    (tmp_path / "vocabulary.toml").write_text(
        '[[entry]]\nsay = ["kicked out", "chucked out"]\nmeans = ["exclusion", "permanently excluded"]\n'
        '[[entry]]\nsay = ["plan"]\nmeans = ["strategy"]\n'
        '[[entry]]\nsay = ["a breather"]\nmeans = ["short breaks"]\n'
        '[[entry]]\nsay = ["travellers", "rating"]\nmeans = ["roma"]\n'
        '[[entry]]\nsay = ["getting about"]\nmeans = ["travel training"]\n'
    )
    return tmp_path


@pytest.fixture
def lexicon(corpus):
    return CorpusLexicon(TEXTS, corpus)


def expansion(lexicon, text, at=0):
    return lexicon.expand(text.split(), at)


def test_a_word_in_one_passage_tells_all_and_a_word_in_many_tells_little(lexicon):
    assert lexicon.telling(["neurodevelopmental"]) == pytest.approx(1.0)
    # "committee" stands in five passages of eight.
    assert lexicon.telling(["committee"]) == pytest.approx(math.log(8 / 5) / math.log(8))


def test_words_that_the_reports_put_together_are_one_term(corpus):
    lexicon = CorpusLexicon((*TEXTS, *(f"The local offer of {place} is a page." for place in ("Yate", "Wells", "Diss")), "Two years on, two years late, two years lost."), corpus)
    assert expansion(lexicon, "our local offers page", 1) == (2, "local offers", [])
    assert expansion(lexicon, "two years") is None, "a number is part of no term"
    assert expansion(lexicon, "the committee") is None
    assert expansion(lexicon, "offer local") is None


def test_several_words_tell_as_much_as_the_most_telling(lexicon):
    assert lexicon.telling(["the", "neurodevelopmental"]) == pytest.approx(1.0)
    assert lexicon.telling([]) == 0.0


def test_a_word_that_no_report_holds_tells_something_but_not_all(lexicon):
    assert lexicon.telling(["submarine"]) == UNKNOWN


def test_a_word_is_known_in_any_form(lexicon):
    assert lexicon.known("recommendation") and lexicon.known("visiting")
    assert not lexicon.known("submarine")


def test_an_abbreviation_brings_its_long_form_and_its_other_forms(lexicon):
    used, written, alternatives = expansion(lexicon, "ehcp numbers")
    assert (used, written) == (1, "ehcp")
    assert (("education", "health", "care", "plan"), GLOSSARY_WEIGHT) in alternatives
    assert (("ehc", "plan"), GLOSSARY_WEIGHT) in alternatives


def test_a_long_form_brings_its_abbreviation(lexicon):
    used, written, alternatives = expansion(lexicon, "occupational therapy waits")
    assert (used, written) == (2, "occupational therapy")
    assert alternatives == [(("ot",), GLOSSARY_WEIGHT)]


def test_a_plural_of_an_entry_is_the_entry(lexicon):
    assert expansion(lexicon, "ehcps")[0] == 1
    assert expansion(lexicon, "ehc plans")[0] == 2


def test_a_word_of_the_same_stem_and_another_meaning_is_not_the_entry(lexicon):
    assert expansion(lexicon, "traveller")[0] == 1 and expansion(lexicon, "ratings")[0] == 1
    assert expansion(lexicon, "travel") is None and expansion(lexicon, "rates") is None


@pytest.mark.parametrize(
    ("plural", "single"),
    [("plans", "plan"), ("therapies", "therapy"), ("businesses", "business"), ("boxes", "box"), ("class", "class"), ("status", "status"),
     ("analysis", "analysis"), ("branches", "branch"), ("ties", "tie")],
)
def test_plural_endings_come_off(plural, single):
    assert singular(plural) == single


def test_an_everyday_wording_brings_the_fields_terms_but_not_the_other_way(lexicon):
    used, _, alternatives = expansion(lexicon, "kicked out")
    assert used == 2 and (("exclusion",), VOCABULARY_WEIGHT) in alternatives
    assert (("permanently", "excluded"), VOCABULARY_WEIGHT) in alternatives
    assert expansion(lexicon, "exclusion") is None
    # Nor does one everyday wording bring the other.
    assert (("chucked",), VOCABULARY_WEIGHT) not in alternatives


def test_little_words_of_an_entry_must_be_the_same(lexicon):
    assert expansion(lexicon, "getting about town")[0] == 2
    assert expansion(lexicon, "get about town") is None


def test_a_word_written_with_and_without_a_hyphen_is_one(corpus):
    both = CorpusLexicon((*TEXTS, "Co-production is new.", "They value coproduction.", "A self-evaluation was made."), corpus)
    assert expansion(both, "co production") == (2, "co production", [(("coproduction",), GLOSSARY_WEIGHT)])
    assert expansion(both, "coproduction") == (1, "coproduction", [(("co", "production"), GLOSSARY_WEIGHT)])
    # No report writes this one in one word, so there is nothing to add.
    assert expansion(both, "self evaluation") is None


def test_the_longest_entry_wins(lexicon):
    assert expansion(lexicon, "ehc plan")[1] == "ehc plan"
    assert expansion(lexicon, "plan")[2] == [(("strategy",), VOCABULARY_WEIGHT)]


def test_an_entry_is_found_where_it_starts_and_nowhere_else(lexicon):
    assert expansion(lexicon, "pupils kicked out", 1)[0] == 2
    assert expansion(lexicon, "pupils kicked out", 0) is None
    assert expansion(lexicon, "kicked the ball out") is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("commitee", ("committee",)),
        ("recomendations", ("recommendations",)),
        ("comittee", ("committee",)),
        ("theraphy", ("therapy",)),
        ("assesment", ("assessment",)),
        ("nuerodevelopmental", ("neurodevelopmental",)),
        ("speechtherapy", ("speech", "therapy")),
        ("youngpeople", ("young", "people")),
        ("acording", ("according",)),
    ],
)
def test_a_misspelt_or_run_together_word_is_read_as_the_reports_spell_it(lexicon, written, meant):
    assert lexicon.respell(written) == meant


@pytest.mark.parametrize("word", ["committee", "visiting", "submarine", "otter", "late", "2023", "ehcp", "breather"])
def test_known_short_and_quite_unknown_words_stay_as_they_are(lexicon, word):
    assert lexicon.respell(word) == (word,)


@pytest.mark.parametrize("word", ["tents", "stuff", "mentor", "parents", "submittee", "parking"])
def test_a_word_of_the_language_is_not_bent_into_another(corpus, word):
    lexicon = CorpusLexicon((*TEXTS, "Staff of the centre marking partners' work."), corpus, SimpleNamespace(is_word=lambda word: word != "comittee"))
    assert lexicon.respell(word) == (word,)
    assert lexicon.respell("comittee") == ("committee",)


def test_two_slips_are_mended_in_long_words_only(lexicon):
    assert lexicon.respell("recomendatoins") == ("recommendations",)
    assert lexicon.respell("comitee") == ("comitee",)


def test_a_lexicon_over_no_passages_still_answers(corpus):
    empty = CorpusLexicon((), corpus)
    assert empty.telling(["committee"]) == UNKNOWN and empty.respell("commitee") == ("commitee",)
