"""An ingest killed at any moment leaves the last good knowledge base, whole; the next ingest finishes the job."""

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import KnowledgeBaseError
from ingest.generations import STORE, VECTORS, generation_folder, live_generation
from ingest.knowledge import KnowledgeBase
from tiny import TinyEncoder, report_text, settings, write_reports

KILLS = 20

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to start an ingest quickly")


class Launcher:
    """A process that has the libraries loaded, forks an ingest, and kills it after so many seconds."""

    def __init__(self, folder: Path, index_of: Path):
        here = Path(__file__).resolve()
        path = os.pathsep.join([str(here.parents[2]), str(here.parent), *sys.path])
        self.process = subprocess.Popen(
            [sys.executable, str(here), str(folder), str(index_of)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )

    def run(self, seconds: float = 60.0) -> tuple[str, float]:
        """'killed' or 'finished', and how long the ingest ran."""
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        outcome, ran = self.process.stdout.readline().split()
        return outcome, float(ran)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=10)


def assert_whole(index: Path, versions: dict[str, int]) -> None:
    """What a new reader finds is exactly these reports, by text, by word and by vector."""
    knowledge = KnowledgeBase(index)
    store, encoder = knowledge.store, TinyEncoder()
    assert {r.id: store.report_text(r.id) for r in store.reports()} == {
        name: report_text(name, version).replace("\n\n", "\n") for name, version in versions.items()
    }
    assert store.generation == live_generation(index)
    counts = store.counts()
    assert counts["reports"] == len(versions) and counts["passages"] == len(knowledge.passages) == 12 * len(versions)
    assert knowledge.vectors.count == counts["windows"] == len(store.window_vectors()[0])
    for name, version in versions.items():
        by_word = store.keyword_search([f"{name}3"], 5)
        assert [pid for pid, _ in by_word] == [f"{name}:0003"]
        text = store.report_text(name).split("\n")[3]
        by_vector = knowledge.search(encoder.encode_queries([text])[0], 10)
        assert {pid for pid, _ in by_vector} <= set(knowledge.passages) and len(by_vector) == 10
        assert f"edition{version}" in knowledge.passages[by_word[0][0]].text
    tokens = store.token_vectors(knowledge.passages)
    assert set(tokens) == set(knowledge.passages)
    assert all(np.isfinite(vectors).all() for vectors, _ in tokens.values())


def _reached(index: Path) -> str:
    """How far the ingest that was killed had come."""
    folder = generation_folder(index, live_generation(index) + 1)
    if (folder / VECTORS).exists():
        return "vectors"
    return "store" if (folder / STORE).exists() else "nothing"


def test_a_first_ingest_that_is_killed_is_said_to_be_unfinished_and_then_finishes(tmp_path):
    chosen, folder = settings(tmp_path), write_reports(tmp_path / "in", {"ashdown": 1, "birchley": 1})
    launcher = Launcher(folder, tmp_path)
    try:
        assert launcher.run(0.1)[0] == "killed"
        with pytest.raises(KnowledgeBaseError, match="ingest"):
            KnowledgeBase(chosen.index)
        assert launcher.run()[0] == "finished"
    finally:
        launcher.close()
    assert_whole(chosen.index, {"ashdown": 1, "birchley": 1})


def test_an_ingest_killed_at_twenty_random_moments_never_harms_what_readers_see(tmp_path):
    chosen, folder = settings(tmp_path), tmp_path / "in"
    versions = {"ashdown": 1, "birchley": 1, "cobham": 1}
    write_reports(folder, versions)
    launcher = Launcher(folder, tmp_path)
    moments = random.Random(20)
    killed, reached = 0, []
    try:
        assert launcher.run()[0] == "finished"
        shown = dict(versions)
        assert_whole(chosen.index, shown)
        versions = {name: 2 for name in versions}
        write_reports(folder, versions)
        _, whole = launcher.run()
        shown = dict(versions)
        while killed < KILLS:
            versions = {name: version + 1 for name, version in versions.items()}
            write_reports(folder, versions)
            before = live_generation(chosen.index)
            # One moment in each twentieth of a run, so that the kills reach from the first step to the last.
            outcome, ran = launcher.run(whole * (killed + moments.random()) / KILLS)
            if live_generation(chosen.index) != before:
                shown = dict(versions)
            assert_whole(chosen.index, shown)
            if outcome == "finished":  # sooner than the run that was timed
                whole = ran
                continue
            killed += 1
            reached.append(_reached(chosen.index))
            if killed % 4 == 0:
                outcome, whole = launcher.run()
                assert outcome == "finished"
                shown = dict(versions)
                assert_whole(chosen.index, shown)
    finally:
        launcher.close()
    assert len(set(reached)) > 1  # the kills did not all fall into one step
    assert len(list(chosen.index.glob("generation-*"))) == 2  # the live one and the one before; nothing is left lying


def _launch(folder: Path, home: Path) -> None:
    """The launcher's side: one ingest for each line read, each in a fork of its own."""
    import signal
    import time

    import ingest.describe  # noqa: F401  what is loaded here, each fork has at once
    import ingest.structure  # noqa: F401
    import langchain_chroma  # noqa: F401
    from ingest.pipeline import ingest as run_ingest

    for line in sys.stdin:
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            run_ingest([folder], settings(home), encoder=TinyEncoder())
            os._exit(0)
        until, done = started + float(line), 0
        while not done and time.monotonic() < until:
            time.sleep(0.001)
            done, status = os.waitpid(child, os.WNOHANG)
        if not done:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        elif status:
            print("failed", time.monotonic() - started, flush=True)
            continue
        print("finished" if done else "killed", time.monotonic() - started, flush=True)


if __name__ == "__main__":
    _launch(Path(sys.argv[1]), Path(sys.argv[2]))
