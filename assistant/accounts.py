"""Accounts: who may sign in, with which password, and who is signed in. The one module that imports argon2.

Passwords are kept as Argon2id hashes, sessions as SHA-256 of their tokens: the file signs nobody in.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assistant.database import prepare, transaction
from ingest.errors import SendAssistantError

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 512
TRIES = 5
"Wrong passwords in a row after which a name has to wait."
LOCK_SECONDS = 15 * 60
HASHES_AT_ONCE = 2
"Each takes 64 MB for a moment."
CHECKED_SECONDS = 5 * 60
"How long a program that sends its password with each request is known without another hash."

SCHEMA = """
CREATE TABLE users (
    name TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    added REAL NOT NULL,
    signed_in REAL          -- last time
) WITHOUT ROWID;
CREATE TABLE sessions (
    token TEXT PRIMARY KEY,  -- SHA-256
    name TEXT NOT NULL REFERENCES users(name) ON DELETE CASCADE,
    begun REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE tries (         -- also for names that have no account: nobody learns which names exist
    name TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    last REAL NOT NULL
) WITHOUT ROWID;
"""

_COUNT_TRY = """
INSERT INTO tries VALUES (:name, 1, :now) ON CONFLICT (name) DO UPDATE SET
    count = CASE WHEN last <= :now - :lock THEN 1 ELSE count + 1 END,
    last = CASE WHEN last > :now - :lock AND count >= :most THEN last ELSE :now END
RETURNING count, last
"""


class SignInRefused(SendAssistantError):
    """A sign-in that failed; the text is for the person who tried."""


@dataclass(frozen=True)
class Account:
    """One account, as `users list` shows it. Times are seconds since 1970."""

    name: str
    added: float
    signed_in: float | None
    locked_until: float | None


class Accounts:
    """The accounts in a folder; may be shared by threads and processes."""

    def __init__(self, folder: Path, session_hours: float = 12.0, clock: Callable[[], float] = time.time) -> None:
        self._file = Path(folder) / "accounts.sqlite3"
        self._session_seconds = session_hours * 3600
        self._clock = clock
        self._hashing = threading.BoundedSemaphore(HASHES_AT_ONCE)
        self._key = secrets.token_bytes(32)
        # By keyed sum of name and password: the hash that they were compared with, and until when that counts.
        self._checked: dict[bytes, tuple[str, float]] = {}
        prepare(self._file, SCHEMA, 1)

    def list(self) -> list[Account]:
        """All accounts by name."""
        with transaction(self._file) as database:
            rows = database.execute(
                "SELECT users.name, added, signed_in, count, last FROM users LEFT JOIN tries USING (name) "
                "ORDER BY users.name"
            ).fetchall()
        now = self._clock()

        return [
            Account(
                row["name"], row["added"], row["signed_in"], row["last"] + LOCK_SECONDS if _waits(row, now) else None
            )
            for row in rows
        ]

    def add(self, name: str, password: str) -> str:
        """Adds an account; gives its name as it is kept (small letters)."""
        name = _checked_name(name)
        hashed = self._hash(password)
        with transaction(self._file) as database:
            done = database.execute("INSERT OR IGNORE INTO users VALUES (?, ?, ?, NULL)", (name, hashed, self._clock()))
            if not done.rowcount:
                raise SendAssistantError(
                    f"{name}: has an account already. A new password: send-assistant users password {name}"
                )
        return name

    def set_password(self, name: str, password: str) -> str:
        """Gives a new password, ends the person's sessions and any wait."""
        hashed = self._hash(password)
        name = _kept(name)
        with transaction(self._file) as database:
            done = database.execute("UPDATE users SET hash = ? WHERE name = ?", (hashed, name))
            _require(done.rowcount, name)
            database.execute("DELETE FROM sessions WHERE name = ?", (name,))
            database.execute("DELETE FROM tries WHERE name = ?", (name,))
        return name

    def remove(self, name: str) -> str:
        """Removes an account with its sessions."""
        name = _kept(name)
        with transaction(self._file) as database:
            _require(database.execute("DELETE FROM users WHERE name = ?", (name,)).rowcount, name)
            database.execute("DELETE FROM tries WHERE name = ?", (name,))
        return name

    def sign_in(self, name: str, password: str) -> tuple[str, str]:
        """(name, token of a new session). Raises SignInRefused."""
        token = secrets.token_urlsafe(32)
        name, _ = self._let_in(name, password, token)
        return name, token

    def check(self, name: str, password: str) -> str:
        """Name of the account whose password it is; counted as signing in is, but no session begins.

        Raises SignInRefused.
        """
        kept, hashed = self._let_in(name, password)
        now = self._clock()
        self._checked = {key: entry for key, entry in self._checked.items() if entry[1] > now}
        self._checked[self._sum(name, password)] = hashed, now + CHECKED_SECONDS
        return kept

    def recently_checked(self, name: str, password: str) -> str | None:
        """The same without a hash where `check` found it right a short while ago; None where it has to look again.

        A name that waits after wrong passwords is not known here: nobody finds out a password by it.
        """
        hashed, until = self._checked.get(self._sum(name, password), ("", 0.0))
        now = self._clock()
        if until <= now:
            return None
        name = _kept(name)[:64]
        with transaction(self._file) as database:
            row = database.execute(
                "SELECT hash, count, last FROM users LEFT JOIN tries USING (name) WHERE name = ?", (name,)
            ).fetchone()
        if row is None or row["hash"] != hashed or _waits(row, now):
            return None
        return name

    def _let_in(self, name: str, password: str, token: str = "") -> tuple[str, str]:
        """(name, hash that the password was compared with); a session begins where there is a token for it."""
        name, now = _kept(name)[:64], self._clock()
        # The try is counted before the password is looked at, so that many at once get no more than one after another.
        with transaction(self._file) as database:
            database.execute("DELETE FROM tries WHERE last <= ?", (now - LOCK_SECONDS,))
            database.execute("DELETE FROM sessions WHERE begun <= ?", (now - self._session_seconds,))
            values = {"name": name, "now": now, "lock": LOCK_SECONDS, "most": TRIES}
            [(count, last)] = database.execute(_COUNT_TRY, values).fetchall()
            row = database.execute("SELECT hash FROM users WHERE name = ?", (name,)).fetchone()
        if count > TRIES:
            raise _locked(last + LOCK_SECONDS - now)
        if not self._matches(row["hash"] if row else None, password):
            if count == TRIES:
                raise _locked(LOCK_SECONDS)
            left = TRIES - count
            raise SignInRefused(
                f"That name and password do not go together. {left} {'try is' if left == 1 else 'tries are'} left "
                f"before a wait of {LOCK_SECONDS // 60} minutes."
            )
        with transaction(self._file) as database:
            database.execute("DELETE FROM tries WHERE name = ?", (name,))
            done = database.execute(
                "UPDATE users SET signed_in = ? WHERE name = ? AND hash = ?", (now, name, row["hash"])
            )
            if not done.rowcount:  # removed or changed while the password was compared
                raise SignInRefused("The account has just been changed. Try once more.")
            if token:
                database.execute("INSERT INTO sessions VALUES (?, ?, ?)", (_digest(token), name, now))
        return name, row["hash"]

    def _sum(self, name: str, password: str) -> bytes:
        return hmac.digest(self._key, f"{_kept(name)[:64]}\0{password}".encode(), "sha256")

    def signed_in(self, token: str) -> str | None:
        """Name of the person whose session it is; None where there is no such session, or no longer."""
        with transaction(self._file) as database:
            row = database.execute("SELECT name, begun FROM sessions WHERE token = ?", (_digest(token),)).fetchone()
        return row["name"] if row and row["begun"] > self._clock() - self._session_seconds else None

    def sign_out(self, token: str) -> None:
        """Ends a session."""
        with transaction(self._file) as database:
            database.execute("DELETE FROM sessions WHERE token = ?", (_digest(token),))

    @cached_property
    def _hasher(self):
        from argon2 import PasswordHasher

        return PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """A hash that no password has: an unknown name takes as long as a known one."""
        return self._hasher.hash(secrets.token_urlsafe(32))

    def _hash(self, password: str) -> str:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise SendAssistantError(
                f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; this one has {len(password)}. "
                "Three or four random words make a good one."
            )
        if len(set(password)) < 5:
            raise SendAssistantError(
                "This password repeats a few signs and is easily guessed. Three or four random words make a good one."
            )
        return self._hasher.hash(password)

    def _matches(self, hashed: str | None, password: str) -> bool:
        from argon2.exceptions import VerifyMismatchError

        with self._hashing:
            try:
                self._hasher.verify(hashed or self._nobody, password[: LONGEST_PASSWORD + 1])
            except VerifyMismatchError:
                return False
        return hashed is not None


def _kept(name: str) -> str:
    return name.strip().casefold()


def _checked_name(name: str) -> str:
    kept = _kept(name)
    if not re.fullmatch(r"[a-z0-9][a-z0-9._@-]{0,63}", kept):
        raise SendAssistantError(
            f"{name!r}: a name has up to 64 letters a to z, digits and . _ @ -, and begins with a letter or digit."
        )
    return kept


def _require(found: int, name: str) -> None:
    if not found:
        raise SendAssistantError(f"{name}: has no account. `send-assistant users list` shows who has.")


def _waits(row, now: float) -> bool:
    """Whether a name has to wait after wrong passwords; its row of `tries` may be empty."""
    return (row["count"] or 0) >= TRIES and row["last"] > now - LOCK_SECONDS


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _locked(seconds: float) -> SignInRefused:
    minutes = max(1, -(-int(seconds) // 60))
    return SignInRefused(
        f"Too many wrong passwords: this name can sign in again in {minutes} minute{'' if minutes == 1 else 's'}. "
        "Whoever looks after the assistant can end the wait with a new password (send-assistant users password)."
    )
