"""What one evaluator keeps on the server: uploaded sets, runs, and cases made of wrong answers.

    <data>/evaluation/<owner>/sets/               question sets that were uploaded
    <data>/evaluation/<owner>/runs/<run>/         one folder a run (evals/runs.py)
    <data>/evaluation/<owner>/wrong-answers.jsonl

Nothing here is reached without the owner, whom `assistant.access.owner_of` names; addresses never hold a path.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evals.cases import Case, Line, read_lines, read_set, write_set
from evals.drafting import next_id
from evals.runs import Outline, Run, begin, describe, load_run, outline
from ingest.errors import SendAssistantError
from ingest.settings import Settings

if TYPE_CHECKING:
    from ingest.knowledge import KnowledgeBase

FOLDER = "evaluation"
WRONG = "wrong-answers.jsonl"
BUILT_IN = Path(__file__).with_name("sets")
BASELINE = "built-in"
"How addresses name the baseline that comes with the project."
BASELINE_FOLDER, GATE = BUILT_IN / "baseline", BUILT_IN / "gate.toml"
BASELINE_FOR = "starter.jsonl"
"The set that the built-in baseline is of."

MOST_KEPT = 100
"Sets, and runs, that one person can keep."
MOST_CASES = 2000
FORMATS = (".jsonl", ".csv")
LONGEST_NAME = 80

_writing = threading.Lock()


class NotHere(SendAssistantError):
    """A set, run or case that is not there, or not this owner's: which of the two is not said."""


class BadSet(SendAssistantError):
    """An upload that is not a question set; `lines` are those with a problem."""

    def __init__(self, words: str, lines: tuple[Line, ...] = ()):
        super().__init__(words)
        self.lines = lines


@dataclass(frozen=True)
class NamedSet:
    """A question set that can be run."""

    key: str
    "As addresses name it: 'own/my-set.jsonl'."
    path: Path
    origin: str
    "'built-in', 'own' (uploaded) or 'wrong' (answers marked as wrong)."

    @property
    def name(self) -> str:
        return self.path.name

    def count(self) -> int | None:
        """How many cases it has; None where it can no longer be read."""
        try:
            return len(read_set(self.path))
        except SendAssistantError:
            return None


class Workspace:
    """One owner's part of the data folder; may be shared by threads."""

    def __init__(self, data: Path, owner: str):
        # A hash: names of people may hold what no file name can, and differ only in capitals.
        self.folder = Path(data) / FOLDER / hashlib.sha256(owner.encode()).hexdigest()[:32]

    def sets(self) -> list[NamedSet]:
        """Those of the project first, then the uploaded ones, then the answers marked as wrong."""
        found = [NamedSet(f"built-in/{path.name}", path, "built-in") for path in sorted(BUILT_IN.glob("*.jsonl"))]
        own = sorted(
            path for path in (self.folder / "sets").glob("*") if path.suffix in FORMATS and path.name[0] != "."
        )
        found += [NamedSet(f"own/{path.name}", path, "own") for path in own]
        if self.wrong():
            found.append(NamedSet(f"wrong/{WRONG}", self.folder / WRONG, "wrong"))
        return found

    def set(self, key: str) -> NamedSet:
        """The set of that key."""
        for found in self.sets():
            if found.key == key:
                return found
        raise NotHere("There is no such question set. It may have been removed.")

    def add_set(self, name: str, content: bytes) -> NamedSet:
        """Keeps an uploaded set, in the place of one of the same name. Raises BadSet, and then keeps nothing."""
        name = _safe_name(name)
        folder = _made(self.folder / "sets")
        if not (folder / name).exists() and len(list(folder.iterdir())) >= MOST_KEPT:
            raise BadSet(f"{MOST_KEPT} sets are the most that are kept for you. Remove one that you no longer need.")
        arriving = folder / f".{secrets.token_hex(6)}{Path(name).suffix}"
        try:
            arriving.write_bytes(content)
            try:
                lines = read_lines(arriving)
            except SendAssistantError as error:
                raise BadSet(str(error).replace(str(arriving), name)) from error
            bad = tuple(line for line in lines if line.case is None)
            if bad:
                count = f"{len(bad)} line{'' if len(bad) == 1 else 's'}"
                raise BadSet(
                    f"{name} was not added: {count} cannot be read as a case. Mend them and add it again.", bad
                )
            if not lines:
                raise BadSet(f"{name}: no cases in it. Each line of a set is a case with id and question.")
            if len(lines) > MOST_CASES:
                raise BadSet(f"{name}: has {len(lines):,} cases; {MOST_CASES:,} are the most. Split it.")
            os.replace(arriving, folder / name)
        finally:
            arriving.unlink(missing_ok=True)
        return self.set(f"own/{name}")

    def remove_set(self, key: str) -> None:
        """Takes out an uploaded set; its runs stay, as they keep their cases."""
        found = self.set(key)
        if found.origin != "own":
            raise NotHere("Only sets that you added can be removed.")
        found.path.unlink(missing_ok=True)

    def runs(self) -> list[Outline]:
        """The runs that can be read, newest first."""
        found = []
        for folder in sorted((self.folder / "runs").glob("*"), reverse=True):
            try:
                found.append(outline(folder))
            except SendAssistantError:  # damaged, or being deleted
                continue
        return found

    def run_folder(self, run: str) -> Path:
        """The folder of a run of that name."""
        folder = self.folder / "runs" / run
        if not re.fullmatch(r"[0-9-]+", run) or not folder.is_dir():
            raise NotHere("There is no such run. It may have been deleted.")
        return folder

    def begin_run(self, chosen: NamedSet, settings: Settings, knowledge: KnowledgeBase) -> Path:
        """The folder of a new run in which no case is asked yet."""
        if len(self.runs()) >= MOST_KEPT:
            raise SendAssistantError(
                f"{MOST_KEPT} runs are the most that are kept for you. Delete one that you no longer need."
            )
        now = datetime.now(UTC)
        folder = _made(self.folder / "runs") / f"{now:%Y-%m-%d-%H%M%S-%f}"
        try:
            begin(
                folder,
                describe([chosen.path], settings, knowledge, now.isoformat(timespec="seconds")),
                read_set(chosen.path),
            )
        except SendAssistantError as error:
            raise SendAssistantError(str(error).replace(str(chosen.path), chosen.name)) from error
        return folder

    def baseline(self, name: str) -> Run:
        """A run to compare with: one of the owner's, or the built-in one."""
        return load_run(BASELINE_FOLDER if name == BASELINE else self.run_folder(name))

    def remove_run(self, run: str) -> None:
        """Deletes a run with its answers."""
        shutil.rmtree(self.run_folder(run), ignore_errors=True)

    def wrong(self) -> list[Case]:
        """The answers marked as wrong, as cases."""
        path = self.folder / WRONG
        return read_set(path) if path.is_file() else []

    def keep_wrong(self, case: Case) -> Case:
        """Keeps a case made of a wrong answer; the same question marked again takes the place of the first."""
        with _writing:
            held = self.wrong()
            same = next((other for other in held if (other.question, other.turns) == (case.question, case.turns)), None)
            case = case.model_copy(update={"id": same.id if same else next_id(held, "wrong")})
            self._write_wrong([*(other for other in held if other is not same), case])
        return case

    def remove_wrong(self, case_id: str) -> None:
        """Takes a case out."""
        with _writing:
            held = self.wrong()
            left = [case for case in held if case.id != case_id]
            if len(left) == len(held):
                raise NotHere("There is no such case. It may have been removed.")
            self._write_wrong(left)

    def remove_all(self) -> None:
        """Deletes everything that the owner kept."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write_wrong(self, cases: list[Case]) -> None:
        path = _made(self.folder) / WRONG
        if not cases:
            path.unlink(missing_ok=True)
            return
        part = path.with_name(f".{path.name}.part")
        write_set(part, cases)
        os.replace(part, path)


def _made(folder: Path) -> Path:
    """The folder, made where it is not there, for this account of the machine alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _safe_name(name: str) -> str:
    """A file's name that can stand in the folder of sets."""
    given = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, suffix = given.rpartition(".")
    if f".{suffix.lower()}" not in FORMATS or not dot:
        raise BadSet(
            f"{given or 'The file'}: is not a question set by its name. Save it as JSON Lines (.jsonl) or CSV (.csv)."
        )
    stem = re.sub(r"[^\w ()&,.-]+", "-", stem).strip(" .-")[:LONGEST_NAME] or "set"
    return f"{stem}.{suffix.lower()}"
