"""A chat model for tests that says what it is told to say, and keeps what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

PIECE = 7
"Characters a piece, so that nothing is cut where a sentence or a citation ends."


class Scripted(BaseChatModel):
    """Streams its replies in turn, in small pieces; the last one for every later question.

    A reply may be a text, an error to raise, or a function of the messages that gives either.
    """

    replies: list[Any]
    asked: list[Any] = []
    streamed: list[str] = []
    "Pieces that were taken."
    closed: int = 0
    "Streams that were ended before they were done."

    @classmethod
    def saying(cls, *replies: str | Exception | Callable) -> Scripted:
        return cls(replies=list(replies), asked=[], streamed=[])

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _reply(self, messages) -> str:
        reply = self.replies[min(len(self.asked), len(self.replies) - 1)]
        self.asked.append(messages)
        reply = reply(messages) if callable(reply) else reply
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _generate(self, messages, stop=None, run_manager=None, **more) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self._reply(messages)))])

    def _stream(self, messages, stop=None, run_manager=None, **more) -> Iterator[ChatGenerationChunk]:
        text, done = self._reply(messages), False
        try:
            for at in range(0, max(len(text), 1), PIECE):
                self.streamed.append(text[at : at + PIECE])
                yield ChatGenerationChunk(message=AIMessageChunk(content=text[at : at + PIECE]))
            done = True
        finally:
            self.closed += not done
