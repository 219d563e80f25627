"""Opens the small SQLite files in which the chat keeps accounts and conversations, readable by their owner only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ingest.errors import SettingsError

WAIT_SECONDS = 10


def prepare(file: Path, schema: str, version: int) -> None:
    """Makes the file with its tables where it is not there yet. Raises SettingsError where it cannot be used."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("BEGIN IMMEDIATE")
            (found,) = database.execute("PRAGMA user_version").fetchone()
            if found not in (0, version):
                raise SettingsError(
                    f"{file}: was made by another version of the assistant (format {found}, this one reads {version}). "
                    "Use that version, or move the file away to begin anew."
                )
            if not found:
                for statement in schema.split(";\n"):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {version}")
            database.execute("COMMIT")
    except (OSError, sqlite3.Error) as error:
        raise _unusable(file, error) from error


@contextmanager
def transaction(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose changes are kept together if nothing is raised. What is deleted is overwritten.

    Raises SettingsError where the file cannot be used, such as on a full disk.
    """
    try:
        with closing(sqlite3.connect(file, timeout=WAIT_SECONDS)) as database, database:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("PRAGMA secure_delete = ON")
            yield database
    except sqlite3.Error as error:
        raise _unusable(file, error) from error


def _unusable(file: Path, error: Exception) -> SettingsError:
    return SettingsError(f"{file}: cannot be used ({error}). Mend that, or choose another folder as `data`.")
