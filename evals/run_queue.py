"""Runs asked for on the Evaluate page: one after another, in the background, each case kept as soon as it is scored."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from evals.runs import outline
from evals.running import Engine, Stopped, run_sets
from ingest.errors import SendAssistantError
from ingest.settings import Settings

log = logging.getLogger(__name__)

FAULT = "This run met a fault of the assistant's own. What was scored is kept; the details are in the assistant's log."
GIVES_WAY_SECONDS = 10.0
"So long at most a case waits for people's questions."
LOOKS_AGAIN_SECONDS = 0.05
ONE_AT_A_TIME = "A run of yours is under way. Wait until it is done, or stop it."


@dataclass
class Job:
    """A run that waits, is under way, or failed. One that ended as it should is read from its folder alone."""

    folder: Path
    owner: str
    done: int
    total: int
    state: str = "waiting"
    "'waiting', 'working' or 'failed'."
    doing: str = ""
    "The case that was scored last."
    right: int = 0
    "Of the cases done."
    seconds_left: float | None = None
    "As far as the cases asked so far tell."
    why: str = ""
    "For a run that failed."
    cancelled: bool = False
    "It stops before its next case."

    @property
    def under_way(self) -> bool:
        return self.state != "failed"


class RunQueue:
    """The runs asked for since the server started.

    They ask the same assistant as people do, one case after another, and never two runs at once. Before each case a run
    gives way to questions of people (while `busy`), though not for ever.
    """

    def __init__(self, settings: Settings, engine: Callable[[], Engine], busy: Callable[[], bool] = lambda: False):
        self._settings = settings
        self._engine = engine
        self._busy = busy
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="evaluate")
        self._jobs: dict[Path, Job] = {}
        self._lock = threading.Lock()
        self._closing = False

    def close(self) -> None:
        """Waits for the case that is being asked; all that was scored is kept, and can be gone on with."""
        self._closing = True
        self._worker.shutdown(cancel_futures=True)

    def job(self, folder: Path) -> Job | None:
        """What is under way, or failed, in the folder of a run."""
        return self._jobs.get(folder)

    def check_free(self, owner: str) -> None:
        """Raises SendAssistantError where a run of the owner waits or is under way."""
        if any(job.owner == owner and job.under_way for job in list(self._jobs.values())):
            raise SendAssistantError(ONE_AT_A_TIME)

    def start(self, folder: Path, owner: str) -> Job:
        """Asks a run's cases that are not asked yet; raises SendAssistantError while another of the owner's goes on."""
        made = outline(folder)
        with self._lock:
            self.check_free(owner)
            job = self._jobs[folder] = Job(folder, owner, made.scored, made.cases, right=made.right)
        self._worker.submit(self._run, job)
        return job

    def cancel(self, folder: Path) -> None:
        """Stops a run before its next case, if it is under way."""
        job = self._jobs.get(folder)
        if job and job.under_way:
            job.cancelled = True

    def forget(self, folder: Path) -> None:
        """Drops what is known of a failed run."""
        self._jobs.pop(folder, None)

    def _stopped(self, job: Job) -> bool:
        """Whether the run ends before its next case; returns when it may be asked."""
        until = time.monotonic() + GIVES_WAY_SECONDS
        while not (job.cancelled or self._closing) and self._busy() and time.monotonic() < until:
            time.sleep(LOOKS_AGAIN_SECONDS)
        return job.cancelled or self._closing

    def _run(self, job: Job) -> None:
        began, before = time.monotonic(), job.done

        def progress(done, total, case, scores) -> None:
            job.done, job.doing = done, case.id
            job.right += scores.get("right") == 1
            job.seconds_left = (time.monotonic() - began) / (done - before) * (total - done)

        try:
            if not job.cancelled:
                job.state = "working"
                run_sets(
                    [], self._settings, job.folder, engine=self._engine(), progress=progress,
                    cancelled=lambda: self._stopped(job), resume=True,
                )  # fmt: skip
        except Stopped:
            pass
        except SendAssistantError as error:
            job.state, job.why = "failed", str(error).replace(str(job.folder), "This run")
        except Exception:
            log.exception("run %s", job.folder.name)
            job.state, job.why = "failed", FAULT
        if job.under_way:
            self._jobs.pop(job.folder, None)
