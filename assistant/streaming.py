"""What a language model sends, in pieces; it ends in time and when nobody wants more, also while the model is silent."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LOOKS_AGAIN_SECONDS = 0.1
"So often it is looked whether a model that sends nothing is still wanted."


def pieces_of(
    model: BaseChatModel, messages: Sequence[tuple[str, str]], seconds: float, stopped: Callable[[], bool]
) -> Iterator[str]:
    """The pieces as they arrive, each asked for. Closing the iterator, or `stopped`, closes the connection at once.

    Raises TimeoutError where the model has not finished after `seconds`, and whatever the model raises.
    """
    # A thread that reads from a server cannot be interrupted: one that only keeps the connection alive, as some do while
    # a model is busy, would hold it for good. A task can be cancelled.
    arrived: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
    wanted = asyncio.Semaphore(0)

    async def listen() -> None:
        try:
            async with asyncio.timeout(seconds), aclosing(model.astream(messages)) as pieces:
                async for piece in pieces:
                    arrived.put(str(piece.text))
                    await wanted.acquire()
            arrived.put(None)
        except Exception as error:
            arrived.put(error)

    listening = asyncio.run_coroutine_threadsafe(listen(), _loop())
    try:
        while not stopped():
            try:
                piece = arrived.get(timeout=LOOKS_AGAIN_SECONDS)
            except queue.Empty:
                continue
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise piece
            yield piece
            _loop().call_soon_threadsafe(wanted.release)
    finally:
        listening.cancel()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One loop for all models: their clients keep connections, which belong to the loop that opened them."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="models", daemon=True).start()
    return loop
