"""Roles of sentences: strength, concern, recommendation or context.

Where the report's own heading says the role, it is taken from there; elsewhere from a linear model over the sentence's vector and its
words, fitted on the headings of inspection reports and on sentences marked by hand (evals/training/train_roles.py).
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from assistant.evidence import Sentence
from assistant.words import words

FILE = Path(__file__).with_name("roles.json")

HEADINGS = (
    ("recommendation", r"recommend|areas? for (?:improvement|priority)|points to consider|next steps|actions?\b"),
    ("concern", r"need(?:s)? to do better|what (?:is|are) not working|weakness"),
    ("strength", r"is effective|are effective|doing well|strengths"),
    ("context", r"^information about|details$|methodology|process|the peer team|inspection team|purpose|scope"),
)
"Roles that a heading states, by its form."
HEADING = 1.5
"What a heading of an inspection report adds to the score of the role that it states."
TURN = re.compile(r"^(?:however|but|nevertheless|nonetheless|yet|although)\b", re.IGNORECASE)


def role_of_heading(headings: Sequence[str]) -> str | None:
    """The role that the nearest telling heading states, or None."""
    for heading in reversed(headings):
        for role, pattern in HEADINGS:
            if re.search(pattern, heading, re.IGNORECASE):
                return role
    return None


@lru_cache(maxsize=1)
def _model() -> dict:
    return json.loads(FILE.read_text(encoding="utf-8"))


def roles_of(sentences: Sequence[Sentence], encoder) -> list[str]:
    """The role of each sentence. With another encoder than the model's, only headings tell; the rest is context."""
    found = [role_of_heading(s.passage.headings) if s.report.kind == "inspection" else
             "recommendation" if role_of_heading(s.passage.headings) == "recommendation" else None for s in sentences]
    open_ = [n for n, role in enumerate(found) if role is None]
    for n, scores in zip(open_, _scores([sentences[n] for n in open_], encoder)):
        # What an inspection recommends stands under a heading of its own.
        allowed = [role for role in scores if role != "recommendation" or sentences[n].report.kind != "inspection"]
        found[n] = max(allowed, key=scores.get)
    return [role or "context" for role in found]


def sides_of(sentences: Sequence[Sentence], encoder) -> list[dict[str, float]]:
    """Log-probability that each sentence praises ('strength') and that it finds fault or asks for better ('concern').

    An inspection report's own heading counts beside the model, but not for a sentence that turns against it ('However, …').
    """
    found = []
    for sentence, scores in zip(sentences, _scores(sentences, encoder) or [{}] * len(sentences)):
        role = role_of_heading(sentence.passage.headings) if sentence.report.kind == "inspection" else None
        if role in ("strength", "concern", "recommendation") and not TURN.search(sentence.text):
            scores = {**scores, role: scores.get(role, 0.0) + HEADING}
        total = sum(map(math.exp, scores.values())) or 1.0
        strength = math.exp(scores.get("strength", 0.0))
        concern = math.exp(scores.get("concern", 0.0)) + math.exp(scores.get("recommendation", -9.0))
        found.append({"strength": math.log(strength / total), "concern": math.log(concern / total)})
    return found


def _scores(sentences: Sequence[Sentence], encoder) -> list[dict[str, float]]:
    """The model's score of each role for each sentence; none with another encoder than the model's."""
    model = _model()
    if not sentences or encoder.name != model["encoder"]:
        return []
    import numpy as np

    vectors = encoder.encode_queries([sentence.text for sentence in sentences])
    scores = vectors @ np.array(model["weights"], np.float32).T + np.array(model["bias"], np.float32)
    for row, sentence in zip(scores, sentences):
        for term, weight in weighted_terms(sentence.text, model["idf"]).items():
            row += weight * np.array(model["terms"][term], np.float32)
    return [dict(zip(model["roles"], row.tolist())) for row in scores]


def terms_of(text: str) -> list[str]:
    """The words of a text and its pairs of neighbours."""
    found = words(text)
    return found + [f"{a} {b}" for a, b in zip(found, found[1:])]


def weighted_terms(text: str, idf: Mapping[str, float]) -> dict[str, float]:
    """The known terms of a text by tf-idf, (1 + log tf) * idf, scaled to length 1."""
    counts = Counter(term for term in terms_of(text) if term in idf)
    weights = {term: (1.0 + math.log(count)) * idf[term] for term, count in counts.items()}
    length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}
