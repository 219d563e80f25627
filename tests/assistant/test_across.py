"""Questions across reports: dates, names and what counts as saying it."""

import dataclasses

import pytest

from assistant.across import FAR, LEAST, LESS_FAR, LESS_SURELY, SAYS_SIGNALS, across, may_say, months_asked, saying, who_says
from assistant.answering import Assistant, _forms
from assistant.evidence import Sentence
from assistant.scope import Scope
from assistant.understanding import Request
from made_reports import FIRST, REVIEW


@pytest.mark.parametrize(
    ("question", "months"),
    [
        ("Which areas were visited in March 2023?", {3}),
        ("Which areas were visited between May and July 2023?", {5, 6, 7}),
        ("Which were inspected in the first three months of 2023?", {1, 2, 3}),
        ("Which were inspected in the last quarter of 2024?", {10, 11, 12}),
        ("Which were inspected in the first half of 2024?", {1, 2, 3, 4, 5, 6}),
        ("Which areas were inspected in 2023?", set()),
    ],
)
def test_months_are_read_from_a_question(question, months):
    assert months_asked(question) == months


def test_how_surely_a_report_says_it_is_the_sum_of_the_weighted_signals():
    signals = dict.fromkeys(SAYS_SIGNALS, 0.0) | {"reader": 2.0}
    sentence = Sentence(FIRST, REVIEW, 0, 0, 10, 1.5, signals, frozenset())
    weights = dict.fromkeys(SAYS_SIGNALS, 0.0) | {"bias": -3.5, "score": 1.0, "reader": 1.0}
    # -3.5 + 1.5 + 2 = 0
    assert saying(sentence, weights) == pytest.approx(0.0)


def test_a_report_counts_that_says_it_about_as_surely_as_the_surest():
    weights = dict.fromkeys(SAYS_SIGNALS, 0.0) | {"bias": 0.0, "score": 1.0}
    signals = dict.fromkeys(SAYS_SIGNALS, 0.0)

    def says(*scores):
        read = [Sentence(FIRST, dataclasses.replace(REVIEW, id=str(n)), 0, 0, 10, score, signals, frozenset()) for n, score in enumerate(scores)]
        return [[s.score for s in tier] for tier in who_says(read, weights)]

    assert says(3.0, 3.0 - FAR + 0.1, 3.0 - FAR - 0.1) == [[3.0, 3.0 - FAR + 0.1], [3.0 - FAR - 0.1]]
    assert says(3.0, 3.0 - LESS_FAR - 0.1) == [[3.0], []]
    assert says(LEAST + 0.2, LEAST - 0.2, LESS_SURELY - 0.1) == [[LEAST + 0.2], [LEAST - 0.2]] and says(LEAST - 0.2)[0] == []


def test_areas_that_may_say_it_are_named_and_not_quoted():
    passage = dataclasses.replace(FIRST, text="Boats run daily.", sentences=((0, 16),))
    weights = dict.fromkeys(SAYS_SIGNALS, 0.0) | {"bias": 0.0, "score": 1.0}
    reports = [dataclasses.replace(REVIEW, id=area.lower(), areas=(area,)) for area in ("Marlshire", "Weirland", "Holme")]
    read = [Sentence(dataclasses.replace(passage, id=f"{report.id}:0001", report_id=report.id), report, 0, 0, 16, score, dict.fromkeys(SAYS_SIGNALS, 0.0), frozenset())
            for report, score in zip(reports, (1.0, -0.5, -3.0))]
    answer = across(Request("Who runs boats?", "Who runs boats?", ()), Scope(tuple(reports)), read, weights, 3)
    assert [citation.area for citation in answer.citations] == ["Marlshire"]
    assert answer.points[-1].ours and answer.points[-1].text.startswith("Less surely: Weirland.")


def test_the_surest_report_stands_first_and_what_it_says_to_the_contrary_after_it():
    text = "Boats run daily. Boats are late."
    passage = dataclasses.replace(FIRST, text=text, sentences=((0, 16), (17, 32)))
    weights = dict.fromkeys(SAYS_SIGNALS, 0.0) | {"bias": 0.0, "score": 1.0}
    first, second = (dataclasses.replace(REVIEW, id=area.lower(), areas=(area,)) for area in ("Holme", "Marlshire"))

    def sentence(report, n, score):
        start, end = passage.sentences[n]
        return Sentence(dataclasses.replace(passage, id=f"{report.id}:0001", report_id=report.id), report, n, start, end, score, dict.fromkeys(SAYS_SIGNALS, 0.0), frozenset())

    answer = across(Request("Who runs boats well?", "Who runs boats well?", (), verdict="praise"), Scope((first, second)),
                    [sentence(second, 0, 2.0), sentence(first, 0, 1.0)], weights, 2, [sentence(second, 1, 1.5)])
    assert [(c.area, c.quote) for c in answer.citations] == [
        ("Marlshire", "Boats run daily."), ("Marlshire", "Boats are late."), ("Holme", "Boats run daily.")]
    assert answer.text.startswith("2 of the 2 reports searched were found to speak well of this: Holme, Marlshire. The plainest first; what the same report says against it")


def test_only_reports_with_a_sentence_that_says_it_are_looked_at_again():
    other = dataclasses.replace(REVIEW, id="other")
    weights = dict.fromkeys(SAYS_SIGNALS, 0.0) | {"bias": 0.0, "score": 1.0}
    signals = dict.fromkeys(SAYS_SIGNALS, 0.0)
    read = [Sentence(FIRST, report, n, 0, 10, score, signals, frozenset())
            for n, (report, score) in enumerate(((REVIEW, 1.0), (other, -1.5), (REVIEW, -2.0)))]
    assert may_say(read, weights) == [read[0], read[2]]


def test_praise_is_quoted_with_what_is_taken_back_right_after_it():
    text = "Boats run daily. However, few carry prams. They are blue."
    passage = dataclasses.replace(FIRST, text=text, sentences=((0, 16), (17, 42), (43, 57)))
    signals = dict.fromkeys(SAYS_SIGNALS, 0.0)
    read = [Sentence(dataclasses.replace(passage, id="marlshire:0001"), REVIEW, 0, 0, 16, 1.0, signals, frozenset())]
    weights = dict.fromkeys(SAYS_SIGNALS, 0.0) | {"bias": 1.0}

    def quote(verdict):
        request = Request("Who runs boats?", "Who runs boats?", (), verdict=verdict)
        return across(request, Scope((REVIEW,)), read, weights, 2).citations[0].quote

    assert quote("praise") == "Boats run daily. However, few carry prams."
    assert quote("") == quote("worry") == "Boats run daily."


def test_two_reports_on_one_area_are_not_counted_as_two_areas():
    later = dataclasses.replace(REVIEW, id="later")
    passage = dataclasses.replace(FIRST, text="Boats run daily.", sentences=((0, 16),))
    read = [Sentence(dataclasses.replace(passage, id=f"{report.id}:0001", report_id=report.id), report, 0, 0, 16, 1.0, dict.fromkeys(SAYS_SIGNALS, 0.0), frozenset())
            for report in (REVIEW, later)]
    answer = across(Request("Who runs boats?", "Who runs boats?", ()), Scope((REVIEW, later)), read, dict.fromkeys(SAYS_SIGNALS, 0.0) | {"bias": 1.0}, 5)
    assert answer.text.startswith("2 of the 5 reports searched were found to speak of this, on 1 area: Marlshire.")


@pytest.fixture(scope="module")
def assistant(held):
    with Assistant.open(held) as opened:
        yield opened


def test_reports_of_a_year_are_listed_with_the_sentence_that_dates_them(assistant):
    answer = assistant.ask("Which areas were visited in June 2022?")
    assert [c.area for c in answer.citations] == ["Rutland"]
    assert "14 to 17 June 2022" in answer.citations[0].quote
    assert answer.text.startswith("1 of the ")


def test_reports_of_a_stretch_of_a_year_are_listed(assistant):
    answer = assistant.ask("Which areas were inspected in the first three months of 2023?")
    assert [c.area for c in answer.citations] == ["Torbay"]


def test_a_name_is_known_by_its_abbreviations_spelt_out(assistant):
    lexicon = assistant.view().lexicon
    assert "Bay and Moor integrated care board" in _forms("Bay and Moor ICB", lexicon)
    assert _forms("Meet the Leaders", lexicon) == ("Meet the Leaders",)
