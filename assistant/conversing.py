"""From a question to an exchange on the page: the engine is asked, failures become words, what was said is kept."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from assistant import page
from assistant.answer import Answer, Citation
from assistant.history import History, NotKept
from assistant.limits import RateLimit, too_many
from assistant.page import Exchange
from assistant.render import PassageView
from assistant.understanding import Filters
from ingest.errors import SendAssistantError
from ingest.model import Report

log = logging.getLogger(__name__)

LONGEST_QUESTION = 2000
"Characters. Longer ones are whole documents pasted by mistake."

BROKEN = (
    "The assistant met a fault of its own and has no answer to this. Ask again; if it happens again, tell whoever "
    "looks after the assistant. The details are in its log."
)


class Engine(Protocol):
    """What the page needs of the assistant."""

    def ask(self, question: str, turns: Sequence[dict[str, str]] = (), filters: Filters = Filters()) -> Answer:
        """The answer; `turns` is the conversation so far as {'role', 'content'}, oldest first."""

    def passage_view(self, citation: Citation) -> PassageView:
        """The cited passage in its surroundings."""

    def reports(self) -> Sequence[Report]:
        """The reports held."""


class EngineLoader:
    """Opens the engine once, in the background; whoever needs it earlier waits.

    An opening that failed (no knowledge base yet) is tried again when the engine is next asked for.
    """

    def __init__(self, factory: Callable[[], Engine]) -> None:
        self._factory = factory
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def start(self) -> None:
        """Begins to open the engine and returns at once."""
        threading.Thread(target=self._warm, name="open-engine", daemon=True).start()

    def get(self) -> Engine:
        """The engine, opened; raises what the factory raises."""
        with self._lock:
            if self._engine is None:
                self._engine = self._factory()
            return self._engine

    def _warm(self) -> None:
        try:
            self.get()
        except SendAssistantError as error:
            log.warning("%s", error)
        except Exception:
            log.exception("the engine could not be opened")


def turns(conversation: Sequence[Exchange], before: Sequence[str] = ()) -> list[dict[str, str]]:
    """The conversation as the engine takes it, oldest first; `before` are questions that a link names."""
    found = []
    for exchange in conversation:
        found += [{"role": "user", "content": question} for question in (*exchange.before, exchange.question)]
        found.append({"role": "assistant", "content": exchange.answer.text})
    return found + [{"role": "user", "content": question} for question in before]


def converse(
    loader: EngineLoader,
    question: str,
    conversation: Sequence[Exchange],
    filters: Filters = Filters(),
    before: tuple[str, ...] = (),
) -> list[Exchange]:
    """The conversation with the question answered. A failure becomes an answer in plain words; its cause is logged.

    `before` are the questions that a linked one follows.
    """
    views: tuple[PassageView, ...] = ()
    try:
        if len(question) > LONGEST_QUESTION:
            length = f"{len(question):,} characters; the most is {LONGEST_QUESTION:,}"
            raise SendAssistantError(f"The question has {length}. Shorten it and ask again.")
        engine = loader.get()
        answer = engine.ask(question, turns(conversation, before), filters)
        views = tuple(engine.passage_view(citation) for citation in answer.citations)
    except SendAssistantError as error:
        answer = Answer(question=question, status="error", text=page.on_page(str(error)))
    except Exception:
        log.exception("a question could not be answered")
        answer = Answer(question=question, status="error", text=BROKEN)
    return [*conversation, Exchange(question, answer, views, filters, before)]


def refused(question: str, limit: RateLimit, seconds: int, conversation: Sequence[Exchange]) -> list[Exchange]:
    """The conversation with an answer that says when the next question may be asked."""
    return [*conversation, Exchange(question, Answer(question, "error", too_many("questions", limit, seconds)))]


def keep(
    history: History, owner: str, conversation: Sequence[Exchange], kept: str | None, turn: int = 0
) -> tuple[list[Exchange], str | None]:
    """The conversation with its newest exchange kept, and the id under which it is. A failure to keep is logged only.

    `turn` is the kept exchange that the newest takes the place of, 0 for none.
    """
    *before, newest = conversation
    if newest.answer.status == "error":
        return [*before, replace(newest, turn=turn)], kept
    try:
        try:
            if turn and kept:
                history.correct(owner, newest, kept, turn)
            else:
                kept, turn = history.save(owner, newest, kept)
        except NotKept:  # deleted meanwhile, in another tab: what was deleted stays so
            before = [replace(exchange, turn=0) for exchange in before]
            kept, turn = history.save(owner, newest)
    except SendAssistantError as error:
        log.error("a conversation was not kept: %s", error)
        turn = 0
    return [*before, replace(newest, turn=turn)], kept


def opening(loader: EngineLoader) -> str:
    """What the empty page shows, once the engine is open."""
    try:
        return page.opening_html(loader.get().reports())
    except SendAssistantError as error:
        return page.notice_html(page.on_page(str(error)))
    except Exception:
        log.exception("the knowledge base could not be opened")
        return page.notice_html(BROKEN)


def held_reports(loader: EngineLoader) -> Sequence[Report]:
    """The reports that can be searched; none while there is no knowledge base."""
    try:
        return loader.get().reports()
    except Exception:  # whoever asks a question is told
        return ()
