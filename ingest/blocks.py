"""Paragraphs, items and table rows out of the lines of one page."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from ingest.layout import Layout
from ingest.model import Line
from ingest.numbering import NUMBER
from ingest.paged import Paged, finished, joined

GLYPHS = "•◼■▪●◦‣∙·▫□➢➤►▶❖✓*" + "".join(chr(code) for code in range(0xF020, 0xF100))
"Characters that are bullets wherever they begin a line; the last are those of symbol fonts."
_GLYPH = re.compile(rf"([{re.escape(GLYPHS)}]|[-–—−](?=\s+\S))\s*(?=\S)")
_SIGN = rf"[^\w\s\"'“”‘’(\[£$€&#%©®™.,;:!?…)\]{re.escape(GLYPHS)}–—−-]"
SCANNED = re.compile(rf"(?:[^\W\d_aAI]|[^\W\d_]?{_SIGN}{{1,2}})\s+(?=\S)")
"What a scanner makes of a bullet: one letter that is no word, one or two signs, or both, before a space ('e ', 'm@ ')."
_NEAR = 10
"Lines within which a second scanned bullet must stand."


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
    ruled: bool = True
    "False for a table row whose cells only line up."
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


def page_blocks(lines: list[Line], layout: Layout) -> list[Block]:
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
        elif SCANNED.match(line.text):
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


def _breaks(group: list[Line], line: Line, layout: Layout) -> bool:
    """Whether `line`, right under the group's last line, begins a new paragraph."""
    last = group[-1]
    if last.whole or line.whole or last.cells or line.cells or last.style != line.style:
        return True
    if last.size and line.size and abs(last.size - line.size) > 0.6:
        return True
    if line.top is not None and last.top is not None and line.top < last.top - 2:
        return True
    room = layout.has_room(last, line)
    complete = finished(last.text)
    if last.bold != line.bold:
        return last.bold and (room or complete) or line.bold and (room or complete)
    if room and (complete or NUMBER.fullmatch(last.text)):
        return True
    if NUMBER.match(line.text) and (room or complete):
        return True
    if line.x0 is not None:
        if line.x0 < last.x0 - 4:
            first_indent = len(group) == 1 and last.x0 - line.x0 < 40 and not room
            if not first_indent:
                return True
        if line.x0 > last.x0 + 4 and not (len(group) == 1 and _opens(last)) and (room or complete):
            return True
    heading_like = last.bold or bool(layout.body and last.size and last.size > layout.body + 0.6)
    return layout.placed and not heading_like and line.text[:1].isupper() and room and layout.ends_early(last)


def _opens(line: Line) -> bool:
    """Whether a line begins with a bullet or number, so that what follows may hang."""
    return bool(_GLYPH.match(line.text) or SCANNED.match(line.text) or NUMBER.match(line.text))


def _block(lines: list[Line], bullet: str, apart: bool, layout: Layout) -> Block:
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
        cells=tuple(Paged(even(cell), ((0, first.page),)) for cell in first.cells),
        ruled=not first.columns,
        whole=first.whole,
        apart=apart,
        ended=last.whole or layout.unwrapped or layout.ends_early(last),
    )


def even(text: str) -> str:
    """The line with every run of white space as one space and nothing invisible in it."""
    return re.sub(r"\s+", " ", re.sub("[\u200b\u200c\u200d\u2060\ufeff]", "", text)).strip()
