"""Fits how surely an answer repeats a word of the question (assistant/literal.py).

    python -m evals.training.train_literal --index DIR [--write]

DIR is a knowledge base of the development reports. Learns from the answerable pairs and themes: of the words of a question that its report
holds, those that stand in the sentences that answer. Prints the AUROC on words that were left out; about a minute.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from assistant.literal import FILE
from assistant.understanding import SCOPE_WORDS
from assistant.words import STOP_WORDS, stem, words
from evals.training.fit_weights import all_pairs
from evals.training.locate import locate
from ingest.knowledge import KnowledgeBase

SHORTEST = 3
FOLDS = 5


def repeated(index: Path) -> list[tuple[str, bool]]:
    """Words of questions, each with whether a sentence that answers holds it."""
    knowledge = KnowledgeBase(index)
    texts: dict[str, list[set[str]]] = defaultdict(list)
    sentences: dict[str, list[str]] = defaultdict(list)
    for passage in knowledge.passages.values():
        report = knowledge.reports[passage.report_id].file.rsplit(".", 1)[0]
        for start, end in passage.sentences:
            sentences[report].append(passage.text[start:end])
            texts[report].append({stem(word) for word in words(passage.text[start:end])})
    held = {report: set().union(*found) for report, found in texts.items()}
    made = []
    for located in locate(all_pairs(knowledge.reports.values()), sentences):
        report = located.pair.report
        answering = set().union(*(texts[report][position] for position in located.answer_positions))
        for word in dict.fromkeys(words(located.pair.question)) if answering else ():
            tells = word.isalpha() and len(word) >= SHORTEST and word not in STOP_WORDS and word not in SCOPE_WORDS
            if tells and stem(word) in held[report]:
                made.append((word, stem(word) in answering))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    arguments = parser.parse_args()
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold, cross_val_predict

    from ingest.encode import load_encoder

    made = repeated(arguments.index)
    encoder = load_encoder()
    known = sorted({word for word, _ in made})
    vectors = np.concatenate([encoder.encode_queries(known[at : at + 64]) for at in range(0, len(known), 64)])
    place = {word: n for n, word in enumerate(known)}
    rows = np.array([place[word] for word, _ in made])
    y = np.array([repeats for _, repeats in made])
    model = LogisticRegression(C=3, max_iter=2000)
    told = cross_val_predict(model, vectors[rows], y, groups=rows, cv=GroupKFold(FOLDS), method="predict_proba")[:, 1]
    print(f"{len(made)} words, {len(known)} different; repeated: {y.mean():.3f}; AUROC on words left out: {roc_auc_score(y, told):.3f}")
    model.fit(vectors[rows], y)
    if arguments.write:
        weights = [round(float(w), 4) for w in model.coef_[0]]
        FILE.write_text(json.dumps({"encoder": encoder.name, "bias": round(float(model.intercept_[0]), 4), "weights": weights}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
