"""The store: reports, passages with their locations, words and vectors in one SQLite file, the truth of it all.

A store that readers open is never written again (see ingest/generations.py), so it needs no locks and can be read from
a folder that is not writable. The ingest writes its copy one report a transaction.
"""

from __future__ import annotations

import dataclasses
import json
import re
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import generations
from ingest.errors import KnowledgeBaseError
from ingest.model import ListPlace, PageSpan, Passage, Report

if TYPE_CHECKING:
    import numpy as np

    from ingest.encode import PassageVectors

SCHEMA_VERSION = 3

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE reports (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    fingerprint TEXT NOT NULL,  -- of the file, what is known of it and the rules that read it
    data TEXT NOT NULL,         -- ingest.model.Report as JSON
    shingles BLOB NOT NULL      -- uint64, see ingest/same.py
) WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    report_id TEXT NOT NULL REFERENCES reports(id),
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    search_text TEXT,           -- NULL where it equals text
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    label TEXT NOT NULL,
    headings TEXT NOT NULL,     -- JSON from here on
    pages TEXT NOT NULL,
    sentences TEXT NOT NULL,
    place TEXT NOT NULL,
    cells TEXT NOT NULL,
    furniture INTEGER NOT NULL
);
CREATE INDEX passages_of_report ON passages(report_id, ordinal);
CREATE VIRTUAL TABLE words USING fts5(title, headings, body, tokenize = 'porter unicode61');
CREATE TABLE vectors (          -- one row a report: matrices load at once
    report_id TEXT PRIMARY KEY REFERENCES reports(id),
    windows BLOB NOT NULL,      -- float16 (windows, d)
    window_ordinals BLOB NOT NULL,   -- int32: ordinal of each window's passage
    sentences BLOB NOT NULL,    -- float16 (sentences, d)
    sentence_places BLOB NOT NULL    -- int32 (sentences, 2): ordinal of the passage, index of the sentence
);
CREATE TABLE tokens (
    passage INTEGER PRIMARY KEY REFERENCES passages(row),
    vectors BLOB NOT NULL,      -- (tokens, d) in 4 bits each, see _pack
    offsets BLOB NOT NULL       -- int32 (tokens, 2), compressed: characters of the passage's text
);
CREATE TABLE same_files (       -- files left out because a report held says the same
    path TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    report_id TEXT NOT NULL,
    report_fingerprint TEXT NOT NULL
) WITHOUT ROWID;
"""

_PASSAGE = (
    'id, report_id, ordinal, kind, text, search_text, "start", "end", label, headings, pages, sentences, place, cells, '
    "furniture"
)


@dataclass(frozen=True)
class Held:
    """A file whose report is held."""

    report_id: str
    fingerprint: str
    sha256: str


class Store:
    """One open store. Readers may share it between threads."""

    def __init__(self, connection: sqlite3.Connection, folder: Path):
        self._connection = connection
        self._lock = threading.Lock()
        self.folder = folder
        "Folder of the generation that the store belongs to."
        meta = dict(self._rows("SELECT key, value FROM meta"))
        self.model: str = meta["model"]
        "Name of the encoder that made the vectors."
        self.dimension = int(meta["dimension"])
        self.generation = int(meta["generation"])

    @classmethod
    def open(cls, index: Path) -> Store:
        """The live store of a knowledge base, read-only. Raises KnowledgeBaseError that says what to do."""
        folder = generations.require_live(Path(index))
        return cls.open_generation(folder)

    @classmethod
    def open_generation(cls, folder: Path, *, write: bool = False) -> Store:
        """The store of one generation; only the ingest opens one for writing."""
        file = folder / generations.STORE
        if not file.is_file():
            raise KnowledgeBaseError(f"{file} is missing. Run the ingest again into a new folder (--index).")
        mode = "mode=rw" if write else "mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(
                f"{file.resolve().as_uri()}?{mode}", uri=True, check_same_thread=False, isolation_level=None
            )
            found = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        except sqlite3.DatabaseError as error:
            raise KnowledgeBaseError(
                f"{file} is damaged or not a knowledge base ({error}). Delete {folder.parent} and run the ingest again."
            ) from error
        if found is None or int(found[0]) != SCHEMA_VERSION:
            raise KnowledgeBaseError(
                f"{file} was made by another version of send-assistant (layout {found and found[0]}, this one reads "
                f"{SCHEMA_VERSION}). Delete {folder.parent} and run the ingest again."
            )
        return cls(connection, folder)

    @classmethod
    def create(cls, folder: Path, *, model: str, dimension: int) -> Store:
        """A new, empty store in a generation's folder, open for writing."""
        connection = sqlite3.connect(folder / generations.STORE, check_same_thread=False, isolation_level=None)
        connection.executescript(
            f"BEGIN;{SCHEMA}"
            "INSERT INTO meta VALUES ('generation', '0');"
        )
        connection.execute(
            "INSERT INTO meta VALUES ('schema', ?), ('model', ?), ('dimension', ?)", (SCHEMA_VERSION, model, dimension)
        )
        connection.commit()
        return cls(connection, folder)

    def close(self) -> None:
        self._connection.close()

    def check_model(self, name: str) -> None:
        """Raises KnowledgeBaseError where another model made the vectors: theirs and ours cannot be compared."""
        if name != self.model:
            raise KnowledgeBaseError(
                f"{self.folder.parent} was made with the model {self.model}, and the settings name {name}. "
                "Set `model` to the one it was made with, or ingest into a new folder with --index."
            )

    # What is held

    def reports(self) -> list[Report]:
        """Every report, by id."""
        return [_report(data) for (data,) in self._rows("SELECT data FROM reports ORDER BY id")]

    def report(self, report_id: str) -> Report | None:
        found = self._rows("SELECT data FROM reports WHERE id = ?", (report_id,))
        return _report(found[0][0]) if found else None

    def searchable(self) -> list[str]:
        """Ids of the reports that are searched: all but those whose place another report takes."""
        found = self._rows("SELECT id FROM reports WHERE json_extract(data, '$.superseded_by') IS NULL ORDER BY id")
        return [report_id for (report_id,) in found]

    def passages(self, report_id: str | None = None) -> list[Passage]:
        """The passages of a report in order, or of all reports."""
        where, values = ("WHERE report_id = ?", (report_id,)) if report_id is not None else ("", ())
        rows = self._rows(f"SELECT {_PASSAGE} FROM passages {where} ORDER BY report_id, ordinal", values)
        return [_passage(row) for row in rows]

    def passage(self, passage_id: str) -> Passage | None:
        found = self._rows(f"SELECT {_PASSAGE} FROM passages WHERE id = ?", (passage_id,))
        return _passage(found[0]) if found else None

    def report_text(self, report_id: str) -> str:
        """The report's text: what the character spans of passages and citations count in."""
        rows = self._rows("SELECT text FROM passages WHERE report_id = ? ORDER BY ordinal", (report_id,))
        return "\n".join(text for (text,) in rows)

    def passage_counts(self) -> dict[str, int]:
        """Passages of each report by its id, without headings."""
        return dict(self._rows("SELECT report_id, count(*) FROM passages WHERE kind != 'heading' GROUP BY report_id"))

    def counts(self) -> dict[str, int]:
        """How many reports, passages, windows and sentences are held."""
        row = self._rows(
            "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM passages), "
            "(SELECT coalesce(sum(length(window_ordinals) / 4), 0) FROM vectors), "
            "(SELECT coalesce(sum(length(sentence_places) / 8), 0) FROM vectors)"
        )[0]
        return dict(zip(("reports", "passages", "windows", "sentences"), row))

    # Search

    def keyword_search(
        self,
        match_terms: Sequence[str],
        limit: int,
        report_ids: Iterable[str] | None = None,
        weights: tuple[float, float, float] = (1.0, 1.0, 1.0),
    ) -> list[tuple[str, float]]:
        """Passages that hold any of the terms, best first, with their BM25 score (higher is better).

        A term of several words is a phrase. `weights` are those of title, headings and text. Without `report_ids`, all
        reports that are searched.
        """
        terms = ['"' + term.replace('"', '""') + '"' for term in match_terms if re.search(r"\w", term)]
        if not terms:
            return []
        return self._rows(
            "SELECT p.id, -bm25(words, ?, ?, ?) AS score FROM words JOIN passages p ON p.row = words.rowid "
            "WHERE words MATCH ? AND p.report_id IN (SELECT value FROM json_each(?)) "
            "ORDER BY score DESC, p.row LIMIT ?",
            (*weights, " OR ".join(terms), self._scope(report_ids), limit),
        )

    def window_vectors(self, report_ids: Iterable[str] | None = None) -> tuple[list[str], np.ndarray]:
        """The passage id of each window, and the windows' vectors as (n, d) float32 rows of length 1."""
        import numpy as np

        ids: list[str] = []
        matrices = [np.zeros((0, self.dimension), np.float16)]
        for report_id, ordinals, blob in self._rows(
            "SELECT report_id, window_ordinals, windows FROM vectors "
            "WHERE report_id IN (SELECT value FROM json_each(?)) ORDER BY report_id",
            (self._scope(report_ids),),
        ):
            ids.extend(passage_id(report_id, ordinal) for ordinal in np.frombuffer(ordinals, np.int32).tolist())
            matrices.append(np.frombuffer(blob, np.float16).reshape(-1, self.dimension))
        return ids, np.concatenate(matrices).astype(np.float32)

    def sentence_vectors(self, report_ids: Iterable[str] | None = None) -> tuple[list[tuple[str, int]], np.ndarray]:
        """(passage id, index in the passage) of each sentence, and the vectors as (n, d) float32 rows of length 1."""
        import numpy as np

        places: list[tuple[str, int]] = []
        matrices = [np.zeros((0, self.dimension), np.float16)]
        for report_id, spots, blob in self._rows(
            "SELECT report_id, sentence_places, sentences FROM vectors "
            "WHERE report_id IN (SELECT value FROM json_each(?)) ORDER BY report_id",
            (self._scope(report_ids),),
        ):
            for ordinal, index in np.frombuffer(spots, np.int32).reshape(-1, 2).tolist():
                places.append((passage_id(report_id, ordinal), index))
            matrices.append(np.frombuffer(blob, np.float16).reshape(-1, self.dimension))
        return places, np.concatenate(matrices).astype(np.float32)

    def token_vectors(self, passage_ids: Iterable[str]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """By passage id: token vectors as (t, d) float32 rows of length 1, and their (t, 2) character offsets."""
        import numpy as np

        found = {}
        for pid, vectors, offsets in self._rows(
            "SELECT p.id, t.vectors, t.offsets FROM tokens t JOIN passages p ON p.row = t.passage "
            "WHERE p.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(passage_ids)),),
        ):
            places = np.frombuffer(zlib.decompress(offsets), np.int32).reshape(-1, 2)
            found[pid] = (_unpack(vectors, len(places), self.dimension), places)
        return found

    # What only the ingest does

    def replace_report(
        self,
        report: Report,
        passages: Sequence[Passage],
        vectors: Sequence[PassageVectors],
        *,
        fingerprint: str = "",
        shingles: np.ndarray | None = None,
    ) -> None:
        """Puts a report in, in the place of what has its id, in one transaction."""
        import numpy as np

        with self._lock, self._transaction():
            self._delete(report.id)
            self._connection.execute(
                "INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?)",
                (
                    report.id,
                    report.path,
                    report.sha256,
                    fingerprint,
                    json.dumps(dataclasses.asdict(report), ensure_ascii=False),
                    b"" if shingles is None else np.asarray(shingles, np.uint64).tobytes(),
                ),
            )
            for passage, found in zip(passages, vectors, strict=True):
                row = self._connection.execute(
                    f"INSERT INTO passages ({_PASSAGE}) VALUES ({', '.join('?' * 15)})", _row(passage)
                ).lastrowid
                self._connection.execute(
                    "INSERT INTO words (rowid, title, headings, body) VALUES (?, ?, ?, ?)",
                    (row, report.title, "\n".join(passage.headings), passage.search_text),
                )
                self._connection.execute(
                    "INSERT INTO tokens VALUES (?, ?, ?)",
                    (row, _pack(found.tokens), zlib.compress(found.offsets.astype(np.int32).tobytes())),
                )
            windows = [(p.ordinal, vector) for p, found in zip(passages, vectors) for vector in found.windows]
            sentences = [
                (p.ordinal, index, vector)
                for p, found in zip(passages, vectors)
                for index, vector in enumerate(found.sentences)
            ]
            self._connection.execute(
                "INSERT INTO vectors VALUES (?, ?, ?, ?, ?)",
                (
                    report.id,
                    np.array([vector for _, vector in windows], np.float16).tobytes(),
                    np.array([ordinal for ordinal, _ in windows], np.int32).tobytes(),
                    np.array([vector for *_, vector in sentences], np.float16).tobytes(),
                    np.array([place for *place, _ in sentences], np.int32).tobytes(),
                ),
            )

    def remove_report(self, report_id: str) -> None:
        """Takes a report out with all that hangs on it."""
        with self._lock, self._transaction():
            self._delete(report_id)

    def update_report(self, report: Report, fingerprint: str | None = None) -> None:
        """Changes what is known of a report that is held; its passages stay."""
        self._write(
            "UPDATE reports SET path = ?, sha256 = ?, fingerprint = coalesce(?, fingerprint), data = ? WHERE id = ?",
            (
                report.path,
                report.sha256,
                fingerprint,
                json.dumps(dataclasses.asdict(report), ensure_ascii=False),
                report.id,
            ),
        )

    def files(self) -> dict[str, Held]:
        """By path: the file of each report."""
        return {path: Held(*held) for path, *held in self._rows("SELECT path, id, fingerprint, sha256 FROM reports")}

    def shingles(self) -> dict[str, np.ndarray]:
        """By report id: what ingest.same compares."""
        import numpy as np

        return {rid: np.frombuffer(blob, np.uint64) for rid, blob in self._rows("SELECT id, shingles FROM reports")}

    def same_file(self, path: str, fingerprint: str) -> str | None:
        """Id of the report that says the same as a file left out earlier; None once either has changed."""
        found = self._rows(
            "SELECT s.report_id FROM same_files s JOIN reports r ON r.id = s.report_id "
            "WHERE s.path = ? AND s.fingerprint = ? AND r.fingerprint = s.report_fingerprint",
            (path, fingerprint),
        )
        return found[0][0] if found else None

    def remember_same(self, path: str, fingerprint: str, report_id: str) -> None:
        """Notes that a file was left out because a report that is held says the same."""
        self._write(
            "INSERT OR REPLACE INTO same_files SELECT ?, ?, id, fingerprint FROM reports WHERE id = ?",
            (path, fingerprint, report_id),
        )

    def finish(self, generation: int) -> None:
        """Numbers the store, closes it up and leaves it to readers."""
        self._write("UPDATE meta SET value = ? WHERE key = 'generation'", (str(generation),))
        self._connection.execute("INSERT INTO words(words) VALUES ('optimize')")
        (free,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        if free * 4 > pages:
            self._connection.execute("VACUUM")
        self.generation = generation

    def _delete(self, report_id: str) -> None:
        rows = "(SELECT row FROM passages WHERE report_id = ?)"
        for statement in (
            f"DELETE FROM words WHERE rowid IN {rows}",
            f"DELETE FROM tokens WHERE passage IN {rows}",
            "DELETE FROM passages WHERE report_id = ?",
            "DELETE FROM vectors WHERE report_id = ?",
            "DELETE FROM reports WHERE id = ?",
        ):
            self._connection.execute(statement, (report_id,))

    def _scope(self, report_ids: Iterable[str] | None) -> str:
        return json.dumps(self.searchable() if report_ids is None else list(report_ids))

    def _rows(self, statement: str, values: Sequence = ()) -> list[tuple]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _write(self, statement: str, values: Sequence) -> None:
        with self._lock, self._transaction():
            self._connection.execute(statement, values)

    def _transaction(self):
        self._connection.execute("BEGIN IMMEDIATE")
        return self._connection  # as a context manager it commits, or rolls back on an error


def passage_id(report_id: str, ordinal: int) -> str:
    """The id of a report's passage."""
    return f"{report_id}:{ordinal:04d}"


def _pack(rows: np.ndarray) -> bytes:
    """Rows of length 1 in 4 bits a value, half of what int8 takes.

    Levels reach to .7 of a row's largest value, which is the closest on average: cosine .992 to the row, and the same
    MRR of reranking as with int8 (.51, 108 questions on 40 reports). The length of a row is known, so no scale is kept.
    """
    import numpy as np

    rows = np.asarray(rows, np.float32)
    reach = 0.7 * np.abs(rows).max(axis=1, initial=0, keepdims=True)
    levels = np.rint(rows / np.where(reach == 0, 1, reach) * 7).clip(-7, 7).astype(np.int8).ravel() + 8
    if len(levels) % 2:
        levels = np.append(levels, 0)
    return (levels[0::2] << 4 | levels[1::2]).astype(np.uint8).tobytes()


def _unpack(packed: bytes, count: int, dimension: int) -> np.ndarray:
    """(count, dimension) float32 rows of length 1."""
    import numpy as np

    rows = _levels()[np.frombuffer(packed, np.uint8)].ravel()[: count * dimension].reshape(count, dimension)
    lengths = np.sqrt(np.einsum("td,td->t", rows, rows))[:, None]
    return rows / np.where(lengths == 0, 1, lengths)


@lru_cache(maxsize=1)
def _levels() -> np.ndarray:
    """(256, 2) float32: the two values that each byte of packed rows holds."""
    import numpy as np

    held = np.arange(256)
    return np.stack([held >> 4, held & 15], axis=1).astype(np.float32) - 8


def _report(data: str) -> Report:
    fields = json.loads(data)
    return Report(**{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()})


def _row(p: Passage) -> tuple:
    return (
        p.id,
        p.report_id,
        p.ordinal,
        p.kind,
        p.text,
        None if p.search_text == p.text else p.search_text,
        p.start,
        p.end,
        p.label,
        json.dumps(p.headings, ensure_ascii=False),
        json.dumps([dataclasses.astuple(span) for span in p.pages]),
        json.dumps(p.sentences),
        json.dumps(dataclasses.astuple(p.place), ensure_ascii=False) if p.place else "",
        json.dumps(p.cells, ensure_ascii=False) if p.cells else "",
        p.furniture,
    )


def _passage(row: tuple) -> Passage:
    *known, text, search_text, start, end, label, headings, pages, sentences, place, cells, furniture = row
    return Passage(
        *known,
        text,
        text if search_text is None else search_text,
        start,
        end,
        label,
        tuple(json.loads(headings)),
        tuple(PageSpan(*span) for span in json.loads(pages)),
        tuple((a, b) for a, b in json.loads(sentences)),
        ListPlace(*json.loads(place)) if place else None,
        tuple(json.loads(cells)) if cells else (),
        bool(furniture),
    )
