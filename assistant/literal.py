"""How surely an answer repeats a word of the question: 'wheelchair' is repeated, 'roughly' is not.

Logistic regression over the word's own vector, fitted by evals/training/train_literal.py on which words of questions stand in the
sentences that answer them, where the report holds the word at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("literal.json")


@lru_cache(maxsize=1)
def _model() -> dict:
    return json.loads(FILE.read_text(encoding="utf-8"))


def literal(phrases: Sequence[str], encoder) -> list[float]:
    """The probability of each phrase, 0 to 1; 0 with another encoder than the model's."""
    model = _model()
    if not phrases or encoder.name != model["encoder"]:
        return [0.0] * len(phrases)
    import numpy as np

    scores = encoder.encode_queries(phrases) @ np.array(model["weights"], np.float32) + model["bias"]
    return (1.0 / (1.0 + np.exp(-scores))).tolist()
