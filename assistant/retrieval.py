"""Passages for a question: keyword, vector and sentence search, fused by reciprocal rank, reranked by late interaction.

Sentence search compares the adapted question (assistant.adapter) with every sentence in scope; a passage ranks by its best.

Reciprocal rank fusion: Cormack, Clarke and Buettcher, SIGIR 2009. Late interaction (the mean over the question's tokens of
the best match among the passage's tokens): Khattab and Zaharia, ColBERT, SIGIR 2020, here with the embedding model's own
token vectors, kept from ingest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from assistant.adapter import adapted
from assistant.words import content_words
from ingest.settings import Settings

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Hit:
    """A passage that search brought forward."""

    passage_id: str
    scores: dict[str, float]
    "'keyword', 'vector' and 'sentence': rank from 1, missing where that search did not find it; 'fusion'; 'late'; 'window' (best cosine)."

    @property
    def score(self) -> float:
        """Late interaction where it was made, else fusion."""
        return self.scores.get("late", self.scores["fusion"])


class HybridRetriever(BaseRetriever):
    """A langchain retriever over a knowledge base; `search` is the same with scores and filters."""

    knowledge: Any
    "ingest.knowledge.KnowledgeBase"
    encoder: Any
    "ingest.encode.Encoder"
    settings: Settings
    report_ids: tuple[str, ...] | None = None
    "Reports to search; None for all."

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        documents = []
        for hit in self.search(query, content_words(query), self.report_ids):
            passage = self.knowledge.store.passage(hit.passage_id)
            documents.append(Document(
                id=passage.id,
                page_content=passage.text,
                metadata={"report_id": passage.report_id, "page": passage.page, "label": passage.label,
                          "section": " > ".join(passage.headings), **hit.scores},
            ))
        return documents

    def search(self, query: str, terms: Sequence[str], report_ids: Sequence[str] | None, limit: int | None = None,
               question: str = "", each: int = 0) -> list[Hit]:
        """Hits, best first: at most `limit` (default: settings.candidates), and for every report its `each` nearest passages.

        `terms` go to the keyword index (a term of several words is a phrase); `query` is embedded; `question` (default: the
        query) is what the sentence search adapts, as a person puts it.
        """
        limit = limit or self.settings.candidates
        ids = list(report_ids) if report_ids is not None else None
        vector = self.encoder.encode_queries([query])[0]
        by_keyword = self.knowledge.store.keyword_search(list(terms), limit, ids) if terms else []
        by_vector = self.knowledge.search(vector, limit, ids)
        scores: dict[str, dict[str, float]] = {}
        asked = self.encoder.encode_queries([question])[0] if question else vector
        by_sentence = self._by_sentence(adapted(asked, self.encoder.name), ids)
        nearest: dict[str, list[str]] = {}
        for passage_id, _ in by_sentence if each else ():
            of_report = nearest.setdefault(passage_id.rpartition(":")[0], [])
            if len(of_report) < each:
                of_report.append(passage_id)
        for name, ranking in (("keyword", by_keyword), ("vector", by_vector), ("sentence", by_sentence[: limit * 2])):
            for rank, (passage_id, value) in enumerate(ranking, 1):
                entry = scores.setdefault(passage_id, {"fusion": 0.0})
                entry[name] = rank
                entry["fusion"] += 1.0 / (self.settings.fusion_k + rank)
                if name == "vector":
                    entry["window"] = float(value)
        ordered = sorted(scores, key=lambda pid: -scores[pid]["fusion"])[:limit]
        for passage_id in (pid for of_report in nearest.values() for pid in of_report):
            if passage_id not in ordered:
                scores.setdefault(passage_id, {"fusion": 0.0})
                ordered.append(passage_id)
        if self.settings.rerank:
            tokens = self.knowledge.token_vectors(ordered)
            question = self.encoder.encode_query_tokens(query).vectors
            for pid in ordered:
                vectors = tokens[pid][0]
                scores[pid]["late"] = float((question @ vectors.T).max(axis=1).mean()) if len(vectors) and len(question) else 0.0
            ordered.sort(key=lambda pid: -scores[pid]["late"])
        return [Hit(pid, scores[pid]) for pid in ordered]

    def _by_sentence(self, question: np.ndarray, report_ids: Sequence[str] | None) -> list[tuple[str, float]]:
        """Every passage in scope by its nearest sentence, with that one's cosine, best first."""
        import numpy as np

        rows, vectors = self.knowledge.sentence_rows, self.knowledge.sentence_vectors[1]
        wanted = self.knowledge.searchable if report_ids is None else set(report_ids)
        ids: list[str] = []
        best = []
        for report_id, (first, end) in rows.of_report.items():
            if report_id in wanted:
                starts = rows.starts[first:end]
                stop = rows.starts[end] if end < len(rows.starts) else len(vectors)
                best.append(np.maximum.reduceat(vectors[starts[0] : stop] @ question, starts - starts[0]))
                ids += rows.passage_ids[first:end]
        if not best:
            return []
        nearness = np.concatenate(best)
        return [(ids[n], float(nearness[n])) for n in (-nearness).argsort(kind="stable").tolist()]
