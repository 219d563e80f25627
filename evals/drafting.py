"""Makes a case from an answer: what the assistant cited becomes gold, for a person to look over; or what was wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.answer import Answer
from evals.cases import Case, Gold, Kind, as_line, read_set, write_set
from ingest.errors import SendAssistantError

QUOTE_WORDS = 25
"Gold quotes are short: enough to find the place."


def case_from_answer(
    answer: Answer,
    case_id: str,
    *,
    turns: Sequence[str] = (),
    kind: Kind = "other",
    facts: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    user: str = "",
    wrong: str = "",
) -> Case:
    """A case whose gold is what a good answer cites, or a refusal where it refused.

    `wrong` says why the answer is no good: then nothing that it cites is gold, the reason becomes a note, and the case
    waits for a person to add what is right.
    """
    refused = answer.status == "not_found" and not wrong
    gold = () if refused or wrong else tuple(_gold(answer))
    return Case(
        id=case_id,
        user=user,
        kind="unanswerable" if refused and kind == "other" else kind,
        question=answer.question,
        turns=tuple(turns),
        answerable=not refused,
        documents=tuple(dict.fromkeys(g.document for g in gold)),
        gold=gold,
        facts=() if refused else tuple(facts),
        forbidden=tuple(forbidden),
        notes=f"The answer was wrong: {wrong}" if wrong else "Drafted from an answer; look it over.",
    )


def add_case(path: Path, case: Case) -> None:
    """Adds a case to a set, which is made where there is none; an id that the set has is an error."""
    held = read_set(path) if path.exists() else []
    if any(other.id == case.id for other in held):
        raise SendAssistantError(f"{path}: id {case.id!r} is already in it. Give the case another id.")
    if path.suffix.lower() == ".csv":
        write_set(path, [*held, case])
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = path.read_text(encoding="utf-8") if held else ""
    path.write_text(content + "\n" * bool(content and not content.endswith("\n")) + as_line(case) + "\n", encoding="utf-8")


def next_id(cases: Iterable[Case], prefix: str = "case") -> str:
    """'case-7' where the set has case-6."""
    numbers = [int(found[1]) for case in cases if (found := re.fullmatch(rf"{re.escape(prefix)}-(\d+)", case.id))]
    return f"{prefix}-{max(numbers, default=0) + 1}"


def _gold(answer: Answer) -> Iterable[Gold]:
    for citation in answer.citations:
        for part in citation.parts[:1]:
            quote = " ".join(part.quote.split()[:QUOTE_WORDS])
            yield Gold(document=citation.file, quote=quote, page=part.page, label=citation.label)
