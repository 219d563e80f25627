"""Answers that a language model writes for several people: a few at once, each once, stopped once nobody reads."""

import dataclasses
import threading
import time

import pytest
from fake_engine import PLAN, FakeEngine

from assistant import shared_writing
from assistant.answer import Point, Writing
from assistant.shared_writing import SharedWriting

SENTENCES = ("Young people know who speaks for them.", "They are asked each spring.", "Families help.")


class SlowWriting:
    """Writes its sentences one after another, each once it may."""

    def __init__(self, engine: FakeEngine, *sentences: str) -> None:
        self.engine, self.sentences = engine, sentences
        self.may, self.asked, self.closed = threading.Semaphore(0), 0, threading.Event()
        self.failed = ""

    def ask_written(self, question, turns=(), filters=None, stopped=lambda: False):
        self.asked += 1
        quoted = self.engine.ask(question, turns, filters)
        points, done = (), False
        try:
            for sentence in self.sentences:
                while not self.may.acquire(timeout=0.02):
                    if stopped():
                        return
                points += (Point(sentence, citations=(PLAN,), written=True),)
                writing = Writing("small", sentences=len(points), removed=1)
                yield dataclasses.replace(quoted, points=points, text=" ".join(p.text for p in points), writing=writing)
            done = True
            if self.failed:
                yield dataclasses.replace(quoted, writing=Writing("small", failed=self.failed))
        finally:
            if not done:
                self.closed.set()


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def model(engine):
    return SlowWriting(engine, *SENTENCES)


def desk(engine, model, **more) -> SharedWriting:
    return SharedWriting(engine, model, lambda: 1, "ollama:small@http://10.0.0.1", **more)


def until(true, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def test_a_reader_sees_each_sentence_when_it_is_there_and_waits_for_nothing(engine, model):
    with desk(engine, model).follow("How well?") as followed:
        assert followed.news() is None
        for count in (1, 2, 3):
            model.may.release()
            assert until(lambda: followed._work.grown == count)
            assert len(followed.news().points) == count and followed.news() is None
        assert len(followed.ending().points) == 3


def test_who_asks_the_same_reads_along_and_later_gets_it_at_once(engine, model):
    shared = desk(engine, model)
    with shared.follow("How well?"), shared.follow("How well?") as second:
        model.may.release(3)
        assert len(second.ending().points) == 3
    assert len(shared.ask("How well?").points) == 3 and model.asked == 1


def test_stopping_leaves_what_was_checked_says_so_and_ends_the_model(engine, model):
    shared = desk(engine, model)
    with shared.follow("How well?") as followed:
        model.may.release()
        assert until(lambda: followed._work.grown == 1)
        followed.stop()
        stopped = followed.ending()
    assert [point.text for point in stopped.points] == [SENTENCES[0]]
    assert stopped.writing.notices == (
        "One sentence was taken out: the reports do not support it.",
        "Stopped: this is what had been written and checked by then.",
    )
    assert model.closed.wait(5)
    model.may.release(3)
    assert len(shared.ask("How well?").points) == 3, "what was stopped is not kept"


def test_one_who_stops_does_not_stop_it_for_others(engine, model):
    shared = desk(engine, model)
    with shared.follow("How well?") as other:
        with shared.follow("How well?") as one:
            one.stop()
            assert one.ending().writing.failed.startswith("Stopped before a sentence was checked.")
        model.may.release(3)
        assert len(other.ending().points) == 3
    assert model.asked == 1 and not model.closed.is_set()


def test_whoever_goes_away_ends_the_model(engine, model):
    with desk(engine, model).follow("How well?"):
        assert until(lambda: model.asked)
    assert model.closed.wait(5)


def test_more_than_can_be_written_wait_and_more_than_can_wait_get_quotes(engine, model, monkeypatch):
    monkeypatch.setattr(shared_writing, "AT_ONCE", 1)
    monkeypatch.setattr(shared_writing, "WAITING", 1)
    shared = desk(engine, model)
    with shared.follow("one") as first:
        assert until(lambda: model.asked == 1)
        with shared.follow("two") as second, shared.follow("three") as third:
            refused = third.ending()
            assert refused.writing.failed == (
                "The language model ollama:small is busy with other questions. The answer is made of quotes instead."
            )
            assert refused.points == engine.ask("three").points and model.asked == 1
            model.may.release(6)
            assert len(first.ending().points) == len(second.ending().points) == 3


def test_a_turn_that_does_not_come_gives_quotes(engine, model, monkeypatch):
    monkeypatch.setattr(shared_writing, "AT_ONCE", 1)
    shared = desk(engine, model, seconds=0.1)
    with shared.follow("one"):
        assert until(lambda: model.asked == 1)
        assert "is busy" in shared.ask("two").writing.failed


def test_what_the_model_failed_to_write_is_tried_again(engine, model):
    shared, model.failed = desk(engine, model), "It cannot be reached."
    model.may.release(6)
    for asked in (1, 2):
        assert shared.ask("How well?").writing.failed == "It cannot be reached." and model.asked == asked


def test_a_fault_is_told_plainly_with_the_quotes(engine, model, caplog):
    model.ask_written = lambda *asked: iter(1 / 0 for _ in "x")
    answer = desk(engine, model).ask("How well?")
    assert "met a fault of its own" in answer.writing.failed and answer.points == engine.ask("How well?").points
    assert "ZeroDivisionError" in caplog.text


def test_whoever_runs_the_chat_is_told_why_a_model_fails(engine, model, caplog):
    model.failed = "The language model small refused the key."
    model.may.release(3)
    desk(engine, model).ask("How well?")
    assert model.failed in caplog.text and "How well?" not in caplog.text
