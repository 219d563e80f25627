"""Headings and list items that were run together with their neighbours, cut apart again."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.blocks import Block
from ingest.numbering import Number, follows, number_in, number_of

_BULLET_INSIDE = re.compile(r"\s[•◼■▪●]\s+")
_CUT = re.compile(r"(?<=[.?!:;)\]])\s+(?=\(?(?:\d{1,2}(?:\.\d{1,2})*[.):]?|[A-Z][.):])\s+[A-Z\"'“‘])")
_CAPITALS = re.compile(
    r"\d{1,2}(?:\.\d{1,2})*[.)]?\s+(?:[A-Z][A-Z&/,'’-]+\s+)*[A-Z][A-Z&/,'’-]{2,}(?=\s+(?:[A-Z][a-z]|[A-Z]:|\d|[“\"]))"
)
"A section number and words in capitals, before a sentence that begins on the same line."
_RUN_IN = re.compile(r"\d{1,2}(?:\.\d{1,2})+\.?\s+[^.?!:;]{3,90}\)(?=\s+[A-Z][a-z]+\s)")
"A numbered heading that ends in a bracket, before a sentence that begins on the same line."
_MOST_HEADING_WORDS = 12
_FEWEST_WORDS_UNDER = 8


def cut_apart(blocks: list[Block]) -> list[Block]:
    """The blocks with run-in headings, bullets and numbers standing on their own."""
    out: list[Block] = []
    last: tuple[int, ...] | None = None
    listed: Number | None = None
    for n, block in enumerate(blocks):
        if block.is_row or block.style.startswith("heading"):
            out.append(block)
            number = number_in(block.text)
            last = number.parts if number and number.sectional and not block.is_row else last
            continue
        following = number_of(blocks[n + 1]) if n + 1 < len(blocks) else None
        for piece in _at_bullets(block):
            for part in _at_numbers(piece, last, listed, following):
                number = number_of(part)
                if number and number.sectional and number.style != "bare":
                    last = number.parts if last is None or number.depth > 1 or follows(number.parts, last) else last
                if number:
                    listed = number
                out.append(part)
    return out


def _at_bullets(block: Block) -> list[Block]:
    """A block cut where bullets stand inside it."""
    cuts = [(found.start(), found.end()) for found in _BULLET_INSIDE.finditer(block.text)]
    if not cuts:
        return [block]
    ends = [start for start, _ in cuts] + [len(block.text)]
    first = replace(block, paged=block.paged.cut(0, ends[0]), ended=True)
    kind = block.bullet or "glyph"
    rest = [
        replace(block, paged=block.paged.cut(start, end), bullet=kind, marker="", apart=False)
        for (_, start), end in zip(cuts, ends[1:])
    ]
    return [piece for piece in (first, *rest) if piece.text]


def _at_numbers(
    block: Block, last: tuple[int, ...] | None, listed: Number | None, following: Number | None
) -> list[Block]:
    """A block cut before numbers that continue the report's numbering, and after headings run into it."""
    item = block.is_item or bool(block.marker)
    opening = None if item else number_in(block.text)
    if opening and opening.sectional:
        last = opening.parts if follows(opening.parts, last) else last
    if opening:
        listed = opening
    cuts: set[int] = set()
    places = [found.end() for found in _CUT.finditer(block.text)]
    inside = [(at, number_in(block.text[at:])) for at in places]
    heading = _heading_end(block.text) if opening and opening.sectional else 0
    if heading:
        cuts.add(heading)
        more = number_in(block.text[heading:].lstrip())
        if more:
            inside.insert(0, (heading, more))
    for k, (at, number) in enumerate(inside):
        if number is None:
            continue
        later = [other for _, other in inside[k + 1 :] if other] + ([following] if following else [])
        in_list = not item and number.depth == 1 and _continues_list(number, listed, later)
        capitals = _CAPITALS.match(block.text[at:].lstrip())
        in_sections = number.sectional and follows(number.parts, last) and (number.depth > 1 or bool(capitals))
        if not (in_list or in_sections):
            continue
        cuts.add(at)
        listed = number
        if in_sections:
            last = number.parts
            start = at + len(block.text[at:]) - len(block.text[at:].lstrip())
            if end := _heading_end(block.text[start:]):
                cuts.add(start + end)
                child = number_in(block.text[start + end :].lstrip())
                if child and follows(child.parts, last):
                    last = child.parts
    if not cuts:
        return [block]
    edges = [0, *sorted(cuts), len(block.text)]
    plain = replace(block, bold=False, bullet="", marker="", style="", apart=True)
    first = replace(block, paged=block.paged.cut(0, edges[1]), bold=block.bold and len(block.text) < 200)
    pieces = [first, *(replace(plain, paged=block.paged.cut(a, b)) for a, b in zip(edges[1:], edges[2:]))]
    return [piece for piece in pieces if piece.text]


def _heading_end(text: str) -> int:
    """Where a heading that is run into its paragraph ends; 0 where there is none."""
    found = _CAPITALS.match(text)
    if not found and (found := _RUN_IN.match(text)):
        rest = text[found.end() :].split()
        if len(found[0].split()) > _MOST_HEADING_WORDS or len(rest) < _FEWEST_WORDS_UNDER:
            found = None
    return found.end() if found else 0


def _continues_list(number: Number, listed: Number | None, later: list[Number]) -> bool:
    """Whether a number inside a block is an item: it follows the item before, or opens a list that goes on."""
    if listed and listed.style == number.style and number.parts[-1] == listed.parts[-1] + 1:
        return True
    return number.parts == (1,) and any(other.style == number.style and other.parts == (2,) for other in later)
