"""Answers a file of questions: `send-assistant ask --batch IN.jsonl --out OUT.jsonl`.

IN, one object a line: `id`, `question`, optional `turns` (earlier turns, oldest first: questions as strings, or objects with
role and content); other keys are ignored. OUT, one a line in the same order: `id`, `status`, `text`, `citations`
[{`document`, `page`, `label`, `quote`}], `seconds`.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from assistant.answer import Answer
from assistant.understanding import Filters
from ingest.errors import SendAssistantError
from ingest.settings import Settings

logger = logging.getLogger(__name__)


class Turn(BaseModel):
    """An earlier turn of the conversation."""

    role: str
    content: str


def _as_turn(turn: object) -> object:
    return {"role": "user", "content": turn} if isinstance(turn, str) else turn


class Case(BaseModel):
    """One line of a batch."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)
    id: str
    question: str
    turns: list[Annotated[Turn, BeforeValidator(_as_turn)]] = []


def read_batch(path: Path) -> list[Case]:
    """The cases of a JSON Lines file; errors name the line and the field."""
    if not path.is_file():
        raise SendAssistantError(f"{path}: no such file. --batch takes a JSON Lines file of questions.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SendAssistantError(f"{path}: cannot be read as UTF-8 text ({error}). --batch takes a JSON Lines file.") from error
    cases: list[Case] = []
    seen: set[str] = set()
    # Not splitlines(): a JSON text may hold other line separators as they are.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            case = Case.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "the line"
            raise SendAssistantError(f"{path}, line {number}: {field}: {first['msg']}. Each line is an object with id and question.") from error
        if case.id in seen:
            raise SendAssistantError(f"{path}, line {number}: id {case.id!r} occurs twice. Give each question its own id.")
        seen.add(case.id)
        cases.append(case)
    if not cases:
        raise SendAssistantError(f"{path}: no questions in it.")
    return cases


def row(case_id: str, answer: Answer, seconds: float) -> dict:
    """One line of OUT; a quote over a page break gives one citation a page."""
    citations = [
        {"document": citation.file, "page": part.page, "label": citation.label, "quote": part.quote}
        for citation in answer.citations
        for part in citation.parts
    ]
    return {"id": case_id, "status": answer.status, "text": answer.text, "citations": citations, "seconds": round(seconds, 4)}


def answer_batch(source: Path, target: Path, settings: Settings, filters: Filters = Filters()) -> int:
    """Exit status 0 when every question got an answer; an answer that failed is a line with status 'error' and status 1."""
    cases = read_batch(source)
    if target.is_dir() or not target.parent.is_dir():
        raise SendAssistantError(f"--out {target}: {'is a folder' if target.is_dir() else 'its folder does not exist'}. Name a file for the answers.")
    if target.exists() and target.samefile(source):
        raise SendAssistantError(f"--out {target}: is the file of questions. Name another file for the answers.")
    from assistant.written import open_assistant

    failed = 0
    with open_assistant(settings) as assistant, target.open("w", encoding="utf-8") as out:
        for number, case in enumerate(cases, 1):
            started = time.perf_counter()
            try:
                answer = assistant.ask(case.question, [turn.model_dump() for turn in case.turns], filters)
            except Exception as error:  # one question that fails must not cost the others their answers
                logger.exception("question %s", case.id)
                answer = Answer(case.question, "error", f"This question could not be answered: {error}")
            failed += answer.status == "error"
            out.write(json.dumps(row(case.id, answer, time.perf_counter() - started), ensure_ascii=False) + "\n")
            out.flush()
            if sys.stderr.isatty():
                print(f"\r{number}/{len(cases)}", end="", file=sys.stderr, flush=True)
    print(f"{len(cases)} answers in {target}" + (f", {failed} of them errors" if failed else ""), file=sys.stderr)
    return 1 if failed else 0
