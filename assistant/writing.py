"""Writes an answer in prose with a language model: every sentence is checked against what it cites before it is seen.

What the model is given is the evidence of the quoted answer, which is always made first and takes the place of the
written one where the model fails.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.answer import Answer, Writing
from assistant.answering import Assistant
from assistant.claims import Checker
from assistant.drafting import WrittenDraft
from assistant.inference import load_nli
from assistant.material import CHARACTERS_A_TOKEN, as_material, fitting, sources_of
from assistant.models import LONGEST_ANSWER, ModelError, failure, open_model, shown
from assistant.prompts import Prompt, load_prompt
from assistant.prose import Sentences
from assistant.rewriting import as_question, borne_out, earlier_questions
from assistant.streaming import pieces_of
from assistant.understanding import understand
from assistant.view import View
from assistant.words import words
from ingest.errors import SendAssistantError
from ingest.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

logger = logging.getLogger(__name__)

MOST_CHARACTERS = 6000
"Characters that are read of what a model writes, however they are divided."

Turns = Sequence[Mapping[str, str]]
"Earlier turns of a conversation, oldest first: role and content."


class Writer:
    """A language model that writes answers; may be shared by threads. Nothing is opened before the first answer."""

    def __init__(self, settings: Settings, model: BaseChatModel | None = None):
        self.settings = settings
        self._given = model

    def writes(self, quoted: Answer) -> bool:
        """Whether an answer is one that prose helps: not a printed list, exact data, a correction, or a refusal.

        Sets, outcomes and corrections begin with words of ours under no heading, printed lists have numbered points.
        """
        if quoted.status not in ("answered", "partial") or not quoted.citations:
            return False
        first = quoted.points[0]
        return not (first.ours and not first.heading) and sum(point.item is not None for point in quoted.points) < 2

    def write(
        self, question: str, turns: Turns, quoted: Answer, assistant: Assistant, standalone: str = "",
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Answer]:  # fmt: skip
        """Growing answers, each of sentences already checked; the last is whole. Closing the iterator stops the model.

        Without prose to write, or where the model fails, the last answer is the quoted one; `writing.failed` then says
        why. `standalone`: the question on its own, where it was rewritten before. The model is also stopped once
        `stopped` says so.
        """
        if not self.writes(quoted):
            yield quoted
            return
        writing = Writing(shown(self.settings.writer))
        try:
            standalone = standalone or self.standalone(question, turns, quoted, assistant, stopped)
            draft = self._draft(question, standalone, quoted, assistant)
            writing = draft.writing
            yield from self._written(draft, stopped)
            writing = draft.writing
            if not draft.supported:
                raise ModelError(draft.why_nothing())
        except SendAssistantError as error:
            failed = f"{error} The answer is made of quotes instead."
            yield replace(quoted, writing=replace(writing, failed=failed))

    def rewritten(self, question: str, turns: Turns, view: View, stopped: Callable[[], bool]) -> str:
        """A follow-up as the model puts it on its own; '' where it follows nothing, the model fails or adds to it."""
        earlier = earlier_questions(turns)
        if not earlier or not understand(question, turns, view.reports, view.lexicon).follow_up:
            return ""
        asked = self._rewrite_prompt.fill(earlier="\n".join(f"- {one}" for one in earlier), question=question)
        try:
            found = as_question("".join(self._pieces(self._rewrite_prompt, asked, stopped)))
        except ModelError as error:
            logger.info("a follow-up was not rewritten: %s", error)
            return ""
        return found if found and borne_out(found, question, turns, view.lexicon) else ""

    def standalone(
        self, question: str, turns: Turns, quoted: Answer, assistant: Assistant, stopped: Callable[[], bool]
    ) -> str:
        """The question on its own: as the model rewrites it, else with the subject and scope that were understood."""
        if not turns:
            return question
        view = assistant.view()
        if found := self.rewritten(question, turns, view, stopped):
            return found
        request = understand(question, turns, view.reports, view.lexicon)
        return f"{question} ({request.standalone}; {quoted.scope})" if request.follow_up else question

    def _draft(self, question: str, standalone: str, quoted: Answer, assistant: Assistant) -> WrittenDraft:
        """The draft of an answer, with as many of the passages behind the quoted one as the model's window holds."""
        view, prompt, name = assistant.view(), self._answer_prompt, shown(self.settings.writer)
        sources = sources_of(quoted, view.knowledge)
        fixed = len(prompt.system) + len(prompt.fill(question=standalone, passages=""))
        kept = fitting(sources, self.settings.writer_window - LONGEST_ANSWER - fixed / CHARACTERS_A_TOKEN)
        if not kept:
            window = f"{self.settings.writer_window:,} tokens, setting writer_window"
            raise ModelError(f"No passage fits the window of the language model {name} ({window}).")
        prompts = (prompt.used,) if standalone == question else (prompt.used, self._rewrite_prompt.used)
        writing = Writing(name, prompts, left_out=len(sources) - len(kept))
        checker = Checker(assistant.encoder, view.lexicon, self._entails)
        return WrittenDraft(question, standalone, quoted, kept, self._told, assistant, view, checker, writing)

    def _written(self, draft: WrittenDraft, stopped: Callable[[], bool]) -> Iterator[Answer]:
        """The draft as it grows with what the model sends; whole at the end, unless nothing in it is the model's."""
        started = time.perf_counter()
        passages = "\n".join(as_material(source) for source in draft.sources)
        prompt = self._answer_prompt
        pieces = self._pieces(prompt, prompt.fill(question=draft.standalone, passages=passages), stopped)
        cut, read = Sentences(), 0
        try:
            for piece in pieces:
                read += len(piece)
                yield from (draft.answer() for sentence in cut.feed(piece) if draft.add(sentence))
                if draft.full or read > MOST_CHARACTERS:
                    break
            else:
                last = [] if stopped() else cut.rest()
                yield from (draft.answer() for sentence in last if draft.add(sentence))
        finally:
            pieces.close()
        if draft.supported:
            yield draft.finished(time.perf_counter() - started)

    def _pieces(self, prompt: Prompt, asked: str, stopped: Callable[[], bool]) -> Iterator[str]:
        """What the model sends, in pieces, no more once `stopped`; closing it ends the stream. Raises ModelError."""
        name, seconds = shown(self.settings.writer), self.settings.writer_seconds
        try:
            yield from pieces_of(self._model, [("system", prompt.system), ("human", asked)], seconds, stopped)
        except Exception as error:
            if not isinstance(error, ModelError):
                logger.info("the language model %s failed: %s", name, type(error).__name__)
            raise failure(error, name, seconds) from None

    @cached_property
    def _model(self) -> BaseChatModel:
        if self._given is not None:
            return self._given
        return open_model(self.settings.writer, self.settings.writer_seconds, self.settings.writer_window, retries=0)

    @cached_property
    def _entails(self) -> Callable[[str, str], float] | None:
        return load_nli(self.settings.nli) if self.settings.nli else None

    @cached_property
    def _answer_prompt(self) -> Prompt:
        return load_prompt("answer")

    @cached_property
    def _rewrite_prompt(self) -> Prompt:
        return load_prompt("rewrite")

    @cached_property
    def _told(self) -> list[str]:
        """What the model is told beside question and passages, in words."""
        prompts = (self._answer_prompt, self._rewrite_prompt)
        return words(" ".join(f"{prompt.system} {prompt.template.template}" for prompt in prompts))
