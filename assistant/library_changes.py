"""Adds and removes reports for the library page: one change after another, in the background."""

from __future__ import annotations

import logging
import os
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from assistant.access import is_named
from ingest.errors import SendAssistantError
from ingest.model import Report
from ingest.pipeline import FileResult, IngestResult
from ingest.settings import Settings
from ingest.walk import FORMATS

log = logging.getLogger(__name__)

FILES_AT_ONCE = 20
KEPT = 200
"Changes whose outcome can still be looked at."
LONGEST_NAME = 120

FAULT = "This could not be done because of a fault of the assistant's own. The details are in its log."


@dataclass
class Change:
    """One change of the library, under way or finished."""

    id: str
    what: str
    "'Adding 2 files' or 'Removing Wiltshire SEND peer review, 2023'."
    owner: str
    state: str = "waiting"
    "'waiting', 'working', 'done' or 'failed'."
    doing: str = ""
    "What is being done: a file's name."
    step: int = 0
    steps: int = 0
    rows: tuple[FileResult, ...] = ()
    why: str = ""
    "For a change that failed as a whole."

    @property
    def finished(self) -> bool:
        return self.state in ("done", "failed")


def may_change(settings: Settings, owner: str) -> bool:
    """Whether the setting `library_editors` lets someone add and remove reports. `owner` may be 'account:anna'."""
    return is_named(owner, settings.library_editors)


class Changes:
    """The changes asked for since the server started."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="change-library")
        self._changes: OrderedDict[str, Change] = OrderedDict()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Waits for the change under way, and drops those that wait."""
        self._worker.shutdown(cancel_futures=True)

    def get(self, change_id: str) -> Change | None:
        return self._changes.get(change_id)

    def incoming(self) -> Path:
        """A new folder for files that are arriving."""
        folder = self.settings.upload_folder / ".incoming" / secrets.token_hex(8)
        folder.mkdir(parents=True)
        return folder

    def add(self, files: Sequence[Path], owner: str) -> Change:
        """Ingests files from an incoming folder; what cannot be read is not kept."""
        change = self._new(f"Adding {len(files)} file{'' if len(files) == 1 else 's'}", owner)
        self._worker.submit(self._run, change, lambda: self._add(files, change))
        return change

    def remove(self, report: Report, owner: str) -> Change:
        """Takes a report out; a file that came by the library page is deleted, others stay where they are."""
        change = self._new(f"Removing {report.title}", owner)
        self._worker.submit(self._run, change, lambda: self._remove(report))
        return change

    def _new(self, what: str, owner: str) -> Change:
        change = Change(secrets.token_urlsafe(12), what, owner)
        with self._lock:
            self._changes[change.id] = change
            while len(self._changes) > KEPT:
                self._changes.popitem(last=False)
        return change

    def _run(self, change: Change, work: Callable[[], tuple[FileResult, ...]]) -> None:
        change.state = "working"
        try:
            change.rows = work()
            change.state = "done"
        except SendAssistantError as error:
            change.state, change.why = "failed", str(error)
        except Exception:
            log.exception("%s", change.what)
            change.state, change.why = "failed", FAULT

    def _add(self, files: Sequence[Path], change: Change) -> tuple[FileResult, ...]:
        from ingest.pipeline import ingest

        placed = {}
        try:
            for file in files:
                target = self.settings.upload_folder / file.name
                before = target.rename(file.with_name(f"{file.name}.before")) if target.exists() else None
                os.replace(file, target)
                placed[target] = before

            def progress(done: int, total: int, what: str) -> None:
                change.step, change.steps, change.doing = done, total, what

            result = ingest(list(placed), self.settings, progress)
            self._tidy(result, placed)
        except BaseException:
            for target, before in placed.items():
                _put_back(target, before)
            raise
        finally:
            for folder in {file.parent for file in files}:
                for left in folder.iterdir():
                    left.unlink()
                folder.rmdir()
        return tuple(_named(row) for row in result.rows)

    def _tidy(self, result: IngestResult, placed: dict[Path, Path | None]) -> None:
        """Files that gave no report give way to what stood there before."""
        for row in result.rows:
            if row.outcome in ("failed", "skipped"):
                _put_back(Path(row.file), placed[Path(row.file)])

    def _remove(self, report: Report) -> tuple[FileResult, ...]:
        from ingest.pipeline import remove

        result = remove([report.id], self.settings)
        path = Path(report.path)
        if not result.failed and path.parent == self.settings.upload_folder.resolve():
            path.unlink(missing_ok=True)
        return tuple(FileResult(report.file, row.outcome, row.why) for row in result.rows)


def _put_back(target: Path, before: Path | None) -> None:
    if before is None:
        target.unlink(missing_ok=True)
    elif before.exists():
        os.replace(before, target)


def _named(row: FileResult) -> FileResult:
    """The row with files' names only: where they are kept is no one's business on a page."""
    name = Path(row.file).name
    why = re.sub(r"(the same file as ).*[/\\\\]", r"\1", row.why.replace(row.file, name))
    return FileResult(name, row.outcome, why, row.report_id, row.pages, row.passages, row.warnings)


def safe_name(name: str) -> str:
    """A file's name that can stand in the folder of uploads. Raises SendAssistantError where its kind is not read."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, suffix = name.rpartition(".")
    if f".{suffix.lower()}" not in FORMATS or not dot:
        raise SendAssistantError(
            f"{name or 'The file'}: this kind of file is not read. Save it as one of these and add that: "
            f"{', '.join(FORMATS)}."
        )
    stem = re.sub(r"[^\w ()&,.-]+", "-", stem).strip(" .-")[:LONGEST_NAME]
    if not stem or stem.casefold() == "readme":
        raise SendAssistantError(
            f"{name}: the name says nothing of the report. Give the file a name such as leeds-2023.{suffix}."
        )
    return f"{stem}.{suffix.lower()}"
