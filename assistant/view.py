"""One state of the knowledge base, with what is computed from all its passages once and not for each question."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.lexicon import CorpusLexicon
from assistant.listing import Listing, listings_of
from ingest.furniture import furniture_ids, known_furniture
from ingest.knowledge import KnowledgeBase
from ingest.model import Passage, Report
from ingest.settings import Settings

if TYPE_CHECKING:
    from ingest.encode import Encoder


@dataclasses.dataclass(frozen=True)
class View:
    """One state of the knowledge base, with what is computed from all its passages."""

    knowledge: KnowledgeBase
    lexicon: CorpusLexicon
    reports: tuple[Report, ...]
    "The reports that are searched."
    furniture: frozenset[str]
    "Ids of passages that every report of a kind repeats."

    @classmethod
    def of(cls, knowledge: KnowledgeBase, settings: Settings, encoder: Encoder) -> View:
        passages = [p for p in knowledge.passages.values() if p.report_id in knowledge.searchable]
        reports = tuple(knowledge.reports[report_id] for report_id in sorted(knowledge.searchable))
        of_report: dict[str, list] = {}
        for passage in passages:
            of_report.setdefault(passage.report_id, []).append(passage)
        known = known_furniture(settings.corpus)
        furniture: set[str] = set()
        for kind in {report.kind for report in reports}:
            furniture |= furniture_ids((tuple(of_report.get(report.id, ())) for report in reports if report.kind == kind), known)
        return cls(knowledge, CorpusLexicon((p.search_text for p in passages), settings.corpus, encoder, settings.home_area), reports, frozenset(furniture))

    @cached_property
    def _passages(self) -> dict[str, list[Passage]]:
        found: dict[str, list[Passage]] = {}
        for passage in self.knowledge.passages.values():
            found.setdefault(passage.report_id, []).append(passage)
        return found

    @cached_property
    def _listings(self) -> dict[str, list[Listing]]:
        return {report.id: listings_of(report, self.passages_of(report)) for report in self.reports}

    def passages_of(self, report: Report) -> list[Passage]:
        """The passages of a report in order."""
        return self._passages[report.id]

    def listings_of(self, report: Report) -> list[Listing]:
        """The printed lists of a report in order."""
        return self._listings[report.id]
