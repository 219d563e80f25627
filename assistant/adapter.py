"""Adapters: turn a question's vector towards what reports say in answer, or towards the titles of the lists they print.

Trained by evals/training/train_adapter.py and train_lists.py.

A question and its answer share a subject and seldom words; the embedding model knows the words. The adapter is a linear map of
the question's vector alone, so that the index stays as it is (a query-side linear adapter, as known from metric learning).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SENTENCES = Path(__file__).with_name("adapter.npz")
TITLES = Path(__file__).with_name("titles.npz")


@lru_cache(maxsize=2)
def _matrix(file: Path) -> tuple[str, np.ndarray] | None:
    """Name of the embedding model that it was trained for, and the (d, d) matrix; None where none is shipped."""
    import numpy as np

    if not file.is_file():
        return None
    with np.load(file, allow_pickle=False) as held:
        return str(held["encoder"]), held["matrix"].astype(np.float32)


def adapted(vector: np.ndarray, encoder_name: str, towards: Path = SENTENCES) -> np.ndarray:
    """A question's vector (d,), or rows of them (n, d), adapted, of length 1; unchanged with another embedding model."""
    import numpy as np

    held = _matrix(towards)
    if held is None or held[0] != encoder_name:
        return vector
    turned = vector + vector @ held[1]
    return turned / np.linalg.norm(turned, axis=-1, keepdims=True)
