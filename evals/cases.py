"""Question sets: cases with what is right, read from JSON Lines or CSV.

What is right is said by report, page or printed label, and a short quote, never by a passage's id: another way of cutting
passages leaves a set as good as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ingest.errors import SendAssistantError

Kind = Literal["fact", "topic", "paraphrase", "list", "compare", "across", "however", "followup", "trap", "unanswerable", "other"]
KINDS: tuple[str, ...] = get_args(Kind)
"Kinds of question; 'trap' has a false premise, 'however' asks for both sides."

Side = Literal["", "strength", "concern"]


class Gold(BaseModel):
    """A passage that a right answer rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str = Field(min_length=1)
    "File name of the report, with or without its ending."
    quote: str = Field(min_length=1)
    "6 to 25 words, exactly as printed."
    page: int | None = None
    "Physical page, from 1."
    label: str = ""
    "As printed: '5.4 ¶1'."
    side: Side = ""
    "Set where an answer must tell strength from concern."


def _without_role(turn: object) -> object:
    """A turn as its words; earlier turns of the assistant are not part of a case."""
    return turn.get("content") if isinstance(turn, dict) else turn


class Case(BaseModel):
    """One question with what is right."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    kind: Kind = "other"
    user: str = ""
    "Who asks: councillor, officer, parent, evaluator."
    turns: tuple[Annotated[str, BeforeValidator(_without_role)], ...] = ()
    "Earlier questions, oldest first."
    answerable: bool = True
    documents: tuple[str, ...] = ()
    "Reports that a right answer cites; others may be cited as well."
    gold: tuple[Gold, ...] = ()
    facts: tuple[str | tuple[str, ...], ...] = ()
    "Each must be said; several wordings of one fact stand in a list."
    forbidden: tuple[str | tuple[str, ...], ...] = ()
    "None may be said: another area's figure, an invented name."
    complete_documents: tuple[str, ...] = ()
    "For 'across': every report that belongs in the answer, and no other does."
    areas: tuple[str, ...] = ()
    notes: str = ""
    "For people; never scored."

    @model_validator(mode="after")
    def _refusals_have_no_gold(self) -> Case:
        if not self.answerable and (self.gold or self.facts):
            raise ValueError("a case with answerable: false has no gold and no facts")
        return self

    @property
    def history(self) -> list[dict[str, str]]:
        """The earlier questions as turns of a conversation."""
        return [{"role": "user", "content": turn} for turn in self.turns]


@dataclass(frozen=True)
class Line:
    """One line of a set's file that holds a case, or what is wrong with it."""

    number: int
    case: Case | None
    problem: str = ""
    "'field: what is wrong'; '' for a good line."


def read_set(path: Path) -> list[Case]:
    """The cases of a set; raises SendAssistantError that names the first bad line and its field."""
    lines = read_lines(path)
    for line in lines:
        if line.case is None:
            raise SendAssistantError(f"{path}, line {line.number}: {line.problem}. `send-assistant eval check {path}` lists every such line.")
    if not lines:
        raise SendAssistantError(f"{path}: no cases in it. Each line of a set is a case with id and question.")
    return [line.case for line in lines if line.case]


def read_sets(paths: Sequence[Path]) -> list[Case]:
    """The cases of several sets, whose ids must differ."""
    cases: dict[str, Case] = {}
    for path in paths:
        for case in read_set(path):
            if case.id in cases:
                raise SendAssistantError(f"{path}: id {case.id!r} is also in another set of this run. Run them apart, or give the case another id.")
            cases[case.id] = case
    return list(cases.values())


def read_lines(path: Path) -> list[Line]:
    """Every line of a set with its case or its problem; errors only where the file cannot be read at all."""
    if not path.is_file():
        raise SendAssistantError(f"{path}: no such file. Name a question set (JSON Lines or CSV).")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SendAssistantError(f"{path}: cannot be read as UTF-8 text ({error}). Save it as UTF-8.") from error
    if path.suffix.lower() == ".csv":
        from evals.spreadsheet import rows_of

        found = [(number, row, "") for number, row in rows_of(text, path)]
    else:
        found = [(number, *_loaded(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    seen: dict[str, int] = {}
    lines = []
    for number, fields, problem in found:
        case = None
        if not problem:
            case, problem = _case(fields)
        if case is not None and case.id in seen:
            case, problem = None, f"id: {case.id!r} is also on line {seen[case.id]}"
        elif case is not None:
            seen[case.id] = number
        lines.append(Line(number, case, problem))
    return lines


def write_set(path: Path, cases: Iterable[Case]) -> None:
    """Writes a set, as CSV where the name ends so; what a case leaves open is left out of its line."""
    if path.suffix.lower() == ".csv":
        from evals.spreadsheet import as_csv

        path.write_text(as_csv(cases), encoding="utf-8-sig", newline="")  # the mark tells spreadsheets that it is UTF-8
    else:
        path.write_text("".join(as_line(case) + "\n" for case in cases), encoding="utf-8")


def as_line(case: Case) -> str:
    """The case as one line of JSON."""
    # Two fields are always shown, as readers of a set look for them.
    fields = {"id": case.id, "kind": case.kind} | case.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(fields, ensure_ascii=False)


def _loaded(line: str) -> tuple[object, str]:
    try:
        return json.loads(line), ""
    except json.JSONDecodeError as error:
        return None, f"not valid JSON ({error.msg} at character {error.pos + 1})"


def _case(fields: object) -> tuple[Case | None, str]:
    try:
        return Case.model_validate(fields), ""
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        if first["type"] == "extra_forbidden":
            return None, f"{where}: no such field. Known: {', '.join(Case.model_fields if len(first['loc']) == 1 else Gold.model_fields)}"
        return None, f"{where}: {first['msg'].removeprefix('Value error, ')}"
