"""Trains the adapter: a linear map of a question's vector that brings the sentences that answer it nearer.

    python -m evals.training.train_adapter --index DIR [--write]

DIR is a knowledge base of the development reports. Learns from the pairs and the themes of this folder: the sentences of one
report compete (softmax over cosines), those that answer should win. Every fifth report is held back, to measure it and to fit
the weights of its signal (fit_weights). Seeds are fixed; about half a minute.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from assistant.adapter import SENTENCES
from evals.training.fit_weights import all_pairs, held_back
from evals.training.locate import locate
from ingest.knowledge import KnowledgeBase

SEED = 1
EPOCHS = 5
RATE = 1e-3
SHRINK = 0.002
"Weight of the squared size of the map: a small one changes little that it has not seen."
SCALE = 20.0
"Cosines are multiplied by this before the softmax."
BATCH = 16


def examples(index: Path, encoder) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray, np.ndarray, str]]]:
    """Sentence vectors (n, d), and for each question (vector, rows of its report, which of these answer, report)."""
    knowledge = KnowledgeBase(index)
    stem = {report.id: report.file.rsplit(".", 1)[0] for report in knowledge.reports.values()}
    places, vectors = knowledge.sentence_vectors
    rows: dict[str, list[int]] = {}
    texts: dict[str, list[str]] = {}
    for row, (passage_id, n) in enumerate(places):
        passage = knowledge.passages[passage_id]
        start, end = passage.sentences[n] if passage.sentences else (0, len(passage.text))
        rows.setdefault(stem[passage.report_id], []).append(row)
        texts.setdefault(stem[passage.report_id], []).append(passage.text[start:end])
    located = [l for l in locate(all_pairs(knowledge.reports.values()), texts) if l.answer_positions]
    questions = np.concatenate([encoder.encode_queries([l.pair.question for l in located[at : at + 64]]) for at in range(0, len(located), 64)])
    made = []
    for question, found in zip(questions, located):
        truth = np.zeros(len(rows[found.pair.report]), bool)
        truth[list(found.answer_positions)] = True
        made.append((question, np.array(rows[found.pair.report]), truth, found.pair.report))
    return vectors, made


def fit(vectors: np.ndarray, made: list, epochs: int = EPOCHS, rate: float = RATE) -> np.ndarray:
    """The (d, d) matrix that is added to the identity."""
    import torch

    torch.manual_seed(SEED)
    order = np.random.default_rng(SEED)
    matrix = torch.zeros((vectors.shape[1],) * 2, requires_grad=True)
    optimiser = torch.optim.Adam([matrix], lr=rate)
    held = torch.tensor(vectors)
    for _ in range(epochs):
        shuffled = order.permutation(len(made))
        for at in range(0, len(shuffled), BATCH):
            loss = SHRINK * (matrix**2).sum()
            for n in shuffled[at : at + BATCH]:
                question, rows, truth, _ = made[n]
                turned = torch.nn.functional.normalize(torch.tensor(question) @ matrix + torch.tensor(question), dim=0)
                scores = held[rows] @ turned * SCALE
                right = scores[torch.tensor(truth)]
                # Half for any right sentence first, half for all of them high.
                loss = loss + (torch.logsumexp(scores, 0) - 0.5 * torch.logsumexp(right, 0) - 0.5 * right.mean()) / BATCH
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return matrix.detach().numpy()


def ranked(vectors: np.ndarray, made: list, matrix: np.ndarray) -> dict[str, float]:
    """Share of questions with a right sentence among the first 1, 5 and 14 of its report."""
    places = []
    for question, rows, truth, _ in made:
        order = np.argsort(-(vectors[rows] @ (question + question @ matrix)))
        places.append(int(np.flatnonzero(truth[order])[0]))
    return {f"first {k}": round(float(np.mean(np.array(places) < k)), 3) for k in (1, 5, 14)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help=f"write {SENTENCES.name}")
    arguments = parser.parse_args()
    from ingest.encode import load_encoder

    encoder = load_encoder()
    vectors, made = examples(arguments.index, encoder)
    held = held_back({report for *_, report in made})
    back = [m for m in made if m[3] in held]
    matrix = fit(vectors, [m for m in made if m[3] not in held])
    print(f"{len(back)} questions on reports held back: without {ranked(vectors, back, 0 * matrix)}, with {ranked(vectors, back, matrix)}")
    if arguments.write:
        np.savez_compressed(SENTENCES, encoder=encoder.name, matrix=matrix.astype(np.float16))
        print(f"written to {SENTENCES}: {SENTENCES.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
