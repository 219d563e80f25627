"""The folder of a knowledge base: which generation is live, and how the next one takes its place.

    <index>/current            the name of the live generation, replaced in one step
    <index>/generation-0007/   store.sqlite (the truth) and vectors/ (Chroma); once live, never written again
    <index>/lock               held by the one ingest that may write

An ingest writes generation-0008 beside the live one and then names it in `current`. Readers only ever open what
`current` names, so an ingest killed at any moment changes nothing for them; the next ingest goes on in the folder it left.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from ingest.errors import KnowledgeBaseError

POINTER = "current"
LOCK = "lock"
STORE = "store.sqlite"
VECTORS = "vectors"
_NAME = re.compile(r"generation-(\d{4,})")


def live_generation(index: Path) -> int:
    """Number of the live generation; 0 where no ingest has finished."""
    try:
        named = (index / POINTER).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return 0
    found = _NAME.fullmatch(named)
    return int(found[1]) if found else 0


def generation_folder(index: Path, number: int) -> Path:
    """The folder of a generation."""
    return index / f"generation-{number:04d}"


def require_live(index: Path) -> Path:
    """The folder of the live generation. Raises KnowledgeBaseError that says what to do where there is none."""
    number = live_generation(index)
    if number:
        return generation_folder(index, number)
    if not index.exists() or (index.is_dir() and not any(index.iterdir())):
        raise KnowledgeBaseError(f"No knowledge base at {index}. Run: send-assistant ingest PATH --index {index}")
    if _is_ours(index):
        raise KnowledgeBaseError(
            f"No finished knowledge base at {index} yet: an ingest is under way or was broken off. "
            f"Wait for it, or run it again: send-assistant ingest PATH --index {index}"
        )
    raise KnowledgeBaseError(f"{index} is not a knowledge base. Name the right folder with --index.")


@contextlib.contextmanager
def writing(index: Path) -> Iterator[None]:
    """Holds the right to write; a second writer is refused at once. The system frees it if the process dies."""
    if index.exists() and not index.is_dir():
        raise KnowledgeBaseError(f"{index} is a file. Name a folder for the knowledge base with --index.")
    if index.is_dir() and any(index.iterdir()) and not _is_ours(index):
        raise KnowledgeBaseError(
            f"{index} holds other files and is not a knowledge base. Name a new or empty folder with --index."
        )
    index.mkdir(parents=True, exist_ok=True)
    with open(index / LOCK, "a+", encoding="ascii") as file:
        if not _try_lock(file):
            file.seek(0)
            holder = file.read().strip()
            raise KnowledgeBaseError(
                f"{index}: another ingest is writing{f' (process {holder})' if holder else ''}. "
                "Wait until it has finished, then run this again."
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def begin_next(index: Path) -> Path:
    """The folder of the next generation with a copy of the live store, or as an ingest that broke off left it."""
    live = live_generation(index)
    folder = generation_folder(index, live + 1)
    folder.mkdir(exist_ok=True)
    store = folder / STORE
    if live and not store.exists():
        part = folder / f"{STORE}.part"
        shutil.copyfile(generation_folder(index, live) / STORE, part)
        os.replace(part, store)
    return folder


def discard_next(index: Path) -> None:
    """Removes what an ingest that broke off left."""
    shutil.rmtree(generation_folder(index, live_generation(index) + 1), ignore_errors=True)


def publish(index: Path, folder: Path) -> None:
    """Makes a finished generation the live one, and clears away all but it and the one before."""
    part = index / f"{POINTER}.part"
    with open(part, "w", encoding="ascii") as file:
        file.write(folder.name)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, index / POINTER)
    live = live_generation(index)
    for old in index.glob("generation-*"):
        found = _NAME.fullmatch(old.name)
        # A reader may still be answering from the generation before; on Windows open files stay until the next time.
        if found and int(found[1]) < live - 1:
            shutil.rmtree(old, ignore_errors=True)


def _is_ours(index: Path) -> bool:
    return index.is_dir() and ((index / LOCK).exists() or (index / POINTER).exists())


def _try_lock(file) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        except OSError:
            return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False
