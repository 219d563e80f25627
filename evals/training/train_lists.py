"""Fits the choice of the printed list that a question asks for, and whether it asks for one.

    python -m evals.training.train_lists --index DIR [--write]

DIR is a knowledge base of the development reports. The questions of lists.jsonl name the first item of the list they want;
questions without one, and those of pairs.jsonl, want none. Three parts: an adapter towards titles (learned with
every other report left out in turn, so that the next part sees it as it will be), weights of the lists' signals (softmax over a report's
lists), and a logistic regression for whether the best list is wanted. Measured on reports left out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from assistant.adapter import TITLES
from assistant.answering import Assistant
from assistant.listing import LISTING_SIGNALS, asked_signals, listings_of
from assistant.understanding import Filters, understand
from evals.training.fit_weights import HERE, WEIGHTS, fit_softmax
from evals.training.locate import read_pairs, refer
from evals.training.train_adapter import fit as fit_adapter
from ingest.settings import Settings

FOLDS = 5
ASKED = ("score", "margin", "listed")
NONE_EVERY = 2
"Every n-th question of the pairs is taken as a question that wants no list."


def examples(assistant: Assistant) -> tuple[np.ndarray, list[dict]]:
    """Vectors of all titles, and for each question its signals (lists, signals), which list is wanted, and its vector."""
    view = assistant.view()
    reports = {report.file.rsplit(".", 1)[0]: report for report in view.reports}
    lists = {name: listings_of(report, view.passages_of(report)) for name, report in reports.items()}
    titles = list(dict.fromkeys(listing.title for found in lists.values() for listing in found))
    vectors = assistant.encode(titles)
    asked = [(row["question"], row["report"], (row["first"] or {}).get("print")) for row in
             map(json.loads, (HERE / "lists.jsonl").read_text(encoding="utf-8").splitlines())]
    plain = [pair for pair in read_pairs(HERE / "pairs.jsonl") if pair.style in ("fact", "topic", "everyday")]
    asked += [(pair.question, pair.report, None) for pair in plain[::NONE_EVERY]]
    made = []
    for question, name, first in asked:
        found = lists.get(name, [])
        request = understand(question, (), [reports[name]], view.lexicon, Filters(reports=(reports[name].id,)))
        if not found or request.wants and first is None:
            continue
        signals = assistant.listing_signals(request, found)
        made.append({
            "request": request, "report": name, "vector": assistant.encode([request.subject])[0],
            "rows": np.array([titles.index(listing.title) for listing in found]),
            "x": np.array([[of_one[s] for s in LISTING_SIGNALS] for of_one in signals]),
            "y": np.array([_print(listing) == first for listing in found]),
        })
    return vectors, made


def _print(listing) -> str:
    item = listing.items[0]
    start, end = item.sentences[0] if item.sentences else (0, len(item.text))
    return refer(item.text[start:end], item.page).print


def turned(vectors: np.ndarray, learn: list[dict], test: list[dict]) -> np.ndarray:
    """The adapter fitted on some questions; the signal 'turned' of the others is set by it."""
    matrix = fit_adapter(vectors, [(e["vector"], e["rows"], e["y"], e["report"]) for e in learn if e["y"].any()], epochs=8, rate=2e-3)
    for e in test:
        asked = e["vector"] + e["vector"] @ matrix
        e["x"][:, LISTING_SIGNALS.index("turned")] = vectors[e["rows"]] @ (asked / np.linalg.norm(asked))
    return matrix


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help=f"write {TITLES.name} and {WEIGHTS}")
    arguments = parser.parse_args()
    from sklearn.linear_model import LogisticRegression

    with Assistant.open(Settings(index=arguments.index)) as assistant:
        vectors, made = examples(assistant)
        encoder = assistant.encoder_name
    fold = {report: n % FOLDS for n, report in enumerate(sorted({e["report"] for e in made}))}
    for k in range(FOLDS):
        turned(vectors, [e for e in made if fold[e["report"]] != k], [e for e in made if fold[e["report"]] == k])
    right, told = [], []
    for k in range(FOLDS):
        learn, test = [e for e in made if fold[e["report"]] != k], [e for e in made if fold[e["report"]] == k]
        w, logistic = _fit(learn, LogisticRegression)
        right += [e["y"][(e["x"] @ w).argmax()] for e in test if e["y"].any()]
        told += [(bool(e["y"][(e["x"] @ w).argmax()]), e["y"].any(), p) for e, p in zip(test, logistic.predict_proba(_asked(test, w))[:, 1])]
    wanted = np.array([(hit, p) for hit, any_, p in told if any_])
    none = np.array([p for _, any_, p in told if not any_])
    print(f"{len(wanted)} questions for a list, {len(none)} for none; the right list first: {np.mean(right):.3f}")
    for floor in (0.3, 0.4, 0.5, 0.6):
        given = wanted[:, 1] >= floor
        print(f"  from {floor}: answered with it {np.mean(wanted[:, 0] * given):.3f}, with another {np.mean((1 - wanted[:, 0]) * given):.3f}; "
              f"with one where none is wanted {np.mean(none >= floor):.3f}")
    if arguments.write:
        w, logistic = _fit(made, LogisticRegression)
        np.savez_compressed(TITLES, encoder=encoder, matrix=turned(vectors, made, []).astype(np.float16))
        weights = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        weights["listing"] = {name: round(float(value), 4) for name, value in zip(LISTING_SIGNALS, w)}
        weights["listed"] = {"bias": round(float(logistic.intercept_[0]), 4)} | {
            name: round(float(value), 4) for name, value in zip(ASKED, logistic.coef_[0])}
        WEIGHTS.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


def _asked(made: list[dict], w: np.ndarray) -> np.ndarray:
    """The signals for whether a list is wanted (n, signals)."""
    return np.array([[asked_signals(e["request"], (e["x"] @ w).tolist())[name] for name in ASKED] for e in made])


def _fit(made: list[dict], regression):
    """The weights of the signals, and the model of whether the best list is the one wanted."""
    w = fit_softmax([(e["x"], e["y"]) for e in made if e["y"].any()])
    return w, regression(C=1.0, max_iter=1000).fit(_asked(made, w), [bool(e["y"][(e["x"] @ w).argmax()]) for e in made])


if __name__ == "__main__":
    main()
