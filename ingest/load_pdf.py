"""Lines of a PDF, page by page in reading order.

pypdf opens the file, repairs what can be repaired, and knows passwords, page labels and metadata; pdfium gives each
character with its place, size and weight. A page that pdfium cannot read is read by pypdf, without places.

A hyphen at a line's end stays as it is printed ('-'), a soft hyphen of the file stays U+00AD; joining words is left to
whoever joins lines. Bullets stand at the start of the line's text.
"""

from __future__ import annotations

import ctypes
import logging
import math
import re
import unicodedata
from functools import cache
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.model import Line, Loaded, Page
from ingest.pdf_fragments import Glyph
from ingest.pdf_grids import Edge
from ingest.pdf_layout import lines_of

_WORK_LIMIT = 200_000
"Most steps that pypdf may take over one content stream: caps hostile files at about a second."
_MOST_CHARACTERS = 200_000
"Most characters read from one page."
_MOST_OBJECTS = 20_000
"Most drawn objects looked at for ruled lines on one page."


def load_pdf(path: Path) -> Loaded:
    """The file's pages of lines. Raises UnreadableFile where no page can be read."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pypdf.apply_configuration(stream_parsing_work_maximum_count=_WORK_LIMIT)
    data = path.read_bytes()
    if not data:
        raise UnreadableFile(f"{path.name}: the file is empty (0 bytes). Get it again from where it came from.")
    if b"%PDF-" not in data[:1024]:
        raise UnreadableFile(
            f"{path.name}: not a PDF, or its beginning is damaged. Get it again from where it came from."
        )
    damaged = UnreadableFile(
        f"{path.name}: the PDF is damaged and no page can be read. Get it again from where it came from."
    )
    warnings: list[str] = []
    reader = _open_with_pypdf(path, pypdf)
    document = _open_with_pdfium(data)
    count = len(document) if document is not None else len(reader.pages) if reader is not None else 0
    if not count:
        raise damaged
    labels = _page_labels(reader, count)
    pages = []
    unread = []
    for index in range(count):
        page = _page_by_pdfium(document, index) if document is not None else None
        if (page is None or not page.lines) and reader is not None:
            again = _page_by_pypdf(reader, index)
            page = again if again is not None and again.lines else page
        if page is None:
            unread.append(index + 1)
            page = Page(number=index + 1, lines=())
        pages.append(Page(page.number, page.lines, labels.get(index), page.width, page.height))
    if document is not None:
        document.close()
    if len(unread) == count:
        raise damaged
    if unread:
        one = len(unread) == 1
        warnings.append(
            f"page{'' if one else 's'} {spans(unread)} {'is' if one else 'are'} damaged and could not be read."
        )
    return Loaded(tuple(pages), "pdf", _metadata(reader), tuple(warnings))


def spans(numbers: list[int]) -> str:
    """Numbers as people write them: '1-3, 7'."""
    out: list[list[int]] = []
    for number in numbers:
        if out and number == out[-1][1] + 1:
            out[-1][1] = number
        else:
            out.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in out)


def _open_with_pypdf(path: Path, pypdf):
    """A pypdf reader, None where pypdf cannot open the file."""
    try:
        reader = pypdf.PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFile(
                f"{path.name}: needs a password to open. Save a copy without a password and ingest that."
            )
        len(reader.pages)
        return reader
    except (UnreadableFile, MemoryError):
        raise
    except Exception:  # pypdf raises many kinds of error on damaged files; pdfium may still read them
        return None


def _open_with_pdfium(data: bytes):
    """A pdfium document, None where pdfium cannot open the file."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        return document if len(document) else None
    except pypdfium2.PdfiumError:
        return None


def _page_labels(reader, count: int) -> dict[int, str]:
    """Page labels by index, where the file has a label tree of its own that says more than the position."""
    try:
        if reader is None or "/PageLabels" not in reader.root_object:
            return {}
        labels = list(reader.page_labels)
    except MemoryError:
        raise
    except Exception:  # a damaged label tree is no reason to lose the pages
        return {}
    good = re.compile(r"[\w.\- ]{1,12}")
    if len(labels) != count or not all(good.fullmatch(label) for label in labels) or len(set(labels)) < count:
        return {}
    if labels == [str(i + 1) for i in range(count)]:
        return {}
    return dict(enumerate(labels))


def _metadata(reader) -> dict[str, str]:
    """What the file says of itself: title, author, subject, created, modified and the like."""
    try:
        info = reader.metadata if reader is not None else None
        items = dict(info or {}).items()
    except MemoryError:
        raise
    except Exception:  # a damaged information dictionary is no reason to lose the pages
        return {}
    found = {}
    for key, value in items:
        try:
            text = _clean(str(value)).strip()
        except Exception:  # as above
            continue
        if text:
            found[str(key).lstrip("/").lower()] = text[:500]
    return found


def _page_by_pypdf(reader, index: int) -> Page | None:
    """The page's text without places, None where pypdf cannot read it."""
    try:
        text = _clean(reader.pages[index].extract_text())
    except MemoryError:
        raise
    except Exception:  # see _open_with_pypdf
        return None
    lines = tuple(Line(line.strip(), page=index + 1) for line in text.splitlines() if line.strip())
    return Page(number=index + 1, lines=lines)


def _clean(text: str) -> str:
    """Without half characters, which no store takes."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def _page_by_pdfium(document, index: int) -> Page | None:
    """The page's lines with their places, None where pdfium cannot read it."""
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return None
    try:
        text_page = page.get_textpage()
        width, height = page.get_size()
        turn = _Turn(page)
        upright, aside = _glyphs(text_page, turn)
        lines = lines_of(upright, _edges(page, turn), index + 1)
        for glyphs in aside:
            lines += lines_of(glyphs, [], index + 1)
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


def _glyphs(text_page, turn: _Turn) -> tuple[list[Glyph], list[list[Glyph]]]:
    """Upright characters of the page, and lists of those that are set at other angles, each turned upright."""
    import pypdfium2.raw as raw

    handle = text_page.raw
    count = min(raw.FPDFText_CountChars(handle), _MOST_CHARACTERS)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
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
    if not by_angle:
        return [], []
    main = max(by_angle, key=lambda angle: len(by_angle[angle]))
    return by_angle.pop(main), [glyphs for glyphs in by_angle.values() if glyphs]


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
