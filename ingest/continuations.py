"""What a page break, a blank line or a line break has cut, joined again: paragraphs, items, table rows, labels."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from ingest.blocks import Block, even, page_blocks
from ingest.layout import Layout
from ingest.model import Page
from ingest.numbering import NUMBER
from ingest.paged import finished, joined, row_text

_NUMBER_ALONE = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\.?")
_HANGING = re.compile(r"(?:[,&/‐-]|\b(?:and|or|of|the|for|to|in|with))$")
"How a cell ends that its next line carries on."
_TITLE_ALONE = re.compile(r"([A-Z][a-z]+) \d{1,2}[a-z]?[.:]?")


def blocks_of(pages: tuple[Page, ...]) -> list[Block]:
    """Every paragraph, heading, item and row of the pages, in reading order."""
    layout = Layout(pages)
    out: list[Block] = []
    for page in pages:
        lines = [replace(line, text=even(line.text)) for line in page.lines]
        fresh = page_blocks(lines, layout)
        last = _last_of_body(out, layout)
        if last is not None and fresh:
            whole = _over_the_break(out[last], fresh[0], layout)
            if whole is not None:
                out[last] = whole
                fresh = fresh[1:]
        out += fresh
    return _continued(out, layout)


def _last_of_body(blocks: list[Block], layout: Layout) -> int | None:
    """Index of the last block that is no footnote: footnotes, in small print at the foot, do not end a paragraph."""
    for n in range(len(blocks) - 1, -1, -1):
        small = layout.body and blocks[n].size and blocks[n].size < layout.body - 0.6
        if not small or blocks[n].paged.marks[-1][1] != blocks[-1].paged.marks[-1][1]:
            return n
    return len(blocks) - 1 if blocks else None


def _over_the_break(a: Block, b: Block, layout: Layout) -> Block | None:
    """The last block of a page and the first of the next as one, or None where they are two."""
    if a.is_row and b.is_row:
        return _row_over_the_break(a, b, layout)
    if b.is_row or a.is_row or b.is_item or b.style.startswith("heading") or a.style.startswith("heading") or b.whole:
        return None
    if abs((a.size or 0) - (b.size or 0)) > 0.6 or a.bold != b.bold:
        return None
    if NUMBER.match(b.text) and finished(a.text):
        return None
    hangs = a.is_item and a.hang is not None and b.x0 is not None and abs(a.hang - b.x0) < 6 and b.x0 > a.x0 + 6
    lone = a.is_item and a.hang is None and b.x0 is not None and a.x0 is not None and 6 < b.x0 - a.x0 < 40
    if not finished(a.text) and (b.text[:1].islower() or not a.ended or hangs) or hangs or lone:
        return replace(a, paged=joined(a.paged, b.paged, layout.words), ended=b.ended)
    return None


def _row_over_the_break(a: Block, b: Block, layout: Layout) -> Block | None:
    """A table row that a page break cuts: a cell is empty in the second part or unfinished in the first."""
    if len(a.cells) != len(b.cells) or a.bold:
        return None
    longest = max(range(len(a.cells)), key=lambda n: len(a.cells[n].text))
    if b.ruled:
        goes_on = (
            any(not cell.text for cell in b.cells)
            or not finished(a.cells[longest].text)
            or b.cells[longest].text[:1].islower()
        )
    else:  # a cell of a new row may be empty, and the words of short cells end nowhere
        goes_on = all(_in_mid_sentence(x.text, y.text) for x, y in zip(a.cells, b.cells) if y.text)
    if not goes_on:
        return None
    cells = []
    for mine, theirs in zip(a.cells, b.cells):
        cells.append(joined(mine, theirs, layout.words) if mine.text and theirs.text else mine if mine.text else theirs)
    return replace(a, cells=tuple(cells), paged=row_text(tuple(cells)), ended=b.ended)


def _in_mid_sentence(above: str, below: str) -> bool:
    """Whether a cell's words go on in the cell below."""
    return bool(above) and (below[:1].islower() or bool(_HANGING.search(above)))


def _is_body(block: Block, layout: Layout) -> bool:
    """Whether a block is a plain paragraph."""
    if block.is_row or block.is_item or block.style.startswith("heading") or block.bold:
        return False
    return finished(block.text) and (not layout.body or not block.size or block.size <= layout.body + 0.6)


def _continued(blocks: list[Block], layout: Layout) -> list[Block]:
    """Blocks with those joined that a blank line or a page break of a format without pages has cut in mid-sentence,
    and labels that stand alone ('4.2', 'Recommendation 3') joined with what they label."""
    out: list[Block] = []
    titled = Counter(found[1] for block in blocks if (found := _TITLE_ALONE.fullmatch(block.text)))
    for block in blocks:
        if block.is_row and block.cells:
            if not any(cell.text for cell in block.cells):
                continue
            block = replace(block, paged=row_text(block.cells))
        before = out[-1] if out else None
        cut = (
            before is not None
            and not (before.is_row or block.is_row or block.is_item)
            and not (before.style.startswith("heading") or block.style.startswith("heading"))
            and block.text[:1].islower()
            and not finished(before.text)
            and not NUMBER.match(block.text)
            and before.bold == block.bold
        )
        alone = before is not None and not (block.is_row or block.is_item) and _NUMBER_ALONE.fullmatch(before.text)
        label = _TITLE_ALONE.fullmatch(before.text) if before is not None and _is_body(block, layout) else None
        if cut or alone or label and titled[label[1]] > 1:
            style = block.style if alone or label else before.style
            out[-1] = replace(
                before,
                paged=joined(before.paged, block.paged, layout.words),
                ended=block.ended,
                bold=block.bold,
                size=block.size,
                style=style,
            )
        else:
            out.append(block)
    return out
