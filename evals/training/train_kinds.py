"""Fits the model that tells which kind of answer a question wants (assistant/kinds.py).

    python -m evals.training.train_kinds [--write]

Learns from kinds.jsonl and lists.jsonl, and from the pairs (facts, topics) and themes (topics, across) of this folder. Prints the
share told right in five-fold cross-validation, with the questions of kinds.jsonl alone as the measure.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np

from assistant.kinds import FILE, KINDS_OF_ANSWER, form, masked
from evals.training.locate import read_pairs
from evals.training.themes import read_themes
from ingest.areas import load_areas
from ingest.settings import Settings

HERE = Path(__file__).parent
LEAST = 3
"Questions that a feature must stand in."
SOFTNESS = 10.0
FOLDS = 5
ASIDE = 0.25
"Weight of a question that was written for something else than to tell the kinds apart."


def questions() -> tuple[list[str], list[str], int]:
    """Questions with their areas masked, their kinds, and how many of the first are from kinds.jsonl."""
    asked = [(row["question"], row["kind"]) for row in map(json.loads, (HERE / "kinds.jsonl").read_text(encoding="utf-8").splitlines())]
    written = len(asked)
    asked += [(row["question"], "list") for row in map(json.loads, (HERE / "lists.jsonl").read_text(encoding="utf-8").splitlines())]
    asked += [(pair.question, pair.style) for pair in read_pairs(HERE / "pairs.jsonl") if pair.style in ("fact", "topic")]
    for theme in read_themes(HERE)[0]:
        asked += [(q, "topic") for q in theme.field] + [(q, "across") for q in (*theme.praise, *theme.worry, *theme.mention)]
    areas = load_areas(Settings().corpus)
    return [masked(question, areas.find(question)) for question, _ in asked], [kind for _, kind in asked], written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    arguments = parser.parse_args()
    from sklearn.model_selection import StratifiedKFold

    asked, kinds, written = questions()
    forms = [form(question) for question in asked]
    y = np.array(kinds)
    weight = np.where(np.arange(len(y)) < written, 1.0, ASIDE)
    told = []
    for learn, test in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(forms, y):
        vectors, model = _fit([forms[n] for n in learn], y[learn], weight[learn])
        test = test[test < written]
        told += list(zip(y[test], model.predict(vectors.transform([_weighted(forms[n], set(vectors.vocabulary_)) for n in test]))))
    print(f"{len(asked)} questions; told right {np.mean([a == b for a, b in told]):.3f} of {written}")
    for kind in KINDS_OF_ANSWER:
        print(f"  {kind}: {np.mean([b == kind for a, b in told if a == kind]):.3f} found; taken for",
              dict(Counter(str(b) for a, b in told if a == kind and b != kind)))
    if arguments.write:
        vectors, model = _fit(forms, y, weight)
        assert tuple(model.classes_) == KINDS_OF_ANSWER
        weights = {name: [round(float(w), 2) for w in model.coef_[:, n]] for name, n in sorted(vectors.vocabulary_.items())}
        FILE.write_text(json.dumps({"bias": [round(float(b), 3) for b in model.intercept_], "weights": weights},
                                   ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def _fit(forms: list[set[str]], y: np.ndarray, weight: np.ndarray):
    """The vectorizer and the model of some questions."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    seen = Counter(feature for features in forms for feature in features)
    known = {feature for feature, count in seen.items() if count >= LEAST}
    vectors = DictVectorizer()
    x = vectors.fit_transform([_weighted(features, known) for features in forms])
    return vectors, LogisticRegression(C=SOFTNESS, max_iter=3000, class_weight="balanced").fit(x, y, weight)


def _weighted(features: set[str], known: set[str]) -> dict[str, float]:
    """The known features of a question, each with the same weight, as a vector of length 1."""
    found = features & known
    return {feature: len(found) ** -0.5 for feature in found}


if __name__ == "__main__":
    main()
