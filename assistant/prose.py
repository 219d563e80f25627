"""What a language model sends, as plain sentences: cut as they arrive, freed of markup, their citation numbers read."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

from ingest.sentences import split_sentences

_BLOCKS = "think|thinking|reasoning|tool_call|tool_code|function_call|function|script|style|iframe|svg|object"
BLOCK = re.compile(rf"<({_BLOCKS})\b[^>]*>.*?</\1\s*>|```.*?```", re.IGNORECASE | re.DOTALL)
"What holds no prose: a model's thinking, calls of tools, code."
OPENED = re.compile(rf"<(?:{_BLOCKS})\b|```|<[^>\s]{{0,20}}$", re.IGNORECASE)
"The same, begun and not ended."
IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
LINK = re.compile(r"\[([^\]]*[^\]\d,;\s–-][^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
NUMBERED_LINK = re.compile(r"(\[\d[\d,;\s–-]*\])\((?:https?:|www\.|data:|javascript:|/|#)[^)]*\)", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z!][^>]*>")
LINE_MARK = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*+•◦]\s+|\(?\d{1,2}[.)]\s+)+")
CITED = re.compile(r"\s*[\[【](\d{1,3}(?:\s*(?:,|;|–|-|and|&)\s*\d{1,3})*)[\]】]")
NAMED = re.compile(r"[\[(]passages?\s+(\d[\d\s,;–&and-]*)[\])]", re.IGNORECASE)
"A citation with the word: '[passage 2]'."
AFTER_THE_STOP = re.compile(r"([.!?…]+[\"”’)]*)((?:\s*[\[【]\d[\d,;\s–&and-]*[\]】])+)")
ENDS = re.compile(r"(?<=\n)|(?<=[\]】][.!?])(?=\s)")
"Where a sentence ends whatever follows: a line, or a citation with its full stop."
ADDRESS = re.compile(
    r"\b(?:https?|ftp|javascript|mailto):|\bdata:(?=\S)|\bwww\.|://|\S@\S|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?",
    re.IGNORECASE,
)
"A web or mail address, in whatever form."
ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|a\.m|p\.m|etc)\b\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """A sentence as a model wrote it, freed of markup."""

    text: str
    "Without its citation numbers."
    cites: tuple[int, ...]
    "The numbers that it cites, in order, each once."

    @property
    def holds_address(self) -> bool:
        return bool(ADDRESS.search(ABBREVIATED.sub(" ", self.text)))


class Sentences:
    """Cuts a text that arrives in pieces into sentences."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> list[Written]:
        """The sentences that are whole now that one more piece has arrived."""
        self._held = NAMED.sub(r"[\1]", BLOCK.sub(" ", self._held + piece))
        opened = OPENED.search(self._held)
        ready, waiting = (self._held[: opened.start()], self._held[opened.start() :]) if opened else (self._held, "")
        ready = AFTER_THE_STOP.sub(r"\2\1", ready)
        whole = _spans(ready)
        # The last may go on, or have its citation still to come.
        done, rest = whole[:-1], ready[whole[-1][0] :] if whole else ready
        self._held = rest + waiting
        return [one for start, end in done if (one := written(ready[start:end])).text]

    def rest(self) -> list[Written]:
        """What is left when no more comes; a block that never ended is dropped."""
        text, self._held = self._held, ""
        opened = OPENED.search(text)
        text = AFTER_THE_STOP.sub(r"\2\1", text[: opened.start()] if opened else text)
        return [one for start, end in _spans(text) if (one := written(text[start:end])).text]


def _spans(text: str) -> list[tuple[int, int]]:
    """The sentences of a text, a line being the longest; a citation at the head of one belongs to the one before."""
    found: list[tuple[int, int]] = []
    at = 0
    for line in ENDS.split(text):
        found += [(at + start, at + end) for start, end in split_sentences(line)]
        at += len(line)
    joined: list[tuple[int, int]] = []
    for start, end in found:
        piece = text[start:end].strip()
        bare = not CITED.sub("", piece).strip(" .") or piece.startswith(("[", "【")) and "]" not in piece
        if joined and (bare or LINE_MARK.fullmatch(text[joined[-1][0] : joined[-1][1]] + " ")):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def written(piece: str) -> Written:
    """One sentence without markup, links, images or hidden characters, and the numbers that it cites."""
    text = LINE_MARK.sub("", plain(piece))
    cites: list[int] = []
    for group in CITED.findall(text):
        numbers = [int(n) for n in re.findall(r"\d+", group)]
        if len(numbers) == 2 and re.search(r"[–-]", group) and 0 < numbers[1] - numbers[0] < 10:
            numbers = list(range(numbers[0], numbers[1] + 1))
        cites += numbers
    text = re.sub(r"\s+([.,;:!?…])", r"\1", re.sub(r"\s+", " ", CITED.sub("", text))).strip()
    text = re.sub(r"(?<!\.)\.\.$", ".", text)  # a citation between two full stops was taken out
    return Written(text if re.search(r"\w", text) else "", tuple(dict.fromkeys(cites)))


def plain(text: str) -> str:
    """A text without markdown, HTML, links, images and hidden characters."""
    for _ in range(2):  # what is escaped once may unfold to markup
        text = html.unescape(text)
        for pattern, put in ((BLOCK, " "), (IMAGE, " "), (NUMBERED_LINK, r"\1"), (LINK, r"\1"), (TAG, " ")):
            text = pattern.sub(put, text)
    text = "".join(
        " " if c in "\t\n\r|" else c
        for c in text
        if c in "\t\n\r" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cn")
    )
    return re.sub(r"[*`~]+|(?<!\w)_+|_+(?!\w)", "", text)
