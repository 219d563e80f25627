"""Checks a question set against a knowledge base: fields, ids, and whether the gold stands where the set says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evals.cases import Case, Gold, read_lines
from evals.held import Held, agrees
from evals.wording import stem_of


@dataclass(frozen=True)
class Problem:
    """Something that a person should mend."""

    line: int
    case: str
    what: str


def card_of(path: Path) -> Path:
    """Where a set's data card stands: origin, author, size, known gaps."""
    return path.with_suffix(".md")


def check_set(path: Path, held: Held) -> list[Problem]:
    """Every problem of a set, by line; none for a set that can be run."""
    problems = []
    lines = read_lines(path)
    for line in lines:
        if line.case is None:
            problems.append(Problem(line.number, "", line.problem))
        else:
            problems += [Problem(line.number, line.case.id, what) for what in problems_of(line.case, held)]
    return problems if lines else [Problem(1, "", "no cases in it")]


def problems_of(case: Case, held: Held) -> list[str]:
    """What is wrong with one case's gold and documents."""
    found = []
    for name in ("documents", "complete_documents"):
        for document in getattr(case, name):
            if stem_of(document) not in held.reports:
                found.append(f"{name}: no report {document!r} is in the knowledge base")
    for number, gold in enumerate(case.gold):
        if problem := _gold_problem(gold, held):
            found.append(f"gold.{number}: {problem}")
    if case.answerable and not (case.gold or case.facts or case.forbidden or case.complete_documents):
        found.append("nothing to judge by: it has no gold, no facts, nothing forbidden and no complete_documents")
    if case.kind == "unanswerable" and case.answerable:
        found.append("kind: 'unanswerable', but answerable is true")
    if case.kind == "followup" and not case.turns:
        found.append("turns: a follow-up needs the questions before it")
    return found


def _gold_problem(gold: Gold, held: Held) -> str:
    if stem_of(gold.document) not in held.reports:
        return f"no report {gold.document!r} is in the knowledge base"
    passages = held.passages(gold)
    if not passages:
        return f"the quote is not in {gold.document}: “{gold.quote}”"
    if not any(agrees(gold, passage) for passage in passages):
        stands = [f"label {p.label!r}" + (f", page {p.page}" if p.page else "") for p in passages]
        wanted = " and ".join([f"label {gold.label!r}"] * bool(gold.label) + [f"page {gold.page}"] * (gold.page is not None))
        return f"the quote stands at {'; '.join(stands)}, not at {wanted}"
    return ""
