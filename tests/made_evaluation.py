"""A question set over the made-up library, and an engine that answers it as slowly and as badly as a test wants."""

from __future__ import annotations

import dataclasses
import json
import threading

from made_library import LibraryEngine

from assistant.answer import Answer
from assistant.render import points_as_markdown

REVIEW = "wiltshire-review-2023"
HEARING = {"document": REVIEW, "page": 2, "quote": "Waits for a hearing test have grown to thirty weeks"}
LINES = [
    {"id": "hearing", "kind": "fact", "question": "hearing tests", "facts": ["thirty weeks"], "gold": [HEARING]},
    {"id": "ferry", "kind": "fact", "question": "ferry times", "facts": ["noon"]},
    {"id": "boats", "kind": "unanswerable", "question": "boats", "answerable": False},
    {
        "id": "toys/1",
        "kind": "other",
        "question": "lending of <b>toys</b>",
        "facts": ["from a van"],
        "gold": [{"document": REVIEW, "page": 1, "quote": "Its workers visit at home and lend toys from a van"}],
        "notes": "Asked in other words than the report's.",
    },
]
"Three that the engine gets right, and one that it does not find."


def as_set(lines=LINES) -> bytes:
    """A set as a file."""
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


class SetEngine(LibraryEngine):
    """`finds_nothing` are questions that it refuses; while `held` is set, a question of a run waits for `go`."""

    def __init__(self, settings):
        super().__init__(settings)
        self.finds_nothing: set[str] = set()
        self.held = ""
        self.busy = False
        self.waiting, self.go = threading.Event(), threading.Event()

    def ask(self, question, turns=(), filters=None) -> Answer:
        if self.held and question == self.held:
            self.waiting.set()
            self.go.wait(20)
        if question in self.finds_nothing:
            return Answer(question, "not_found", "The reports held do not answer this.")
        answer = super().ask(question, turns, filters)
        return dataclasses.replace(answer, text=points_as_markdown(answer.points)) if answer.points else answer

    def hold(self, question: str) -> None:
        """Lets the run stop at a question until `release`."""
        self.held = question
        self.waiting.clear()
        self.go.clear()

    def release(self) -> None:
        self.held = ""
        self.go.set()
