"""The adapter: turns a question's vector towards what reports say in answer, trained by evals/training/train_adapter.py.

A question and its answer share a subject and seldom words; the embedding model knows the words. The adapter is a linear map of
the question's vector alone, so that the index stays as it is (a query-side linear adapter, as known from metric learning).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

FILE = Path(__file__).with_name("adapter.npz")


@lru_cache(maxsize=1)
def _matrix() -> tuple[str, np.ndarray] | None:
    """Name of the embedding model that it was trained for, and the (d, d) matrix; None where none is shipped."""
    import numpy as np

    if not FILE.is_file():
        return None
    with np.load(FILE, allow_pickle=False) as held:
        return str(held["encoder"]), held["matrix"].astype(np.float32)


def adapted(vector: np.ndarray, encoder_name: str) -> np.ndarray:
    """A question's vector (d,), or rows of them (n, d), adapted, of length 1; unchanged with another embedding model."""
    import numpy as np

    held = _matrix()
    if held is None or held[0] != encoder_name:
        return vector
    turned = vector + vector @ held[1]
    return turned / np.linalg.norm(turned, axis=-1, keepdims=True)
