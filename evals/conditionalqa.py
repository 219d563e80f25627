"""Retrieval on text that no one here wrote: the development part of ConditionalQA (questions over UK government guidance).

Sun, Cohen and Salakhutdinov, "ConditionalQA", ACL 2022. 7,506 evidence passages of 495 pages; each question names the
passages that answer it. A page becomes a report, titled by the words of its address, so that all goes through the same
store, encoder and retriever as in use.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from assistant.words import content_words, words
from ingest.model import Passage, Report
from ingest.settings import Settings
from ingest.store import passage_id

TOP = 10


@dataclass(frozen=True)
class Case:
    """One question."""

    question: str
    scenario: str
    "What the person tells of themselves before asking."
    relevant: frozenset[str]
    "Ids of the passages that answer."


@dataclass(frozen=True)
class Result:
    """How well one way of searching did."""

    name: str
    recall: tuple[float, ...]
    "By question: share of its relevant passages among the first ten."
    reciprocal_rank: tuple[float, ...]
    "By question: 1 / rank of the first relevant passage, 0 where none is among the first ten."

    @property
    def recall_at_10(self) -> float:
        return sum(self.recall) / len(self.recall)

    @property
    def mrr(self) -> float:
        return sum(self.reciprocal_rank) / len(self.reciprocal_rank)


Search = Callable[[str], list[str]]
"Passage ids for a query, best first."


def read_pages(folder: Path) -> tuple[list[tuple[Report, list[Passage]]], dict[int, str]]:
    """Each page as a report with its passages, and the passage id of each `pid` of the data set."""
    rows = _jsonl(folder / "evidence_passages.jsonl")
    by_page = groupby(sorted(rows, key=lambda row: (row["url"], row["pid"])), key=lambda row: row["url"])
    pages, ids = [], {}
    for url, group in by_page:
        slug = url.rstrip("/").removeprefix("https://www.gov.uk/").replace("/", "--")
        passages, at = [], 0
        for ordinal, row in enumerate(group, 1):
            text = row["text"]
            ids[row["pid"]] = passage_id(slug, ordinal)
            passages.append(Passage(ids[row["pid"]], slug, ordinal, "paragraph", text, text, at, at + len(text)))
            at += len(text) + 1
        title = " ".join(slug.replace("-", " ").split())
        pages.append((Report(slug, f"{slug}.html", url, "", "html", title, "guidance"), passages))
    return pages, ids


def read_cases(folder: Path, ids: dict[int, str]) -> list[Case]:
    """The questions that have relevant passages."""
    asked = {case["id"]: case for case in json.loads((folder / "dev.json").read_text(encoding="utf-8"))}
    return [
        Case(asked[row["id"]]["question"], asked[row["id"]]["scenario"], frozenset(ids[pid] for pid in row["pids"]))
        for row in _jsonl(folder / "dev_qrels.jsonl")
        if row["pids"]
    ]


def build(pages: list[tuple[Report, list[Passage]]], encoder, index: Path) -> None:
    """A knowledge base of the pages, made as the ingest makes one."""
    from ingest import generations
    from ingest.encode import PassageInput
    from ingest.store import Store
    from ingest.vectors import write_vectors

    with generations.writing(index):
        folder = generations.begin_next(index)
        store = Store.create(folder, model=encoder.name, dimension=encoder.dimension)
        inputs = [PassageInput(report.title, p.headings, p.text, p.sentences) for report, held in pages for p in held]
        vectors = iter(encoder.encode_passages(inputs))
        for report, passages in pages:
            store.replace_report(report, passages, [next(vectors) for _ in passages])
        store.finish(1)
        write_vectors(store, folder / generations.VECTORS)
        store.close()
        generations.publish(index, folder)


def plain_bm25(pages: list[tuple[Report, list[Passage]]]) -> Search:
    """SQLite's FTS5 as it comes, over the passages' text alone."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(id UNINDEXED, body, tokenize = 'porter unicode61')")
    connection.executemany("INSERT INTO words VALUES (?, ?)", ((p.id, p.text) for _, held in pages for p in held))

    def search(query: str) -> list[str]:
        match = " OR ".join(f'"{word}"' for word in words(query)) or '""'
        found = connection.execute("SELECT id FROM words WHERE words MATCH ? ORDER BY bm25(words) LIMIT ?", (match, TOP))
        return [pid for (pid,) in found]

    return search


def searches(pages: list[tuple[Report, list[Passage]]], encoder, index: Path) -> dict[str, Search]:
    """Ways to search, the plainest first; all but the first are the parts of our own retrieval."""
    from assistant.retrieval import HybridRetriever
    from ingest.knowledge import KnowledgeBase

    knowledge = KnowledgeBase(index)
    fused = HybridRetriever(knowledge=knowledge, encoder=encoder, settings=Settings(rerank=False))
    reranked = HybridRetriever(knowledge=knowledge, encoder=encoder, settings=Settings())

    def hybrid(retriever: HybridRetriever) -> Search:
        return lambda query: [hit.passage_id for hit in retriever.search(query, content_words(query), None)][:TOP]

    def keyword(query: str) -> list[str]:
        return [pid for pid, _ in knowledge.store.keyword_search(content_words(query), TOP)]

    def vectors(query: str) -> list[str]:
        return [pid for pid, _ in knowledge.search(encoder.encode_queries([query])[0], TOP)]

    return {
        "plain BM25 (FTS5, text alone)": plain_bm25(pages),
        "keyword index (title and text)": keyword,
        "vectors alone": vectors,
        "keyword + vectors, fused": hybrid(fused),
        "fused + late-interaction rerank": hybrid(reranked),
    }


def score(name: str, search: Search, cases: Sequence[Case], query: Callable[[Case], str]) -> Result:
    """One way of searching over all questions."""
    recall, reciprocal = [], []
    for case in cases:
        found = search(query(case))[:TOP]
        recall.append(len(case.relevant & set(found)) / len(case.relevant))
        reciprocal.append(next((1 / rank for rank, pid in enumerate(found, 1) if pid in case.relevant), 0.0))
    return Result(name, tuple(recall), tuple(reciprocal))


def gain(result: Result, base: Result, draws: int = 2000) -> tuple[float, float, float]:
    """Gain in recall@10 over another way on the same questions: mean and 95 % interval (paired bootstrap)."""
    differences = [a - b for a, b in zip(result.recall, base.recall)]
    chance = random.Random(0)
    means = sorted(sum(chance.choices(differences, k=len(differences))) / len(differences) for _ in range(draws))
    return sum(differences) / len(differences), means[int(0.025 * draws)], means[int(0.975 * draws) - 1]


def evaluate(folder: Path, index: Path) -> dict[str, list[Result]]:
    """Results of every way of searching, by what is asked: the question alone, and after its scenario."""
    from ingest.encode import load_encoder

    encoder = load_encoder()
    pages, ids = read_pages(folder)
    cases = read_cases(folder, ids)
    build(pages, encoder, index)
    queries = {
        "question alone": lambda case: case.question,
        "scenario and question": lambda case: f"{case.scenario} {case.question}",
    }
    ways = searches(pages, encoder, index)
    return {
        asked: [score(name, search, cases, query) for name, search in ways.items()] for asked, query in queries.items()
    }


def _jsonl(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
