"""Fits the models that tell which kind of answer a question wants, which verdict, and whether it is on another field (assistant/kinds.py).

    python -m evals.training.train_kinds [--write]

Learns from kinds.jsonl, verdicts.jsonl, lists.jsonl and foreign.jsonl, and from the pairs (facts, topics) and themes of this folder. Prints the
share told right in five-fold cross-validation, with the questions of kinds.jsonl alone as the measure.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np

from assistant.kinds import FILE, KINDS_OF_ANSWER, MEANT, VERDICTS, form, masked
from evals.training.locate import read_pairs
from evals.training.themes import read_themes
from ingest.areas import load_areas
from ingest.encode import load_encoder
from ingest.settings import Settings

HERE = Path(__file__).parent
LEAST = 3
"Questions that a feature must stand in."
SOFTNESS = 10.0
VECTOR_SOFTNESS = 3.0
FIELD_SOFTNESS = 1.0
FOLDS = 5
ASIDE = 0.25
"Weight of a question that was written for something else than to tell the kinds apart."
LISTS = 0.08
"The same for a question for a list: many name a list by what it is for, in words that any topic is asked in."


def questions() -> tuple[list[str], list[str], int]:
    """Questions with their areas masked, their kinds, and how many of the first are from kinds.jsonl."""
    asked = [(row["question"], row["kind"]) for row in map(json.loads, (HERE / "kinds.jsonl").read_text(encoding="utf-8").splitlines())]
    written = len(asked)
    asked += [(row["question"], "list") for row in map(json.loads, (HERE / "lists.jsonl").read_text(encoding="utf-8").splitlines()) if row["first"]]
    asked += [(pair.question, pair.style) for pair in read_pairs(HERE / "pairs.jsonl") if pair.style in ("fact", "topic")]
    for theme in read_themes(HERE)[0]:
        asked += [(q, "topic") for q in theme.field] + [(q, "across") for q in (*theme.praise, *theme.worry, *theme.mention)]
        asked += [(q.format(a="Bolton"), "both sides") for q in theme.both] + [(q.format(a="Bolton", b="Surrey"), "compare") for q in theme.compare]
    areas = load_areas(Settings().corpus)
    return [masked(question, areas.find(question)) for question, _ in asked], [kind for _, kind in asked], written


def verdicts() -> tuple[list[str], list[str], list[str], list[int]]:
    """Questions, with their areas masked, the verdict each looks for, and a number by which those on one theme are left out together."""
    asked = [(q, verdict, n) for n, theme in enumerate(read_themes(HERE)[0]) for verdict in VERDICTS for q in getattr(theme, verdict)]
    rows = map(json.loads, (HERE / "verdicts.jsonl").read_text(encoding="utf-8").splitlines())
    asked += [(row["question"], row["verdict"], n) for n, row in enumerate(rows)]
    areas = load_areas(Settings().corpus)
    return [q for q, _, _ in asked], [masked(q, areas.find(q)) for q, _, _ in asked], [verdict for _, verdict, _ in asked], [n for _, _, n in asked]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    arguments = parser.parse_args()
    from sklearn.model_selection import StratifiedKFold

    asked, kinds, written = questions()
    forms = [form(question) for question in asked]
    y = np.array(kinds)
    weight = np.where(np.arange(len(y)) < written, 1.0, np.where(y == "list", LISTS, ASIDE))
    told = []
    for learn, test in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(forms, y):
        test = test[test < written]
        told += list(zip(y[test], _told(forms, y, weight, learn, test)))
    print(f"{len(asked)} questions; told right {np.mean([a == b for a, b in told]):.3f} of {written}")
    for kind in KINDS_OF_ANSWER:
        print(f"  {kind}: {np.mean([b == kind for a, b in told if a == kind]):.3f} found; taken for",
              dict(Counter(str(b) for a, b in told if a == kind and b != kind)))
    asked, masks, looked_for, themes = verdicts()
    encoder = load_encoder()
    vectors = np.concatenate([encoder.encode_queries(asked[at : at + 500]) for at in range(0, len(asked), 500)])
    verdict_forms, z = [form(question) for question in masks], np.array(looked_for)
    fold = np.array(themes) % FOLDS
    right = []
    for k in range(FOLDS):
        test = np.flatnonzero(fold == k)
        right += (_told(verdict_forms, z, np.ones(len(z)), np.flatnonzero(fold != k), test, vectors) == z[test]).tolist()
    print(f"verdict looked for told right: {np.mean(right):.3f} of {len(right)}, over themes left out")
    ours = list(dict.fromkeys([*asked, *(row["question"] for name in ("kinds.jsonl", "lists.jsonl") for row in _rows(name)),
                               *(pair.question for pair in read_pairs(HERE / "pairs.jsonl"))]))
    others = [row["question"] for row in _rows("foreign.jsonl")]
    field = np.concatenate([encoder.encode_queries((ours + others)[at : at + 500]) for at in range(0, len(ours) + len(others), 500)])
    strange = np.arange(len(field)) >= len(ours)
    odds = np.concatenate([_of_field(field[half], strange[half]).decision_function(field[~half]) for half in (np.arange(len(field)) % 2 == k for k in (0, 1))])
    truth = np.concatenate([strange[np.arange(len(field)) % 2 == k] for k in (1, 0)])
    print(f"on another field, by halves: {np.mean(odds[truth] > 0):.3f} of {truth.sum()} found, {np.mean(odds[~truth] > 0):.4f} of the others taken for one")
    if arguments.write:
        held = {"kinds": _plain(forms, y, weight, KINDS_OF_ANSWER), "verdicts": _plain(verdict_forms, z, np.ones(len(z)), VERDICTS)}
        meant = _meant(vectors, z)
        held["verdicts"]["meant"] = {"encoder": encoder.name, "bias": _rounded(meant.intercept_), "weights": [_rounded(row) for row in meant.coef_]}
        told_apart = _of_field(field, strange)
        held["foreign"] = {"bias": round(float(told_apart.intercept_[0]), 3), "weights": _rounded(told_apart.coef_[0])}
        FILE.write_text(json.dumps(held, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def _told(forms: list[set[str]], y: np.ndarray, weight: np.ndarray, learn: np.ndarray, test: np.ndarray, vectors: np.ndarray | None = None) -> np.ndarray:
    """The classes of some questions, told by models of the others; with `vectors` (n, d) by these too."""
    known, model = _fit([forms[n] for n in learn], y[learn], weight[learn])
    likely = model.predict_log_proba(known.transform([_weighted(forms[n], set(known.vocabulary_)) for n in test]))
    if vectors is not None:
        likely = likely + MEANT * _meant(vectors[learn], y[learn]).predict_log_proba(vectors[test])
    return model.classes_[likely.argmax(axis=1)]


def _plain(forms: list[set[str]], y: np.ndarray, weight: np.ndarray, classes: tuple[str, ...]) -> dict:
    """A fitted model as it is kept: biases, and weights by feature, in the order of the classes."""
    vectors, model = _fit(forms, y, weight)
    assert tuple(model.classes_) == classes
    return {"bias": _rounded(model.intercept_), "weights": {
        name: [round(float(w), 2) for w in model.coef_[:, n]] for name, n in sorted(vectors.vocabulary_.items())}}


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 3) for value in values]


def _rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def _of_field(vectors: np.ndarray, strange: np.ndarray):
    """The model that tells questions on another field by their vectors (n, d)."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=FIELD_SOFTNESS, max_iter=3000, class_weight="balanced").fit(vectors, strange)


def _meant(vectors: np.ndarray, y: np.ndarray):
    """The model over the vectors (n, d) of some questions."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=VECTOR_SOFTNESS, max_iter=3000, class_weight="balanced").fit(vectors, y)


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
