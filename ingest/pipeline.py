"""Files to knowledge base: each step of an ingest in call order, and what became of every file."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import generations
from ingest.errors import KnowledgeBaseError, SendAssistantError
from ingest.model import Passage, Report
from ingest.settings import Settings
from ingest.walk import FORMATS, rank, walk
from ingest.writer import Mark, Writer

if TYPE_CHECKING:
    from ingest.encode import Encoder

Progress = Callable[[int, int, str], None]
"Called with files done, files in all, and what is being done."


@dataclass(frozen=True)
class FileResult:
    """What became of one file."""

    file: str
    "As found: its path."
    outcome: str
    "'read', 'unchanged', 'replaced', 'skipped', 'failed' or 'removed'."
    why: str = ""
    report_id: str | None = None
    pages: int | None = None
    passages: int = 0
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class IngestResult:
    """What became of every file, in the order found, and how long each step took."""

    rows: tuple[FileResult, ...]
    generation: int
    "The live generation when all was done; 0 where there is no knowledge base yet."
    seconds: dict[str, float] = field(default_factory=dict)
    "By step: read, structure, embed, store, vectors; and total."

    @property
    def failed(self) -> bool:
        return any(row.outcome == "failed" for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """Files by outcome."""
        return dict(Counter(row.outcome for row in self.rows))


def ingest(
    paths: Sequence[Path],
    settings: Settings,
    progress: Progress | None = None,
    *,
    encoder: Encoder | None = None,
) -> IngestResult:
    """Reads files and folders into the knowledge base. `encoder` stands in for the one that the settings name."""
    started = time.perf_counter()
    found = list(walk(paths, settings.index))
    with generations.writing(settings.index), Writer(settings, encoder) as writer:
        rows: dict[Path, FileResult] = {}
        readable = [path for path, why in found if not why]
        # Formats that keep the printed page go first, so that what is kept does not depend on the order of files.
        in_turn = sorted(readable, key=lambda path: rank(FORMATS[path.suffix.lower()]))
        for done, path in enumerate(in_turn):
            if progress:
                progress(done, len(in_turn), path.name)
            begun = time.perf_counter()
            row = _ingest_file(path, writer)
            rows[path] = replace(row, seconds=time.perf_counter() - begun)
        if progress:
            progress(len(in_turn), len(in_turn), "making the index")
        generation = writer.publish()
    seconds = {**writer.seconds, "total": time.perf_counter() - started}
    return IngestResult(
        tuple(rows[path] if not why else FileResult(str(path), *why) for path, why in found), generation, seconds
    )


def remove(names: Sequence[str], settings: Settings) -> IngestResult:
    """Takes reports out, each named by file name, path or id."""
    started = time.perf_counter()
    generations.require_live(settings.index)
    with generations.writing(settings.index), Writer(settings, None, adds=False) as writer:
        rows = [_remove(name, writer) for name in names]
        generation = writer.publish()
    return IngestResult(tuple(rows), generation, {**writer.seconds, "total": time.perf_counter() - started})


def _ingest_file(path: Path, writer: Writer) -> FileResult:
    """One file: unchanged, the same as another, or read, described, embedded and stored."""
    try:
        mark = Mark.of(path, writer.corpus_hash)
        known = _known(path, mark, writer)
        return known or _read_file(path, mark, writer)
    except SendAssistantError as error:
        return FileResult(str(path), "failed", str(error))
    except sqlite3.Error as error:  # the store, not the file: no other file would fare better
        raise KnowledgeBaseError(
            f"{writer.settings.index} cannot be written ({error}). Free some space, then run this again; "
            "what was read stays read."
        ) from error
    except Exception as error:  # one file must never take the others down with it
        why = f"{path.name}: could not be taken in ({type(error).__name__}: {error}). Please report it."
        return FileResult(str(path), "failed", why)


def _known(path: Path, mark: Mark, writer: Writer) -> FileResult | None:
    """The result for a file that need not be read; None where it must be."""
    if writer.store is None:
        return None
    where = str(path.resolve())
    held = writer.held_for(path)
    if held and held.fingerprint == mark.fingerprint:
        report = writer.store.report(held.report_id)
        if not (writer.settings.ocr and report.warnings):
            return FileResult(str(path), "unchanged", report_id=report.id, pages=report.page_count)
    same = writer.store.same_file(where, mark.fingerprint)
    if same:
        return FileResult(str(path), "skipped", _says_same(writer.store.report(same)), report_id=same)
    if not held:
        for other, twin in writer.store.files().items():
            if twin.sha256 == mark.sha256 and Path(other).exists():
                return FileResult(str(path), "skipped", f"the same file as {other}", report_id=twin.report_id)
    return None


def _read_file(path: Path, mark: Mark, writer: Writer) -> FileResult:
    """Reads one file and puts its report in the store, unless the store holds that report in as good a format."""
    from ingest.same import find_same, shingles_of

    held = writer.held_for(path)
    with writer.timed("read"):
        loaded = writer.load(path)
    with writer.timed("structure"):
        report_id = held.report_id if held else writer.new_id(path, digest="digest_of" in loaded.metadata)
        report, passages = writer.describe(loaded, path, mark, report_id)
        before = writer.store.report(report_id) if held else None
        if before and before.title == report.title and tuple(writer.store.passages(report_id)) == passages:
            return _described_anew(path, before, report, passages, mark, writer)
        own = shingles_of(passages)
        others = writer.store.shingles() if writer.store else {}
        others.pop(report_id, None)
        same = find_same(own, others)
    taken = writer.store.report(same) if same else None
    if taken and rank(taken.format) <= rank(report.format):
        with writer.timed("store"):
            if held:
                writer.next_store().remove_report(report_id)
            writer.next_store().remember_same(report.path, mark.fingerprint, taken.id)
        return FileResult(str(path), "skipped", _says_same(taken), report_id=taken.id)
    if taken and not held:
        report_id = writer.new_id(path, digest=report.is_digest, without=taken.id)
        if report_id != report.id:
            report, passages = writer.describe(loaded, path, mark, report_id)
    with writer.timed("embed"):
        vectors = writer.embed(report, passages)
    with writer.timed("store"):
        store = writer.next_store()
        taken_mark = store.files()[taken.path].fingerprint if taken else ""
        if taken and taken.id != report.id:
            store.remove_report(taken.id)
        store.replace_report(report, passages, vectors, fingerprint=mark.fingerprint, shingles=own)
        if taken:
            store.remember_same(taken.path, taken_mark, report.id)
    why = f"takes the place of {taken.file}: the same report, here with its printed pages" if taken else ""
    return FileResult(
        str(path),
        "replaced" if held or taken else "read",
        why,
        report.id,
        report.page_count,
        len(passages),
        report.warnings,
    )


def _described_anew(
    path: Path, before: Report, report: Report, passages: Sequence[Passage], mark: Mark, writer: Writer
) -> FileResult:
    """Notes what is known of a report whose passages are as they were; nothing need be embedded."""
    report = report.with_(superseded_by=before.superseded_by)
    writer.next_store().update_report(report, mark.fingerprint)
    same = report == before
    outcome, why = ("unchanged", "") if same else ("replaced", "the text is unchanged, its description is new")
    return FileResult(str(path), outcome, why, report.id, report.page_count, len(passages), report.warnings)


def _remove(name: str, writer: Writer) -> FileResult:
    reports = writer.store.reports() if writer.store else []
    where = str(Path(name).resolve())
    found = [r for r in reports if name == r.id or where == r.path] or [r for r in reports if r.file == name]
    if not found:
        return FileResult(name, "failed", "No such report is held. `send-assistant documents` lists those that are.")
    if len(found) > 1:
        ids = ", ".join(report.id for report in found)
        return FileResult(name, "failed", f"Several reports have this file name; name one by its id: {ids}.")
    writer.next_store().remove_report(found[0].id)
    return FileResult(name, "removed", report_id=found[0].id)


def _says_same(report: Report) -> str:
    return f"the same report as {report.file}"
