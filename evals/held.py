"""Where gold stands in a knowledge base, found by its quote: passages may be cut in any way."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from evals.cases import Case, Gold
from evals.wording import squashed, stem_of

if TYPE_CHECKING:
    from ingest.knowledge import KnowledgeBase
    from ingest.model import Passage, Report


class Held:
    """The reports of one knowledge base, ready to look quotes up in."""

    def __init__(self, knowledge: KnowledgeBase):
        self.knowledge = knowledge
        self._squashed: dict[str, str] = {}

    @cached_property
    def reports(self) -> dict[str, Report]:
        """Searched reports by the stem of their file's name."""
        return {stem_of(report.file): report for report in self.knowledge.reports.values() if not report.superseded_by}

    @cached_property
    def _passages(self) -> dict[str, list[Passage]]:
        found: dict[str, list[Passage]] = {}
        for passage in self.knowledge.passages.values():
            found.setdefault(passage.report_id, []).append(passage)
        return found

    def text(self, report_id: str) -> str:
        """The report's text, squashed; '' for a report that is not held."""
        if report_id not in self._squashed:
            self._squashed[report_id] = squashed(self.knowledge.store.report_text(report_id))
        return self._squashed[report_id]

    def passages(self, gold: Gold) -> list[Passage]:
        """The passages that a gold quote runs over, in order; none where it does not stand in its report.

        A quote that stands in several places gives those at its label or page, where it has one.
        """
        report = self.reports.get(stem_of(gold.document))
        wanted = squashed(gold.quote)
        if report is None or not wanted or wanted not in self.text(report.id):
            return []
        spans, at = [], 0
        for passage in self._passages.get(report.id, []):
            end = at + len(squashed(passage.text))
            spans.append((at, end, passage))
            at = end
        whole = "".join(squashed(passage.text) for _, _, passage in spans)
        places = []
        start = whole.find(wanted)
        while start >= 0:
            places.append([p for a, b, p in spans if a < start + len(wanted) and b > start])
            start = whole.find(wanted, start + 1)
        agreeing = [place for place in places if any(agrees(gold, passage) for passage in place)]
        return list(dict.fromkeys(passage for place in agreeing or places for passage in place))

    def of_case(self, case: Case) -> tuple[tuple[str, ...], ...]:
        """For each gold quote of a case the ids of its passages."""
        return tuple(tuple(p.id for p in self.passages(gold)) for gold in case.gold)


def agrees(gold: Gold, passage: Passage) -> bool:
    """Whether a passage stands at the gold's label and page, as far as it names them."""
    return (not gold.label or gold.label == passage.label) and (gold.page is None or gold.page in pages_of([passage]))


def pages_of(passages: Iterable[Passage]) -> set[int | None]:
    """The physical pages of passages."""
    return {span.page for passage in passages for span in passage.pages}
