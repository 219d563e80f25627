"""Passages of a report, each with its label, headings, pages, sentences and place in a list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ingest.blocks import SCANNED, Block
from ingest.continuations import blocks_of
from ingest.furniture import set_aside
from ingest.headings import Heading, headings_of
from ingest.inline import cut_apart
from ingest.lists import Listed, is_header_row, lists_of
from ingest.mend import mend, starter_words, words_in
from ingest.model import ListPlace, Loaded, Page, PageSpan, Passage
from ingest.numbering import Number, number_of
from ingest.paged import CELL_GLUE, Paged
from ingest.sentences import split_sentences

_KEY = re.compile(r"\[([^\[\]\n]{1,40})\]\s+")


def build_passages(loaded: Loaded, report_id: str, words: Mapping[str, int] | None = None) -> tuple[Passage, ...]:
    """Every passage of the report in reading order, without running lines and contents pages.

    `words` counts words of other texts, for mending this one's `search_text`; the starter corpus's where not given.
    """
    cleaned = set_aside(loaded.pages)
    blocks = cut_apart(blocks_of(cleaned.pages))
    keys: list[str] = [""] * len(blocks)
    if "digest_of" in loaded.metadata:
        blocks, keys = _keyed(blocks)
    headings = headings_of(blocks)
    lists = lists_of(blocks, headings)
    imprint = _imprint(blocks, headings)
    labels = _labels(blocks, headings, lists, keys, imprint)
    vocabulary = words_in(block.text for block in blocks)
    vocabulary.update(starter_words() if words is None else words)
    places = _places(blocks, lists, report_id)
    printed = {page.number: page.printed for page in cleaned.pages}
    path: list[tuple[float, str]] = []
    out = []
    start = 0
    for n, block in enumerate(blocks):
        heading = headings.get(n)
        if n == imprint:
            path = []
        level = float(heading.level) if heading else 0.0
        if heading and heading.level:
            # A heading right under another of its level ('Inspection team', then the two bodies) stands below it.
            if path and path[-1][0] == level and n - 1 in headings and blocks[n - 1].text != block.text:
                level += 0.5
            path = [(above, text) for above, text in path if above < level]
        above = tuple(text for _, text in path)
        first = _sentence_start(block, heading, number_of(block))
        scanned = block.text[first:] if block.bullet == "scanned" else block.text
        out.append(
            Passage(
                id=f"{report_id}:{n:04d}",
                report_id=report_id,
                ordinal=n,
                kind="heading" if heading else _kind(block, places.get(n)),
                text=block.text,
                search_text=mend(scanned, vocabulary),
                start=start,
                end=start + len(block.text),
                label=labels[n],
                headings=above,
                pages=_spans(block.paged, printed),
                sentences=_sentences(block, first),
                place=places.get(n),
                cells=tuple(cell.text for cell in block.cells),
            )
        )
        if heading and heading.level and not (path and path[-1][1].casefold() == block.text.casefold()):
            path.append((level, block.text))
        start += len(block.text) + 1
    return tuple(out)


def report_text(passages: tuple[Passage, ...]) -> str:
    """The report's text: what `Passage.start` and `Passage.end` count in."""
    return "\n".join(passage.text for passage in passages)


def running_lines(pages: tuple[Page, ...]) -> tuple[str, ...]:
    """The report's running heads and feet as printed, most frequent first."""
    return set_aside(pages).running


def _imprint(blocks: list[Block], headings: dict[int, Heading]) -> int:
    """Index of the block where a page of small print begins that closes the report; past the end where none does."""
    sizes = Counter()
    for block in blocks:
        sizes[block.size] += len(block.text)
    body = sizes.most_common(1)[0][0] if sizes else None
    first = len(blocks)
    while body and first and first - 1 not in headings and (blocks[first - 1].size or body) < body - 0.6:
        first -= 1
    while first < len(blocks) and first and blocks[first].paged.page == blocks[first - 1].paged.marks[-1][1]:
        first += 1
    return first


def _keyed(blocks: list[Block]) -> tuple[list[Block], list[str]]:
    """Blocks of a digest without the keys in square brackets, and those keys."""
    out, keys = [], []
    for block in blocks:
        found = _KEY.match(block.text)
        keys.append(found[1].strip() if found else "")
        out.append(replace(block, paged=block.paged.cut(found.end())) if found else block)
    return out, keys


def _kind(block: Block, place: ListPlace | None) -> str:
    if block.is_row:
        return "table_row"
    return "list_item" if block.is_item or block.marker or place is not None else "paragraph"


def _spans(paged: Paged, printed: Mapping[int | None, str | None]) -> tuple[PageSpan, ...]:
    """The characters of a text by page."""
    edges = [offset for offset, _ in paged.marks[1:]] + [len(paged.text)]
    return tuple(PageSpan(page, printed.get(page), offset, end) for (offset, page), end in zip(paged.marks, edges))


def _sentence_start(block: Block, heading: Heading | None, number: Number | None) -> int:
    """Where the first sentence begins: after a scanned bullet or a printed number, which are no part of it."""
    if heading:
        return 0
    if block.bullet == "scanned":
        found = SCANNED.match(block.text)
        return found.end() if found else 0
    if number and not block.marker and number.end < len(block.text):
        return number.end
    return 0


def _sentences(block: Block, first: int) -> tuple[tuple[int, int], ...]:
    """Sentences of a block from character `first` on; none runs from one cell of a row into the next."""
    if not block.is_row:
        return tuple((a + first, b + first) for a, b in split_sentences(block.text[first:]))
    out = []
    start = 0
    for cell in block.cells:
        if cell.text:
            out += [(a + start, b + start) for a, b in split_sentences(cell.text)]
            start += len(cell.text) + len(CELL_GLUE)
    return tuple(out)


def _places(blocks: list[Block], lists: list[Listed], report_id: str) -> dict[int, ListPlace]:
    """Place of each item, by the index of its block."""
    out = {}
    for k, listed in enumerate(lists, start=1):
        for index, n in enumerate(listed.items, start=1):
            out.setdefault(n, ListPlace(f"{report_id}/list-{k}", index, len(listed.items), listed.intro))
    return out


def _labels(
    blocks: list[Block], headings: dict[int, Heading], lists: list[Listed], keys: list[str], imprint: int
) -> list[str]:
    """The label of each block: printed, or counted under the nearest printed label or heading."""
    nested = {n: listed.parent for listed in lists for n in listed.items if listed.parent is not None}
    out: list[str] = []
    anchor, heading_text = "", ""
    counts: Counter[str] = Counter()
    for n, block in enumerate(blocks):
        heading, number = headings.get(n), number_of(block)
        label = ""
        if n == imprint:
            anchor, heading_text = "", ""
            counts.clear()
        if keys[n]:
            label = keys[n]
        elif heading:
            if heading.level == 0:
                label = "title"
            elif block.text.casefold() != heading_text.casefold():
                label = number.label if number else ""
                anchor = label if number and number.depth > 1 else ""
                counts.clear()
                heading_text = block.text
        elif block.is_row:
            if not is_header_row(blocks, n):
                counts["row"] += 1
                label = f"row {counts['row']}"
        elif number and _is_label(number, n, lists):
            label = number.label
            if number.depth > 1:
                anchor = label
                counts.clear()
                counts["¶"] = 1
        elif block.is_item or block.marker:
            parent = nested.get(n)
            if parent is not None and out[parent]:
                counts[out[parent]] += 1
                label = f"{out[parent]} bullet {counts[out[parent]]}"
            else:
                counts["bullet"] += 1
                label = f"bullet {counts['bullet']}"
        else:
            counts["¶"] += 1
            label = f"{anchor} ¶{counts['¶']}".lstrip()
        out.append(label)
    return out


def _is_label(number: Number, n: int, lists: list[Listed]) -> bool:
    """Whether a number is a printed label: it has parts, or stands in a list."""
    return number.depth > 1 or any(n in listed.items for listed in lists)
