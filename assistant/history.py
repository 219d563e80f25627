"""Conversations kept on the server's disk, each for its owner alone: saved, listed, searched, opened and deleted."""

from __future__ import annotations

import dataclasses
import os
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.database import prepare, transaction
from assistant.page import Exchange
from assistant.words import stem
from ingest.errors import KnowledgeBaseError, SendAssistantError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

DAY = 24 * 3600
LISTED = 50

SCHEMA = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    title TEXT NOT NULL,         -- its first question
    begun REAL NOT NULL,
    changed REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX conversations_of_owner ON conversations(owner, changed);
CREATE TABLE exchanges (
    row INTEGER PRIMARY KEY,
    conversation TEXT NOT NULL REFERENCES conversations(id),
    data TEXT NOT NULL           -- assistant.page.Exchange as JSON
);
CREATE INDEX exchanges_of_conversation ON exchanges(conversation);
CREATE VIRTUAL TABLE words USING fts5(question, answer, tokenize = 'unicode61 remove_diacritics 2')
"""


@dataclass(frozen=True)
class Kept:
    """A conversation as a list shows it. Times are seconds since 1970."""

    id: str
    title: str
    "Its first question."
    begun: float
    changed: float
    questions: int
    "How many were asked in it."
    excerpt: str = ""
    "From a search: words around what was found."


class NotKept(SendAssistantError):
    """A conversation that is not there, or not this owner's: which of the two is not said."""


class History:
    """The conversations in a folder; may be shared by threads and processes.

    `owner` is whom `access.owner_of` names. Nothing here is reached without it.
    """

    def __init__(self, folder: Path, days: int = 365, clock: Callable[[], float] = time.time) -> None:
        self._file = Path(folder) / "history.sqlite3"
        self.days = days
        self._clock = clock
        prepare(self._file, SCHEMA, 1)

    def save(self, owner: str, exchange: Exchange, conversation: str | None = None) -> tuple[str, int]:
        """Adds an exchange to a conversation, or begins one; gives its id and the exchange's turn in it."""
        data, now = self._written(exchange), self._clock()
        with transaction(self._file) as database:
            if conversation is None:
                conversation = secrets.token_urlsafe(12)
                title = " ".join(exchange.question.split())
                database.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", (conversation, owner, title, now, now)
                )
            else:
                done = database.execute(
                    "UPDATE conversations SET changed = ? WHERE id = ? AND owner = ?", (now, conversation, owner)
                )
                if not done.rowcount:
                    raise _not_kept()
            added = database.execute("INSERT INTO exchanges (conversation, data) VALUES (?, ?)", (conversation, data))
            database.execute(
                "INSERT INTO words (rowid, question, answer) VALUES (?, ?, ?)",
                (added.lastrowid, exchange.question, exchange.answer.text),
            )
            (turn,) = database.execute(
                "SELECT COUNT(*) FROM exchanges WHERE conversation = ?", (conversation,)
            ).fetchone()
        return conversation, turn

    def correct(self, owner: str, exchange: Exchange, conversation: str, turn: int) -> None:
        """Puts an exchange in the place of the one at `turn` (from 1) of a conversation. Raises NotKept."""
        data, now = self._written(exchange), self._clock()
        with transaction(self._file) as database:
            found = database.execute(
                "SELECT row FROM exchanges JOIN conversations ON id = conversation WHERE id = ? AND owner = ? "
                "ORDER BY row LIMIT 1 OFFSET ?",
                (conversation, owner, turn - 1),
            ).fetchone()
            if found is None:
                raise _not_kept()
            row = found["row"]
            database.execute("UPDATE exchanges SET data = ? WHERE row = ?", (data, row))
            database.execute(
                "UPDATE words SET question = ?, answer = ? WHERE rowid = ?",
                (exchange.question, exchange.answer.text, row),
            )
            database.execute("UPDATE conversations SET changed = ? WHERE id = ?", (now, conversation))

    def open(self, owner: str, conversation: str) -> list[Exchange]:
        """The exchanges of a conversation with their turns, oldest first. Raises NotKept."""
        from pydantic import ValidationError

        with transaction(self._file) as database:
            rows = database.execute(
                "SELECT data FROM exchanges JOIN conversations ON id = conversation WHERE id = ? AND owner = ? "
                "ORDER BY row",
                (conversation, owner),
            ).fetchall()
        if not rows:
            raise _not_kept()
        try:
            exchanges = [self._exchanges.validate_json(row["data"]) for row in rows]
        except ValidationError as error:
            raise KnowledgeBaseError(
                "This conversation was kept by another version of the assistant and can't be shown. "
                "Ask its questions again."
            ) from error
        return [dataclasses.replace(exchange, turn=turn) for turn, exchange in enumerate(exchanges, start=1)]

    def list(self, owner: str, limit: int = LISTED) -> list[Kept]:
        """The owner's conversations, newest first."""
        with transaction(self._file) as database:
            rows = database.execute(
                "SELECT conversations.*, COUNT(row) AS questions "
                "FROM conversations JOIN exchanges ON conversation = id "
                "WHERE owner = ? GROUP BY id ORDER BY changed DESC, id LIMIT ?",
                (owner, limit),
            ).fetchall()
        return [Kept(row["id"], row["title"], row["begun"], row["changed"], row["questions"]) for row in rows]

    def search(self, owner: str, words: str, limit: int = LISTED) -> list[Kept]:
        """The owner's conversations in which all the words stand (in one question with its answer), best first.

        A word may be unfinished or inflected. Without words, all conversations, as `list` gives them.
        """
        terms = re.findall(r"\w+", words.casefold())
        if not terms:
            return self.list(owner, limit)
        # The beginning that a word shares with its stem is the beginning of its other forms: 'famil' of 'families'.
        match = " AND ".join(f'"{os.path.commonprefix([term, stem(term)])}"*' for term in terms)
        with transaction(self._file) as database:
            rows = database.execute(
                "SELECT conversations.*, (SELECT COUNT(*) FROM exchanges e WHERE e.conversation = id) AS questions, "
                "snippet(words, -1, '', '', '…', 24) AS excerpt "
                "FROM words JOIN exchanges ON row = words.rowid JOIN conversations ON id = conversation "
                "WHERE words MATCH ? AND owner = ? ORDER BY bm25(words, 2.0, 1.0)",
                (match, owner),
            ).fetchall()
        found: dict[str, Kept] = {}
        for row in rows:
            kept = Kept(row["id"], row["title"], row["begun"], row["changed"], row["questions"], row["excerpt"])
            found.setdefault(kept.id, kept)
        return list(found.values())[:limit]

    def delete(self, owner: str, conversation: str) -> None:
        """Deletes a conversation for good. Raises NotKept."""
        if not self._delete("id = ? AND owner = ?", (conversation, owner)):
            raise _not_kept()

    def delete_all(self, owner: str) -> int:
        """Deletes all the owner's conversations; gives how many there were."""
        return self._delete("owner = ?", (owner,))

    def delete_old(self) -> int:
        """Deletes every conversation whose last question is older than is kept; gives how many there were."""
        return self._delete("changed < ?", (self._clock() - self.days * DAY,))

    def _delete(self, where: str, values: Sequence[object]) -> int:
        rows = f"SELECT row FROM exchanges JOIN conversations ON id = conversation WHERE {where}"
        with transaction(self._file) as database:
            database.execute(f"DELETE FROM words WHERE rowid IN ({rows})", values)
            database.execute(f"DELETE FROM exchanges WHERE row IN ({rows})", values)
            count = database.execute(f"DELETE FROM conversations WHERE {where}", values).rowcount
            if count:
                # The words of what is gone stay in the index until it is merged.
                database.execute("INSERT INTO words (words) VALUES ('optimize')")
        if count:
            with transaction(self._file) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count

    def _written(self, exchange: Exchange) -> str:
        # What retrieval considered is for `--explain`; it would be most of what is kept.
        answer = dataclasses.replace(exchange.answer, candidates=(), timings={})
        return self._exchanges.dump_json(dataclasses.replace(exchange, answer=answer, turn=0)).decode()

    @cached_property
    def _exchanges(self) -> TypeAdapter[Exchange]:
        from pydantic import TypeAdapter

        return TypeAdapter(Exchange)


def _not_kept() -> NotKept:
    return NotKept(
        "There is no such conversation. It may have been deleted, or be someone else’s: ask them for the link to the "
        "question."
    )
