"""A follow-up as a question on its own: what a language model makes of it, and whether the conversation bears it out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.figures import figures
from assistant.prose import ADDRESS, plain
from assistant.words import STOP_WORDS, stem, words

if TYPE_CHECKING:
    from assistant.lexicon import CorpusLexicon

LONGEST = 300
"Characters of a rewritten question."
NEW_WORDS = 3
"Words that a rewritten question may bring that no question had."
EARLIER = 6
"Earlier questions that the model is shown."


def earlier_questions(turns: Sequence[Mapping[str, str]]) -> list[str]:
    """The person's own earlier questions; answers hold the reports' words, which a question is not to be made of."""
    return [turn["content"] for turn in turns if turn["role"] == "user"][-EARLIER:]


def as_question(reply: str) -> str:
    """The rewritten question in a model's reply; '' where there is none."""
    lines = [line for line in (plain(line).strip(' "“”') for line in reply.splitlines()) if line]
    line = (
        re.sub(r"^(?:rewritten|standalone|last)?\s*question:\s*", "", lines[-1], flags=re.IGNORECASE) if lines else ""
    )
    return line if 0 < len(line) <= LONGEST else ""


def borne_out(rewritten: str, question: str, turns: Sequence[Mapping[str, str]], lexicon: CorpusLexicon) -> bool:
    """Whether a rewritten question has no area, figure, address or subject that the person's own words do not."""
    asked = " \n".join([*earlier_questions(turns), question])
    areas = {match.name for match in lexicon.areas.find(rewritten)}
    kept = {match.name for match in lexicon.areas.find(question)}
    if not kept <= areas <= {match.name for match in lexicon.areas.find(asked)}:
        return False
    if not figures(question) <= figures(rewritten) <= figures(asked) or ADDRESS.search(rewritten):
        return False
    held = {stem(word) for word in words(asked)}
    return len({stem(w) for w in words(rewritten) if w not in STOP_WORDS} - held) <= NEW_WORDS
