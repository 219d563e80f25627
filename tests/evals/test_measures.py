"""Every measure on made-up answers, with figures worked by hand."""

import math

import pytest

from assistant.answer import Answer, Candidate, Point
from evals.cases import Case, Gold
from evals.measures import MEASURES, scores_of
from evals.trial import Trial
from evals.wording import squashed
from tests.evals.made_answers import cited, quoted

GULL = "The keeper counts every gull before lunch."
FERRY = "The ferry leaves at noon on weekdays only."
TOLL = "No toll is asked of islanders after dusk."


def gold(quote, **more):
    return Gold(document="islands", quote=quote, **more)


def scores(case: dict, answer: Answer, held=(), text="") -> dict:
    case = Case(**({"id": "a", "question": "?"} | case))
    return scores_of(Trial(case, answer, 0.25, held, lambda report_id: squashed(text)))


def test_an_answer_is_right_with_every_fact_half_the_gold_and_nothing_forbidden():
    case = {"facts": ["gull", ["noon", "12 o'clock"]], "gold": [gold(GULL), gold(TOLL)], "forbidden": ["midnight"]}
    found = scores(case, quoted(cited(GULL), cited(FERRY, number=2)))
    assert (found["right"], found["fact_recall"], found["gold_recall"], found["clean"]) == (1, 1, 0.5, 1)


@pytest.mark.parametrize(
    "more", [{"facts": ["gull", "tern"]}, {"forbidden": ["ferry"]}, {"gold": [gold(TOLL)]}], ids=["fact", "forbidden", "gold"]
)
def test_one_thing_missing_or_forbidden_makes_it_wrong(more):
    assert scores(more, quoted(cited(GULL), cited(FERRY, number=2)))["right"] == 0


def test_a_question_without_an_answer_is_right_only_as_a_refusal():
    case = {"answerable": False}
    refusal = Answer("?", "not_found", "The reports held do not answer this.")
    assert [scores(case, refusal)[name] for name in ("right", "refused", "answered")] == [1, 1, None]
    assert [scores(case, quoted(cited(GULL)))[name] for name in ("right", "refused")] == [0, 0]
    assert scores(case, Answer("?", "error", ""))["refused"] == 0


def test_a_refusal_of_an_answerable_question_counts_against_the_other_rate():
    found = scores({"facts": ["gull"]}, Answer("?", "not_found", "Gull? Not in the reports."))
    assert [found[name] for name in ("answered", "refused", "right", "fact_recall")] == [0, None, 0, 1]


def test_gold_counts_from_seven_tenths_of_its_words_and_may_be_joined_of_two_citations():
    # six words, four triples: the first three of them are 75 %
    assert scores({"gold": [gold("keeper counts every gull before lunch")]}, quoted(cited("The keeper counts every gull before tea.")))["gold_recall"] == 1
    assert scores({"gold": [gold("keeper counts every gull before lunch")]}, quoted(cited("The keeper counts every gull.")))["gold_recall"] == 0
    halves = quoted(cited("The keeper counts every gull"), cited("gull before lunch.", number=2))
    assert scores({"gold": [gold("The keeper counts every gull before lunch.")]}, halves)["gold_recall"] == 1
    other = quoted(cited(GULL, file="mainland.md"))
    assert scores({"gold": [gold(GULL)]}, other)["gold_recall"] == 0


def test_gold_at_its_place_asks_for_page_and_label():
    def placed(citation, **place):
        return scores({"gold": [gold(GULL, **place)]}, quoted(citation))["gold_placed"]

    assert placed(cited(GULL, page=3), page=3) == 1
    assert placed(cited(GULL, page=4), page=3) == 0
    assert placed(cited(GULL), page=3) == 1, "a format without pages cannot be held to one"
    assert placed(cited(GULL, label="5.1"), label="5.2") == 0
    assert placed(cited(GULL)) is None, "the case names no place"
    assert placed(cited(FERRY), page=3) is None, "not quoted at all"


def test_gold_held_tells_a_knowledge_base_that_lost_its_text():
    assert scores({"gold": [gold(GULL), gold(FERRY)]}, quoted(cited(GULL)), held=(("islands:1",), ()))["gold_held"] == 0.5


def test_statements_must_be_borne_out_by_their_own_citations():
    right, wrong = cited(GULL), cited(FERRY, number=2)
    points = (
        Point("Three findings:", ours=True),
        Point(GULL, citations=(right,)),
        Point("The keeper counts every gull.", citations=(right,)),
        Point(TOLL, citations=(wrong,)),
        Point(TOLL),
    )
    assert scores({}, Answer("?", "answered", "", points, (right, wrong)))["citation_recall"] == 0.5
    assert scores({}, Answer("?", "not_found", "", points, (right,)))["citation_recall"] is None


def test_citations_are_to_the_point_in_gold_passages_or_with_a_fact():
    answer = quoted(cited(GULL, passage="p1"), cited(FERRY, number=2, passage="p2"), cited(TOLL, number=3, passage="p3"), cited("Rain.", number=4, passage="p4"))
    case = {"gold": [gold("counts every gull")], "facts": ["noon"]}
    assert scores(case, answer, held=(("p1",),))["citation_precision"] == 0.5


def test_a_quote_with_one_letter_changed_is_not_verbatim():
    text = f"{GULL}\n{FERRY}"
    assert scores({}, quoted(cited(GULL), cited(FERRY, number=2)), text=text)["verbatim"] == 1
    assert scores({}, quoted(cited(GULL), cited("The ferry leaves at moon.", number=2)), text=text)["verbatim"] == 0.5
    assert scores({}, Answer("?", "not_found", ""), text=text)["verbatim"] is None


def test_a_false_premise_is_corrected_with_what_is_so():
    case = {"kind": "trap", "facts": ["no toll"], "forbidden": ["toll of"]}
    assert scores(case, quoted(cited(TOLL)))["corrected"] == 1
    assert scores(case, quoted(cited("A toll of two pounds.")))["corrected"] == 0
    assert scores(case | {"kind": "fact"}, quoted(cited(TOLL)))["corrected"] is None


def test_strength_is_told_from_concern_by_the_role_of_the_quote():
    case = {"gold": [gold(GULL, side="strength"), gold(FERRY, side="concern"), gold(TOLL)]}
    answer = quoted(cited(GULL), cited(FERRY, number=2), roles=("strength", "recommendation"))
    assert scores(case, answer)["polarity"] == 1
    assert scores(case, quoted(cited(GULL), cited(FERRY, number=2), roles=("concern", "concern")))["polarity"] == 0.5
    assert scores(case, quoted(cited(GULL)))["polarity"] == 0, "'answer' takes no side"
    assert scores(case, quoted(cited(TOLL)))["polarity"] is None


def test_a_list_is_scored_for_what_is_said_and_for_its_order():
    case = {"kind": "list", "gold": [gold(GULL), gold(FERRY), gold(TOLL), gold("Seals sleep on the northern rocks.")]}
    found = scores(case, quoted(cited(GULL), cited(TOLL, number=2), cited(FERRY, number=3)))
    assert found["list_complete"] == 0.75
    assert found["list_in_order"] == pytest.approx(2 / 3)
    assert scores(case | {"kind": "topic"}, quoted(cited(GULL)))["list_complete"] is None


def test_a_list_with_more_facts_than_gold_is_scored_by_facts():
    case = {"kind": "list", "facts": ["gull", "ferry", "toll"], "gold": [gold(GULL)]}
    found = scores(case, quoted(cited(FERRY), cited(GULL, number=2)))
    assert found["list_complete"] == pytest.approx(2 / 3)
    assert found["list_in_order"] == 0.5


def test_across_is_scored_for_extra_and_for_missing_reports():
    case = {"kind": "across", "complete_documents": ["islands.pdf", "coast", "moor"]}
    answer = quoted(cited(GULL), cited(FERRY, number=2, file="coast.pdf"), cited(TOLL, number=3, file="town.pdf"))
    found = scores(case, answer)
    assert (found["across_precision"], found["across_recall"]) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    refused = scores(case, Answer("?", "not_found", ""))
    assert (refused["across_precision"], refused["across_recall"]) == (None, 0)


def test_retrieval_is_scored_in_the_order_of_the_rerank():
    candidates = tuple(Candidate(f"p{n}", False, {"fusion": 1 / n, "late": late}) for n, late in ((1, 0.1), (2, 0.9), (3, 0.5)))
    answer = Answer("?", "answered", "", candidates=candidates)  # order: p2, p3, p1
    found = scores({"gold": [gold(FERRY), gold(TOLL)]}, answer, held=(("p3",), ("p9",)))
    assert found["mrr"] == 0.5
    assert found["recall_at_5"] == found["recall_at_10"] == 0.5
    best = 1 + 1 / math.log2(3)
    assert found["ndcg_at_10"] == pytest.approx(1 / math.log2(3) / best)
    assert scores({"gold": [gold(FERRY)]}, quoted(cited(FERRY)), held=(("p3",),))["mrr"] is None


def test_words_leave_out_citation_numbers_and_bullets():
    found = scores({}, Answer("?", "answered", "**However**\n- “The tide turns.” [1]\n- At six – or so. [2]"))
    assert (found["words"], found["seconds"]) == (8, 0.25)


def test_every_measure_has_its_own_name_and_says_what_it_means():
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    assert all(measure.label and measure.says.endswith(".") for measure in MEASURES)
