"""Weights of the evidence and support signals, as fitted by evals/training/fit_weights.py."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def load_weights() -> dict[str, dict[str, float]]:
    """By model ('evidence', 'support') and signal."""
    return json.loads(Path(__file__).with_name("weights.json").read_text(encoding="utf-8"))
