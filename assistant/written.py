"""An assistant whose answers a language model writes: the same interface as `Assistant`, and answers that grow."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant.answer import Answer, Citation
from assistant.answering import Assistant
from assistant.render import PassageView
from assistant.understanding import Filters
from assistant.view import View
from assistant.writing import Writer
from ingest.model import Report
from ingest.settings import Settings


def open_assistant(settings: Settings) -> Assistant | WrittenAssistant:
    """The assistant that the settings ask for: with a language model where `writer` names one."""
    assistant = Assistant.open(settings)
    return WrittenAssistant(assistant, Writer(settings)) if settings.writer else assistant


class WrittenAssistant:
    """Answers questions in prose where that helps, else in quotes; may be shared by threads."""

    def __init__(self, assistant: Assistant, writer: Writer):
        self.assistant, self.writer = assistant, writer

    def __enter__(self) -> WrittenAssistant:
        return self

    def __exit__(self, *problem) -> None:
        self.assistant.__exit__(*problem)

    @property
    def settings(self) -> Settings:
        return self.writer.settings

    def ask(self, question: str, turns: Sequence[Mapping[str, str]] = (), filters: Filters = Filters()) -> Answer:
        """The whole answer to a question that follows earlier turns (oldest first, role and content)."""
        *_, answer = self.ask_written(question, turns, filters)
        return answer

    def ask_written(
        self, question: str, turns: Sequence[Mapping[str, str]] = (), filters: Filters = Filters(),
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Answer]:  # fmt: skip
        """Growing answers, the last one whole. Closing the iterator, or `stopped` (from any thread), stops the model.

        A follow-up that our own reading finds no answer to is asked once more as the model rewrites it, and the reader
        is told; the rewritten question may hold nothing that the person did not ask, and the same rules answer it.
        """
        quoted = self.assistant.ask(question, turns, filters)
        standalone = ""
        if turns and quoted.status == "not_found" and quoted.candidates:
            standalone = self.writer.rewritten(question, turns, self.assistant.view(), stopped)
            again = self.assistant.ask(standalone, (), filters) if standalone else quoted
            if again.status != "answered":
                yield quoted
                return
            quoted = dataclasses.replace(again, question=question)
        for answer in self.writer.write(question, turns, quoted, self.assistant, standalone, stopped):
            if standalone and answer.writing:
                answer = dataclasses.replace(
                    answer,
                    writing=dataclasses.replace(
                        answer.writing, notices=(f"Read as: “{standalone}”", *answer.writing.notices)
                    ),
                )
            yield answer

    def passage_view(self, citation: Citation) -> PassageView:
        """A cited passage in its surroundings."""
        return self.assistant.passage_view(citation)

    def passage_text(self, passage_id: str) -> str:
        """The text of a passage, as printed."""
        return self.assistant.passage_text(passage_id)

    def reports(self) -> list[Report]:
        """The reports that are searched."""
        return self.assistant.reports()

    def view(self) -> View:
        """The live knowledge base."""
        return self.assistant.view()
