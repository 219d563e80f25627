"""Abbreviations are explained where an answer uses them."""

from assistant.abbreviations import Abbreviations
from assistant.answer import Answer, Point
from assistant.render import answer_html, escape
from ingest.glossary import Term

TERMS = Abbreviations(
    (
        Term("EHCP", "education, health and care plan", ("EHC plan", "EHCPs", "care plans")),
        Term("CAMHS", "child and adolescent mental health services"),
        Term("SEND", "special educational needs and disabilities"),
        Term("DfE", "Department for Education"),
    )
)


def test_abbreviations_are_found_in_order_of_first_use_and_as_whole_words():
    found = TERMS.of(["The DfE read an EHCP and EHCPs.", "CAMHSX, camhs, pre-CAMHS and care plans; CAMHS."])
    assert list(found) == ["DfE", "EHCP", "CAMHS"]
    assert found["EHCP"] == "education, health and care plan"


def test_what_the_page_or_the_text_itself_explains_is_left_out():
    assert TERMS.of(["SEND", "Child and adolescent mental health services (CAMHS) are late. CAMHS grow."]) == {}


def test_first_use_is_marked_and_all_else_escaped():
    unmarked = {"DfE": "Department <for> Education"}
    html = TERMS.mark("<b>DfE</b> and DfE", unmarked, escape)
    assert html == '&lt;b&gt;<abbr title="Department &lt;for&gt; Education">DfE</abbr>&lt;/b&gt; and DfE'
    assert unmarked == {}


def test_answer_says_in_words_what_its_abbreviations_stand_for():
    html = answer_html(Answer("q", "answered", "", (Point("The EHCP was late."), Point("An EHCP is due."))), 1, TERMS)
    assert html.count("<abbr") == 1
    assert "<dt>EHCP</dt><dd>education, health and care plan</dd>" in html
    assert "Abbreviations" not in answer_html(Answer("q", "answered", "", (Point("None."),)), 1, TERMS)


def test_without_a_glossary_nothing_is_marked():
    assert Abbreviations().of(["EHCP"]) == {}
    assert Abbreviations().mark("EHCP <i>", {}, escape) == "EHCP &lt;i&gt;"
