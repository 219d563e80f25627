"""The glossary and the vocabulary are complete enough to use, and a fault in them is named."""

import pytest

from ingest.errors import KnowledgeBaseError
from ingest.glossary import Term, Wording, load_glossary, load_vocabulary
from ingest.settings import ROOT

CORPUS = ROOT / "corpus"


def test_the_fields_abbreviations_are_explained():
    terms = {term.short: term for term in load_glossary(CORPUS)}
    assert len(terms) >= 80
    for short in (
        "EHCP SEND SEN CYP AP SENCO SENDIASS DCO DMO DSCO ICB CCG CAMHS ASD ADHD ND PfA NEET SALT OT EP EOTAS JSNA LA LAP "
        "PCF VSH PEP CIC KLOE DSR CETR SEMH SEF SRO PAP WSoA HMI CQC LGA DfE TAS SDQ LDD PRU EBSA QA MASH YJS"
    ).split():
        assert short in terms
    assert "SLT" in terms["SALT"].also and "CLA" in terms["CIC"].also
    for term in terms.values():
        assert term.note.endswith(".") and 4 <= len(term.note.split()) <= 40, term


def test_no_abbreviation_is_an_everyday_word():
    everyday = set("a add all an and as at be by can do for go he hi if in is it me my nice no odd of on or so to up us we who vs".split())
    forms = {form.lower() for term in load_glossary(CORPUS) for form in (term.short, *term.also)}
    assert not forms & everyday


def test_everyday_words_lead_to_the_fields_terms():
    means = {say: entry.means for entry in load_vocabulary(CORPUS) for say in entry.say}
    assert len(load_vocabulary(CORPUS)) >= 150
    assert "exclusion" in means["chucked out"]
    assert "joint commissioning" in means["buying services together"]
    assert "short breaks" in means["respite"]
    assert "widespread and/or systemic failings" in means["failed"]
    assert "typically positive experiences and outcomes" in means["best verdict"]


def test_everyday_words_are_lower_case_and_never_their_own_meaning():
    for entry in load_vocabulary(CORPUS):
        assert all(say == say.lower() for say in entry.say)
        assert not set(entry.say) & set(entry.means)


def test_a_term_is_read_with_all_its_fields(tmp_path):
    (tmp_path / "glossary.toml").write_text('[[term]]\nshort = "XY"\nlong = "ex why"\nalso = ["X-Y"]\nnote = "Two letters."\n')
    assert load_glossary(tmp_path) == (Term("XY", "ex why", ("X-Y",), "Two letters."),)


def test_an_entry_is_read(tmp_path):
    (tmp_path / "vocabulary.toml").write_text('[[entry]]\nsay = ["a lot"]\nmeans = ["many"]\n')
    assert load_vocabulary(tmp_path) == (Wording(("a lot",), ("many",)),)


@pytest.mark.parametrize(
    "text, said",
    [
        ('[[term]]\nshort = "XY"\nlong = "ex"\n', r"term 1 \(XY\): note must be a text"),
        ('[[term]]\nshort = "XY"\nlong = "ex"\nnote = "n"\nalso = "X"\n', "also must be a list"),
        ('[[term]]\nshort = "XY"\nlong = "ex"\nnote = "n"\nother = 1\n', "unknown field.s. other"),
        ('[[term]]\nshort = "XY"\nlong = "ex"\nnote = "n"\n[[term]]\nshort = "Z"\nlong = "ex"\nnote = "n"\n', "'ex' stands under 'XY'"),
        ('[[word]]\nshort = "XY"\n', "every part must be"),
        ("[[term]\n", "not valid TOML"),
    ],
)
def test_an_error_names_the_file_and_the_term(tmp_path, text, said):
    (tmp_path / "glossary.toml").write_text(text)
    with pytest.raises(KnowledgeBaseError, match="glossary.toml: .*" + said):
        load_glossary(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(KnowledgeBaseError, match="vocabulary.toml: cannot be read"):
        load_vocabulary(tmp_path)


def test_the_glossary_guide_holds_what_the_glossary_holds():
    from ingest.glossary import as_guide

    corpus = ROOT / "corpus"
    assert (corpus / "guides" / "glossary.md").read_text(encoding="utf-8") == as_guide(load_glossary(corpus))
