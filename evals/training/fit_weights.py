"""Fits the weights of the evidence, the reader and the support signals, and says how well they do on reports left out.

    python -m evals.training.fit_weights --index DIR [--write]

DIR is a knowledge base of the development reports (`send-assistant ingest ../shared/reports`). All are fitted on the questions of
the reports that neither the adapter nor the reader was trained on, and measured with each of these reports left out in turn.
Evidence and reader: a sentence that answers should come first (softmax over a question's sentences). Support: logistic regression
of answerable against unanswerable.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from assistant.across import A_REPORT, LEAST, SAYS_SIGNALS
from assistant.answering import Assistant
from assistant.evidence import SIGNALS
from assistant.reading import FOLDER, READ_SENTENCES, as_read, load_reader, with_reader
from assistant.scope import scope_of
from assistant.support import SUPPORT_SIGNALS, support_of
from assistant.understanding import Filters, understand
from evals.training.locate import Pair, locate, read_pairs
from evals.training.themes import read_themes, theme_pairs
from ingest.errors import SendAssistantError
from ingest.model import Report
from ingest.settings import Settings

STYLES = ("fact", "topic", "everyday", "short", "both", "compare", "praise", "worry")
SILENT_COUNTS = 2.0
"Weight of a report that is silent on a theme: most questions across reports are narrower than a theme."
HELD_BACK = 5
"Every n-th report is held back from the reader's training."
WEIGHTS = Path("assistant/weights.json")
HERE = Path(__file__).parent
SEED = 7


def held_back(reports: Iterable[str]) -> set[str]:
    """The reports that neither the reader nor the adapter is trained on."""
    return set(sorted(set(reports))[::HELD_BACK])


def all_pairs(reports: Iterable[Report]) -> list[Pair]:
    """The pairs that were written one by one, and those that the themes make for the reports held."""
    areas = {report.file.rsplit(".", 1)[0]: report.areas[0] if report.areas else "" for report in reports}
    return read_pairs(HERE / "pairs.jsonl") + theme_pairs(*read_themes(HERE), dict(sorted(areas.items())), SEED)


def examples(index: Path, back: bool | None = None) -> list[dict]:
    """One entry a question: signals of each sentence read (n, signals), which of them answer, report, answerable.

    `back`: only questions on the reports held back (True), only the others (False).
    """
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
        located = locate(all_pairs(reports.values()), texts)
        held = held_back(reports)
        made = []
        for pair in located:
            report = reports.get(pair.pair.report)
            if back is not None and (pair.pair.report in held) != back:
                continue
            if report is None or (pair.pair.answerable and not pair.answer_positions):
                continue
            request = understand(pair.pair.question, (), [report], lexicon, Filters(reports=(report.id,)))
            scope = scope_of(request, [report])
            sentences = assistant.score(request, assistant.retrieve(request, scope, view), view)
            if not sentences:
                continue
            right = {places[pair.pair.report][position] for position in pair.answer_positions}
            near = {places[pair.pair.report][position] for position in pair.near_positions}
            made.append({
                "report": pair.pair.report, "style": pair.pair.style, "answerable": pair.pair.answerable, "request": request,
                "scope": scope, "sentences": sentences,
                "x": np.array([[s.signals[name] for name in SIGNALS] for s in sentences]),
                "y": np.array([(s.passage.id, s.index) in right for s in sentences]),
                "near": np.array([(s.passage.id, s.index) in near for s in sentences]),
            })
    return made


def fit_evidence(made: list[dict]) -> np.ndarray:
    """Weights, one a signal, that put a right sentence first most often."""
    return fit_softmax([(e["x"], e["y"]) for e in made if e["answerable"] and e["y"].any()])


def fit_softmax(made: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Weights (signals,) from candidates (n, signals) and which of them are right: softmax likelihood of any of these, small L2."""
    import torch

    used = [(torch.tensor(x, dtype=torch.float32), torch.tensor(y)) for x, y in made]
    w = torch.zeros(made[0][0].shape[1], requires_grad=True)
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


def read(made: list[dict], w: np.ndarray) -> list[dict]:
    """The examples with the sentences that the reader would be given: linear score, reader's score, whether right."""
    reader = load_reader()
    if reader is None:
        raise SendAssistantError(f"{FOLDER} holds no reader. Train one first (evals/training/train_reader.py).")
    out = []
    for e in made:
        scores = e["x"] @ w
        order = np.argsort(-scores)
        sentences = [dataclasses.replace(e["sentences"][i], score=float(scores[i])) for i in order]
        found = reader.part_scores(e["request"].parts, [as_read(s) for s in sentences[:READ_SENTENCES]])
        out.append(e | {"sentences": sentences, "y": e["y"][order], "found": found})
    return out


def fit_reader(examples_read: list[dict]) -> dict[str, float]:
    """Weights of the linear score and of the reader's, by likelihood of a right sentence among those read."""
    from scipy.optimize import minimize

    used = []
    for e in examples_read:
        best = np.max(e["found"], axis=0)
        y = e["y"][: len(best)]
        if y.any():
            used.append((np.array([[s.score, r] for s, r in zip(e["sentences"], best)]), y))

    def loss(v: np.ndarray) -> float:
        return float(np.mean([np.logaddexp.reduce(x @ v) - np.logaddexp.reduce((x @ v)[y]) for x, y in used]))

    best = minimize(loss, np.array([1.0, 0.5]), method="Nelder-Mead").x
    return {"evidence": round(float(best[0]), 4), "reader": round(float(best[1]), 4)}


def support_rows(examples_read: list[dict], weights: dict[str, float]) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Support signals (n, signals) and answerable (n,) of the questions about one report, and which of those given these are."""
    kept = [n for n, e in enumerate(examples_read) if e["style"] not in ("praise", "worry")]
    rows = []
    for e in (examples_read[n] for n in kept):
        sentences = with_reader(e["sentences"], e["found"], weights)
        found = support_of(e["request"], e["scope"], sentences, {})
        rows.append([found.signals.get(name, 0.0) for name in SUPPORT_SIGNALS])
    return np.array(rows), np.array([examples_read[n]["answerable"] for n in kept]), kept


def says_rows(examples_read: list[dict], weights: dict[str, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For questions across reports: signals (n, signals) of a report's best sentence, whether it says what is asked, and weights."""
    rows, says, weight = [], [], []
    for e in examples_read:
        if e["style"] in ("praise", "worry"):
            best = with_reader(e["sentences"][:A_REPORT], [found[:A_REPORT] for found in e["found"]], weights)[0]
            rows.append([best.score, *(best.signals[name] for name in SAYS_SIGNALS)])
            says.append(e["answerable"])
            weight.append(1.0 if e["answerable"] or e["near"].any() else SILENT_COUNTS)
    return np.array(rows), np.array(says), np.array(weight)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS}")
    arguments = parser.parse_args()
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    made = examples(arguments.index, back=True)
    reports = np.array([e["report"] for e in made])
    places = {report: np.flatnonzero(reports == report) for report in sorted(set(reports))}
    linear, with_it = [None] * len(made), [None] * len(made)
    probabilities = np.full(len(made), np.nan)
    seen = read(made, fit_evidence(made))
    for report, inside in places.items():
        learn = [e for e in made if e["report"] != report]
        w = fit_evidence(learn)
        mixed = fit_reader([e for e in seen if e["report"] != report])
        for n in inside:
            linear[n] = made[n]["y"][np.argsort(-(made[n]["x"] @ w))]
            with_it[n] = _order(seen[n], mixed)
        x, y, _ = support_rows([e for e in seen if e["report"] != report], mixed)
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000)).fit(x, y)
        x, _, rows = support_rows([seen[n] for n in inside], mixed)
        probabilities[inside[rows]] = model.predict_proba(x)[:, 1]
    print(f"{len(made)} questions on {len(places)} reports; a right sentence among those scored: "
          f"{np.mean([e['y'].any() for e in made if e['answerable']]):.3f}, among those read: "
          f"{np.mean([e['y'][:READ_SENTENCES].any() for e in seen if e['answerable']]):.3f}")
    for style in STYLES:
        of_style = [n for n, e in enumerate(made) if e["style"] == style and e["answerable"]]
        for name, orders in (("linear alone", linear), ("with reader", with_it)):
            shares = " ".join(f"first {k} {np.mean([orders[n][:k].any() for n in of_style]):.3f}" for k in (1, 3, 5))
            print(f"  {style} ({len(of_style)}), {name}: right sentence in the {shares}")
    asked = ~np.isnan(probabilities)
    y, p = np.array([e["answerable"] for e in made])[asked], probabilities[asked]
    print(f"answerable told from unanswerable: AUROC {roc_auc_score(y, p):.3f} of {len(y)}")
    styles = np.array([e["style"] for e in made])[asked]
    for name, of in (("one report", styles != "compare"), ("a side of a comparison", styles == "compare")):
        for threshold in (0.1, 0.2, 0.3, 0.4, 0.5):
            print(f"  {name}, threshold {threshold}: answered when answerable {np.mean(p[y & of] >= threshold):.3f}, "
                  f"refused when not {np.mean(p[~y & of] < threshold):.3f}")

    mixed = fit_reader(seen)
    x, y, weight = says_rows(seen, mixed)
    says = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=2000)).fit(x, y, logisticregression__sample_weight=weight)
    told = says.decision_function(x) >= LEAST
    print(f"a report that may say what is asked across reports: precision {np.sum(weight[told & y]) / np.sum(weight[told]):.3f}, "
          f"recall {np.mean(told[y]):.3f} of {y.sum()} (fitted on the same)")
    x, y, _ = support_rows(seen, mixed)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000)).fit(x, y)
    weights = json.loads(WEIGHTS.read_text(encoding="utf-8")) | {
        "evidence": {name: round(float(value), 4) for name, value in zip(SIGNALS, fit_evidence(made))},
        "reader": mixed,
        "support": _plain(model, SUPPORT_SIGNALS),
        "says": _plain(says, ("score", *SAYS_SIGNALS)),
    }
    print(json.dumps(weights, indent=1))
    if arguments.write:
        WEIGHTS.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


def _plain(pipeline, names: Sequence[str]) -> dict[str, float]:
    """The weights of a scaled logistic regression for signals as they are."""
    scale, last = pipeline[0], pipeline[1]
    slopes = last.coef_[0] / scale.scale_
    return {"bias": round(float(last.intercept_[0] - (slopes * scale.mean_).sum()), 4)} | {
        name: round(float(value), 4) for name, value in zip(names, slopes)}


def _order(example: dict, weights: dict[str, float]) -> np.ndarray:
    """Which sentences are right, in the order that the reader gives them."""
    place = {(s.passage.id, s.index): n for n, s in enumerate(example["sentences"])}
    ordered = with_reader(example["sentences"], example["found"], weights)
    return example["y"][[place[s.passage.id, s.index] for s in ordered]]


if __name__ == "__main__":
    main()
