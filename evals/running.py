"""Runs question sets: asks, scores, keeps each case at once, so that a run can be stopped and gone on with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.answer import Answer
from evals.cases import Case, read_sets
from evals.measures import scores_of
from evals.runs import Config, Reply, Run, Scored, begin, describe, keep, load_run, trim
from evals.trial import Score, Trial
from ingest.errors import SendAssistantError
from ingest.settings import Settings

if TYPE_CHECKING:
    from evals.held import Held
    from ingest.knowledge import KnowledgeBase

RUNS = Path("eval-runs")
"Where runs go that are given no folder."
WARM_UP = "How long do people wait for an assessment?"
"Asked first and thrown away: the first question loads what the others find loaded."


class Engine(Protocol):
    """What answers: assistant.answering.Assistant, or something put in its place."""

    def ask(self, question: str, turns: Sequence[Mapping[str, str]] = ()) -> Answer: ...


Progress = Callable[[int, int, Case, Mapping[str, Score]], None]
"Called after each case: cases done, cases in all, the case, its scores."

ExtraScores = Callable[[Trial], Mapping[str, Score]]
"More scores of a trial, such as a language model's (evals/judging.py)."


class Stopped(Exception):
    """A run was stopped before its end; what was scored is kept in `folder`."""

    def __init__(self, folder: Path, done: int, total: int):
        super().__init__(f"{done} of {total} cases are kept in {folder}")
        self.folder, self.done, self.total = folder, done, total


def run_sets(
    sets: Sequence[Path],
    settings: Settings,
    out: Path | None = None,
    *,
    engine: Engine | None = None,
    progress: Progress = lambda done, total, case, scores: None,
    cancelled: Callable[[], bool] = lambda: False,
    extra: ExtraScores | None = None,
    judge: str = "",
    resume: bool = False,
) -> Run:
    """Asks every case of the sets and scores the answers; the finished run, also kept in the folder `out`.

    With the setting `writer` a language model writes the answers, and what was written is judged.
    `engine` stands in for the assistant over `settings.index` and is left open; gold is looked up in that index in any case.
    Raises Stopped where `cancelled` says so between two cases or on Ctrl-C, and with `resume` goes on with the run in `out`.
    """
    from evals.held import Held
    from ingest.knowledge import KnowledgeBase

    knowledge = KnowledgeBase(settings.index)
    try:
        folder, cases = _resumed(out, settings, knowledge) if resume else _begun(sets, settings, knowledge, out, judge)
        todo = _not_done(folder, cases)
        if todo:
            if engine is not None:
                _answer_all(todo, len(cases), folder, engine, Held(knowledge), progress, cancelled, extra)
            else:
                from assistant.written import open_assistant

                with open_assistant(settings) as assistant:
                    _answer_all(todo, len(cases), folder, assistant, Held(knowledge), progress, cancelled, extra)
    finally:
        knowledge.store.close()
    return load_run(folder)


def new_folder() -> Path:
    """Where a run goes that is given no folder."""
    return RUNS / datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")


def ask(case: Case, engine: Engine, held: Held) -> Trial:
    """One case asked; an answer that fails is an answer with status 'error'."""
    started = time.perf_counter()
    try:
        answer = engine.ask(case.question, case.history)
    except Exception as error:  # one case that fails must not cost the others
        answer = Answer(case.question, "error", f"This question could not be answered: {type(error).__name__}: {error}")
    seconds = time.perf_counter() - started
    return Trial(case, answer, seconds, held.of_case(case), held.text)


def _begun(sets: Sequence[Path], settings: Settings, knowledge: KnowledgeBase, out: Path | None, judge: str) -> tuple[Path, list[Case]]:
    cases = read_sets(sets)
    folder = out or new_folder()
    begin(folder, describe(sets, settings, knowledge, datetime.now(UTC).isoformat(timespec="seconds"), judge), cases)
    return folder, cases


def _resumed(folder: Path | None, settings: Settings, knowledge: KnowledgeBase) -> tuple[Path, list[Case]]:
    if folder is None:
        raise SendAssistantError("--resume needs the folder of the run to go on with.")
    run = load_run(folder)
    now: Config = describe((), settings, knowledge, run.config.started, run.config.judge)
    changes = (("settings", "the settings"), ("corpus", "the knowledge base"), ("code", "the code"), ("prompts", "the prompts"))
    for name, what in changes:
        if getattr(now, name) != getattr(run.config, name):
            raise SendAssistantError(f"{folder}: {what} changed since the run began, so its halves would not be of one piece. Start a new run.")
    trim(folder)
    return folder, list(run.cases.values())


def _not_done(folder: Path, cases: Iterable[Case]) -> list[Case]:
    done = {row.id for row in load_run(folder).scored}
    return [case for case in cases if case.id not in done]


def _answer_all(
    todo: Sequence[Case], total: int, folder: Path, engine: Engine, held: Held, progress: Progress,
    cancelled: Callable[[], bool], extra: ExtraScores | None,
) -> None:  # fmt: skip
    done = total - len(todo)
    try:
        engine.ask(WARM_UP)
        for case in todo:
            if cancelled():
                raise Stopped(folder, done, total)
            trial = ask(case, engine, held)
            scores = scores_of(trial) | dict(extra(trial) if extra else {})
            keep(folder, Reply(case.id, trial.answer, trial.seconds), scored(trial, scores))
            done += 1
            progress(done, total, case, scores)
    except KeyboardInterrupt:
        raise Stopped(folder, done, total) from None


def scored(trial: Trial, scores: Mapping[str, Score]) -> Scored:
    """The line that a run keeps of a trial's scores."""
    documents = dict.fromkeys([*(gold.document for gold in trial.case.gold), *trial.case.documents])
    return Scored(trial.case.id, trial.case.kind, tuple(documents), trial.answer.status, scores)
