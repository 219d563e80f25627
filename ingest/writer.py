"""What an ingest works with: the store it writes, the model, the reader of files, and how its work is published."""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import generations
from ingest.errors import KnowledgeBaseError, SendAssistantError
from ingest.generations import VECTORS
from ingest.model import Loaded, Passage, Report
from ingest.settings import Settings
from ingest.store import Held, Store

if TYPE_CHECKING:
    from ingest.encode import Encoder

INGEST_VERSION = 4
"Rises whenever the same file would give other passages or another description; files read before are then read again."


@dataclass(frozen=True)
class Mark:
    """What tells whether a file is as it was when it was last read."""

    sha256: str
    fingerprint: str
    "Of the file, what is known of it beside it and in the corpus, and the version of our rules."

    @classmethod
    def of(cls, path: Path, corpus: str) -> Mark:
        try:
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            sidecar = path.with_suffix(".toml")
            beside = sidecar.read_bytes() if sidecar.is_file() else b""
        except OSError as error:
            raise SendAssistantError(f"{path.name}: cannot be opened ({error.strerror}). Check its rights.") from error
        whole = hashlib.sha256(f"{INGEST_VERSION} {corpus} {digest} ".encode() + beside).hexdigest()
        return cls(digest, whole[:32])


class Writer:
    """What an ingest works with, each part made when first needed; with nothing to change, nothing is made."""

    def __init__(self, settings: Settings, encoder: Encoder | None, *, adds: bool = True):
        self.settings = settings
        self._adds = adds
        self.seconds: dict[str, float] = {}
        self._encoder = encoder
        self._live: Store | None = None
        self._next: Store | None = None
        self._stack = contextlib.ExitStack()
        self._reader = None
        self._corpus = None

    def __enter__(self) -> Writer:
        index = self.settings.index
        model = self._model if self._adds else ""  # taking reports out needs no model
        if generations.live_generation(index):
            self._live = Store.open(index)
            self._stack.callback(self._live.close)
            if self._adds:
                self._live.check_model(model)
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

    def describe(self, loaded: Loaded, path: Path, mark: Mark, report_id: str) -> tuple[Report, tuple[Passage, ...]]:
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
        """Of the lists that reports are described with: a new entry of the catalogue changes what is known."""
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
