"""Reads report files in a process of their own, so that a hostile or broken file costs its time limit and no more.

One process reads file after file; it is started again after a failure or a time-out. Results come back as JSON or as a
picture in a file, never as objects that could run code here.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from queue import Empty, Queue

from ingest.errors import UnreadableFile
from ingest.model import Line, Loaded, Page
from ingest.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent
_OCR_FACTOR = 20
"With OCR a file may take so many times longer."
_PICTURE_SECONDS = 10.0
"Time limit for drawing a page: somebody waits for it."
_KEPT_VARIABLES = ("PATH", "TMPDIR", "LANG", "LC_ALL", "TESSDATA_PREFIX", "SYSTEMROOT", "HOME")


def read_in_subprocess(path: Path, settings: Settings) -> Loaded:
    """One file, read in a process of its own. Raises UnreadableFile."""
    with Reader(settings) as reader:
        return reader.read(path)


class Reader:
    """Reads files in turn: `with Reader(settings) as reader: loaded = reader.read(path)`."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._process: subprocess.Popen | None = None
        self._answers: Queue[str] = Queue()
        self._folder: tempfile.TemporaryDirectory | None = None

    def __enter__(self) -> Reader:
        self._folder = tempfile.TemporaryDirectory(prefix="send-assistant-read-")
        return self

    def __exit__(self, *_) -> None:
        self._stop()
        self._folder.cleanup()

    def read(self, path: Path) -> Loaded:
        """The file's pages of lines. Raises UnreadableFile, also on crash, time-out and want of memory."""
        settings = self.settings
        how = {"ocr": settings.ocr, "ocr_language": settings.ocr_language, "file_megabytes": settings.file_megabytes}
        seconds = settings.file_seconds * (_OCR_FACTOR if settings.ocr else 1)
        return _loaded(json.loads(self._have("read", path, how, seconds).read_text(encoding="ascii")))

    def picture(self, path: Path, page: int, text: str = "", start: int = 0, end: int = 0) -> bytes:
        """A page of a PDF as PNG, a quote marked: see `page_picture`. Raises UnreadableFile as `read` does."""
        what = {"page": page, "text": text, "start": start, "end": end}
        return self._have("picture", path, what, min(self.settings.file_seconds, _PICTURE_SECONDS)).read_bytes()

    def _have(self, task: str, path: Path, how: dict, seconds: float) -> Path:
        """The file with what the process made of `path`."""
        path = Path(path).absolute()
        if self._process is None or self._process.poll() is not None:
            self._start()
        result = Path(self._folder.name) / "result"
        result.unlink(missing_ok=True)
        order = {"task": task, "path": str(path), "result": str(result), "seconds": seconds, "how": how}
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            answer = self._answers.get(timeout=seconds)
        except Empty:
            self._stop()
            raise UnreadableFile(
                f"{path.name}: reading it took longer than {seconds:g} seconds and was stopped. "
                "Split the file, or raise file_seconds in the settings."
            ) from None
        except OSError:  # the process ended before it took the order
            answer = ""
        if answer == "done":
            return result
        if answer.startswith("refused "):
            raise UnreadableFile(json.loads(answer.removeprefix("refused ")))
        self._stop()
        if answer == "memory":
            raise UnreadableFile(
                f"{path.name}: reading it needs more than {self.settings.memory_megabytes} MB of memory. "
                "Split the file, or raise memory_megabytes in the settings."
            )
        raise UnreadableFile(
            f"{path.name}: the file is damaged or too large in memory: its reader crashed. "
            "Get it again, or print it to a new PDF."
        )

    def _start(self) -> None:
        self._stop()
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        environment |= {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "OMP_THREAD_LIMIT": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.sandbox", str(self.settings.memory_megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=environment,
            cwd=self._folder.name,
            start_new_session=True,
        )
        self._answers = Queue()
        threading.Thread(target=_pass_on, args=(self._process, self._answers), daemon=True).start()

    def _stop(self) -> None:
        """Ends the process and everything it started."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with suppress(OSError):
            self._process.stdin.close()
        self._process = None


def _pass_on(process: subprocess.Popen, answers: Queue) -> None:
    """Puts each line the process writes into the queue, and '' when it ends."""
    with process.stdout:
        for line in process.stdout:
            answers.put(line.rstrip("\n"))
    answers.put("")


def _loaded(data: dict) -> Loaded:
    pages = tuple(
        Page(
            number=page["number"],
            lines=tuple(
                Line(**line | {name: tuple(line.get(name, ())) for name in ("cells", "columns")})
                for line in page["lines"]
            ),
            printed=page["printed"],
            width=page["width"],
            height=page["height"],
        )
        for page in data["pages"]
    )
    return Loaded(pages, data["format"], dict(data["metadata"]), tuple(data["warnings"]))


def _as_data(loaded: Loaded) -> dict:
    """What `_loaded` turns back; a line gives only what differs from the default."""
    defaults = {field.name: field.default for field in fields(Line)}
    return {
        "pages": [
            {
                "number": page.number,
                "lines": [{k: v for k, v in vars(line).items() if v != defaults[k]} for line in page.lines],
                "printed": page.printed,
                "width": page.width,
                "height": page.height,
            }
            for page in loaded.pages
        ],
        "format": loaded.format,
        "metadata": loaded.metadata,
        "warnings": loaded.warnings,
    }


def _serve(memory_megabytes: int) -> None:
    """The process's side: takes orders line by line until its input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what libraries print must not be taken for an answer
    _limit_memory(memory_megabytes)
    from ingest.load import load
    from ingest.pdf_pictures import page_picture

    for line in sys.stdin:
        order = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, order["seconds"] + 5)  # ends this process should its parent be gone
        path, result = Path(order["path"]), Path(order["result"])
        try:
            if order["task"] == "picture":
                result.write_bytes(page_picture(path, **order["how"]))
            else:
                result.write_text(json.dumps(_as_data(load(path, **order["how"]))), encoding="ascii")
            answer = "done"
        except UnreadableFile as refusal:
            answer = "refused " + json.dumps(str(refusal))
        except MemoryError:
            answer = "memory"
        except RecursionError:
            answer = "crashed"
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(answer, file=answers, flush=True)


def _limit_memory(megabytes: int) -> None:
    import resource

    for kind, limit in ((resource.RLIMIT_AS, megabytes * 2**20), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):  # macOS does not take every limit
            continue


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
