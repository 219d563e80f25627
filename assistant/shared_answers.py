"""Answers that several people ask for: worked out once for each state of the knowledge base."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from assistant.answer import Answer, Citation
from assistant.render import PassageView
from assistant.understanding import Filters
from ingest.model import Report

if TYPE_CHECKING:
    from assistant.conversing import Engine

KEPT = 500
"Answers kept, the latest used; a few kilobytes each."


class SharedAnswers:
    """An engine that works out the same question, after the same turns, in the same scope, only once.

    In a meeting many ask the same: the questions offered, or one that is read out. Those who ask while it is being
    worked out wait for that answer. `generation` says which state of the knowledge base is live (0: none); a new one
    begins anew. An answer holds what reports say and nothing of who asked.
    """

    def __init__(self, engine: Engine, generation: Callable[[], int]) -> None:
        self._engine = engine
        self._generation = generation
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple, Future[Answer]] = OrderedDict()
        self._asking = 0

    @property
    def busy(self) -> bool:
        """Whether a question is being worked out."""
        return self._asking > 0

    def ask(self, question: str, turns: Sequence[dict[str, str]] = (), filters: Filters = Filters()) -> Answer:
        generation = self._generation()
        if not generation:
            return self._work_out(question, turns, filters)
        key = (generation, question, tuple((turn["role"], turn["content"]) for turn in turns), filters)
        with self._lock:
            known = self._answers.get(key)
            if known is None:
                mine = self._answers[key] = Future()
            self._answers.move_to_end(key)
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        if known is not None:
            return known.result()
        try:
            answer = self._work_out(question, turns, filters)
        except BaseException as error:
            with self._lock:
                self._answers.pop(key, None)
            mine.set_exception(error)
            raise
        mine.set_result(answer)
        return answer

    def _work_out(self, question: str, turns: Sequence[dict[str, str]], filters: Filters) -> Answer:
        with self._lock:
            self._asking += 1
        try:
            return self._engine.ask(question, turns, filters)
        finally:
            with self._lock:
                self._asking -= 1

    def passage_view(self, citation: Citation) -> PassageView:
        return self._engine.passage_view(citation)

    def reports(self) -> Sequence[Report]:
        return self._engine.reports()
