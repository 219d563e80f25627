"""Conversations are kept whole, found again, deleted for good, and each is its owner's alone."""

import dataclasses
import sqlite3

import pytest
from fake_engine import FakeEngine, topic

from assistant.answer import Answer, Candidate, Writing
from assistant.conversing import EngineLoader, converse
from assistant.history import DAY, History, NotKept
from assistant.page import Exchange
from ingest.errors import SendAssistantError

ANNA, BEN = "account:anna", "account:ben"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def history(tmp_path, clock):
    return History(tmp_path / "data", days=30, clock=clock)


def exchange(question: str, text: str = "") -> Exchange:
    return Exchange(question, Answer(question, "answered", text or f"About {question}"))


def test_a_conversation_is_opened_as_it_was_shown(history):
    loader = EngineLoader(FakeEngine)
    shown = converse(loader, "And now?", converse(loader, "How well?", []))
    kept, turn = history.save(ANNA, shown[0])
    assert turn == 1 and history.save(ANNA, shown[1], kept) == (kept, 2)
    assert history.open(ANNA, kept) == [dataclasses.replace(one, turn=n) for n, one in enumerate(shown, 1)]


def test_how_an_answer_was_asked_for_and_written_is_kept(history):
    answer = Answer("One?", "answered", "Prose.", writing=Writing("ollama:small", removed=1, notices=("Cut.",)))
    kept, _ = history.save(ANNA, Exchange("One?", answer, written=True))
    (opened,) = history.open(ANNA, kept)
    assert opened.written and opened.answer == answer


def test_a_corrected_answer_takes_the_place_of_the_one_it_corrects(history):
    kept, _ = history.save(ANNA, exchange("One?"))
    history.save(ANNA, exchange("Two?", "On Zebulon."), kept)
    history.save(ANNA, exchange("Three, in another tab?"), kept)
    history.correct(ANNA, exchange("Two?", "On Marigold."), kept, 2)
    told = [opened.answer.text for opened in history.open(ANNA, kept)]
    assert told == ["About One?", "On Marigold.", "About Three, in another tab?"]
    assert history.search(ANNA, "Zebulon") == [] and len(history.search(ANNA, "Marigold")) == 1
    with pytest.raises(NotKept):
        history.correct(ANNA, exchange("Two?"), "made-up", 1)


def test_what_retrieval_considered_is_not_kept(history):
    answer = dataclasses.replace(topic("q"), candidates=(Candidate("a:1", True, {"late": 1.0}),), timings={"find": 1.0})
    [opened] = history.open(ANNA, history.save(ANNA, Exchange("q", answer))[0])
    assert (opened.answer.candidates, opened.answer.timings) == ((), {})
    assert opened.answer.citations == answer.citations


def test_the_list_has_the_newest_first_with_its_first_question(history):
    first, _ = history.save(ANNA, exchange("What  of\ntransport?"))
    second, _ = history.save(ANNA, exchange("Waiting times?"))
    history.save(ANNA, exchange("And in Oxhaven?"), first)
    told = [(kept.id, kept.title, kept.questions) for kept in history.list(ANNA)]
    assert told == [(first, "What of transport?", 2), (second, "Waiting times?", 1)]
    assert [kept.id for kept in history.list(ANNA, limit=1)] == [first]


def test_nobody_sees_adds_to_or_deletes_what_is_anothers(history):
    annas, _ = history.save(ANNA, exchange("A question on Oxhaven"))
    assert history.list(BEN) == [] and history.search(BEN, "Oxhaven") == []
    for attempt in (
        lambda: history.open(BEN, annas),
        lambda: history.save(BEN, exchange("mine?"), annas),
        lambda: history.correct(BEN, exchange("mine?"), annas, 1),
        lambda: history.delete(BEN, annas),
    ):
        with pytest.raises(NotKept, match="no such conversation"):
            attempt()
    assert history.delete_all(BEN) == 0
    assert len(history.open(ANNA, annas)) == 1


def test_a_search_finds_words_in_questions_and_answers_also_unfinished_and_inflected(history):
    ramps, _ = history.save(ANNA, exchange("Playgrounds?", "Every school has built a ramp for wheelchairs."))
    buses, _ = history.save(ANNA, exchange("What about school buses?", "Nothing is said."))
    assert [kept.id for kept in history.search(ANNA, "wheelch")] == [ramps]
    assert [kept.id for kept in history.search(ANNA, "schools bus")] == [buses]
    assert {kept.id for kept in history.search(ANNA, "school")} == {ramps, buses}
    assert history.search(ANNA, "school trains") == []
    assert "built a ramp" in history.search(ANNA, "ramps")[0].excerpt


@pytest.mark.parametrize("words", ['"', "a OR b", "NEAR(", "x* -y", "';--", "owner:account"])
def test_signs_of_the_search_language_are_only_words(history, words):
    history.save(BEN, exchange("a b x y owner account"))
    assert history.search(ANNA, words) == []


def test_a_search_without_words_lists_all(history):
    kept, _ = history.save(ANNA, exchange("One?"))
    assert [found.id for found in history.search(ANNA, " … ")] == [kept]


def test_a_conversation_that_matches_twice_is_found_once(history):
    kept, _ = history.save(ANNA, exchange("Ramps?"))
    history.save(ANNA, exchange("More ramps?"), kept)
    [found] = history.search(ANNA, "ramps")
    assert found.questions == 2


def test_what_is_deleted_is_gone_from_the_list_the_search_and_the_disk(history, tmp_path):
    gone, _ = history.save(ANNA, exchange("Is Zebulon in the report?", "Zebulon is named twice."))
    stays, _ = history.save(ANNA, exchange("Is Marigold in the report?"))
    history.delete(ANNA, gone)
    with pytest.raises(NotKept):
        history.open(ANNA, gone)
    assert history.search(ANNA, "Zebulon") == [] and [kept.id for kept in history.list(ANNA)] == [stays]
    written = b"".join(path.read_bytes().lower() for path in (tmp_path / "data").iterdir())
    assert b"zebulon" not in written and b"marigold" in written


def test_all_of_one_owners_are_deleted_and_none_of_anothers(history):
    for question in ("One?", "Two?"):
        history.save(ANNA, exchange(question))
    history.save(BEN, exchange("Three?"))
    assert history.delete_all(ANNA) == 2
    assert history.list(ANNA) == [] and len(history.list(BEN)) == 1


def test_old_conversations_go_after_their_days(history, clock):
    history.save(ANNA, exchange("Old?"))
    clock.now += 20 * DAY
    newer, _ = history.save(ANNA, exchange("Newer?"))
    clock.now += 11 * DAY
    assert history.delete_old() == 1
    assert [kept.id for kept in history.list(ANNA)] == [newer]


def test_a_conversation_of_another_version_says_so(history, tmp_path):
    kept, _ = history.save(ANNA, exchange("One?"))
    with sqlite3.connect(tmp_path / "data" / "history.sqlite3") as database:
        database.execute("UPDATE exchanges SET data = '{\"asked\": 1}'")
    with pytest.raises(SendAssistantError, match="another version"):
        history.open(ANNA, kept)


def test_two_openings_of_one_folder_see_each_others_conversations(history, tmp_path):
    kept, _ = history.save(ANNA, exchange("One?"))
    assert len(History(tmp_path / "data").open(ANNA, kept)) == 1
