"""Fits the roles of sentences (strength, concern, recommendation, context) on the headings of inspection reports.

    python -m evals.training.train_roles --index DIR [--write]

An inspection report's own headings label its sentences: what is effective, what needs to do better, areas for improvement,
about the area. A linear model over the sentence's own vector (without its headings, or it would only read the heading) learns
them and is measured on every fifth report, held back.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np

from assistant.roles import FILE, role_of_heading


def labelled(index: Path) -> tuple[list[str], list[str], list[str], np.ndarray]:
    """Texts, roles, report ids and vectors (n, d) of all sentences under a telling heading of an inspection report."""
    from ingest.encode import load_encoder
    from ingest.store import Store

    store = Store.open(index)
    kinds = {report.id: report.kind for report in store.reports()}
    texts, roles, reports = [], [], []
    for passage in store.passages():
        role = role_of_heading(passage.headings) if kinds[passage.report_id] == "inspection" and passage.kind != "heading" else None
        for start, end in passage.sentences if role else ():
            if len(passage.text[start:end].split()) >= 5:
                texts.append(passage.text[start:end])
                roles.append(role)
                reports.append(passage.report_id)
    encoder = load_encoder()
    vectors = np.concatenate([encoder.encode_queries(texts[at : at + 64]) for at in range(0, len(texts), 64)])
    return texts, roles, reports, vectors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    arguments = parser.parse_args()
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import classification_report

    _, roles, reports, vectors = labelled(arguments.index)
    y, g = np.array(roles), np.array(reports)
    print(Counter(roles))
    held = np.isin(g, sorted(set(reports))[::5])
    model = LogisticRegression(C=3, max_iter=3000, class_weight="balanced")
    print(classification_report(y[held], model.fit(vectors[~held], y[~held]).predict(vectors[held]), digits=3))
    model.fit(vectors, y)
    if arguments.write:
        from ingest.encode import load_encoder

        FILE.write_text(json.dumps({
            "encoder": load_encoder().name,
            "roles": list(model.classes_),
            "weights": [[round(float(w), 4) for w in row] for row in model.coef_],
            "bias": [round(float(b), 4) for b in model.intercept_],
        }) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
