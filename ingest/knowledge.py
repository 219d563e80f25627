"""The knowledge base as a reader sees it: one finished generation, and whether a newer one has been published."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import generations
from ingest.model import Passage, Report
from ingest.store import Store

if TYPE_CHECKING:
    import numpy as np

    from ingest.vectors import VectorIndex


KEPT = 512
"Passages whose token vectors are kept unpacked; about 90 KB each. A question asks for some 50, for 20 of them twice."

EXACT = 6
"Reports up to which all windows are compared: a tenth of the time that Chroma takes to look a filter up."


@dataclass(frozen=True)
class SentenceRows:
    """Where the sentences of each passage stand among the rows of `KnowledgeBase.sentence_vectors`."""

    passage_ids: tuple[str, ...]
    starts: np.ndarray
    "(passages,) int64: the first row of each; its rows follow one another."
    of_report: dict[str, tuple[int, int]]
    "By report id: its first passage here, and the one after its last."


class KnowledgeBase:
    """One generation, open for reading; it never changes, so a question sees the same reports from start to end.

    Before each question take `knowledge = knowledge.refresh()`.
    """

    def __init__(self, index: Path):
        self.index = Path(index)
        self.store = Store.open(self.index)
        self._tokens: OrderedDict[str, tuple[np.ndarray, np.ndarray]] = OrderedDict()
        self._lock = threading.Lock()

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
    def sentence_rows(self) -> SentenceRows:
        """The rows of each passage that is searched."""
        import numpy as np

        ids, starts = [], []
        of_report: dict[str, tuple[int, int]] = {}
        for row, (passage_id, _) in enumerate(self.sentence_vectors[0]):
            if not ids or ids[-1] != passage_id:
                ids.append(passage_id)
                starts.append(row)
                report_id = passage_id.rpartition(":")[0]
                of_report[report_id] = (of_report.get(report_id, (len(ids) - 1, 0))[0], len(ids))
        return SentenceRows(tuple(ids), np.array(starts, np.int64), of_report)

    def token_vectors(self, passage_ids: Iterable[str]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """As `Store.token_vectors`; what was asked for lately is kept unpacked, and not to be written into."""
        wanted = list(passage_ids)
        with self._lock:
            found = {pid: self._tokens[pid] for pid in wanted if pid in self._tokens}
        found |= self.store.token_vectors(pid for pid in wanted if pid not in found)
        with self._lock:
            for pid, held in found.items():
                self._tokens[pid] = held
                self._tokens.move_to_end(pid)
            while len(self._tokens) > KEPT:
                self._tokens.popitem(last=False)
        return found

    @cached_property
    def vectors(self) -> VectorIndex:
        """The vector index; built anew from the store where it is missing or broken."""
        from ingest.vectors import open_vectors

        return open_vectors(self.store)

    def search(
        self, vector: np.ndarray, limit: int, report_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The passages nearest to a vector, best first, with their cosine."""
        if report_ids is not None and len(report_ids) <= EXACT:
            return self._search_exactly(vector, limit, report_ids)
        if report_ids is not None and self.searchable <= set(report_ids):
            report_ids = None  # a filter that lets everything through takes Chroma four times as long as the search
        return self.vectors.search(vector, limit, report_ids)

    def _search_exactly(self, vector: np.ndarray, limit: int, report_ids: Collection[str]) -> list[tuple[str, float]]:
        """The same by comparing every window of the reports."""
        import numpy as np

        ids, windows = self.store.window_vectors(report_ids)
        nearness = windows @ vector / np.linalg.norm(windows, axis=1)
        best: dict[str, float] = {}
        for row in (-nearness).argsort(kind="stable").tolist():
            best.setdefault(ids[row], float(nearness[row]))
        return list(best.items())[:limit]
