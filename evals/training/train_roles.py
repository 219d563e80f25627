"""Fits the roles of sentences: strength, concern, recommendation, context.

    python -m evals.training.train_roles --index DIR [--write]

DIR is a knowledge base of the development reports. Labels: what the themes' sentences are marked as (praise, worry, neutral; a worry
that says what should be done is a recommendation), and else what the heading of an inspection report says. A linear model over
the sentence's own vector (without its headings, or it would only read the heading) and its words learns them; it is measured on every fifth
report, held back, and on the peer reviews, where it decides most.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from assistant.roles import FILE, role_of_heading, terms_of, weighted_terms
from evals.training.fit_weights import HERE, held_back
from evals.training.locate import Pair, locate
from evals.training.themes import read_themes
from ingest.knowledge import KnowledgeBase

SHARE = 0.75
"Share of a sentence's marks that must agree; others are left out."
SHOULD = re.compile(r"\b(?:should|needs? to|must|would benefit|could be|recommend|ought|consider(?:ation)?)\b", re.IGNORECASE)
LEAST_WORDS = 5
LEAST_SENTENCES = 4
"Terms that fewer sentences hold are left out."


def labelled(index: Path) -> list[tuple[str, str, str, str]]:
    """Text, role, report (file name without ending) and kind of report of each sentence whose role is known."""
    knowledge = KnowledgeBase(index)
    sentences = defaultdict(list)
    for passage in knowledge.passages.values():
        report = knowledge.reports[passage.report_id]
        sentences[report.file.rsplit(".", 1)[0]] += [(passage.text[start:end], passage, report.kind) for start, end in passage.sentences]
    marks = _marks({stem: [text for text, *_ in found] for stem, found in sentences.items()})
    made = []
    for stem, found in sentences.items():
        for n, (text, passage, kind) in enumerate(found):
            if len(text.split()) >= LEAST_WORDS and passage.kind != "heading":
                role = _role(text, marks[stem, n], role_of_heading(passage.headings), kind)
                if role:
                    made.append((text, role, stem, kind))
    return made


def _marks(texts: dict[str, list[str]]) -> dict[tuple[str, int], Counter[str]]:
    """How often each sentence (report, place) is marked as praise, worry and neutral."""
    _, labels = read_themes(HERE)
    pairs, said = [], []
    for found in labels:
        for verdict in ("praise", "worry", "neutral"):
            if references := getattr(found, verdict):
                pairs.append(Pair(id=found.theme, question=found.theme, style="topic", report=found.report, answers=references, answerable=True))
                said.append(verdict)
    marks: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for located, verdict in zip(locate(pairs, texts), said, strict=True):
        for position in located.answer_positions:
            marks[located.pair.report, position][verdict] += 1
    return marks


def _role(text: str, marks: Counter[str], heading: str | None, kind: str) -> str | None:
    if marks:
        (verdict, count), *_ = marks.most_common()
        if count < SHARE * marks.total():
            return None
        role = {"praise": "strength", "worry": "concern", "neutral": "context"}[verdict]
        return "recommendation" if role == "concern" and (heading == "recommendation" or SHOULD.search(text)) else role
    if heading in ("context", "recommendation"):
        return heading
    return "context" if kind == "inspection" and heading is None else None


def inverse_frequencies(texts: list[str]) -> dict[str, float]:
    """log((1 + n) / (1 + sentences that hold it)) + 1 of each term that enough sentences hold, rounded."""
    counts = Counter(term for text in texts for term in set(terms_of(text)))
    return {term: round(math.log((1 + len(texts)) / (1 + count)) + 1, 3) for term, count in sorted(counts.items()) if count >= LEAST_SENTENCES}


def fit(texts: list[str], vectors: np.ndarray, roles: np.ndarray):
    """A model over vectors (n, d) and terms, and the terms' inverse frequencies."""
    from sklearn.linear_model import LogisticRegression

    idf = inverse_frequencies(texts)
    return LogisticRegression(C=3, max_iter=3000, class_weight="balanced").fit(_features(texts, vectors, idf), roles), idf


def _features(texts: list[str], vectors: np.ndarray, idf: dict[str, float]):
    """Vectors and weighted terms side by side, sparse (n, d + terms)."""
    from scipy.sparse import csr_matrix, hstack

    column = {term: n for n, term in enumerate(idf)}
    rows, columns, values = [], [], []
    for n, text in enumerate(texts):
        for term, weight in weighted_terms(text, idf).items():
            rows.append(n)
            columns.append(column[term])
            values.append(weight)
    return hstack([csr_matrix(vectors), csr_matrix((values, (rows, columns)), shape=(len(texts), len(idf)))]).tocsr()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    arguments = parser.parse_args()
    from sklearn.metrics import classification_report

    from ingest.encode import load_encoder

    made = labelled(arguments.index)
    texts = [text for text, *_ in made]
    roles, reports, kinds = (np.array(column) for column in list(zip(*made))[1:])
    encoder = load_encoder()
    vectors = np.concatenate([encoder.encode_queries(texts[at : at + 64]) for at in range(0, len(texts), 64)])
    print(len(texts), Counter(roles))
    for name, held in (("every fifth report", np.isin(reports, list(held_back(reports)))), ("reports of other kinds than inspections", kinds != "inspection")):
        model, idf = fit([t for t, out in zip(texts, held) if not out], vectors[~held], roles[~held])
        found = model.predict(_features([t for t, out in zip(texts, held) if out], vectors[held], idf))
        print(f"{name}, held back:\n{classification_report(roles[held], found, digits=3)}")
    model, idf = fit(texts, vectors, roles)
    size = vectors.shape[1]
    if arguments.write:
        FILE.write_text(json.dumps({
            "encoder": encoder.name,
            "roles": list(model.classes_),
            "weights": [[round(float(w), 4) for w in row[:size]] for row in model.coef_],
            "bias": [round(float(b), 4) for b in model.intercept_],
            "idf": idf,
            "terms": {term: [round(float(w), 2) for w in model.coef_[:, size + n]] for n, term in enumerate(idf)},
        }) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
