"""The whole path from a question to an answer, over made-up reports with the real encoder."""

import json
import shutil
from dataclasses import replace

import pytest

from assistant.answering import Assistant
from assistant.check import problem
from assistant.cli import main
from assistant.understanding import Filters
from ingest.errors import KnowledgeBaseError, SendAssistantError
from ingest.knowledge import KnowledgeBase
from ingest.settings import Settings
from made_reports import DEVON


@pytest.fixture(scope="module")
def assistant(held):
    with Assistant.open(held) as opened:
        yield opened


WAIT = "How long do families in Torbay wait for an occupational therapist?"


def test_a_fact_is_answered_with_a_citation_that_holds(assistant, held):
    answer = assistant.ask(WAIT)
    assert answer.status == "answered"
    first = answer.citations[0]
    assert "41 weeks" in first.quote and first.quote in answer.text
    assert (first.file, first.area, first.kind, first.date) == (
        "torbay-area-send-inspection-2023.md", "Torbay", "inspection", "March 2023"
    )  # fmt: skip
    assert first.section == "Life with SEND here"
    store = KnowledgeBase(held.index).store
    assert [problem(c, store) for c in answer.citations] == [None] * len(answer.citations)
    assert answer.searched == ("Area SEND inspection of Torbay Local Area Partnership",)


def test_a_sum_of_money_is_answered_with_its_label(assistant):
    answer = assistant.ask("How much does the minibus to college cost in Rutland?")
    assert answer.status == "answered" and "£64,000" in answer.citations[0].quote
    assert answer.citations[0].label.startswith("2.2") and answer.citations[0].page is None


def test_two_questions_in_one_are_both_answered(assistant):
    answer = assistant.ask("How long do families in Torbay wait for an occupational therapist, and what booklet do leaders publish?")
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert "41 weeks" in quotes and "toilet training" in quotes


def test_a_count_of_printed_items_is_answered_with_the_list(assistant):
    answer = assistant.ask("How many recommendations did the peers make in Rutland?")
    assert answer.text.startswith("3 of 3, ") and len(answer.citations) == 3


def test_both_sides_are_told_apart_and_a_silent_one_is_said(assistant):
    answer = assistant.ask("Leaders' work with nurseries in Torbay: what is good about it and what is not?")
    assert [point.heading for point in answer.points if point.citations and "booklet" in point.text] == ["Strengths"]
    assert {point.heading for point in answer.points} == {"Strengths", "However"}


def test_every_quote_stands_in_the_report_at_its_place(assistant, held):
    store = KnowledgeBase(held.index).store
    for question in ("What about part-time timetables?", "What did the peers find on travel?", "What helps families?"):
        for c in assistant.ask(question).citations:
            assert store.report_text(c.report_id)[c.start : c.end] == c.quote


def test_an_area_that_is_not_held_is_named_and_no_other_answers(assistant):
    answer = assistant.ask("How long do families in Surrey wait for an occupational therapist?")
    assert answer.status == "not_found" and "Surrey" in answer.text
    assert answer.citations == () and answer.searched == ()


def test_a_follow_up_keeps_the_subject_and_moves_the_area(assistant):
    turns = [{"role": "user", "content": WAIT}, {"role": "assistant", "content": "41 weeks"}]
    answer = assistant.ask("and in Rutland?", turns)
    assert answer.status == "answered" and "nine weeks" in answer.citations[0].quote
    assert {c.area for c in answer.citations} == {"Rutland"}


def test_a_follow_up_keeps_the_area(assistant):
    answer = assistant.ask("What about part-time timetables?", [{"role": "user", "content": WAIT}])
    assert {c.area for c in answer.citations} == {"Torbay"}
    assert any("part-time timetables" in c.quote for c in answer.citations)


def test_filters_hold_whatever_the_question_names(assistant):
    answer = assistant.ask("How long do families wait for occupational therapy?", filters=Filters(areas=("rutland",)))
    assert {c.area for c in answer.citations} == {"Rutland"}
    with pytest.raises(SendAssistantError, match="nothing.pdf"):
        assistant.ask("Why?", filters=Filters(reports=("nothing.pdf",)))


def test_another_report_on_the_area_answers_where_the_one_asked_for_does_not(tmp_path):
    from ingest.pipeline import ingest

    (tmp_path / "devon-send-peer-review-2021.txt").write_text(DEVON)
    (tmp_path / "devon-area-send-inspection-2023.md").write_text(
        "# Area SEND inspection of Devon Local Area Partnership\n\nInspection dates: 6 to 10 March 2023\n\n"
        "Ofsted and the Care Quality Commission looked at services together.\n\n"
        "Sailing clubs on the quay give disabled teenagers in Devon somewhere to meet.\n")
    chosen = Settings(index=tmp_path / "kb")
    ingest([tmp_path], chosen)
    with Assistant.open(chosen) as opened:
        answer = opened.ask("What did the 2023 inspection of Devon say about the braille teacher?")
        assert answer.status == "partial" and answer.points[0].ours
        assert answer.text.startswith("Area SEND inspection of Devon, March 2023 does not answer this. This is from another report:")
        assert "eleven thousand miles" in answer.text and {c.kind for c in answer.citations} == {"peer review"}


def test_an_area_without_a_report_is_answered_from_the_reports_that_name_it(tmp_path):
    from ingest.pipeline import ingest

    (tmp_path / "devon-send-peer-review-2021.txt").write_text(DEVON + "\nPupils who live in Devon and go to school in Cornwall travel by taxi.\n")
    chosen = Settings(index=tmp_path / "kb")
    ingest([tmp_path], chosen)
    with Assistant.open(chosen) as opened:
        answer = opened.ask("How do pupils travel to school in Cornwall?")
        assert answer.status == "partial" and answer.text.startswith("No report on Cornwall is in the knowledge base. Reports on other areas name it:")
        assert [c.area for c in answer.citations] == ["Devon"] and "by taxi" in answer.citations[0].quote
        assert answer.searched == ("SEND peer review of Devon",) and any(candidate.kept for candidate in answer.candidates)
        assert opened.ask("How long do families in Cornwall wait for therapy?").status == "not_found"
        assert opened.ask("How do pupils travel to school?", filters=Filters(areas=("Cornwall",))).status == "not_found"


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("Pupils were heard reading to the ferry crew on every school day.", "Who are pupils heard reading to in Reading?"),
        ("NHS Devon and Cornwall ICB has appointed a director of ferries.", "Has Cornwall appointed a director of ferries?"),
        ("In Nottinghamshire pupils travel to school by taxi.", "How do pupils travel to school in Nottingham?"),
    ],
)
def test_an_area_is_not_named_by_a_body_a_verb_or_another_area(tmp_path, said, question):
    from ingest.pipeline import ingest

    (tmp_path / "devon-send-peer-review-2021.txt").write_text(f"{DEVON}\n{said}\n")
    chosen = Settings(index=tmp_path / "kb")
    ingest([tmp_path], chosen)
    with Assistant.open(chosen) as opened:
        assert opened.ask(question).status == "not_found"


def test_an_area_that_is_not_held_is_said_before_what_is_held_on_the_other(assistant):
    answer = assistant.ask("What was said about children in Rutland who travel to a school in Leeds?")
    assert not answer.citations or "No report on Leeds" in answer.text


def test_what_is_not_spoken_of_is_named_only_where_no_passage_holds_it(assistant):
    refused = assistant.ask("How many pupils in Torbay learn Mandarin on the quay?")
    assert refused.status == "not_found" and "They do not speak of: learn, mandarin." in refused.text and "quay" not in refused.text.split("**")[0]


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_an_empty_question_asks_for_one(assistant, question):
    assert assistant.ask(question).status == "clarify"


@pytest.mark.parametrize("question", ["?", "🙂", "the of and", "a" * 3000, 'NEAR("x" OR *) AND', "'; DROP TABLE passages; --", "\x00"])
def test_a_question_of_odd_letters_gets_an_answer_and_no_error(assistant, question):
    assert assistant.ask(question).status in ("answered", "partial", "not_found", "clarify")


def test_kept_and_rejected_passages_are_told_apart(assistant):
    candidates = assistant.ask(WAIT).candidates
    kept = [c for c in candidates if c.kept]
    rejected = [c for c in candidates if not c.kept]
    assert kept and rejected and list(candidates) == kept + rejected
    assert all(c.reason for c in rejected) and not any(c.reason for c in kept)
    assert all(c.scores["fusion"] > 0 and 0 < c.scores["late"] <= 1.001 for c in candidates)


def test_a_cited_passage_is_shown_in_its_surroundings(assistant):
    citation = assistant.ask("How much does the minibus to college cost in Rutland?").citations[0]
    view = assistant.passage_view(citation)
    assert view.text[view.start : view.end] == citation.quote
    assert "minibus" in view.text and view.before and view.after


def test_timings_name_the_steps(assistant):
    assert {"understand", "find", "compose", "check"} <= set(assistant.ask(WAIT).timings)


def test_the_retriever_is_langchains_and_returns_documents(assistant, held):
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    from assistant.retrieval import HybridRetriever
    from ingest.encode import load_encoder

    knowledge = KnowledgeBase(held.index)
    retriever = HybridRetriever(knowledge=knowledge, encoder=load_encoder(held.model), settings=held)
    assert isinstance(retriever, BaseRetriever)
    found = retriever.invoke("waiting for an occupational therapist")
    assert found and all(isinstance(d, Document) for d in found)
    assert "occupational" in found[0].page_content.lower()
    assert {"report_id", "page", "label", "section"} <= set(found[0].metadata)
    assert knowledge.passages[found[0].id].text == found[0].page_content
    only = HybridRetriever(
        knowledge=knowledge, encoder=load_encoder(held.model), settings=held, report_ids=("rutland-send-peer-review-2022",)
    )
    assert {d.metadata["report_id"] for d in only.invoke("therapy")} == {"rutland-send-peer-review-2022"}


def test_a_superseded_or_foreign_report_is_never_searched(assistant):
    assert [r.id for r in assistant.reports()] == ["rutland-send-peer-review-2022", "torbay-area-send-inspection-2023"]


def ask(capsys, held, *arguments):
    status = main(["ask", *arguments, "--index", str(held.index)])
    return status, capsys.readouterr().out


def test_ask_prints_the_answer_and_its_numbered_sources(held, capsys):
    status, said = ask(capsys, held, WAIT)
    assert status == 0 and "41 weeks" in said and "[1]" in said
    assert "Area SEND inspection of Torbay, March 2023" in said or "Torbay" in said.split("Sources")[1]


def test_ask_as_json_is_the_whole_answer(held, capsys):
    status, said = ask(capsys, held, WAIT, "--json")
    answer = json.loads(said)
    assert status == 0 and answer["status"] == "answered" and answer["question"] == WAIT
    first = answer["citations"][0]
    assert "41 weeks" in first["quote"] and first["end"] - first["start"] == len(first["quote"])
    assert answer["points"] and answer["candidates"] and answer["timings"] and answer["searched"]


def test_ask_with_explain_shows_what_was_kept_and_rejected(held, capsys):
    _, said = ask(capsys, held, WAIT, "--explain")
    shown = said.split("Candidates")[1]
    assert "kept     torbay-area-send-inspection-2023:" in shown and "rejected torbay-area-send-inspection-2023:" in shown
    assert "late 0." in shown and "fusion 0." in shown


def test_ask_with_an_unknown_report_says_so(held, capsys):
    assert main(["ask", "Why?", "--report", "nothing.pdf", "--index", str(held.index)]) == 1
    assert "No report nothing.pdf is held" in capsys.readouterr().err


def test_a_batch_is_answered_as_the_questions_are_one_by_one(held, assistant, tmp_path, capsys):
    lines = [{"id": "w", "question": WAIT}, {"id": "f", "question": "and in Rutland?", "turns": [WAIT]}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    status = main(["ask", "--batch", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "out.jsonl"), "--index", str(held.index)])
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert status == 0 and [r["id"] for r in rows] == ["w", "f"]
    assert rows[0]["text"] == assistant.ask(WAIT).text
    assert rows[0]["citations"][0]["document"] == "torbay-area-send-inspection-2023.md"
    assert "nine weeks" in rows[1]["citations"][0]["quote"]


def test_a_finished_ingest_is_seen_by_an_assistant_that_is_open(held, tmp_path):
    from ingest.pipeline import ingest, remove

    chosen = replace(held, index=tmp_path / "kb")
    shutil.copytree(held.index, chosen.index)
    question = "How many miles does the braille teacher drive in Devon?"
    with Assistant.open(chosen) as opened:
        assert opened.ask(question).status == "not_found"
        (tmp_path / "devon-send-peer-review-2021.txt").write_text(DEVON)
        ingest([tmp_path / "devon-send-peer-review-2021.txt"], chosen)
        answer = opened.ask(question)
        assert answer.status == "answered" and "eleven thousand miles" in answer.text
        citation = answer.citations[0]
        remove(["devon-send-peer-review-2021.txt"], chosen)
        assert opened.ask(question).status == "not_found"
        with pytest.raises(SendAssistantError, match="no longer in the knowledge base"):
            opened.passage_view(citation)


def test_a_knowledge_base_made_with_another_model_is_refused(held):
    class Other:
        name = "other@1"

    with pytest.raises(KnowledgeBaseError, match="other@1"):
        KnowledgeBase(held.index).store.check_model(Other.name)
