"""Paragraphs out of printed lines: lines joined, words mended at line ends, page breaks crossed."""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from ingest.furniture import body_size
from ingest.model import Line, Page

GLYPHS = "•◼■▪●◦‣∙·▫□➢➤►▶❖✓*" + "".join(chr(code) for code in range(0xF020, 0xF100))
"Characters that are bullets wherever they begin a line; the last are those of symbol fonts."
_GLYPH = re.compile(rf"([{re.escape(GLYPHS)}]|[-–—−](?=\s+\S))\s*(?=\S)")
_SCANNED = re.compile(r"([^\W\d_aAI]|[^\w\s\"'“”‘’(\[£$€&#@%{GLYPHS}-])\s+(?=\S)".replace("{GLYPHS}", re.escape(GLYPHS)))
"What a scanner makes of a bullet: one letter that is no word, or one sign, before a space."
NUMBER = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){1,3})(?P<stop>[.)]?)(?:\s+(?=[A-Z\"'“‘(\[])|(?=[A-Z][a-z])|$)"
    r"|(?P<single>\d{1,2})(?P<mark>[.):])\s*(?=[A-Z\"'“‘(\[*]|$)"
    r"|\((?P<bracketed>\d{1,2}|[a-z]|[ivx]{1,4})\)\s+(?=\S)"
    r"|(?P<letter>[A-Za-z]|[ivx]{2,4})(?P<lettermark>[.):])\s+(?=\S)"
)
"A number or letter that opens a paragraph: '5.1', '6.4Coproduce', '3)', '(a)', 'B:'."
CELL_GLUE = " | "
"What stands between the cells of a row in its text."
_NEAR = 10
"Lines within which a second scanned bullet must stand."
_NUMBER_ALONE = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\.?")
_TITLE_ALONE = re.compile(r"([A-Z][a-z]+) \d{1,2}[a-z]?[.:]?")
_EARLY = 0.3
"Share of the width that a line leaves free when it plainly ends before the margin."
_WIDE = 1.3
"Line distance, as a share of the usual one, from which lines stand apart."


@dataclass(frozen=True)
class Paged:
    """Text that knows which page each of its characters stands on."""

    text: str
    marks: tuple[tuple[int, int | None], ...]
    "Offset and page, one mark where the page changes; the first is at offset 0."

    def plus(self, other: Paged, glue: str = " ") -> Paged:
        shift = len(self.text) + len(glue)
        marks = self.marks + tuple((offset + shift, page) for offset, page in other.marks)
        kept = [m for n, m in enumerate(marks) if n == 0 or m[1] != marks[n - 1][1]]
        return Paged(self.text + glue + other.text, tuple(kept))

    def cut(self, start: int, end: int | None = None) -> Paged:
        """The part from `start` to `end` without white space at its ends."""
        end = len(self.text) if end is None else end
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        text = piece.strip()
        at_start = [m for m in self.marks if m[0] <= start][-1:]
        inside = [m for m in self.marks if start < m[0] < start + len(text)]
        marks = [(0, page) for _, page in at_start] + [(offset - start, page) for offset, page in inside]
        return Paged(text, tuple(marks))

    @property
    def page(self) -> int | None:
        return self.marks[0][1]


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item or table row before it has its place in the report."""

    paged: Paged
    bold: bool = False
    size: float | None = None
    x0: float | None = None
    hang: float | None = None
    "Left edge of the second line, where there is one."
    style: str = ""
    level: int = 0
    bullet: str = ""
    "'glyph', 'scanned', 'format' (the format says so) or ''."
    marker: str = ""
    "Number or letter that the format keeps apart from the text."
    cells: tuple[Paged, ...] = ()
    whole: bool = False
    apart: bool = True
    "Whether white space stands above."
    ended: bool = True
    "Whether the last line ends before the margin: nothing of the paragraph can follow."

    @property
    def text(self) -> str:
        return self.paged.text

    @property
    def is_row(self) -> bool:
        return self.style == "table-row"

    @property
    def is_item(self) -> bool:
        return bool(self.bullet)


def blocks_of(pages: tuple[Page, ...]) -> list[Block]:
    """Every paragraph, heading, item and row of the pages, in reading order."""
    layout = _Layout(pages)
    out: list[Block] = []
    for page in pages:
        lines = [replace(line, text=_even(line.text)) for line in page.lines]
        fresh = _page_blocks(lines, layout)
        last = _last_of_body(out, layout)
        if last is not None and fresh:
            whole = _over_the_break(out[last], fresh[0], layout)
            if whole is not None:
                out[last] = whole
                fresh = fresh[1:]
        out += fresh
    return _continued(out, layout)


def _last_of_body(blocks: list[Block], layout: _Layout) -> int | None:
    """Index of the last block that is no footnote: footnotes, in small print at the foot, do not end a paragraph."""
    for n in range(len(blocks) - 1, -1, -1):
        small = layout.body and blocks[n].size and blocks[n].size < layout.body - 0.6
        if not small or blocks[n].paged.marks[-1][1] != blocks[-1].paged.marks[-1][1]:
            return n
    return len(blocks) - 1 if blocks else None


def _even(text: str) -> str:
    """The line with every run of white space as one space and nothing invisible in it."""
    return re.sub(r"\s+", " ", re.sub("[\u200b\u200c\u200d\u2060\ufeff]", "", text)).strip()


class _Layout:
    """How a report is set: margins, line distances, words. Made once a report."""

    def __init__(self, pages: tuple[Page, ...]):
        lines = [line for page in pages for line in page.lines if line.text.strip()]
        self.body = body_size(pages)
        self.words: Counter[str] = Counter()
        for line in lines:
            for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*(?!-$)", line.text.casefold()):
                self.words[word] += 1
        self.placed = bool(lines) and sum(line.x0 is not None for line in lines) * 2 > len(lines)
        lengths = [len(line.text.strip()) for line in lines if not line.whole and not line.cells]
        self.unwrapped = not self.placed and bool(lengths) and _share(lengths, 0.9) > 130
        self.width = _share(lengths, 0.95) if lengths else 0
        rights: dict[int, list[float]] = defaultdict(list)
        everywhere = []
        for line in lines:
            if line.x1 is not None and not line.cells:
                everywhere.append(line.x1)
                rights[round(line.x0 / 12)].append(line.x1)
        self.right = _share(everywhere, 0.95) if everywhere else 0.0
        self.rights = {key: _share(values, 0.9) for key, values in rights.items() if len(values) >= 12}
        gaps: dict[float, list[float]] = defaultdict(list)
        for page in pages:
            for a, b in zip(page.lines, page.lines[1:]):
                if a.size and a.size == b.size and a.top is not None and b.top is not None and not a.cells and not b.cells:
                    if 0.8 * a.size < b.top - a.top < 2.2 * a.size:
                        gaps[a.size].append(b.top - a.top)
        self.leading = {size: statistics.median(values) for size, values in gaps.items() if len(values) >= 5}

    def stands_apart(self, a: Line, b: Line) -> bool:
        """Whether white space stands between two lines."""
        if a.top is None or b.top is None:
            return False
        size = max(a.size or 10.0, b.size or 10.0)
        return b.top - a.top > _WIDE * self.leading.get(size, 1.21 * size)

    def has_room(self, a: Line, b: Line) -> bool:
        """Whether the first word of `b` would still have fitted on `a`: then the line was ended on purpose."""
        first = len(b.text.split(" ", 1)[0])
        if a.x1 is not None and a.text:
            right = self.rights.get(round(a.x0 / 12), self.right)
            character = (a.x1 - a.x0) / len(a.text)
            return a.x1 + character * (first + 3) < right
        return self.unwrapped or len(a.text) + first < 0.75 * self.width  # letters differ in width


def _share(values: list, share: float):
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _page_blocks(lines: list[Line], layout: _Layout) -> list[Block]:
    """The blocks of one page."""
    starts = _bullets(lines)
    out: list[Block] = []
    group: list[Line] = []
    bullet = ""
    apart = True

    def close() -> None:
        if group:
            block = _block(group, bullet, apart, layout)
            if block.text:
                out.append(block)
            group.clear()

    blank = False
    for n, line in enumerate(lines):
        if not line.text or line.text in GLYPHS:  # a bullet with nothing after it says nothing
            blank = True
            continue
        previous = group[-1] if group else None
        far = blank or previous is None or layout.stands_apart(previous, line)
        if previous is None or far or starts[n] or _breaks(group, line, layout):
            close()
            bullet, apart = starts[n], far
        group.append(line)
        blank = False
    close()
    return _without_empty_columns(out)


def _without_empty_columns(blocks: list[Block]) -> list[Block]:
    """The blocks with columns taken out of each table that are empty in all its rows."""
    out = list(blocks)
    start = 0
    while start < len(out):
        end = start
        while end < len(out) and out[end].is_row and len(out[end].cells) == len(out[start].cells):
            end += 1
        if end - start > 1:
            columns = [n for n in range(len(out[start].cells)) if any(row.cells[n].text for row in out[start:end])]
            out[start:end] = [replace(row, cells=tuple(row.cells[n] for n in columns)) for row in out[start:end]]
        start = max(end, start + 1)
    return out


def _bullets(lines: list[Line]) -> list[str]:
    """For each line the kind of bullet it begins with: 'format', 'glyph', 'scanned' or ''."""
    found = []
    for line in lines:
        if line.style == "list-item":
            found.append("format")
        elif line.cells or line.style.startswith("heading"):
            found.append("")
        elif glyph := _GLYPH.match(line.text):
            found.append("dash" if glyph[1] in "-–—−" else "glyph")
        elif _SCANNED.match(line.text):
            found.append("scanned")
        else:
            found.append("")
    for kind in ("scanned", "dash"):
        places = [n for n, bullet in enumerate(found) if bullet == kind]
        for n in places:
            if not any(m != n and abs(m - n) <= _NEAR and _same_edge(lines[m], lines[n]) for m in places):
                found[n] = ""
    return ["glyph" if bullet == "dash" else bullet for bullet in found]


def _same_edge(a: Line, b: Line) -> bool:
    return a.x0 is None or b.x0 is None or abs(a.x0 - b.x0) < 8


def _breaks(group: list[Line], line: Line, layout: _Layout) -> bool:
    """Whether `line`, right under the group's last line, begins a new paragraph."""
    last = group[-1]
    if last.whole or line.whole or last.cells or line.cells or last.style != line.style:
        return True
    if last.size and line.size and abs(last.size - line.size) > 0.6:
        return True
    if line.top is not None and last.top is not None and line.top < last.top - 2:
        return True
    room = layout.has_room(last, line)
    finished = last.text.rstrip("\"'”’)]")[-1:] in (".", "!", "?", ":", ";")
    if last.bold != line.bold:
        return last.bold and (room or finished) or line.bold and (room or finished)
    if room and (finished or NUMBER.fullmatch(last.text)):
        return True
    if NUMBER.match(line.text) and (room or finished):
        return True
    if line.x0 is not None:
        if line.x0 < last.x0 - 4:
            first_indent = len(group) == 1 and last.x0 - line.x0 < 40 and not room
            if not first_indent:
                return True
        if line.x0 > last.x0 + 4 and not (len(group) == 1 and _opens(last)) and (room or finished):
            return True
    heading_like = last.bold or bool(layout.body and last.size and last.size > layout.body + 0.6)
    return layout.placed and not heading_like and line.text[:1].isupper() and room and _ends_early(last, layout)


def _opens(line: Line) -> bool:
    """Whether a line begins with a bullet or number, so that what follows may hang."""
    return bool(_GLYPH.match(line.text) or _SCANNED.match(line.text) or NUMBER.match(line.text))


def _block(lines: list[Line], bullet: str, apart: bool, layout: _Layout) -> Block:
    """One block of lines that belong together."""
    first, last = lines[0], lines[-1]
    text = first.text
    if bullet == "glyph":
        text = _GLYPH.sub("", text, count=1)
    paged = Paged(text, ((0, first.page),))
    for line in lines[1:]:
        paged = joined(paged, Paged(line.text, ((0, line.page),)), layout.words)
    return Block(
        paged,
        bold=all(line.bold for line in lines),
        size=Counter(line.size for line in lines).most_common(1)[0][0],
        x0=first.x0,
        hang=lines[1].x0 if len(lines) > 1 else None,
        style=first.style,
        level=first.level,
        bullet=bullet,
        marker=first.marker,
        cells=tuple(Paged(_even(cell), ((0, first.page),)) for cell in first.cells),
        whole=first.whole,
        apart=apart,
        ended=last.whole or layout.unwrapped or _ends_early(last, layout),
    )


def _ends_early(line: Line, layout: _Layout) -> bool:
    """Whether a line ends well before the margin."""
    if line.x1 is not None:
        right = layout.rights.get(round(line.x0 / 12), layout.right)
        return line.x1 < right - _EARLY * (right - line.x0)
    return len(line.text) < (1 - _EARLY) * layout.width


def joined(a: Paged, b: Paged, words: Counter[str]) -> Paged:
    """Two stretches as one: a space between, or none where a word was cut by a hyphen."""
    if a.text.endswith("\u00ad"):
        return a.cut(0, len(a.text) - 1).plus(b, "")
    left = re.search(r"([^\W_]+(?:-[^\W_]+)*)[-‐]$", a.text)
    right = re.match(r"[^\W_]+", b.text)
    if not (left and right):
        return a.plus(b)
    if not (left[1][-1:].isalpha() and right[0][:1].islower()):
        return a.plus(b, "")  # 'post-' '16', 'Stoke-' 'on'
    tail = left[1].rsplit("-", 1)[-1].casefold()
    one, two = words[tail + right[0].casefold()], words[f"{left[1]}-{right[0]}".casefold()]
    if one > two or (one == two and not (words[tail] and words[right[0].casefold()])):
        return Paged(a.text[:-1], a.marks).plus(b, "")
    return a.plus(b, "")


def _over_the_break(a: Block, b: Block, layout: _Layout) -> Block | None:
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


def finished(text: str) -> bool:
    """Whether a text ends as a sentence or an introduction does."""
    return text.rstrip("\"'”’)] *")[-1:] in (".", "!", "?", ":", ";")


def _row_over_the_break(a: Block, b: Block, layout: _Layout) -> Block | None:
    """A table row that a page break cuts: a cell is empty in the second part or unfinished in the first."""
    if len(a.cells) != len(b.cells) or a.bold:
        return None
    longest = max(range(len(a.cells)), key=lambda n: len(a.cells[n].text))
    goes_on = any(not cell.text for cell in b.cells) or not finished(a.cells[longest].text) or b.cells[longest].text[:1].islower()
    if not goes_on:
        return None
    cells = []
    for mine, theirs in zip(a.cells, b.cells):
        cells.append(joined(mine, theirs, layout.words) if mine.text and theirs.text else mine if mine.text else theirs)
    return replace(a, cells=tuple(cells), paged=row_text(tuple(cells)), ended=b.ended)


def row_text(cells: tuple[Paged, ...]) -> Paged:
    """The cells of a row as one text."""
    filled = [cell for cell in cells if cell.text]
    paged = filled[0]
    for cell in filled[1:]:
        paged = paged.plus(cell, CELL_GLUE)
    return paged


def _is_body(block: Block, layout: _Layout) -> bool:
    """Whether a block is a plain paragraph."""
    if block.is_row or block.is_item or block.style.startswith("heading") or block.bold:
        return False
    return finished(block.text) and (not layout.body or not block.size or block.size <= layout.body + 0.6)


def _continued(blocks: list[Block], layout: _Layout) -> list[Block]:
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
