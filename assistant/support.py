"""Decides whether the evidence answers the question, from several signals, and never from one score."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.evidence import Sentence, coverage, holds, passage_context, said
from assistant.scope import Scope
from assistant.understanding import OF_THE_FIELD, Request


MENTIONS = re.compile(
    r"^\W*(?:do|does|did|has|have|is|are|was|were|can|any)\b.*\b(?:mention(?:ed|s)?|refer(?:red)? to|say (?:anything|something|much) (?:about|on)|sp(?:eak|oken) of|talk(?:ed)? about|touch(?:ed)? on)\b",
    re.IGNORECASE)
"Asks whether something is spoken of at all."
SUPPORT_SIGNALS = ("read", "read_third", "margin", "late", "cosine", "adapted", "said_best", "said_around", "absent", "absent_term", "unheld_want", "few_concepts", "fact", "fact_read", "fact_third")
"""Signals of a question's evidence:

read, read_third: the reader's best score, and its third best
margin: how far the best sentence's score stands above the tenth's
late, cosine, adapted: the best of the first five sentences
said_best, said_around: share of the question's concepts in the best sentence; in the first five with their surroundings
absent: weight of the most telling concept that stands nowhere there, against the most telling one of the question
absent_term: 1 where a term of the field or a name stands nowhere there
fact, fact_read, fact_third: 1 where one thing is asked for; the reader's best and third best score then
unheld_want: 1 where a number, name, date … is wanted and the first three sentences hold none
few_concepts: 1 where the question has hardly anything to go by
"""


@dataclass(frozen=True)
class Support:
    """How well the best evidence bears the question."""

    probability: float
    "That the reports answer, 0 to 1."
    signals: dict[str, float]
    missing: tuple[str, ...] = ()
    "What is asked about and stands nowhere in the evidence, as written in the question."
    unnamed: bool = False
    "True for a fact about a name that stands nowhere there, and where it is asked whether something is mentioned that does not."
    foreign: float = OF_THE_FIELD
    "Log-odds that the question is on another field than the reports."

    @property
    def odds(self) -> float:
        """Log-odds that the reports answer, against the question being on another field."""
        probability = min(max(self.probability, 1e-6), 1 - 1e-6)
        return math.log(probability / (1.0 - probability)) - max(self.foreign, OF_THE_FIELD)


def support_of(request: Request, scope: Scope, sentences: Sequence[Sentence], weights: Mapping[str, float]) -> Support:
    """Support of a question by its scored sentences, best first."""
    if not sentences:
        return Support(0.0, {})
    top = sentences[:5]
    around = frozenset().union(*(passage_context(s.passage) for s in top))
    absent = [c for c in request.concepts if not said(c, around)]
    heaviest = max((c.weight for c in request.concepts), default=0.0)
    readings = sorted((s.signals.get("reader", 0.0) for s in sentences), reverse=True)
    signals = {
        "read": readings[0],
        "read_third": readings[min(2, len(readings) - 1)],
        "margin": sentences[0].score - sentences[min(9, len(sentences) - 1)].score,
        "late": max(s.signals["late_sentence"] for s in top),
        "cosine": max(s.signals["cosine_sentence"] for s in top),
        "adapted": max(s.signals["adapted"] for s in top),
        "said_best": max(s.signals["said"] for s in top),
        "said_around": coverage(request.concepts, around),
        "absent": max((c.weight for c in absent), default=0.0) / heaviest if heaviest else 0.0,
        "unheld_want": float(bool(request.wants) and not any(holds(request.wants, s.text) for s in top[:3])),
        "absent_term": float(any(c.is_term and c.weight > 0.2 for c in absent) or _unnamed(request, top)),
        "few_concepts": float(len(request.concepts) < 2),
        "fact": float(request.intent == "fact"),
        "fact_read": readings[0] * (request.intent == "fact"),
        "fact_third": readings[min(2, len(readings) - 1)] * (request.intent == "fact"),
    }
    z = weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in signals.items())
    missing = tuple(c.written for c in absent if c.weight > 0.35)
    unnamed = request.intent == "fact" and _unnamed(request, top) or bool(MENTIONS.search(request.question)) and signals["absent"] == 1.0
    return Support(1.0 / (1.0 + math.exp(-z)), signals, missing, unnamed, request.foreign)


def _unnamed(request: Request, top: Sequence[Sentence]) -> bool:
    """Whether a name in the question stands in none of the passages."""
    said_there = " ".join(s.passage.search_text for s in top).casefold()
    return any(name.casefold() not in said_there for name in request.names)
