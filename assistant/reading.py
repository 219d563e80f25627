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
LENGTH = 128
"Tokens of question and sentence together, as in training."
AT_ONCE = 2
"Sentences that are read at once."
READ_SENTENCES = 16
"Sentences a question that are read; each takes some 3 ms of one core."


def as_read(sentence: Sentence) -> str:
    """A sentence as the reader sees it: under its last heading, after the sentence that it leans on."""
    headings = sentence.passage.headings
    text = f"{sentence.before} {sentence.text}".strip()
    return f"{headings[-1]}: {text}" if headings else text


def with_reader(sentences: Sequence[Sentence], found: Sequence[Sequence[float]], weights: Mapping[str, float]) -> list[Sentence]:
    """The sentences scored again with the reader's scores of the first ones, best first.

    `found`: for each part of the question the scores of the sentences that were read; a sentence counts by the part that it
    answers best. Those that were not read count as the worst of those that were. `weights`: of the earlier score and of the reader's.
    """
    best = [max(of_one) for of_one in zip(*found)]
    worst = min(best)
    answering = {max(range(len(best)), key=scores.__getitem__) for scores in found[1:] if max(scores) > 0}
    scored = []
    for n, sentence in enumerate(sentences):
        read = best[n] if n < len(best) else worst
        scored.append(dataclasses.replace(
            sentence, signals=sentence.signals | {"reader": read, "part": float(n in answering)},
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
        # A pair is too small for two cores to gain more than they lose in waiting for each other.
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Adding before normalising is slower in one step than in two: onnxruntime sums such a step number by number.
        self._session = onnxruntime.InferenceSession(
            str(folder / "reader.onnx"), options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"])
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

        def run(pair) -> float:
            # Alone, since numbers are scaled to 8 bits over a whole run: a pair's score is the same in any company.
            inputs = {"input_ids": np.array([pair.ids]), "token_type_ids": np.array([pair.type_ids])}
            return float(self._session.run(None, inputs)[0][0])

        return list(self._pool.map(run, encoded))

    def part_scores(self, parts: Sequence[str], sentences: Sequence[str]) -> list[list[float]]:
        """For each part of a question the score of each sentence."""
        return [self.scores(part, sentences) for part in parts]
