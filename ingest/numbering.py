"""Printed numbers: reading them, and knowing which follows which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.blocks import Block

NUMBER = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){1,3})(?P<stop>[.)]?)(?:\s+(?=[A-Z\"'“‘(\[])|(?=[A-Z][a-z])|$)"
    r"|(?P<single>\d{1,2})(?P<mark>[.):])\s*(?=[A-Z\"'“‘(\[*]|$)"
    r"|\((?P<bracketed>\d{1,2}|[a-z]|[ivx]{1,4})\)\s+(?=\S)"
    r"|(?P<letter>[A-Za-z]|[ivx]{2,4})(?P<lettermark>[.):])\s+(?=\S)"
)
"A number or letter that opens a paragraph: '5.1', '6.4Coproduce', '3)', '(a)', 'B:'."
_TITLED = re.compile(r"([A-Z][a-z]+ \d{1,2}[a-z]?)(?=\s*[:.–—-]\s|\s*$|\s+[A-Z“])")
"'Recommendation 7:', 'Action 3 –'."
_BARE = re.compile(r"(\d{1,2})\s+(?=[A-Z][a-z])")
_ROMAN = {text: n for n, text in enumerate("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split(), start=1)}


@dataclass(frozen=True)
class Number:
    """A number or letter at the start of a block."""

    label: str
    "As cited: '5.1', '7', 'B', 'Recommendation 7'."
    parts: tuple[int, ...]
    "(5, 1), (7,), (2,)."
    style: str
    "What its neighbours in a list share: '5.', '#)', 'A.', 'i)', 'Recommendation'; 'bare' for a number without a stop."
    end: int
    "Where the text after the number begins."

    @property
    def depth(self) -> int:
        return len(self.parts)

    @property
    def titled(self) -> bool:
        """Whether it is a word and a number: 'Recommendation 7'."""
        return " " in self.label

    @property
    def sectional(self) -> bool:
        """Whether sections are numbered like this: '5', '5.', '5.1', not '5)' or 'B.'."""
        return self.style in ("#.", "bare") or self.depth > 1


def number_of(block: Block) -> Number | None:
    """The number that a block begins with or that its format gives it."""
    if block.marker:
        found = NUMBER.match(block.marker.strip() + " A") or NUMBER.match(block.marker.strip() + ". A")
        return _number(found, end=0) if found else None
    if block.is_row or block.is_item or block.style == "list-item":
        return None
    return number_in(block.text)


def number_in(text: str) -> Number | None:
    """The number that a text begins with."""
    if titled := _TITLED.match(text):
        word, digits = titled[1].split(" ")
        return Number(titled[1], (int(re.sub(r"\D", "", digits)),), word, 0)  # the words belong to the sentence
    found = NUMBER.match(text)
    if found:
        return _number(found, found.end())
    if bare := _BARE.match(text):
        return Number(bare[1], (int(bare[1]),), "bare", bare.end())
    return None


def _number(found: re.Match, end: int) -> Number | None:
    if label := found["number"]:
        parts = tuple(int(part) for part in label.split("."))
        return Number(label, parts, ".".join(label.split(".")[:-1]) + ".", end)
    if label := found["single"]:
        return Number(label, (int(label),), f"#{found['mark']}", end)
    label, mark = (found["bracketed"], "()") if found["bracketed"] else (found["letter"], found["lettermark"])
    if label.isdigit():
        return Number(label, (int(label),), f"#{mark}", end)
    if len(label) > 1:
        return Number(label, (_ROMAN[label],), f"i{mark}", end) if label in _ROMAN else None
    return Number(label, (ord(label.lower()) - 96,), f"{'A' if label.isupper() else 'a'}{mark}", end)


def follows(number: tuple[int, ...], last: tuple[int, ...] | None) -> bool:
    """Whether a section number comes next after `last`: the next sibling, the first child, or the next of a parent."""
    if last is None:
        return number in ((1,), (1, 1))
    if number == last + (1,):
        return True
    depth = len(number)
    return depth <= len(last) and number[:-1] == last[: depth - 1] and number[-1] == last[depth - 1] + 1
