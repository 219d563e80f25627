"""Sentences of the retrieved passages, scored by how well each answers the question.

The score is a weighted sum of signals (`SIGNALS`); the weights are fitted on the question-to-sentence pairs of evals/training.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from assistant.understanding import Concept, Request
from assistant.words import content_words, stem, stems
from ingest.model import Passage, Report
from ingest.sentences import leans

LEAST_WORDS = 3
"Words of a sentence that is quoted, unless a number, name or address is asked for."
SIGNALS = ("late_sentence", "late_passage", "meant", "least_meant", "adapted", "cosine_sentence", "cosine_passage", "said", "said_near", "holds", "lead", "length", "furniture")
"""Signals of a sentence, each about 0 to 1:

late_sentence, late_passage: late interaction of the question with the sentence, with its passage
meant, least_meant: late interaction of each of the question's concepts with the sentence, in the form that comes nearest: the
    mean by weight, and that of the concept that comes least near among the telling ones
adapted: cosine of the question's adapted vector with the sentence's
cosine_sentence, cosine_passage: cosine of the question's vector with the sentence's, with the passage's best window
said, said_near: weighted share of the question's concepts in the sentence; in the passage with its headings
holds: 1 where the question wants a number, date, name … and the sentence holds one
lead: 1 for the first sentence of a passage
length: 1 for a full sentence, less for a fragment
furniture: 1 for what every report of its kind repeats
"""

NUMBER_WORDS = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)"
MONTHS = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
HOLDS = {
    "number": rf"\d|\b{NUMBER_WORDS}\b",
    "percent": r"\d\s?%|per ?cent\b|\b(?:half|third|quarter|majority)\b",
    "money": r"£\s?\d|\d\s?(?:million|billion|k\b|m\b)",
    "date": rf"\b{MONTHS}\b|\b(?:19|20)\d\d\b|\b(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b",
    "duration": rf"(?:\d|\b{NUMBER_WORDS}\b)[\w\s-]{{0,12}}\b(?:hour|day|week|month|year|term|minute)s?\b|\b(?:a|per) (?:day|week|month|year)\b",
    "person": r"\b[A-Z][a-z]+(?:[-'’][A-Z]?[a-z]+)? [A-Z][a-z]+(?:[-'’][A-Z]?[a-z]+)?\b|\b[A-Z]\w+ (?:team|board|committee|group|partnership|forum|service|council|organisation)\b|\b(?:team|board|organisation|officers?|leaders|inspectors|peers)\b",
    "phone": r"\b0\d{2,4}[ -]?\d{3}[ -]?\d{3,4}\b",
    "email": r"\S+@\S+",
}
"What a sentence must hold to give what a question wants."


CONTACT = re.compile(rf"{HOLDS['phone']}|{HOLDS['email']}")
NEXT_CONTACT = re.compile(r"(?:[,;.]| and| or)+ (?=[A-Z])")
"What parts the contact of one from that of the next, whose name follows."


class Nearness(NamedTuple):
    """How near a sentence comes to the question by its vectors; the signals of the same names."""

    late: float = 0.0
    cosine: float = 0.0
    adapted: float = 0.0
    meant: float = 0.0
    least_meant: float = 0.0


@dataclass(frozen=True)
class Sentence:
    """A sentence of a retrieved passage with its signals and score."""

    passage: Passage
    report: Report
    index: int
    start: int
    "In the passage's text."
    end: int
    score: float
    signals: dict[str, float]
    concepts: frozenset[int]
    "Which concepts of the request the sentence itself holds."

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    @property
    def before(self) -> str:
        """The sentence before it in the passage, where it says little without; else ''."""
        if not self.index or not leans(self.text):
            return ""
        start, end = self.passage.sentences[self.index - 1]
        return self.passage.text[start:end]


@lru_cache(maxsize=60_000)
def stem_set(text: str) -> frozenset[str]:
    """Stems of a text."""
    return frozenset(stems(text))


@lru_cache(maxsize=20_000)
def _option_stems(option: tuple[str, ...]) -> frozenset[str]:
    return frozenset(stem(word) for word in option)


def holds(wants: str, text: str) -> bool:
    """True where a text holds the kind of thing that is wanted; True where nothing special is."""
    return not wants or bool(re.search(HOLDS[wants], text, 0 if wants in ("person", "date") else re.IGNORECASE))


def said(concept: Concept, found: frozenset[str]) -> float:
    """How surely a set of stems holds a concept: the weight of the best of its wordings that is there, else 0."""
    return max((weight for option, weight in concept.alternatives if _option_stems(option) <= found), default=0.0)


def named(concept: Concept, text: str) -> bool:
    """Whether a text holds a concept in the question's own words or others that mean the same, one after the other."""
    held = f" {' '.join(stem(word) for word in content_words(text))} "
    return any(f" {' '.join(map(stem, option))} " in held for option, weight in concept.alternatives if weight == 1.0)


def contact_asked(concepts: Sequence[Concept], text: str) -> tuple[int, int]:
    """Start and end of the part of a sentence that gives the contact asked for, where it gives those of several; else of all of it."""
    parts, start = [], 0
    for contact in CONTACT.finditer(text):
        end = contact.start() + len(contact.group().rstrip(",;."))
        if parted := NEXT_CONTACT.match(text, end):
            parts.append((start, end))
            start = parted.end()
    if not parts:
        return 0, len(text)
    return max([*parts, (start, len(text))], key=lambda part: coverage(concepts, stem_set(text[slice(*part)])))


def coverage(concepts: Sequence[Concept], found: frozenset[str]) -> float:
    """Weighted share of concepts that a set of stems holds, 0 to 1; 0 for no concepts."""
    total = sum(concept.weight for concept in concepts)
    return sum(concept.weight * said(concept, found) for concept in concepts) / total if total else 0.0


def passage_context(passage: Passage) -> frozenset[str]:
    """Stems of a passage, its headings and the words that introduce its list."""
    return stem_set(" ".join((*passage.headings, passage.place.intro if passage.place else "", passage.search_text)))


def score_sentences(request: Request, hits: Sequence, passages: Mapping[str, Passage], reports: Mapping[str, Report],
                    furniture: frozenset[str], nearness: Mapping[tuple[str, int], Nearness], weights: Mapping[str, float]) -> list[Sentence]:
    """All sentences of the hits' passages, best first.

    `furniture` holds the ids of passages that every report repeats; `nearness` is by (passage id, sentence index).
    """
    scored: list[Sentence] = []
    for hit in hits:
        passage = passages[hit.passage_id]
        if passage.kind == "heading" or passage.kind == "table_row" and passage.id in furniture:
            continue  # a row that every report repeats is the head of its table
        context = passage_context(passage)
        near = coverage(request.concepts, context)
        for index, (start, end) in enumerate(passage.sentences or ((0, len(passage.text)),)):
            text = passage.text[start:end]
            gives = bool(request.wants) and holds(request.wants, text)
            if text.endswith("?") or text.endswith(":") and not gives or not request.wants and len(text.split()) < LEAST_WORDS:
                continue  # introduces or asks, or is an address or a label, and says nothing by itself
            found = stem_set(text)
            by_vectors = nearness.get((passage.id, index), Nearness())
            signals = {
                "late_sentence": by_vectors.late,
                "late_passage": hit.scores.get("late", 0.0),
                "meant": by_vectors.meant,
                "least_meant": by_vectors.least_meant,
                "adapted": by_vectors.adapted,
                "cosine_sentence": by_vectors.cosine,
                "cosine_passage": hit.scores.get("window", 0.0),
                "said": coverage(request.concepts, found),
                "said_near": near,
                "holds": float(gives),
                "lead": float(index == 0),
                "length": min(len(text.split()) / 8.0, 1.0),
                "furniture": float(passage.id in furniture),
            }
            scored.append(Sentence(
                passage, reports[passage.report_id], index, start, end,
                sum(weights.get(name, 0.0) * value for name, value in signals.items()), signals,
                frozenset(i for i, concept in enumerate(request.concepts) if said(concept, found)),
            ))
    scored.sort(key=lambda sentence: -sentence.score)
    return scored
