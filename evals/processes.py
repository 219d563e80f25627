"""Runs a command of the project in a process of its own and says how long it took and how much memory it needed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    """A finished command."""

    seconds: float
    "From start of the process to its end."
    peak_mb: float | None
    "Most memory of the largest of its processes; None where the system does not say."
    output: str


def run_module(module: str, arguments: Sequence[object]) -> Run:
    """`python -m module arguments…`; raises RuntimeError with the command's own words where it fails."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        status, peak = _wait(process)
        seconds = time.perf_counter() - started
        out.seek(0)
        output = out.read()
    if status:
        raise RuntimeError(f"{' '.join(command[1:4])} … ended with status {status}:\n{output[-2000:]}")
    return Run(seconds, peak, output)


def _wait(process: subprocess.Popen) -> tuple[int, float | None]:
    """Exit status and peak memory in MB."""
    if not hasattr(os, "wait4"):  # Windows
        return process.wait(), None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 2**20 if sys.platform == "darwin" else 2**10  # macOS counts bytes, Linux kilobytes
    return process.returncode, usage.ru_maxrss / unit


def folder_mb(folder: Path) -> float:
    """Size of all files in a folder, in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
