"""Pages of a PDF as pdfium reads them: each character with its place, size and weight, and the ruled lines."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from dataclasses import replace
from functools import cache

from ingest.model import Line, Page
from ingest.pdf_carried import open_columns
from ingest.pdf_fragments import Glyph
from ingest.pdf_grids import Edge
from ingest.pdf_layout import lines_of

_MOST_CHARACTERS = 200_000
"Most characters read from one page."
_MOST_OBJECTS = 20_000
"Most drawn objects looked at for ruled lines on one page."


def open_document(data: bytes):
    """A pdfium document, None where pdfium cannot open the file."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        return document if len(document) else None
    except pypdfium2.PdfiumError:
        return None


def read_page(document, index: int, before: Page | None = None) -> Page | None:
    """The page's lines with their places, None where pdfium cannot read it.

    `before`: the page before, a table of which may go on here.
    """
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return None
    try:
        text_page = page.get_textpage()
        turn = _Turn(page)
        by_angle = _glyphs(text_page, turn)
        main = max(by_angle, key=lambda angle: len(by_angle[angle]), default=0)
        if main:  # a page whose text is drawn sideways is read as if it were turned
            turn.rotation = (turn.rotation + main) % 360
            by_angle = _glyphs(text_page, turn)
        width, height = turn.size()
        lines = lines_of(by_angle.pop(0, []), _edges(page, turn), index + 1, open_columns(before), height)
        for angle, glyphs in by_angle.items():
            lines += [_turned_back(line, angle) for line in lines_of(glyphs, [], index + 1)]
        return Page(number=index + 1, lines=tuple(lines), width=round(width, 1), height=round(height, 1))
    except pypdfium2.PdfiumError:
        return None
    finally:
        page.close()


class _Turn:
    """Turns points of the file (origin bottom left, unrotated) into points of the page as shown (origin top left)."""

    def __init__(self, page):
        self.left, self.bottom, self.right, self.top = page.get_cropbox()
        self.rotation = page.get_rotation() % 360

    def size(self) -> tuple[float, float]:
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.rotation == 90:
            return y - self.bottom, x - self.left
        if self.rotation == 180:
            return self.right - x, y - self.bottom
        if self.rotation == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        if self.rotation == 0:
            return x0 - self.left, self.top - y1, x1 - self.left, self.top - y0
        a, b = self.point(x0, y0)
        c, d = self.point(x1, y1)
        return min(a, c), min(b, d), max(a, c), max(b, d)


def _glyphs(text_page, turn: _Turn) -> dict[int, list[Glyph]]:
    """The page's characters by the angle of their writing, each list turned upright; without what is off the page."""
    import pypdfium2.raw as raw

    handle = text_page.raw
    count = min(raw.FPDFText_CountChars(handle), _MOST_CHARACTERS)
    width, height = turn.size()
    origin_x, origin_y = ctypes.c_double(), ctypes.c_double()
    rectangle = raw.FS_RECTF()
    by_angle: dict[int, list[Glyph]] = {}
    styles: dict[int, tuple[float, bool, int]] = {}
    last_angle = 0
    for k in range(count):
        code = raw.FPDFText_GetUnicode(handle, k)
        if raw.FPDFText_IsGenerated(handle, k) == 1:
            if code == 32 and by_angle.get(last_angle):
                by_angle[last_angle].append(by_angle[last_angle][-1]._replace(text=" "))
            continue
        text = _character(code)
        if not text:
            continue
        drawn = raw.FPDFText_GetTextObject(handle, k)
        key = ctypes.addressof(drawn.contents) if drawn else 0
        style = styles.get(key)
        if style is None:
            style = styles[key] = _style(raw, handle, k, turn.rotation)
        size, bold, angle = style
        if not raw.FPDFText_GetLooseCharBox(handle, k, rectangle):
            continue
        raw.FPDFText_GetCharOrigin(handle, k, origin_x, origin_y)
        x0, y0, x1, y1 = turn.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        if x1 < 0 or y1 < 0 or x0 > width or y0 > height:
            continue
        ox, oy = turn.point(origin_x.value, origin_y.value)
        if angle == 90:  # reads upwards
            x0, y0, x1, y1, base = -y1, x0, -y0, x1, ox
        elif angle == 270:  # reads downwards
            x0, y0, x1, y1, base = y0, -x1, y1, -x0, -ox
        elif angle == 180:
            x0, y0, x1, y1, base = -x1, -y1, -x0, -y0, -oy
        else:
            base = oy
        glyphs = by_angle.setdefault(angle, [])
        last_angle = angle
        if text == " ":
            if glyphs:
                glyphs.append(glyphs[-1]._replace(text=" "))
            continue
        glyphs.append(Glyph(text, x0, x1, y0, y1, base, size, bold))
    return {angle: glyphs for angle, glyphs in by_angle.items() if glyphs}


def _turned_back(line: Line, angle: int) -> Line:
    """A line of writing at an angle, with its place on the page."""
    if angle == 90:
        place = (line.top, line.bottom, -line.x1, -line.x0)
    elif angle == 270:
        place = (-line.bottom, -line.top, line.x0, line.x1)
    else:
        place = (-line.x1, -line.x0, -line.bottom, -line.top)
    return replace(line, x0=place[0], x1=place[1], top=place[2], bottom=place[3])


def _style(raw, handle, k: int, rotation: int) -> tuple[float, bool, int]:
    """Font size as shown, whether bold, and the angle of the writing as shown (0, 90, 180, 270)."""
    matrix = raw.FS_MATRIX()
    size = raw.FPDFText_GetFontSize(handle, k)
    angle = 0
    if raw.FPDFText_GetMatrix(handle, k, matrix):
        size *= math.hypot(matrix.c, matrix.d) or 1.0
        angle = round((math.degrees(math.atan2(matrix.b, matrix.a)) - rotation) / 90) * 90 % 360
    flags = ctypes.c_int()
    length = raw.FPDFText_GetFontInfo(handle, k, None, 0, flags)
    name = ""
    if length:
        buffer = ctypes.create_string_buffer(length)
        raw.FPDFText_GetFontInfo(handle, k, buffer, length, flags)
        name = buffer.value.decode("utf-8", "replace").lower()
    bold = (
        any(word in name for word in ("bold", "black", "heavy", "semibd", "-bd"))
        or raw.FPDFText_GetFontWeight(handle, k) >= 600
    )
    return round(size, 2), bold, angle


@cache
def _character(code: int) -> str:
    """The character as text: '' for what is not printed, ' ' for every kind of space."""
    if code == 2:  # pdfium's mark for a hyphen at a line's end
        return "-"
    if code == 0 or code in (0xFFFE, 0xFFFF, 0xFEFF) or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return ""
    text = chr(code)
    if text.isspace():
        return " "
    return "" if unicodedata.category(text) == "Cc" else text


def _edges(page, turn: _Turn) -> list[Edge]:
    """Straight horizontal and vertical ruled lines of the page: thin filled boxes and stroked lines."""
    import pypdfium2.raw as raw

    edges: list[Edge] = []
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(min(raw.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)):
        thing = raw.FPDFPage_GetObject(page.raw, index)
        if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if not raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
            continue
        x0, y0, x1, y1 = turn.box(left.value, bottom.value, right.value, top.value)
        if x1 - x0 <= 2.5 and y1 - y0 > 2.5:
            edges.append(Edge((x0 + x1) / 2, y0, (x0 + x1) / 2, y1))
        elif y1 - y0 <= 2.5 and x1 - x0 > 2.5:
            edges.append(Edge(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2))
    return edges
