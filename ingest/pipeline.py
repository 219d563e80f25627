"""Files to knowledge base: each step of an ingest in call order, and what became of every file."""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import generations
from ingest.errors import KnowledgeBaseError, SendAssistantError
from ingest.generations import VECTORS
from ingest.model import Loaded, Passage, Report
from ingest.settings import Settings
from ingest.store import Held, Store
from ingest.walk import FORMATS, rank, walk

if TYPE_CHECKING:
    from ingest.encode import Encoder

INGEST_VERSION = 1
"Rises whenever the same file would give other passages or another description; files read before are then read again."

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
    with generations.writing(settings.index), _Writer(settings, encoder) as writer:
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
    with generations.writing(settings.index), _Writer(settings, None, adds=False) as writer:
        rows = [_remove(name, writer) for name in names]
        generation = writer.publish()
    return IngestResult(tuple(rows), generation, {**writer.seconds, "total": time.perf_counter() - started})


def _ingest_file(path: Path, writer: _Writer) -> FileResult:
    """One file: unchanged, the same as another, or read, described, embedded and stored."""
    try:
        mark = _Mark.of(path, writer.corpus_hash)
        known = _known(path, mark, writer)
        return known or _read_file(path, mark, writer)
    except SendAssistantError as error:
        return FileResult(str(path), "failed", str(error))
    except Exception as error:  # one file must never take the others down with it
        return FileResult(
            str(path), "failed", f"{path.name}: could not be taken in ({type(error).__name__}: {error}). Please report it."
        )


@dataclass(frozen=True)
class _Mark:
    """What tells whether a file is as it was when it was last read."""

    sha256: str
    fingerprint: str
    "Of the file, what is known of it beside it and in the corpus, and the version of our rules."

    @classmethod
    def of(cls, path: Path, corpus: str) -> _Mark:
        try:
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            sidecar = path.with_suffix(".toml")
            beside = sidecar.read_bytes() if sidecar.is_file() else b""
        except OSError as error:
            raise SendAssistantError(f"{path.name}: cannot be opened ({error.strerror}). Check its permissions.") from error
        whole = hashlib.sha256(f"{INGEST_VERSION} {corpus} {digest} ".encode() + beside).hexdigest()
        return cls(digest, whole[:32])


def _known(path: Path, mark: _Mark, writer: _Writer) -> FileResult | None:
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


def _read_file(path: Path, mark: _Mark, writer: _Writer) -> FileResult:
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
    path: Path, before: Report, report: Report, passages: Sequence[Passage], mark: _Mark, writer: _Writer
) -> FileResult:
    """Notes what is known of a report whose passages are as they were; nothing need be embedded."""
    report = report.with_(superseded_by=before.superseded_by)
    writer.next_store().update_report(report, mark.fingerprint)
    outcome, why = ("unchanged", "") if report == before else ("replaced", "the text is unchanged, its description is new")
    return FileResult(str(path), outcome, why, report.id, report.page_count, len(passages), report.warnings)


def _remove(name: str, writer: _Writer) -> FileResult:
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


class _Writer:
    """What an ingest works with, each part made when first needed; with nothing to change, nothing is made."""

    def __init__(self, settings: Settings, encoder: Encoder | None, *, adds: bool = True):
        self.settings = settings
        self._check = adds  # taking reports out needs no model
        self.seconds: dict[str, float] = {}
        self._encoder = encoder
        self._live: Store | None = None
        self._next: Store | None = None
        self._stack = contextlib.ExitStack()
        self._reader = None
        self._corpus = None

    def __enter__(self) -> _Writer:
        index = self.settings.index
        if generations.live_generation(index):
            self._live = Store.open(index)
            self._stack.callback(self._live.close)
            if self._check:
                self._live.check_model(self._model)
        self._next = self._left_behind()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        if self._next:
            self._next.close()

    @property
    def store(self) -> Store | None:
        """The store as it stands: the next one where it has been begun, else the live one, else none."""
        return self._next or self._live

    def next_store(self) -> Store:
        """The store of the next generation, begun as a copy of the live one when first asked for."""
        if self._next is None:
            folder = generations.begin_next(self.settings.index)
            if (folder / generations.STORE).exists():
                self._next = Store.open_generation(folder, write=True)
            else:
                self._next = Store.create(folder, model=self.encoder.name, dimension=self.encoder.dimension)
        return self._next

    def _left_behind(self) -> Store | None:
        """The store that a broken-off ingest left, where work can go on in it."""
        index = self.settings.index
        folder = generations.generation_folder(index, generations.live_generation(index) + 1)
        if not folder.exists():
            return None
        try:
            store = Store.open_generation(folder, write=True)
        except KnowledgeBaseError:
            generations.discard_next(index)
            return None
        if store.model == (self._live.model if self._live else self._model):
            return store
        store.close()
        generations.discard_next(index)
        return None

    @property
    def encoder(self) -> Encoder:
        if self._encoder is None:
            from ingest.encode import load_encoder

            with self.timed("load the model"):
                self._encoder = load_encoder(self.settings.model)
        return self._encoder

    @property
    def _model(self) -> str:
        """The name of the encoder, without loading it for that."""
        if self._encoder:
            return self._encoder.name
        from ingest.encode import model_name

        return model_name(self.settings.model)

    def load(self, path: Path) -> Loaded:
        """The file's pages, read in a process of its own."""
        if self._reader is None:
            from ingest.sandbox import Reader

            self._reader = self._stack.enter_context(Reader(self.settings))
        return self._reader.read(path)

    def describe(self, loaded: Loaded, path: Path, mark: _Mark, report_id: str) -> tuple[Report, tuple[Passage, ...]]:
        """The passages of a file, and what is known of its report."""
        from ingest.catalogue import load_sidecar
        from ingest.describe import describe
        from ingest.structure import build_passages

        if self._corpus is None:
            from ingest.areas import load_areas
            from ingest.catalogue import load_catalogue

            self._corpus = load_areas(self.settings.corpus), load_catalogue(self.settings.corpus)
        passages = build_passages(loaded, report_id)
        if not any(re.search(r"\w", passage.text) for passage in passages):
            raise SendAssistantError(f"{path.name}: has no text. If it is a scan, run with --ocr.")
        report = describe(loaded, passages, path, *self._corpus, load_sidecar(path))
        return (
            report.with_(id=report_id, file=path.name, path=str(path.resolve()), sha256=mark.sha256),
            tuple(passages),
        )

    def embed(self, report: Report, passages: Sequence[Passage]) -> list:
        from ingest.encode import PassageInput

        return self.encoder.encode_passages(
            [PassageInput(report.title, p.headings, p.text, p.sentences) for p in passages]
        )

    @cached_property
    def corpus_hash(self) -> str:
        """Of the lists that reports are described with: a new entry of the catalogue changes what is known of a file."""
        whole = hashlib.sha256()
        for name in ("areas.csv", "catalogue.toml"):
            path = self.settings.corpus / name
            whole.update(path.read_bytes() if path.is_file() else b"")
        return whole.hexdigest()

    def held_for(self, path: Path) -> Held | None:
        """The report that a file is a version of: read from this path before, or from a file of this name that has
        since been moved."""
        if self.store is None:
            return None
        files = self.store.files()
        where = str(path.resolve())
        if where in files:
            return files[where]
        moved = [held for old, held in files.items() if Path(old).name == path.name and not Path(old).exists()]
        return moved[0] if len(moved) == 1 else None

    def new_id(self, path: Path, *, digest: bool, without: str | None = None) -> str:
        """An id from the file's name that no other report has; the folder's name tells two files of one name apart."""
        from ingest.describe import report_id_of

        taken = {held.report_id for held in self.store.files().values()} - {without} if self.store else set()
        plain = report_id_of(path) + ("-digest" if digest else "")
        if plain not in taken:
            return plain
        apart = f"{plain}-{report_id_of(path.resolve().parent)}"
        number, name = 1, apart
        while name in taken:
            number += 1
            name = f"{apart}-{number}"
        return name

    def publish(self) -> int:
        """Makes what was changed the live generation, and returns its number."""
        from ingest.vectors import write_vectors

        index = self.settings.index
        if self._next is None:
            return generations.live_generation(index)
        _supersede(self._next)
        folder = self._next.folder
        number = generations.live_generation(index) + 1
        with self.timed("vectors"):
            live = self._live.folder / VECTORS if self._live else None
            write_vectors(self._next, folder / VECTORS, live=live, changed=_changed(self._live, self._next))
        self._next.finish(number)
        self._next.close()
        self._next = None
        generations.publish(index, folder)
        return number

    @contextlib.contextmanager
    def timed(self, step: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - begun


def _supersede(store: Store) -> None:
    """A digest stands back while the report that it digests is held, and returns when that is taken out."""
    reports = store.reports()
    held = {report.catalogue_id: report.id for report in reports if report.catalogue_id and not report.is_digest}
    for report in reports:
        instead = held.get(report.digest_of) if report.is_digest else None
        if report.superseded_by != instead:
            store.update_report(report.with_(superseded_by=instead))


def _changed(live: Store | None, following: Store) -> set[str]:
    """Ids of the reports whose vectors differ between two generations."""

    def marks(store: Store) -> set[tuple[str, str, bool]]:
        searched = set(store.searchable())
        return {(held.report_id, held.fingerprint, held.report_id in searched) for held in store.files().values()}

    before = marks(live) if live else set()
    return {rid for rid, *_ in before ^ marks(following)}


def _says_same(report: Report) -> str:
    return f"the same report as {report.file}"
