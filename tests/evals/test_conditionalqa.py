"""Retrieval measures, worked by hand on three made-up pages."""

import json

import pytest

from evals.conditionalqa import Result, gain, plain_bm25, read_cases, read_pages, score

PASSAGES = [
    (0, "https://www.gov.uk/boat-licence", "You need a licence to keep a boat on the river."),
    (1, "https://www.gov.uk/boat-licence", "The fee is paid every year."),
    (2, "https://www.gov.uk/dog-walking/rules", "Dogs stay on a lead near the river."),
]


@pytest.fixture
def folder(tmp_path):
    rows = [{"pid": pid, "url": url, "html": f"<p>{text}</p>", "text": text} for pid, url, text in PASSAGES]
    (tmp_path / "evidence_passages.jsonl").write_text("\n".join(map(json.dumps, rows)))
    asked = [
        {"id": "dev-0", "question": "Which licence does a boat need?", "scenario": "I own a boat."},
        {"id": "dev-1", "question": "What is the airspeed of a swallow?", "scenario": ""},
    ]
    (tmp_path / "dev.json").write_text(json.dumps(asked))
    qrels = [{"id": "dev-0", "pids": [0, 1]}, {"id": "dev-1", "pids": []}]
    (tmp_path / "dev_qrels.jsonl").write_text("\n".join(map(json.dumps, qrels)))
    return tmp_path


def test_a_page_is_a_report_titled_by_its_address(folder):
    pages, ids = read_pages(folder)
    assert [(report.id, report.title) for report, _ in pages] == [
        ("boat-licence", "boat licence"),
        ("dog-walking--rules", "dog walking rules"),
    ]
    assert ids == {0: "boat-licence:0001", 1: "boat-licence:0002", 2: "dog-walking--rules:0001"}


def test_spans_of_passages_count_in_the_text_of_their_page(folder):
    (_, passages), _ = read_pages(folder)[0]
    text = "\n".join(passage.text for passage in passages)
    assert [text[p.start : p.end] for p in passages] == [p.text for p in passages]


def test_questions_without_an_answer_are_left_out(folder):
    pages, ids = read_pages(folder)
    (case,) = read_cases(folder, ids)
    assert case.relevant == {"boat-licence:0001", "boat-licence:0002"}


def test_recall_is_the_share_found_and_reciprocal_rank_that_of_the_first(folder):
    _, ids = read_pages(folder)
    cases = read_cases(folder, ids)
    result = score("made up", lambda query: ["dog-walking--rules:0001", "boat-licence:0002"], cases, lambda case: case.question)
    assert result.recall == (0.5,)
    assert result.reciprocal_rank == (0.5,)


def test_plain_bm25_finds_words_and_survives_a_query_without_any(folder):
    pages, _ = read_pages(folder)
    search = plain_bm25(pages)
    assert search("a boat licence, please")[0] == "boat-licence:0001"
    assert search("?!") == []


def test_a_gain_that_is_the_same_on_every_question_has_no_spread():
    base, better = Result("a", (0.0, 0.5), (0.0, 0.0)), Result("b", (0.25, 0.75), (0.0, 0.0))
    assert gain(better, base) == (0.25, 0.25, 0.25)
