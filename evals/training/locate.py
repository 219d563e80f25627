"""Training pairs with each sentence found again in a knowledge base's own sentences.

A pair names its sentences by prints (short hashes), so that the file holds no report text. Whoever trains the reader
has the reports, splits them into sentences in whatever way the project does by then, and calls `locate`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.errors import SendAssistantError

EDGE_WORDS = 5
"Words at either end of a sentence that have a print of their own."


class Reference(BaseModel):
    """Where a sentence stands, without its words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page: int | None
    "Physical page on which the sentence begins, counted from 1; None for a text without pages."
    print: str
    "Print of the whole sentence: 12 hex digits."
    first: str
    "Print of its first five words (all of them where it has fewer): 8 hex digits."
    last: str
    "Print of its last five words."
    words: int
    "How many words it has, to tell the right stretch from one that begins or ends alike."


class Pair(BaseModel):
    """One line of pairs.jsonl: a question and the sentences of one report that answer it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    question: str
    style: Literal["fact", "topic", "everyday", "short", "praise", "worry", "both", "compare"]
    "'praise' and 'worry' ask which reports say so, 'both' for both, 'compare' for two areas side by side."
    report: str
    "File name of the report without its ending."
    answers: tuple[Reference, ...]
    "Every sentence that answers about equally well; empty where `answerable` is false."
    near: tuple[Reference, ...] = ()
    "Sentences of the same report that look like an answer and are none."
    answerable: bool


@dataclass(frozen=True)
class Located:
    """A pair with the positions of its sentences in the sentences that were given for its report."""

    pair: Pair
    answers: tuple[tuple[int, ...], ...]
    "For each answer of the pair the sentences that hold it: one as a rule, several where it was split, or none."
    near: tuple[tuple[int, ...], ...]

    @property
    def answer_positions(self) -> tuple[int, ...]:
        """Positions of all sentences that answer, in order."""
        return tuple(sorted({position for found in self.answers for position in found}))

    @property
    def near_positions(self) -> tuple[int, ...]:
        """Positions of the near misses, without any sentence that also holds an answer."""
        return tuple(sorted({position for found in self.near for position in found} - set(self.answer_positions)))


def words(text: str) -> list[str]:
    """The words of a text in lower case a-z and 0-9.

    A hyphen parts words, so that a word wrapped at its hyphen gives the same two.
    """
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "").replace("'", "")
    return re.findall(r"[a-z0-9]+", plain)


def refer(text: str, page: int | None) -> Reference:
    """The reference of a sentence."""
    found = words(text)
    return Reference(
        page=page,
        print=_print("".join(found), 6),
        first=_print(" ".join(found[:EDGE_WORDS]), 4),
        last=_print(" ".join(found[-EDGE_WORDS:]), 4),
        words=len(found),
    )


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a file, one a line. Raises SendAssistantError that names the line when one is not a pair."""
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            pairs.append(Pair.model_validate_json(line))
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise SendAssistantError(
                f"{path.name}: line {number} is not a training pair ({reason}). Mend it or take it out."
            ) from error
    return pairs


def locate(pairs: Iterable[Pair], sentences_by_report: Mapping[str, Sequence[str]]) -> list[Located]:
    """Each pair whose report is given, in order, with the positions of its sentences.

    `sentences_by_report` holds the sentences of each report in reading order. A sentence that is split or joined
    otherwise than when the pair was written is found by its ends: all sentences from the one with its first words to
    the one with its last words.
    """
    places = {report: _Sentences(sentences) for report, sentences in sentences_by_report.items()}
    return [
        Located(
            pair=pair,
            answers=tuple(places[pair.report].find(reference) for reference in pair.answers),
            near=tuple(places[pair.report].find(reference) for reference in pair.near),
        )
        for pair in pairs
        if pair.report in places
    ]


def resolved_share(located: Iterable[Located]) -> tuple[int, int]:
    """How many references were found, and how many there are."""
    found = [bool(positions) for pair in located for positions in (*pair.answers, *pair.near)]
    return sum(found), len(found)


class _Sentences:
    """The sentences of one report, searchable by print; a class because its runs of words are hashed once."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._by_print: dict[str, list[int]] = defaultdict(list)
        self._stream: list[str] = []
        self._sentence_of: list[int] = []
        self._runs: dict[int, dict[str, list[int]]] = {}
        for position, sentence in enumerate(sentences):
            found = words(sentence)
            self._by_print[_print("".join(found), 6)].append(position)
            self._stream += found
            self._sentence_of += [position] * len(found)

    def find(self, reference: Reference) -> tuple[int, ...]:
        whole = self._by_print.get(reference.print)
        return tuple(whole) if whole else self._find_by_ends(reference)

    def _find_by_ends(self, reference: Reference) -> tuple[int, ...]:
        length = min(EDGE_WORDS, reference.words)
        runs = self._runs_of(length)
        starts = runs.get(reference.first, [])
        ends = [start + length for start in runs.get(reference.last, [])]
        # A stretch twice as long as the sentence has other matter in it (a table read across its columns, say).
        stretches = [(a, b) for a in starts for b in ends if length <= b - a <= 2 * reference.words]
        if stretches:
            a, b = min(stretches, key=lambda stretch: abs(stretch[1] - stretch[0] - reference.words))
            return tuple(sorted(set(self._sentence_of[a:b])))
        # One end alone is proof enough only where it stands once.
        lone = [(start, start + length) for start in starts] + [(end - length, end) for end in ends]
        if len(lone) == 1 and length == EDGE_WORDS:
            a, b = lone[0]
            return tuple(sorted(set(self._sentence_of[a:b])))
        return ()

    def _runs_of(self, length: int) -> dict[str, list[int]]:
        if length not in self._runs:
            runs = defaultdict(list)
            for start in range(len(self._stream) - length + 1):
                runs[_print(" ".join(self._stream[start : start + length]), 4)].append(start)
            self._runs[length] = runs
        return self._runs[length]


def _print(text: str, digest_size: int) -> str:
    return hashlib.blake2b(text.encode(), digest_size=digest_size).hexdigest()
