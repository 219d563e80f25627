"""Measuring: commands in processes of their own, sizes."""

import sys

import pytest

from evals.processes import folder_mb, run_module


def test_the_size_of_a_folder_counts_the_files_of_its_subfolders(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "one").write_bytes(b"0" * 2**20)
    (tmp_path / "below" / "two").write_bytes(b"0" * 2**19)
    assert folder_mb(tmp_path) == 1.5


def test_a_run_gives_what_the_command_printed_with_its_time_and_memory():
    run = run_module("calendar", ["2024", "2"])
    assert "February 2024" in run.output
    assert 0 < run.seconds < 30
    if sys.platform != "win32":
        assert run.peak_mb > 1  # no upper bound: on Linux it counts what the parent held when it forked


def test_a_command_that_fails_is_an_error_with_its_own_words():
    with pytest.raises(RuntimeError, match="month"):
        run_module("calendar", ["2024", "not-a-month"])
