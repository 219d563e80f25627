"""Answers that several people ask for, and whether one is being worked out."""

import pytest
from fake_engine import FakeEngine

from assistant.shared_answers import SharedAnswers


def test_it_is_busy_while_a_question_is_worked_out_and_not_for_one_that_is_known():
    engine, seen = FakeEngine(), []
    shared = SharedAnswers(engine, lambda: 1)
    answered = engine.ask
    engine.ask = lambda *asked: seen.append(shared.busy) or answered(*asked)
    assert shared.ask("How well?") is shared.ask("How well?")
    assert seen == [True] and not shared.busy
    with pytest.raises(RuntimeError):
        shared.ask("broken")
    assert seen == [True, True] and not shared.busy
