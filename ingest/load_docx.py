"""Paragraphs, list items and table rows of a Word document, in order. Word documents have no pages of their own.

Automatic numbers and bullets, which Word draws but does not store, are counted and given as the line's marker.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.model import Line, Loaded, Page

_MOST_BYTES = 500 * 2**20
"Largest size unpacked."
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def load_docx(path: Path) -> Loaded:
    """The document as one page without a number. Raises UnreadableFile where it is damaged."""
    import docx

    damaged = UnreadableFile(
        f"{path.name}: the Word document is damaged and cannot be opened. Open it in Word and save it again."
    )
    try:
        with zipfile.ZipFile(path) as package:
            size = sum(entry.file_size for entry in package.infolist())
        if size > _MOST_BYTES:
            raise UnreadableFile(
                f"{path.name}: unpacks to {size // 2**20} MB, more than {_MOST_BYTES // 2**20} MB. "
                "Remove its pictures and save it again."
            )
        document = docx.Document(str(path))
        lines = _may_go_on(_Body(document).lines())
        return Loaded((Page(number=None, lines=tuple(lines)),), "docx", _metadata(document))
    except UnreadableFile:
        raise
    except MemoryError:
        raise
    except Exception as error:  # python-docx and lxml raise many kinds of error on damaged packages
        raise damaged from error


def _metadata(document) -> dict[str, str]:
    """Title, author, subject, dates as the document states them."""
    properties = document.core_properties
    found = {
        name: getattr(properties, name, None)
        for name in ("title", "author", "subject", "keywords", "created", "modified")
    }
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else str(value) for name, value in found.items() if value
    }


def _may_go_on(lines: list[Line]) -> list[Line]:
    """`whole` taken from paragraphs that break off inside a sentence which the next paragraph carries on."""
    out = []
    for line, after in zip(lines, lines[1:] + [None]):
        broken = (
            after is not None
            and after.style == ""
            and line.style in ("", "list-item")
            and after.text[:1].islower()
            and re.search(r"[\w,'’\-]$", line.text) is not None
        )
        out.append(replace(line, whole=not broken))
    return out


class _Body:
    """Walks the document's body; holds the list counters, which run through the whole document."""

    def __init__(self, document):
        self.document = document
        self.counters: dict[tuple[int, int], int] = {}
        self.levels, self.starts, self.abstract_of = _numbering(document)
        self.styles = {style.style_id: style for style in document.styles if style.style_id}

    def lines(self) -> list[Line]:
        return self._blocks(self.document.element.body)

    def _blocks(self, parent) -> list[Line]:
        lines: list[Line] = []
        for child in parent:
            if child.tag == f"{_W}p":
                lines += self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                lines += self._table(child)
            elif child.tag in (f"{_W}sdt", f"{_W}ins", f"{_W}customXml"):
                content = child.find(f"{_W}sdtContent") if child.tag == f"{_W}sdt" else child
                lines += self._blocks(content) if content is not None else []
        return lines

    def _paragraph(self, p) -> list[Line]:
        style = self._style_chain(p)
        if style and re.match(r"toc \d", style[0].name or "", re.IGNORECASE):
            return []  # a table of contents that Word made: its entries are the headings
        text, bold = _text(p)
        boxes = [line for box in _text_boxes(p) for line in self._blocks(box)]
        number = self._number(p, style)
        if not text:
            return boxes
        level, marker = number if number else (0, "")
        heading = _heading_level(p, style)
        if heading:
            line = Line(text, style=f"heading-{heading}", marker=marker, bold=bold)
        elif number:
            line = Line(text, style="list-item", level=level, marker=marker, bold=bold)
        else:
            line = Line(text, bold=bold)
        return [line, *boxes]

    def _style_chain(self, p) -> list:
        """The paragraph's style and those it is based on."""
        found = p.find(f"{_W}pPr/{_W}pStyle")
        style = self.styles.get(found.get(f"{_W}val")) if found is not None else None
        chain = []
        while style is not None and style not in chain and len(chain) < 20:
            chain.append(style)
            style = getattr(style, "base_style", None)
        return chain

    def _number(self, p, chain) -> tuple[int, str] | None:
        """Level and marker of a list item; None where the paragraph is not in a list. Counts on."""
        number_id, level = None, None
        for properties in [p.find(f"{_W}pPr"), *(style.element.find(f"{_W}pPr") for style in chain)]:
            found = properties.find(f"{_W}numPr") if properties is not None else None
            if found is None:
                continue
            id_, depth = found.find(f"{_W}numId"), found.find(f"{_W}ilvl")
            if number_id is None and id_ is not None:
                number_id = int(id_.get(f"{_W}val"))
            if level is None and depth is not None:
                level = int(depth.get(f"{_W}val"))
        name = (chain[0].name or "") if chain else ""
        level = level or 0
        if not number_id or number_id not in self.abstract_of:
            listed = re.match(r"List (Bullet|Number)(?: (\d))?$", name)
            if number_id == 0 or not listed:
                return None
            return int(listed[2] or 1) - 1, "•" if listed[1] == "Bullet" else ""
        abstract = self.abstract_of[number_id]
        form, pattern, start = self.levels.get((abstract, level), ("bullet", "•", 1))
        deeper = re.search(r" (\d)$", name)
        shown_level = max(level, int(deeper[1]) - 1 if deeper and name.startswith("List ") else 0)
        if form == "bullet":
            return shown_level, pattern if pattern and pattern.isprintable() and not "\ue000" <= pattern[
                0
            ] <= "\uf8ff" else "•"
        if form == "none":
            return shown_level, ""
        if (number_id, level) in self.starts:
            start = self.starts.pop((number_id, level))
            self.counters.pop((abstract, level), None)
        self.counters[abstract, level] = self.counters.get((abstract, level), start - 1) + 1
        for key in [key for key in self.counters if key[0] == abstract and key[1] > level]:
            del self.counters[key]

        def shown(match: re.Match) -> str:
            depth = int(match[1]) - 1
            depth_form, _, depth_start = self.levels.get((abstract, depth), ("decimal", "", 1))
            return _numeral(self.counters.get((abstract, depth), depth_start), depth_form)

        return shown_level, re.sub(r"%(\d)", shown, pattern)

    def _table(self, table) -> list[Line]:
        """One line a row; a table of one column is a box round paragraphs."""
        rows = [
            row.findall(f"{_W}tc")
            for row in table.iter(f"{_W}tr")
            if row.getparent() is table or row.getparent().tag != f"{_W}tbl"
        ]
        if all(len(row) <= 1 for row in rows):
            return [line for row in rows for cell in row for line in self._blocks(cell)]
        lines = []
        for row in rows:
            cells = tuple(self._cell(cell) for cell in row)
            if any(cells):
                bold = all(_text(p)[1] for cell in row for p in cell.iter(f"{_W}p") if _text(p)[0])
                lines.append(Line(" | ".join(cells), style="table-row", cells=cells, bold=bold))
        return lines

    def _cell(self, cell) -> str:
        """The cell's paragraphs joined with a space, markers before their items; '' where a cell above reaches down."""
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        if merge is not None and merge.get(f"{_W}val", "continue") == "continue":
            return ""
        return " ".join(f"{line.marker} {line.text}".strip() for line in self._blocks(cell))


def _text(p) -> tuple[str, bool]:
    """The paragraph's text as Word shows it (insertions kept, deletions left out), and whether all of it is bold."""
    parts: list[str] = []
    bold: list[bool] = []

    def walk(element, run_bold: bool) -> None:
        for child in element:
            if child.tag in (f"{_W}txbxContent", f"{_W}del", f"{_W}moveFrom", _MC_FALLBACK):
                continue
            if child.tag == f"{_W}r":
                mark = child.find(f"{_W}rPr/{_W}b")
                walk(child, mark is not None and mark.get(f"{_W}val", "1") not in ("0", "false", "off"))
            elif child.tag == f"{_W}t":
                parts.append(child.text or "")
                if (child.text or "").strip():
                    bold.append(run_bold)
            elif child.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr") and element.tag == f"{_W}r":
                parts.append(" ")
            elif child.tag == f"{_W}noBreakHyphen":
                parts.append("-")
            else:
                walk(child, run_bold)

    walk(p, False)
    return re.sub(r"\s+", " ", "".join(parts)).strip(), bool(bold) and all(bold)


def _text_boxes(p) -> list:
    """Text boxes anchored in the paragraph, without the copies kept for old versions of Word."""
    boxes = []

    def walk(element) -> None:
        for child in element:
            if child.tag == f"{_W}txbxContent":
                boxes.append(child)
            elif child.tag != _MC_FALLBACK:
                walk(child)

    walk(p)
    return boxes


def _heading_level(p, chain) -> int:
    """1 to 6 for a heading, 0 for anything else."""
    for style in chain:
        match = re.match(r"heading (\d)", style.name or "", re.IGNORECASE)
        if match:
            return min(6, max(1, int(match[1])))
        if (style.name or "").lower() == "title":
            return 1
    for properties in [p.find(f"{_W}pPr"), *(style.element.find(f"{_W}pPr") for style in chain)]:
        outline = properties.find(f"{_W}outlineLvl") if properties is not None else None
        if outline is not None:
            level = int(outline.get(f"{_W}val"))
            return level + 1 if level < 6 else 0
    return 0


def _numbering(document) -> tuple[dict, dict, dict]:
    """Form, pattern and start of each list level; starts that a list overrides; and which pattern each list uses."""
    levels: dict[tuple[int, int], tuple[str, str, int]] = {}
    starts: dict[tuple[int, int], int] = {}
    abstract_of: dict[int, int] = {}
    part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
    if part is None:
        return levels, starts, abstract_of

    def value(element, name: str, default: str) -> str:
        found = element.find(f"{_W}{name}")
        return found.get(f"{_W}val", default) if found is not None else default

    for abstract in part.element.findall(f"{_W}abstractNum"):
        for level in abstract.findall(f"{_W}lvl"):
            key = int(abstract.get(f"{_W}abstractNumId")), int(level.get(f"{_W}ilvl"))
            levels[key] = (
                value(level, "numFmt", "decimal"),
                value(level, "lvlText", ""),
                int(value(level, "start", "1")),
            )
    for number in part.element.findall(f"{_W}num"):
        number_id = int(number.get(f"{_W}numId"))
        abstract_of[number_id] = int(value(number, "abstractNumId", "-1"))
        for override in number.findall(f"{_W}lvlOverride"):
            start = override.find(f"{_W}startOverride")
            if start is not None:
                starts[number_id, int(override.get(f"{_W}ilvl"))] = int(start.get(f"{_W}val"))
    return levels, starts, abstract_of


def _numeral(number: int, form: str) -> str:
    """A number as Word shows it: 3, c, C, iii, III."""
    if form in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman"):
        values = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"))
        values += ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
        out = ""
        for amount, letters in values:
            out += letters * (number // amount)
            number %= amount
        return out if form == "lowerRoman" else out.upper()
    return str(number)
