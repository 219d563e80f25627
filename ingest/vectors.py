"""The vector index: Chroma through langchain-chroma, made from the store and searched by nearness.

The only module that imports chromadb and langchain_chroma. An index is written once, checked against the store, and
from then on only read: Chroma does not survive being killed while it writes, so what readers open is never written.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import weakref
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import KnowledgeBaseError
from ingest.generations import VECTORS

if TYPE_CHECKING:
    import numpy as np

    from ingest.store import Store

COLLECTION = "windows"
HNSW = {"space": "cosine", "ef_search": 500, "ef_construction": 200}
"Chroma's own ef_search of 100 loses a fifth of the nearest vectors on a large index; this loses a fiftieth."
BATCH = 1000
SHARE_REBUILT = 0.25
"A copy is changed where less than this share of it changes; else all is built anew, which leaves no deleted entries."


class VectorIndex:
    """An open index, for searching. Threads may share it."""

    def __init__(self, folder: Path):
        from langchain_chroma import Chroma

        self._client = _client(folder)
        # Chroma keeps what it has opened by path until it is closed: an index that is let go must not answer for a later one.
        self._release = weakref.finalize(self, self._client.close)
        self._release.atexit = False
        try:
            self._chroma = Chroma(
                collection_name=COLLECTION, client=self._client, create_collection_if_not_exists=False
            )
        except Exception as error:  # chromadb raises its own and Rust's errors here, without a common class
            self.close()
            raise KnowledgeBaseError(f"{folder} is damaged: {error}") from error
        self.count = self._client.get_collection(COLLECTION, embedding_function=None).count()

    def search(
        self, vector: np.ndarray, limit: int, report_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The passages nearest to a vector, best first, with the cosine of their best window."""
        if report_ids is not None and not report_ids:
            return []
        where = {"report_id": {"$in": sorted(report_ids)}} if report_ids is not None else None
        wanted = min(limit + limit // 4, self.count)
        while wanted:
            found = self._chroma.similarity_search_by_vector_with_relevance_scores(
                vector.tolist(), k=wanted, filter=where
            )
            best: dict[str, float] = {}
            for document, distance in found:
                best.setdefault(document.metadata["passage_id"], 1.0 - distance)
            # Long passages have several windows: look further until there are enough passages, or no more windows.
            if len(best) >= limit or len(found) < wanted or wanted == self.count:
                return list(best.items())[:limit]
            wanted = min(wanted * 2, self.count)
        return []

    def close(self) -> None:
        self._release()


def write_vectors(store: Store, folder: Path, *, live: Path | None = None, changed: Collection[str] = ()) -> None:
    """Puts a checked index of the store's windows into `folder`, which must not be read by anyone yet.

    With `live`, the index of the generation before, and the ids of the reports `changed` since (put in, replaced, taken
    out): a copy of it is changed. Without, or where much changed, or where the copy fails its check, all is built anew.
    """
    counts = store.counts()["windows"]
    shutil.rmtree(folder, ignore_errors=True)
    if live is not None and live.is_dir():
        ids, _ = store.window_vectors([report_id for report_id in store.searchable() if report_id in set(changed)])
        if len(ids) <= SHARE_REBUILT * counts:
            try:
                shutil.copytree(live, folder)
                _write(store, folder, changed)
                check_vectors(store, folder)
                return
            except Exception:  # whatever is wrong with the copy, building anew mends it
                shutil.rmtree(folder, ignore_errors=True)
    _write(store, folder, None)
    check_vectors(store, folder)


def check_vectors(store: Store, folder: Path, *, samples: int = 12) -> None:
    """Raises KnowledgeBaseError unless the index holds every window and finds what an exact search finds."""
    import numpy as np

    ids, windows = store.window_vectors()
    with contextlib.closing(VectorIndex(folder)) as index:
        if index.count != len(ids):
            raise KnowledgeBaseError(f"{folder} holds {index.count} vectors of {len(ids)}")
        for row in np.linspace(0, len(ids) - 1, min(samples, len(ids)), dtype=int):
            nearest = 1.0 if len(ids) == 1 else float(np.partition(windows @ windows[row], -2)[-2])
            found = index.search(windows[row], 2)
            if not found or found[0][1] < min(nearest, 1.0) - 1e-3:
                raise KnowledgeBaseError(f"{folder} does not find what an exact search finds")


def open_vectors(store: Store) -> VectorIndex:
    """The index that belongs to a store; built anew from the store where it is missing or broken."""
    folder = store.folder / VECTORS
    ids, windows = store.window_vectors()
    if folder.is_dir():
        with contextlib.suppress(Exception):
            index = VectorIndex(folder)
            # Its count may be read where its vectors cannot.
            if index.count == len(ids) and (not ids or index.search(windows[0], 1)):
                return index
            index.close()
    working = store.folder / f"{VECTORS}.{os.getpid()}"
    write_vectors(store, working)
    with contextlib.suppress(OSError):
        # Another reader may be mending it too; then each keeps its own until the next ingest clears both away.
        shutil.rmtree(folder, ignore_errors=True)
        working = working.rename(folder)
    return VectorIndex(working)


def _write(store: Store, folder: Path, changed: Collection[str] | None) -> None:
    """Brings the index in `folder` in line with the store: the `changed` reports, or all of an empty folder."""
    searchable = store.searchable()
    with contextlib.closing(_client(folder)) as client:
        if changed is None:
            collection = client.create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
            )
            wanted = searchable
        else:
            collection = client.get_collection(COLLECTION, embedding_function=None)
            for report_id in changed:
                collection.delete(where={"report_id": report_id})
            wanted = [report_id for report_id in searchable if report_id in set(changed)]
        for batch in _batches(store, wanted):
            collection.add(**batch)


def _batches(store: Store, report_ids: list[str]) -> Iterator[dict]:
    """What Chroma takes at once: ids, vectors and metadata of the windows of some reports."""
    known = {report.id: report for report in store.reports()}
    ids, windows = store.window_vectors(report_ids)
    nth = dict.fromkeys(ids, 0)
    names, metadatas = [], []
    for passage_id in ids:
        names.append(f"{passage_id}#{nth[passage_id]}")
        nth[passage_id] += 1
        report = known[passage_id.rpartition(":")[0]]
        metadatas.append(
            {
                "report_id": report.id,
                "passage_id": passage_id,
                "kind": report.kind,
                "area": report.areas[0] if report.areas else "",
                "year": report.year or 0,
            }
        )
    for start in range(0, len(ids), BATCH):
        part = slice(start, start + BATCH)
        # langchain-chroma drops rows without a document; the text itself stays in the store only.
        yield {
            "ids": names[part],
            "embeddings": windows[part],
            "metadatas": metadatas[part],
            "documents": ids[part],
        }


def _client(folder: Path):
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    except Exception:
        # Chroma 1.5 would hand out what it failed to open to whoever opens the same path next.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise
