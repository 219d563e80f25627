"""What a language model is given to write from: numbered passages, as data, as many as its window holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.citing import report_name
from assistant.claims import Source
from ingest.model import Passage

if TYPE_CHECKING:
    from ingest.knowledge import KnowledgeBase

MOST_PASSAGES = 12
"Passages that a model is given, at most: with more it mixes them up."
CHARACTERS_A_TOKEN = 3.5
"Of English, rather too few: a window that overflows is cut without a word."
INSTRUCTS = re.compile(
    r"\b(?:include|add|write|use|provide|replace|end|begin|start|insert|integrate|append|incorporate|embed|mention)\b"
    r".{0,160}\b(?:in|to|with|of|from|into) (?:your|the) (?:answer|response|reply|replies|output)\b"
    r"|\byour (?:answer|response|reply|replies|output|message)\b"
    r"|\b(?:ignore|disregard|forget|override)\b.{0,60}\b(?:instruction|previous|prior|above|earlier|prompt|rule)"
    r"|\bsystem (?:prompt|message|instruction)|\bnew instructions?:"
    r"|\b(?:you are|act as|pretend to be) (?:now )?(?:an? )?(?:\w+ )?(?:ai|assistant|chatbot|language model|bot)\b"
    r"|\b(?:ai|language) (?:assistant|model)s?\b.{0,80}\b(?:must|should|will|please)\b",
    re.IGNORECASE,
)
"Words that speak to a machine that answers, which no report has reason to."


def instructs(text: str) -> bool:
    """Whether a sentence speaks to whatever answers questions from the report, instead of to the report's readers."""
    return bool(INSTRUCTS.search(text))


def sources_of(quoted: Answer, knowledge: KnowledgeBase) -> list[Source]:
    """The passages behind a quoted answer, numbered from 1: those that it cites, then the best others found for it.

    Sentences that ask, or that speak to a machine, are left out, and a passage that holds nothing else.
    """
    cited = [citation.passage_id for citation in quoted.citations]
    found = [knowledge.passages.get(pid) for pid in dict.fromkeys([*cited, *(c.passage_id for c in quoted.candidates)])]
    found = [p for p in found if p and p.kind != "heading" and (p.id in cited or not p.furniture) and _given(p)]
    tokens = knowledge.store.token_vectors(p.id for p in found[:MOST_PASSAGES])
    found = [p for p in found if p.id in tokens]
    return [Source(n, p, knowledge.reports[p.report_id], _given(p), *tokens[p.id]) for n, p in enumerate(found, 1)]


def _given(passage: Passage) -> tuple[tuple[int, int], ...]:
    """Start and end of the sentences of a passage that a model is given."""
    text = passage.text
    spans = passage.sentences or ((0, len(text)),)
    return tuple((a, b) for a, b in spans if not text[a:b].endswith("?") and not instructs(text[a:b]))


def fitting(sources: Sequence[Source], tokens: float) -> list[Source]:
    """The first of the sources that fit so many tokens, each whole; shorter ones may follow one that does not fit."""
    kept, left = [], tokens * CHARACTERS_A_TOKEN
    for source in sources:
        size = len(as_material(source))
        if size <= left:
            kept.append(source)
            left -= size
    return kept


def as_material(source: Source) -> str:
    """A passage as the model sees it: between tags with its number, where it is from, and its text as data."""
    passage, report = source.passage, source.report
    place = " › ".join(heading for heading in passage.headings[-2:] if not instructs(heading))
    about = "; ".join(_data(words) for words in (*report.areas[:1], report_name(report), place) if words)
    intro = passage.place.intro if passage.place else ""
    intro = f"({_data(intro)}) " if intro and intro not in passage.headings and not instructs(intro) else ""
    return f'<passage number="{source.number}" from="{about}">\n{intro}{_data(source.given)}\n</passage>'


def _data(text: str) -> str:
    """Report text that can neither end its tag nor be taken for a citation."""
    text = text.replace("<", "‹").replace(">", "›").replace('"', "”")
    return re.sub(r"\[(\d+)\]", r"(\1)", text)
