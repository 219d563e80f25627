"""Fixtures shared by all tests."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real reports and question sets beside the project; skips where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "reports").is_dir():
        pytest.skip("the real reports (../shared) are not on this machine")
    return folder
