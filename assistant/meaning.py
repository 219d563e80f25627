"""How near sentences come to each concept of a question, by late interaction: what words alone tell only where they are the same.

Late interaction as in Khattab and Zaharia, ColBERT, SIGIR 2020, kept apart by concept and weighed by how telling each one is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.words import WORD, words

if TYPE_CHECKING:
    import numpy as np

    from assistant.understanding import Concept

TELLING = 0.6
"Share of the weight of the most telling concept from which another counts as telling too."


@dataclass(frozen=True)
class Meaning:
    """The concepts of one question as groups of its tokens."""

    forms: np.ndarray
    "(forms, tokens): the share of each token in each form of a concept."
    starts: np.ndarray
    "(concepts,): the first form of each concept."
    weights: np.ndarray
    "(concepts,)"

    @classmethod
    def of(cls, concepts: Sequence[Concept], text: str, offsets: Sequence[tuple[int, int]]) -> Meaning:
        """The concepts found in the text whose tokens stand at `offsets`; each form of a concept that is written there counts."""
        import numpy as np

        word_at = {place: next(iter(words(match.group())), "") for match in WORD.finditer(text) for place in range(*match.span())}
        token_words = [word_at.get(start, "") for start, _ in offsets]
        forms, starts, weights = [], [], []
        for concept in concepts:
            found = []
            for form in (words(concept.written), *(option for option, _ in concept.alternatives[:2])):
                row = np.array([word in form for word in token_words], np.float32)
                if row.any():
                    found.append(row / row.sum())
            if found:
                starts.append(len(forms))
                weights.append(concept.weight)
                forms += found
        return cls(np.array(forms, np.float32).reshape(len(forms), len(offsets)), np.array(starts, np.int64), np.array(weights, np.float32))

    def of_sentences(self, best: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean by weight (n,), and the least of the telling concepts (n,), from each token's best match in each sentence (tokens, n)."""
        import numpy as np

        if not len(self.starts) or not self.weights.sum():
            return np.zeros(best.shape[1], np.float32), np.zeros(best.shape[1], np.float32)
        near = np.maximum.reduceat(self.forms @ best, self.starts, axis=0)
        telling = self.weights >= TELLING * self.weights.max()
        return self.weights @ near / self.weights.sum(), near[telling].min(axis=0)
