"""Made-up answers, and engines that stand in for the assistant."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from assistant.answer import Answer, Citation, Point, QuotePart
from evals.cases import Case
from evals.runs import Run
from ingest.settings import ROOT

STARTER = ROOT / "evals" / "sets" / "starter.jsonl"


def cited(quote: str, *, number: int = 1, file: str = "islands.md", page: int | None = None, label: str = "1.1", passage: str = "islands:0001") -> Citation:
    """A citation of a made-up report."""
    return Citation(
        number=number, report_id="islands", passage_id=passage, file=file, title="Islands", kind="other", digest=False, area="",
        date="", label=label, section="", quote=quote, start=0, end=len(quote), parts=(QuotePart(page, None, quote),),
    )  # fmt: skip


def quoted(*citations: Citation, question: str = "?", status: str = "answered", roles: tuple[str, ...] = (), **more) -> Answer:
    """An answer whose points are its quotes."""
    roles = roles or ("answer",) * len(citations)
    points = tuple(Point(c.quote, role, (c,)) for c, role in zip(citations, roles))
    text = "\n\n".join(f"“{c.quote}” [{c.number}]" for c in citations)
    return Answer(question, status, text, points, citations, **more)


class Replayed:
    """Gives the answers of an earlier run again, each through `change`."""

    def __init__(self, run: Run, change: Callable[[Case, Answer], Answer] = lambda case, answer: answer):
        self._answers = {(case.question, case.turns): (case, run.replies[case.id].answer) for case in run.cases.values()}
        self._change = change

    def ask(self, question, turns=()) -> Answer:
        found = self._answers.get((question, tuple(turn["content"] for turn in turns)))
        return self._change(*found) if found else Answer(question, "not_found", "")


class Canned:
    """Answers every question alike; `fails_on` raises instead."""

    def __init__(self, answer: Answer, fails_on: str = "", error: type[BaseException] = RuntimeError):
        self.answer, self.fails_on, self.error, self.asked = answer, fails_on, error, []

    def ask(self, question, turns=()) -> Answer:
        self.asked.append(question)
        if self.fails_on and self.fails_on in question:
            raise self.error("made to fail")
        return dataclasses.replace(self.answer, question=question)


def write(path: Path, *lines: str) -> Path:
    """A file of lines."""
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path
