"""A trial: one case with the answer it got and what is needed to judge it. What every measure is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from assistant.answer import Answer, Citation
from evals.cases import Case, Gold
from evals.wording import COVERED, covered, even, said, stem_of

Score = float | None
"What a measure says of one case; None is 'unscored': averages leave it out and reports count it."


@dataclass(frozen=True)
class Trial:
    """One case answered."""

    case: Case
    answer: Answer
    seconds: float
    held: tuple[tuple[str, ...], ...] = ()
    "For each gold quote the ids of the passages that hold it; empty where the knowledge base lacks it."
    text_of: Callable[[str], str] = lambda report_id: ""
    "A report's text by its id, squashed (evals/wording.py)."

    @cached_property
    def text(self) -> str:
        """What a person reads, evened."""
        return even(self.answer.text)

    @property
    def answered(self) -> bool:
        return self.answer.status in ("answered", "partial")

    @cached_property
    def missing_facts(self) -> tuple[str, ...]:
        """Facts that the answer does not say, each in its first wording."""
        return tuple(_first(fact) for fact in self.case.facts if not said(fact, self.text))

    @cached_property
    def forbidden_said(self) -> tuple[str, ...]:
        """What the answer says and must not."""
        return tuple(_first(needle) for needle in self.case.forbidden if said(needle, self.text))

    @cached_property
    def gold_quoted(self) -> tuple[bool, ...]:
        """For each gold quote: whether citations of its report quote it."""
        return tuple(covered(g.quote, self.quotes_of(g.document)) >= COVERED for g in self.case.gold)

    def quotes_of(self, document: str) -> list[str]:
        """The quotes that the answer takes from a report."""
        return [c.quote for c in self.answer.citations if stem_of(c.file) == stem_of(document)]

    def citing(self, gold: Gold) -> list[Citation]:
        """The citations that quote some of a gold quote, the fullest first."""
        shares = [(covered(gold.quote, [c.quote]), c) for c in self.answer.citations if stem_of(c.file) == stem_of(gold.document)]
        return [c for share, c in sorted(shares, key=lambda pair: -pair[0]) if share > 0]


def _first(needle: str | tuple[str, ...]) -> str:
    return needle if isinstance(needle, str) else needle[0]
