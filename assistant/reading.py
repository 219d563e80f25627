"""The reader: a small cross-encoder that scores how well a sentence answers a question (trained by evals/training).

A score above 0 means "answers"; the score is the log-odds against "none of these". Scores of one question can be compared.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from assistant.evidence import Sentence

FOLDER = Path(__file__).with_name("reader")
LENGTH = 96
"Tokens of question and sentence together, as in training."
BATCH = 6
AT_ONCE = 2
"Batches that are read at once."
READ_SENTENCES = 24
"Sentences a question that are read; each takes some 6 ms of one core."


def as_read(sentence: Sentence) -> str:
    """A sentence as the reader sees it: under its last heading."""
    headings = sentence.passage.headings
    return f"{headings[-1]}: {sentence.text}" if headings else sentence.text


def with_reader(sentences: Sequence[Sentence], found: Sequence[float], weights: Mapping[str, float]) -> list[Sentence]:
    """The sentences scored again with the reader's scores of the first ones, best first.

    Those that were not read count as the worst of those that were. `weights`: of the earlier score and of the reader's.
    """
    worst = min(found)
    scored = []
    for n, sentence in enumerate(sentences):
        read = found[n] if n < len(found) else worst
        scored.append(dataclasses.replace(
            sentence, signals=sentence.signals | {"reader": read},
            score=weights["evidence"] * sentence.score + weights["reader"] * read))
    return sorted(scored, key=lambda sentence: -sentence.score)


@lru_cache(maxsize=1)
def load_reader() -> Reader | None:
    """The reader that is shipped with the project; None where there is none."""
    return Reader(FOLDER) if (FOLDER / "reader.onnx").is_file() else None


class Reader:
    """An open reader; may be shared by threads."""

    def __init__(self, folder: Path):
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # A batch is too small for two cores to gain more than they lose in waiting for each other.
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(folder / "reader.onnx"), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LENGTH, strategy="longest_first")
        self._tokenizer.no_padding()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="reader")

    def scores(self, question: str, sentences: Sequence[str]) -> list[float]:
        """The score of each sentence, in order."""
        import numpy as np

        with self._lock:
            encoded = self._tokenizer.encode_batch([(question, sentence) for sentence in sentences])
        order = sorted(range(len(encoded)), key=lambda n: len(encoded[n].ids))
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        scores = [0.0] * len(encoded)

        def run(batch: list[int]) -> None:
            width = max(len(encoded[n].ids) for n in batch)
            inputs = {name: np.zeros((len(batch), width), np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
            for row, n in enumerate(batch):
                size = len(encoded[n].ids)
                inputs["input_ids"][row, :size] = encoded[n].ids
                inputs["attention_mask"][row, :size] = 1
                inputs["token_type_ids"][row, :size] = encoded[n].type_ids
            for n, score in zip(batch, self._session.run(None, inputs)[0]):
                scores[n] = float(score)

        list(self._pool.map(run, batches))
        return scores

    def best_scores(self, parts: Sequence[str], sentences: Sequence[str]) -> list[float]:
        """For each sentence its score for the part of the question that it answers best."""
        return [max(found) for found in zip(*(self.scores(part, sentences) for part in parts))]
