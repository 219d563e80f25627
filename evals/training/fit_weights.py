"""Fits the weights of the evidence and support signals on the training pairs, and says how well they do on reports left out.

    python -m evals.training.fit_weights --index DIR [--write]

DIR is a knowledge base of the development reports (`send-assistant ingest ../shared/reports`). Evidence: the sentence that
answers should come first among the sentences read (softmax over a question's sentences). Support: logistic regression of
answerable against unanswerable questions. Measured by five-fold cross-validation in which no report is on both sides.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from assistant.answering import Assistant
from assistant.evidence import SIGNALS
from assistant.scope import scope_of
from assistant.support import SUPPORT_SIGNALS, support_of
from assistant.understanding import Filters, understand
from evals.training.locate import locate, read_pairs
from ingest.settings import Settings

FOLDS = 5
WEIGHTS = Path("assistant/weights.json")


def examples(index: Path) -> list[dict]:
    """One entry a question: signals of each sentence read (n, signals), which of them answer, report, answerable."""
    with Assistant.open(Settings(index=index)) as assistant:
        view = assistant.view()
        knowledge, lexicon = view.knowledge, view.lexicon
        reports = {report.file.rsplit(".", 1)[0]: report for report in assistant.reports()}
        places: dict[str, list[tuple[str, int]]] = {}
        texts: dict[str, list[str]] = {}
        for passage in knowledge.passages.values():
            stem = knowledge.reports[passage.report_id].file.rsplit(".", 1)[0]
            for n, (start, end) in enumerate(passage.sentences):
                places.setdefault(stem, []).append((passage.id, n))
                texts.setdefault(stem, []).append(passage.text[start:end])
        located = locate(read_pairs(Path(__file__).with_name("pairs.jsonl")), texts)
        made = []
        for pair in located:
            report = reports.get(pair.pair.report)
            if report is None or (pair.pair.answerable and not pair.answer_positions):
                continue
            request = understand(pair.pair.question, (), [report], lexicon, Filters(reports=(report.id,)))
            scope = scope_of(request, [report])
            sentences = assistant.read(request, assistant.retrieve(request, scope, view), view)
            right = {places[pair.pair.report][position] for position in pair.answer_positions}
            made.append({
                "report": pair.pair.report, "style": pair.pair.style, "answerable": pair.pair.answerable, "request": request,
                "scope": scope, "sentences": sentences,
                "x": np.array([[s.signals[name] for name in SIGNALS] for s in sentences]),
                "y": np.array([(s.passage.id, s.index) in right for s in sentences]),
            })
    return made


def fit_evidence(made: list[dict]) -> np.ndarray:
    """Weights, one a signal, that put a right sentence first most often (softmax likelihood, small L2)."""
    import torch

    used = [(torch.tensor(e["x"], dtype=torch.float32), torch.tensor(e["y"])) for e in made if e["answerable"] and e["y"].any()]
    w = torch.zeros(len(SIGNALS), requires_grad=True)
    optimiser = torch.optim.LBFGS([w], max_iter=60, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        loss = sum(torch.logsumexp(x @ w, 0) - torch.logsumexp((x @ w)[y], 0) for x, y in used) / len(used) + 2e-3 * (w @ w)
        loss.backward()
        return loss

    optimiser.step(closure)
    return w.detach().numpy()


def ranked(made: list[dict], w: np.ndarray) -> dict[str, float]:
    """Share of answerable questions with a right sentence first, in the first three and in the first five."""
    ranks = []
    for e in made:
        if e["answerable"]:
            order = np.argsort(-(e["x"] @ w))
            hits = np.flatnonzero(e["y"][order])
            ranks.append(hits[0] if len(hits) else 10**6)
    ranks = np.array(ranks)
    return {f"right in first {k}": round(float((ranks < k).mean()), 3) for k in (1, 3, 5)}


def support_rows(made: list[dict], w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Support signals (n, signals) and answerable (n,) under evidence weights."""
    import dataclasses

    rows = []
    for e in made:
        order = np.argsort(-(e["x"] @ w))
        scores = e["x"] @ w
        sentences = [dataclasses.replace(e["sentences"][i], score=float(scores[i])) for i in order]
        found = support_of(e["request"], e["scope"], sentences, {})
        rows.append([found.signals.get(name, 0.0) for name in SUPPORT_SIGNALS])
    return np.array(rows), np.array([e["answerable"] for e in made])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS}")
    arguments = parser.parse_args()
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    made = examples(arguments.index)
    reports = sorted({e["report"] for e in made})
    fold = {report: n % FOLDS for n, report in enumerate(reports)}
    print(f"{len(made)} questions, {sum(e['answerable'] for e in made)} answerable; "
          f"right sentence among those read: {np.mean([e['y'].any() for e in made if e['answerable']]):.3f}")
    probabilities, truth = np.zeros(len(made)), np.array([e["answerable"] for e in made])
    held_out = []
    for k in range(FOLDS):
        train = [e for e in made if fold[e["report"]] != k]
        test = [n for n, e in enumerate(made) if fold[e["report"]] == k]
        w = fit_evidence(train)
        held_out += [(made[n], w) for n in test]
        x, y = support_rows(train, w)
        model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=2000).fit(x, y)
        probabilities[test] = model.predict_proba(support_rows([made[n] for n in test], w)[0])[:, 1]
    for style in ("fact", "topic", "everyday"):
        of_style = [ranked([e], w) for e, w in held_out if e["style"] == style and e["answerable"]]
        print(style, {key: round(float(np.mean([r[key] for r in of_style])), 3) for key in of_style[0]})
    print(f"answerable told from unanswerable: AUROC {roc_auc_score(truth, probabilities):.3f}")
    for threshold in (0.2, 0.3, 0.4, 0.5):
        print(f"  threshold {threshold}: answered when answerable {np.mean(probabilities[truth] >= threshold):.3f}, "
              f"refused when not {np.mean(probabilities[~truth] < threshold):.3f}")
    w = fit_evidence(made)
    x, y = support_rows(made, w)
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=2000).fit(x, y)
    weights = {
        "evidence": {name: round(float(value), 4) for name, value in zip(SIGNALS, w)},
        "support": {"bias": round(float(model.intercept_[0]), 4)}
        | {name: round(float(value), 4) for name, value in zip(SUPPORT_SIGNALS, model.coef_[0])},
    }
    print(json.dumps(weights, indent=1))
    if arguments.write:
        WEIGHTS.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
