"""The same question is worked out once for each state of the knowledge base."""

import threading

import pytest
from fake_engine import FakeEngine

from assistant.shared_answers import SharedAnswers
from assistant.understanding import Filters


@pytest.fixture
def engine():
    return FakeEngine()


def test_same_question_is_worked_out_once_and_another_anew(engine):
    shared = SharedAnswers(engine, lambda: 1)
    first = shared.ask("How well?")
    assert shared.ask("How well?") is first
    shared.ask("How well?", [{"role": "user", "content": "What of Oxhaven?"}])
    shared.ask("How well?", (), Filters(areas=("Oxhaven",)))
    shared.ask("how well?")
    assert len(engine.asked) == 4


def test_a_new_state_of_the_knowledge_base_is_asked_anew(engine):
    generation = [1]
    shared = SharedAnswers(engine, lambda: generation[0])
    shared.ask("How well?")
    generation[0] = 2
    shared.ask("How well?")
    assert len(engine.asked) == 2


def test_without_a_knowledge_base_nothing_is_shared(engine):
    shared = SharedAnswers(engine, lambda: 0)
    shared.ask("How well?")
    shared.ask("How well?")
    assert len(engine.asked) == 2


def test_a_fault_is_told_to_everyone_and_tried_again_next_time(engine):
    shared = SharedAnswers(engine, lambda: 1)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            shared.ask("broken")
    assert len(engine.asked) == 2


def test_those_who_ask_meanwhile_wait_for_the_same_answer(engine):
    begun, go_on, answered = threading.Event(), threading.Event(), engine.ask

    def slow(question, turns=(), filters=None):
        begun.set()
        go_on.wait(5)
        return answered(question, turns, filters)

    engine.ask = slow
    shared = SharedAnswers(engine, lambda: 1)
    answers = []
    asking = [threading.Thread(target=lambda: answers.append(shared.ask("How well?"))) for _ in range(5)]
    for thread in asking:
        thread.start()
    assert begun.wait(5) and not answers
    go_on.set()
    for thread in asking:
        thread.join(5)
    assert len(answers) == 5 and len({id(answer) for answer in answers}) == 1 and len(engine.asked) == 1


def test_it_is_busy_while_a_question_is_worked_out_and_not_for_one_that_is_known(engine):
    seen = []
    shared = SharedAnswers(engine, lambda: 1)
    answered = engine.ask
    engine.ask = lambda *asked: seen.append(shared.busy) or answered(*asked)
    assert shared.ask("How well?") is shared.ask("How well?")
    assert seen == [True] and not shared.busy
    with pytest.raises(RuntimeError):
        shared.ask("broken")
    assert seen == [True, True] and not shared.busy
