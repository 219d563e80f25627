"""Sentences of made-up reports are found again by their prints."""

import json
from pathlib import Path

import pytest

from evals.training.locate import Pair, locate, read_pairs, refer, resolved_share, words
from ingest.errors import SendAssistantError
from ingest.load_pdf import load_pdf
from ingest.structure import build_passages

FERRY = "The ferry to the northern islands sails twice a week in winter."
LIGHTHOUSE = "The keeper of the lighthouse counts every gull before breakfast and writes the number down."
HARBOUR = "Nobody has painted the harbour wall since the great storm."
REPORT = [FERRY, LIGHTHOUSE, HARBOUR]


def pair(*answers, near=(), report="islands"):
    return Pair(
        id="islands-01",
        question="How often does the ferry go?",
        style="fact",
        report=report,
        answers=tuple(answers),
        near=tuple(near),
        answerable=bool(answers),
    )


def positions(reference, sentences):
    (found,) = locate([pair(reference)], {"islands": sentences})
    return found.answer_positions


def test_words_are_the_same_whether_or_not_a_hyphen_was_wrapped():
    assert words("Up-to- date plans, the child’s own") == ["up", "to", "date", "plans", "the", "childs", "own"]
    assert words("up-to-date plans, the child's own") == words("Up-to- date plans, the child’s own")


def test_a_sentence_is_found_by_the_print_of_the_whole_whatever_its_spaces_and_quotes():
    assert positions(refer(LIGHTHOUSE, 2), [FERRY, LIGHTHOUSE.upper().replace(" ", "  "), HARBOUR]) == (1,)


def test_the_same_sentence_printed_twice_is_found_twice():
    assert positions(refer(FERRY, 1), [FERRY, HARBOUR, FERRY]) == (0, 2)


def test_a_sentence_split_in_two_gives_both_halves():
    halves = ["The keeper of the lighthouse counts every gull", "before breakfast and writes the number down."]
    assert positions(refer(LIGHTHOUSE, 2), [FERRY, *halves, HARBOUR]) == (1, 2)


def test_two_sentences_joined_give_the_one_that_holds_the_answer():
    assert positions(refer(LIGHTHOUSE, 2), [FERRY + " " + LIGHTHOUSE, HARBOUR]) == (0,)


def test_a_sentence_under_a_heading_glued_to_it_is_found():
    assert positions(refer(HARBOUR, 3), [FERRY, "Areas for repair " + HARBOUR]) == (1,)


def test_one_end_is_enough_where_it_stands_once():
    cut_short = "The keeper of the lighthouse counts every gull before lunch."
    assert positions(refer(LIGHTHOUSE, 2), [FERRY, cut_short, HARBOUR]) == (1,)


def test_one_end_is_not_enough_where_it_stands_twice():
    twice = ["The keeper of the lighthouse counts boats.", "The keeper of the lighthouse counts clouds."]
    assert positions(refer(LIGHTHOUSE, 2), [FERRY, *twice]) == ()


def test_ends_far_apart_are_not_one_sentence():
    apart = ["The keeper of the lighthouse sleeps.", *[FERRY] * 4, "He comes down and writes the number down."]
    found = positions(refer("The keeper of the lighthouse and writes the number down.", 2), apart)
    assert found == ()


def test_a_short_sentence_is_found_inside_a_longer_one():
    assert positions(refer("Call 5550.", 4), [FERRY, "Harbour office. Call 5550. Ask for Ann."]) == (1,)


def test_a_sentence_that_is_not_there_is_counted_as_unresolved():
    located = locate([pair(refer(FERRY, 1), refer("Quite another matter stands here today.", 1))], {"islands": REPORT})
    assert located[0].answers == ((0,), ())
    assert resolved_share(located) == (1, 2)


def test_a_near_miss_in_the_same_sentence_as_the_answer_is_dropped():
    joined = [FERRY + " " + HARBOUR, LIGHTHOUSE]
    (found,) = locate([pair(refer(FERRY, 1), near=[refer(HARBOUR, 1), refer(LIGHTHOUSE, 1)])], {"islands": joined})
    assert found.answer_positions == (0,)
    assert found.near_positions == (1,)


def test_a_pair_of_a_report_that_is_not_given_is_left_out():
    assert locate([pair(refer(FERRY, 1), report="mainland")], {"islands": REPORT}) == []


def test_pairs_survive_the_file(tmp_path):
    pairs = [pair(refer(FERRY, 1), near=[refer(HARBOUR, None)])]
    path = tmp_path / "pairs.jsonl"
    path.write_text("".join(one.model_dump_json() + "\n" for one in pairs), encoding="utf-8")
    assert read_pairs(path) == pairs


def test_a_line_that_is_no_pair_is_named(tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps({"id": "x"}) + "\n", encoding="utf-8")
    with pytest.raises(SendAssistantError, match="pairs.jsonl: line 1"):
        read_pairs(path)


PAIRS = Path(__file__).resolve().parents[2] / "evals" / "training" / "pairs.jsonl"


def test_every_pair_has_its_own_id_and_answers_only_where_there_are_some():
    pairs = read_pairs(PAIRS)
    assert len({one.id for one in pairs}) == len(pairs) >= 700
    assert all(bool(one.answers) == one.answerable for one in pairs)


def test_no_near_miss_is_also_an_answer():
    for one in read_pairs(PAIRS):
        assert not {reference.print for reference in one.answers} & {reference.print for reference in one.near}, one.id


@pytest.mark.parametrize("report", ["bury_07-may-2024", "sandwell_12-september-2023"])
def test_the_sentences_of_a_real_report_are_found_on_their_pages(shared, report):
    passages = build_passages(load_pdf(shared / "reports" / "inspections" / f"{report}.pdf"), report)
    sentences = [(passage, start, end) for passage in passages for start, end in passage.sentences]
    located = locate(read_pairs(PAIRS), {report: [passage.text[start:end] for passage, start, end in sentences]})
    found, of = resolved_share(located)
    assert found == of > 60
    for one in located:
        for reference, (first, *_) in zip(one.pair.answers, one.answers):
            passage, start, _ = sentences[first]
            assert passage.page_at(start).page == reference.page, one.pair.id
