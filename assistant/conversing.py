"""From a question to an exchange on the page: the engine is asked, failures become words, what was said is kept."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from assistant import page
from assistant.answer import Answer, Citation
from assistant.history import History, NotKept
from assistant.limits import RateLimit, too_many
from assistant.page import Exchange
from assistant.render import PassageView
from assistant.understanding import Filters
from ingest.errors import SendAssistantError
from ingest.model import Report

if TYPE_CHECKING:
    from assistant.shared_writing import Following

log = logging.getLogger(__name__)

LONGEST_QUESTION = 2000
"Characters. Longer ones are whole documents pasted by mistake."

LOOKS_AGAIN_SECONDS = 0.1
"So often it is looked whether an answer that is being written has grown."

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


@dataclass(frozen=True)
class PageWriter:
    """The language model that a reader of the page can have answers written by."""

    name: str
    "As readers see it: 'ollama:llama3.1'."
    loader: EngineLoader
    "Opens an `assistant.shared_writing.SharedWriting`."
    first: bool = False
    "True where answers are written unless a reader chooses quotes."


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

    @property
    def is_opening(self) -> bool:
        """Whether it is being opened at this moment, so that `get` would wait."""
        return self._engine is None and self._lock.locked()

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
        _check_length(question)
        engine = loader.get()
        answer = engine.ask(question, turns(conversation, before), filters)
        views = _views(engine, answer)
    except Exception as error:
        answer = _failed(question, error)
    return [*conversation, Exchange(question, answer, views, filters, before)]


async def converse_written(
    loader: EngineLoader,
    writer: PageWriter,
    question: str,
    conversation: Sequence[Exchange],
    filters: Filters = Filters(),
    before: tuple[str, ...] = (),
    following: Callable[[Following], None] = lambda following: None,
) -> AsyncIterator[list[Exchange]]:
    """As `converse`, with an answer that the language model writes: the conversation each time it has grown.

    However many wait for a model, they hold no thread. `following` is given what can stop the answer.
    """
    from anyio import sleep
    from anyio.to_thread import run_sync

    def with_answer(answer: Answer) -> list[Exchange]:
        views = _views(loader.get(), answer)
        return [*conversation, Exchange(question, answer, views, filters, before, written=True)]

    try:
        _check_length(question)
        desk = await run_sync(writer.loader.get)
        with desk.follow(question, turns(conversation, before), filters) as followed:
            following(followed)
            while not followed.over:
                if news := followed.news():
                    yield await run_sync(with_answer, news)
                await sleep(LOOKS_AGAIN_SECONDS)
            yield await run_sync(lambda: with_answer(followed.ending()))
    except Exception as error:
        yield [*conversation, Exchange(question, _failed(question, error), (), filters, before, written=True)]


def _check_length(question: str) -> None:
    if len(question) > LONGEST_QUESTION:
        length = f"{len(question):,} characters; the most is {LONGEST_QUESTION:,}"
        raise SendAssistantError(f"The question has {length}. Shorten it and ask again.")


def _views(engine: Engine, answer: Answer) -> tuple[PassageView, ...]:
    return tuple(engine.passage_view(citation) for citation in answer.citations)


def _failed(question: str, error: Exception) -> Answer:
    """An answer in plain words; what is no message for readers is logged."""
    if isinstance(error, SendAssistantError):
        return Answer(question=question, status="error", text=page.on_page(str(error)))
    log.error("a question could not be answered", exc_info=error)
    return Answer(question=question, status="error", text=BROKEN)


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
