"""A question set as tests, one a case:

    pytest -p evals.pytest_plugin my-set.jsonl --eval-index DIR [--eval-baseline RUN]

A case fails where its answer is not right (evals/measures/right.py) or a quote is not verbatim. With a baseline, a case that was
wrong there is expected to fail, so that only what got worse fails the tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.cases import Case, read_set
from evals.measures import scores_of
from evals.trial import Trial

OPENED = pytest.StashKey()


class NotRight(Exception):
    """A case whose answer is not right."""

    def __init__(self, trial: Trial, scores: dict):
        answer = trial.answer
        lines = [f"{trial.case.id}: {trial.case.question}", f"status: {answer.status}"]
        lines += [f"not said: {'; '.join(trial.missing_facts)}"] * bool(trial.missing_facts)
        lines += [f"said and forbidden: {'; '.join(trial.forbidden_said)}"] * bool(trial.forbidden_said)
        lines += [f"not quoted: {g.document} {g.label} “{g.quote}”" for g, quoted in zip(trial.case.gold, trial.gold_quoted) if not quoted]
        lines += ["a quote does not stand in its report"] * (scores["verbatim"] not in (None, 1.0))
        super().__init__("\n".join([*lines, "", answer.text]))


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("evals", "question sets as tests")
    group.addoption("--eval-index", type=Path, help="knowledge base that question sets are asked of")
    group.addoption("--eval-baseline", type=Path, help="run in which cases may have been wrong already")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix in (".jsonl", ".csv") and parent.config.getoption("--eval-index"):
        return SetFile.from_parent(parent, path=file_path)
    return None


def pytest_unconfigure(config: pytest.Config) -> None:
    if opened := config.stash.get(OPENED, None):
        assistant, held = opened
        assistant.__exit__()
        held.knowledge.store.close()


class SetFile(pytest.File):
    """A question set."""

    def collect(self):
        baseline = self.config.getoption("--eval-baseline")
        right = {}
        if baseline:
            from evals.runs import load_run

            right = load_run(baseline).scores("right")
        for case in read_set(self.path):
            item = CaseItem.from_parent(self, name=case.id, case=case)
            if right.get(case.id) == 0:
                item.add_marker(pytest.mark.xfail(raises=NotRight, reason="wrong in the baseline"))
            yield item


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, **given):
        super().__init__(**given)
        self.case = case

    def runtest(self) -> None:
        from evals.running import ask

        trial = ask(self.case, *_opened(self.config))
        scores = scores_of(trial)
        if scores["right"] != 1 or scores["verbatim"] not in (None, 1.0):
            raise NotRight(trial, scores)

    def repr_failure(self, excinfo, style=None):
        return str(excinfo.value) if excinfo.errisinstance(NotRight) else super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, self.case.id


def _opened(config: pytest.Config):
    """The assistant and the knowledge base, opened for the first case that needs them."""
    if OPENED not in config.stash:
        from assistant.answering import Assistant
        from evals.held import Held
        from ingest.knowledge import KnowledgeBase
        from ingest.settings import load_settings

        settings = load_settings({"index": config.getoption("--eval-index")})
        config.stash[OPENED] = Assistant.open(settings), Held(KnowledgeBase(settings.index))
    return config.stash[OPENED]
