"""Answers that a language model writes, for many people: a few at once, each written once however many ask for it."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from assistant.answer import Answer, Writing
from assistant.drafting import notices
from assistant.models import shown
from assistant.understanding import Filters

if TYPE_CHECKING:
    from assistant.conversing import Engine

log = logging.getLogger(__name__)

AT_ONCE = 4
"Answers that the model is asked to write at a time; a server of one's own works on few at once."
WAITING = 12
"Answers that wait for their turn. Whoever asks then gets quotes at once."
KEPT = 500
"Finished answers kept, the latest used."

QUOTED_INSTEAD = "The answer is made of quotes instead."
STOPPED = "Stopped: this is what had been written and checked by then."
STOPPED_EARLY = f"Stopped before a sentence was checked. {QUOTED_INSTEAD}"
BUSY = "The language model {} is busy with other questions. " + QUOTED_INSTEAD
BROKEN = "The language model {} could not be used: the assistant met a fault of its own. " + QUOTED_INSTEAD


class WritingEngine(Protocol):
    """What writes: `assistant.written.WrittenAssistant`."""

    def ask_written(
        self, question: str, turns: Sequence[dict[str, str]] = (), filters: Filters = Filters(),
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Answer]:  # fmt: skip
        """Growing answers, the last one whole; closing the iterator, or `stopped`, stops the model."""


@dataclasses.dataclass(eq=False)
class _Work:
    """An answer that is being written, or waits for its turn."""

    key: Hashable
    asked: tuple
    readers: int = 0
    "Who follows it; without any it is stopped."
    newest: Answer | None = None
    grown: int = 0
    "How often it has grown."
    done: bool = False
    failed: str = ""
    "Why there is no answer."


class Following:
    """One reader's view of an answer that is being written; as a context it ends with the reader's interest.

    The model is stopped once nobody follows what it writes.
    """

    def __init__(self, desk: SharedWriting, work: _Work) -> None:
        self._desk, self._work = desk, work
        self._seen = 0
        self._stopped = False

    def __enter__(self) -> Following:
        return self

    def __exit__(self, *problem) -> None:
        self._desk.leave(self._work)

    def stop(self) -> None:
        """Ends it for this reader with what is checked so far; from any thread."""
        self._stopped = True

    @property
    def over(self) -> bool:
        """Whether nothing more comes: `ending` then gives the answer."""
        return self._stopped or self._work.done

    def news(self) -> Answer | None:
        """The answer as far as it is checked, where it has grown since this was last asked; waits for nothing."""
        with self._desk.changed:
            if self._work.grown == self._seen:
                return None
            self._seen = self._work.grown
            return self._work.newest

    def ending(self) -> Answer:
        """The answer that stays: whole, which is waited for, or what was checked when the reader stopped, or quotes."""
        with self._desk.changed:
            self._desk.changed.wait_for(lambda: self.over)
            done, newest = self._work.done, self._work.newest
        return self._desk.ending(self._work) if done else self._desk.cut_short(self._work, newest)


class SharedWriting:
    """Has answers written, and quotes in their place where that cannot be; may be shared by threads.

    The model works in threads of its own, so that one that is slow or gone keeps nobody from quoted answers, which
    `quoted` gives. `generation` says which state of the knowledge base is live (0: none), `seconds` how long an answer
    waits for its turn. An answer that was stopped, or that the model failed to write, is not kept.
    """

    def __init__(
        self, quoted: Engine, engine: WritingEngine, generation: Callable[[], int], name: str, seconds: float = 60.0
    ) -> None:
        self._quoted, self._engine, self._generation = quoted, engine, generation
        self._name, self._seconds = shown(name), seconds
        self.changed = threading.Condition()
        self._under_way: dict[Hashable, _Work] = {}
        self._turns_taken = 0
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def ask(self, question: str, turns: Sequence[dict[str, str]] = (), filters: Filters = Filters()) -> Answer:
        """The whole answer."""
        with self.follow(question, turns, filters) as following:
            return following.ending()

    def follow(
        self, question: str, turns: Sequence[dict[str, str]] = (), filters: Filters = Filters()
    ) -> Following:
        """The answer as it is written; nothing waits before it is followed."""
        generation = self._generation()
        told = tuple((turn["role"], turn["content"]) for turn in turns)
        key = (generation or object(), question, told, filters)
        with self.changed:
            work = self._under_way.get(key)
            if work is None:
                work = _Work(key, (question, list(turns), filters))
                if key in self._answers:
                    self._answers.move_to_end(key)
                    work.newest, work.done = self._answers[key], True
                elif len(self._under_way) >= AT_ONCE + WAITING:
                    work.failed, work.done = BUSY.format(self._name), True
                else:
                    self._under_way[key] = work
                    # A daemon: a model that hangs must not keep the chat from ending.
                    threading.Thread(target=self._write, args=(work,), name="writing", daemon=True).start()
            work.readers += 1
        return Following(self, work)

    def leave(self, work: _Work) -> None:
        """One reader fewer."""
        with self.changed:
            work.readers -= 1
            if not work.readers and not work.done:
                # Who asks the same from now on does not join what is being stopped.
                self._under_way.pop(work.key, None)
            self.changed.notify_all()

    def ending(self, work: _Work) -> Answer:
        """The answer of work that is done."""
        if work.newest is None or work.failed:
            return self._in_quotes(work, work.failed or BROKEN.format(self._name))
        return work.newest

    def cut_short(self, work: _Work, newest: Answer | None) -> Answer:
        """The answer of work that a reader stopped."""
        if newest is None or newest.writing is None:
            return self._in_quotes(work, STOPPED_EARLY)
        told = dict.fromkeys((*newest.writing.notices, *notices(newest.writing), STOPPED))
        return dataclasses.replace(newest, writing=dataclasses.replace(newest.writing, notices=tuple(told)))

    def _in_quotes(self, work: _Work, why: str) -> Answer:
        return dataclasses.replace(self._quoted.ask(*work.asked), writing=Writing(self._name, failed=why))

    def _write(self, work: _Work) -> None:
        took_turn = False
        try:
            with self.changed:
                self.changed.wait_for(lambda: not work.readers or self._turns_taken < AT_ONCE, self._seconds)
                took_turn = work.readers > 0 and self._turns_taken < AT_ONCE
                self._turns_taken += took_turn
            if took_turn:
                self._told(work)
            elif work.readers:
                work.failed = BUSY.format(self._name)
        except Exception:
            log.exception("an answer could not be written")
            work.failed = BROKEN.format(self._name)
        finally:
            with self.changed:
                self._turns_taken -= took_turn
                work.done = True
                if self._under_way.get(work.key) is work:
                    del self._under_way[work.key]
                if work.newest is not None and work.readers and not work.failed:
                    self._keep(work)
                self.changed.notify_all()

    def _told(self, work: _Work) -> None:
        """Tells the readers of each answer as it grows, until it is whole or nobody reads."""
        answers = self._engine.ask_written(*work.asked, lambda: not work.readers)
        try:
            for answer in answers:
                with self.changed:
                    if not work.readers:
                        return
                    work.newest, work.grown = answer, work.grown + 1
                    self.changed.notify_all()
        finally:
            answers.close()

    def _keep(self, work: _Work) -> None:
        """Keeps the answer for who asks the same; one that failed is tried again, and told to whoever runs the chat."""
        writing = work.newest.writing
        if writing and writing.failed:
            log.warning("%s", writing.failed)
            return
        if not isinstance(work.key[0], int):
            return
        self._answers[work.key] = work.newest
        while len(self._answers) > KEPT:
            self._answers.popitem(last=False)
