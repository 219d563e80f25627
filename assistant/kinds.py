"""Which kind of answer a question wants, learned from its form: 'fact', 'topic', 'list', 'compare', 'across' or 'both sides'.

Multinomial logistic regression over the question's runs of one to three word stems (areas and years masked, one word left out of
a run too); for a verdict multiplied with another over the question's vector. Whether it is on another field altogether is told by its vector
alone. Fitted by evals/training/train_kinds.py.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.words import stem
from ingest.areas import AreaMatch

if TYPE_CHECKING:
    import numpy as np

FILE = Path(__file__).with_name("kinds.json")
VERDICTS = ("mention", "praise", "worry")
"What a question across reports looks for: whoever speaks of it, praises it, criticises it."
MEANT = 0.7
"Weight of what the vector tells beside the form."
KINDS_OF_ANSWER = ("across", "both sides", "compare", "fact", "list", "topic")


def masked(question: str, areas: Sequence[AreaMatch]) -> str:
    """The question with every area that is named in it written 'Xarea'."""
    for match in sorted(areas, key=lambda match: -match.start):
        question = f"{question[: match.start]}Xarea{question[match.end :]}"
    return question


def form(masked: str) -> set[str]:
    """The features of a question whose areas are written 'Xarea'."""
    plain = re.sub(r"\b(?:19|20)\d\d\b", "Xyear", masked).lower().replace("’", "").replace("'", "")
    words = ["<s>", *(stem(w) if w.isalpha() else w for w in re.findall(r"[a-z]+|\d+|[?&/:]", plain)), "</s>"]
    found = {" ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1)}
    found |= {f"{first} _ {third}" for first, third in zip(words, words[2:])}
    return found | {f"areas={min(masked.count('Xarea'), 2)}", f"length={min(len(words) // 4, 6)}"}


@lru_cache(maxsize=1)
def _model() -> dict:
    return json.loads(FILE.read_text(encoding="utf-8"))


def encoder_name() -> str:
    """Name of the embedding model whose vectors tell the verdict."""
    return _model()["verdicts"]["meant"]["encoder"]


def kind_probabilities(masked: str) -> dict[str, float]:
    """The probability of each kind for a question whose areas are written 'Xarea'."""
    return dict(zip(KINDS_OF_ANSWER, _by_form(masked, _model()["kinds"])))


def verdict_probabilities(masked: str, vector: np.ndarray | None = None) -> dict[str, float]:
    """The probability of each verdict that a question across reports may look for.

    `vector`: (d,) of the question by the model of `encoder_name`; where it is not given the form alone decides.
    """
    found = _by_form(masked, _model()["verdicts"])
    if vector is not None:
        weights, biases = _meant()
        found = _softmax([math.log(one) + MEANT * other for one, other in zip(found, (weights @ vector + biases).tolist())])
    return dict(zip(VERDICTS, found))


def foreign_odds(vector: np.ndarray) -> float:
    """The log-odds that a question, (d,) by the model of `encoder_name`, is on another field than the reports: 'When are the bins emptied?'."""
    weights, bias = _foreign()
    return float(weights @ vector) + bias


def _by_form(masked: str, model: dict) -> list[float]:
    """The probability of each class."""
    known = [row for feature in form(masked) if (row := model["weights"].get(feature))]
    share = 1.0 / math.sqrt(len(known) or 1)
    return _softmax([bias + share * sum(row[n] for row in known) for n, bias in enumerate(model["bias"])])


@lru_cache(maxsize=1)
def _meant() -> tuple[np.ndarray, np.ndarray]:
    """Weights (classes, d) and biases of the verdicts over a question's vector."""
    import numpy as np

    held = _model()["verdicts"]["meant"]
    return np.array(held["weights"], np.float32), np.array(held["bias"], np.float32)


@lru_cache(maxsize=1)
def _foreign() -> tuple[np.ndarray, float]:
    import numpy as np

    held = _model()["foreign"]
    return np.array(held["weights"], np.float32), held["bias"]


def _softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    grown = [math.exp(max(score - top, -50.0)) for score in scores]
    return [value / sum(grown) for value in grown]
