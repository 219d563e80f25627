"""Which blocks are headings, how deep each stands, and which of them are the report's title."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ingest.blocks import Block
from ingest.numbering import Number, number_of
from ingest.paged import finished

_LONGEST = 220
_MOST_WORDS = 20
"Words in a heading that only its number or its place tells from a paragraph."

_MOST_WORDS_ALONE = 15
"Words in a heading that only its standing alone tells."
_BLOCKS_A_HEADING = 15
"Blocks for each heading; where far fewer headings are set as such, the report is taken to set them as plain text."
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|should|shall|may|might|must|needs?|said|met|made)\b",
    re.I,
)


@dataclass(frozen=True)
class Heading:
    """What is known of a heading: its depth from 1, or 0 for the title."""

    level: int
    number: Number | None


def headings_of(blocks: list[Block]) -> dict[int, Heading]:
    """Headings by the index of their block."""
    numbers = [number_of(block) for block in blocks]
    body = _body(blocks)
    styled = [n for n, block in enumerate(blocks) if block.style.startswith("heading")]
    formatted = [n for n, block in enumerate(blocks) if n not in styled and _is_formatted(block, numbers[n], body)]
    found = set(styled) | set(formatted)
    for n in range(len(blocks)):
        if n not in found and _is_numbered_heading(blocks, numbers, found, n):
            found.add(n)
    plain = not any(block.bold for block in blocks) and len(formatted) < max(3, len(blocks) / _BLOCKS_A_HEADING)
    if not styled and (len(formatted) < 2 or plain):
        found |= _short_lines(blocks, numbers, found)
    found |= _closed_headings(blocks, numbers, found)
    found -= _sign_off(blocks, numbers, found)
    title = _title(blocks, numbers, found)
    levels = _levels(blocks, numbers, found - title)
    return {n: Heading(0 if n in title else levels[n], numbers[n]) for n in sorted(found)}


def _body(blocks: list[Block]) -> tuple[float | None, bool]:
    """Font size and boldness of most of the text."""
    sizes: Counter[float | None] = Counter()
    bold: Counter[bool] = Counter()
    for block in blocks:
        sizes[block.size] += len(block.text)
        bold[block.bold] += len(block.text)
    return (sizes.most_common(1)[0][0], bold.most_common(1)[0][0]) if blocks else (None, False)


def _is_formatted(block: Block, number: Number | None, body: tuple[float | None, bool]) -> bool:
    """Whether a block is set as headings are: bold or larger, short, and no sentence."""
    size, bold = body
    stands_out = block.bold and not bold or bool(size and block.size and block.size > size + 0.6)
    if not stands_out or block.is_item or block.is_row or block.style == "list-item" or len(block.text) > _LONGEST:
        return False
    return not block.text.rstrip().endswith((".", ";", ","))


def _is_numbered_heading(blocks: list[Block], numbers: list[Number | None], found: set[int], n: int) -> bool:
    """Whether a block without format is a heading by its number: short, no sentence, with text of its own under it."""
    block, number = blocks[n], numbers[n]
    if number is None or not number.sectional or block.is_row or block.is_item or n + 1 >= len(blocks):
        return False
    question = block.text.rstrip().endswith("?")
    words = len(block.text.split())
    if words > (2 * _MOST_WORDS if question else _MOST_WORDS) or (finished(block.text) and not question):
        return False
    if number.style == "bare" and not (block.apart and words <= _MOST_WORDS / 2):
        return False
    after, before = numbers[n + 1], numbers[n - 1] if n else None
    if n + 1 in found and (after is None or after.depth <= number.depth):
        return False
    if after and after.style == number.style and after.parts[-1] == number.parts[-1] + 1:
        return False
    if after and after.sectional and after.depth < number.depth:
        return False
    in_list = (
        before and before.style == number.style and before.parts[-1] == number.parts[-1] - 1 and n - 1 not in found
    )
    return not in_list


def _short_lines(blocks: list[Block], numbers: list[Number | None], found: set[int]) -> set[int]:
    """Headings of a text without format: one or two short lines apart that are no sentence, with text under them."""
    short = {
        n
        for n, block in enumerate(blocks)
        if not (n in found or numbers[n] or block.is_row or block.is_item or not block.apart)
        and not (finished(block.text) or block.text.endswith(",") or ": " in block.text)
        and block.text[:1].isupper()
        and len(block.text.split()) <= _MOST_WORDS_ALONE
    }
    more: set[int] = set()
    for n in sorted(short):
        first = n
        while first - 1 in short:
            first -= 1
        last = n
        while last + 1 in short:
            last += 1
        at_start = all(m in found or m in short for m in range(first))
        before = blocks[first - 1] if first else None
        closed = (
            before is None or at_start or first - 1 in found or before.is_item or before.is_row or finished(before.text)
        )
        after = blocks[last + 1] if last + 1 < len(blocks) else None
        under = after is not None and (finished(after.text) or after.is_item or after.is_row or last + 1 in found)
        if closed and under and (last - first < 2 or at_start and last - first < 4):
            more.add(n)
    return more


def _closed_headings(blocks: list[Block], numbers: list[Number | None], found: set[int]) -> set[int]:
    """Headings that end in a full stop: one line in title case without a verb, with a longer paragraph under it."""
    more = set()
    for n, block in enumerate(blocks[:-1]):
        if n in found or n + 1 in found or numbers[n] or block.is_row or block.is_item or not block.text.endswith("."):
            continue
        words = [word for word in re.findall(r"[^\W\d_]+", block.text) if len(word) > 3]
        capitals = sum(word[0].isupper() for word in words)
        under = blocks[n + 1]
        if (
            4 <= len(block.text.split()) <= _MOST_WORDS
            and capitals * 2 > len(words)
            and "." not in block.text[:-1]
            and not _VERB.search(block.text)
            and not (under.is_row or under.is_item or numbers[n + 1])
            and len(under.text) > 1.5 * len(block.text)
            and (n == 0 or finished(blocks[n - 1].text))
            and found
        ):
            more.add(n)
    return more


def _sign_off(blocks: list[Block], numbers: list[Number | None], found: set[int]) -> set[int]:
    """What is set as headings at the very end with nothing under it: the names that sign the report."""
    last = len(blocks)
    while last - 1 in found and not numbers[last - 1]:
        last -= 1
    return set(range(last, len(blocks))) if last else set()


def _title(blocks: list[Block], numbers: list[Number | None], found: set[int]) -> set[int]:
    """The headings that open the report and name it, as against its first section."""
    run: list[int] = []
    for n in range(len(blocks)):
        if n not in found or numbers[n] or run and _depth(blocks[n]) > _depth(blocks[run[0]]):
            break
        run.append(n)
    if not run:
        lead = [n for n in sorted(found) if n < 4 and not numbers[n] and blocks[n].size]
        run = lead[:1]
    if not run:
        return set()
    rest = [n for n in found if n not in run]
    first = blocks[run[0]]
    if first.style.startswith("heading"):
        alone = all(blocks[n].style != first.style or numbers[n] for n in rest)
        return set(run) if alone or any(_depth(blocks[n]) < _depth(first) for n in rest) else set()
    sizes = [blocks[n].size or 0 for n in rest]
    largest = [n for n in run if (blocks[n].size or 0) > max(sizes, default=0)]
    if largest:
        return set(largest)
    if rest and all(numbers[n] for n in rest):
        return set(run)
    return set(run) if first.size is None and (len(run) > 1 or not rest or any(numbers[n] for n in rest)) else set()


def _depth(block: Block) -> int:
    return int(block.style[-1]) if block.style.startswith("heading") else 0


def _levels(blocks: list[Block], numbers: list[Number | None], found: set[int]) -> dict[int, int]:
    """Depth of each heading from 1: by the format's own levels, by number, by size."""
    order = sorted(found)
    styles = sorted({_depth(blocks[n]) for n in order if _depth(blocks[n])})
    if styles:
        ranks = {depth: rank for rank, depth in enumerate(styles, start=1)}
        levels: dict[int, int] = {}
        for k, n in enumerate(order):  # a heading without a style stands beside the one before it
            beside = levels[order[k - 1]] if k else 1
            levels[n] = ranks.get(_depth(blocks[n])) or _by_number(numbers[n]) or beside
        return levels
    if any(_by_number(numbers[n]) for n in order):
        return {n: _by_number(numbers[n]) or 2 for n in order}
    return _by_size(blocks, order)


def _by_size(blocks: list[Block], order: list[int]) -> dict[int, int]:
    """Depth by font size; sizes close together are one depth unless the smaller keeps standing under the larger."""
    own = [
        n for k, n in enumerate(order) if k == 0 or blocks[n].text.casefold() != blocks[order[k - 1]].text.casefold()
    ]
    sizes = sorted({blocks[n].size or 0.0 for n in own}, reverse=True)
    under = Counter((blocks[a].size or 0.0, blocks[b].size or 0.0) for a, b in zip(own, own[1:]) if b == a + 1)
    depth, depths = 1, {}
    for k, size in enumerate(sizes):
        larger = sizes[k - 1] if k else size
        if k and (larger > 1.2 * size or under[larger, size] > 1):
            depth += 1
        depths[size] = depth
    smallest = max(depths.values(), default=1)
    return {n: depths.get(blocks[n].size or 0.0, smallest) for n in order}


def _by_number(number: Number | None) -> int:
    return number.depth if number and number.sectional else 0
