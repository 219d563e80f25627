"""The knowledge base as a reader sees it: one finished generation, and whether a newer one has been published."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import generations
from ingest.model import Passage, Report
from ingest.store import Store

if TYPE_CHECKING:
    import numpy as np

    from ingest.vectors import VectorIndex


class KnowledgeBase:
    """One generation, open for reading; it never changes, so a question sees the same reports from start to end.

    Before each question take `knowledge = knowledge.refresh()`.
    """

    def __init__(self, index: Path):
        self.index = Path(index)
        self.store = Store.open(self.index)

    def refresh(self) -> KnowledgeBase:
        """This one while it is live, else the one that a finished ingest has put in its place. Costs microseconds."""
        live = generations.live_generation(self.index)
        if live == 0 or self.store.folder == generations.generation_folder(self.index, live):
            return self
        return KnowledgeBase(self.index)

    @cached_property
    def reports(self) -> dict[str, Report]:
        """Every report by id, superseded ones too."""
        return {report.id: report for report in self.store.reports()}

    @cached_property
    def searchable(self) -> frozenset[str]:
        """Ids of the reports that are searched: all but those whose place another report takes."""
        return frozenset(self.store.searchable())

    @cached_property
    def passages(self) -> dict[str, Passage]:
        """Every passage by id, in the order of the reports."""
        return {passage.id: passage for passage in self.store.passages()}

    @cached_property
    def sentence_vectors(self) -> tuple[list[tuple[str, int]], np.ndarray]:
        """(passage id, index of the sentence) and (n, d) float32 vectors of every sentence that is searched."""
        return self.store.sentence_vectors()

    @cached_property
    def vectors(self) -> VectorIndex:
        """The vector index; built anew from the store where it is missing or broken."""
        from ingest.vectors import open_vectors

        return open_vectors(self.store)

    def search(
        self, vector: np.ndarray, limit: int, report_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The passages nearest to a vector, best first, with their cosine."""
        return self.vectors.search(vector, limit, report_ids)
