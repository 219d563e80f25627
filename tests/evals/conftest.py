"""The starter knowledge base, read with the real encoder."""

from __future__ import annotations

import pytest

from ingest.settings import ROOT, Settings


@pytest.fixture(scope="session")
def starter(tmp_path_factory) -> Settings:
    """Settings of the starter knowledge base; tests must not change it."""
    from ingest.pipeline import ingest

    settings = Settings(index=tmp_path_factory.mktemp("starter") / "kb")
    ingest([ROOT / "corpus" / "digests", ROOT / "corpus" / "guides"], settings)
    return settings
