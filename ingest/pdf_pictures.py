"""A page of a PDF as a picture, with the words of a quote marked on it."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.pdf_pages import open_document

MARK = (255, 226, 120)
"Colour of the marker; text under it stays black."
TALLEST = 4
"A picture is at most so many times as high as it is wide."
SHORTEST_RUN = 12
"Letters and digits in a row that must agree where the page holds a text in another order than the report."


def page_picture(path: Path, page: int, text: str = "", start: int = 0, end: int = 0, *, width: int = 1200) -> bytes:
    """PNG, `width` pixels wide, of a page counted from 1.

    `text` is what a passage says on this page; its characters [start, end) are marked where they are found.
    Raises UnreadableFile where there is no such page or it cannot be drawn.
    """
    import pypdfium2
    from PIL import Image, ImageChops, ImageDraw

    document = open_document(path.read_bytes())
    if document is None or not 1 <= page <= len(document):
        raise UnreadableFile(f"{path.name}: page {page} cannot be shown. Open the original instead.")
    try:
        sheet = document[page - 1]
        scale = min(width / sheet.get_width(), TALLEST * width / sheet.get_height())
        bitmap = sheet.render(scale=scale)
        picture = bitmap.to_pil().convert("RGB")
        boxes = list(_boxes(sheet, bitmap.get_posconv(sheet), text, start, end)) if end > start else []
    except (pypdfium2.PdfiumError, ZeroDivisionError) as error:
        raise UnreadableFile(f"{path.name}: page {page} is damaged and cannot be drawn. Open the original.") from error
    if boxes:
        layer = Image.new("RGB", picture.size, "white")
        draw = ImageDraw.Draw(layer)
        for box in boxes:
            draw.rectangle(box, fill=MARK)
        picture = ImageChops.multiply(picture, layer)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _boxes(sheet, places, text: str, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Pixel boxes (left, top, right, bottom) over the marked characters: one a line of print."""
    import pypdfium2.raw as raw

    text_page = sheet.get_textpage()  # closes with its last reference
    handle = text_page.raw
    printed = [
        (letter, index)
        for index in range(raw.FPDFText_CountChars(handle))
        for letter in _letters(_printed(raw.FPDFText_GetUnicode(handle, index)))
    ]
    wanted = [(letter, start <= at < end) for at, character in enumerate(text) for letter in _letters(character)]
    found = agreeing("".join(letter for letter, _ in wanted), "".join(letter for letter, _ in printed))
    rectangle = raw.FS_RECTF()
    line: list[int] = []
    last = None
    for (_, marked), at in zip(wanted, found):
        if not marked or at is None or printed[at][1] == last:
            continue
        last = printed[at][1]
        if not raw.FPDFText_GetLooseCharBox(handle, last, rectangle):
            continue
        corners = (places.to_bitmap(rectangle.left, rectangle.top), places.to_bitmap(rectangle.right, rectangle.bottom))
        (left, right), (top, bottom) = (sorted(values) for values in zip(*corners))
        if line and _one_line(line, top, bottom) and -2 <= left - line[2] <= 2 * (bottom - top):
            line = [line[0], min(line[1], top), max(line[2], right), max(line[3], bottom)]
        else:
            if line:
                yield tuple(line)
            line = [left, top, right, bottom]
    if line:
        yield tuple(line)


def _one_line(line: list[int], top: int, bottom: int) -> bool:
    return min(line[3], bottom) - max(line[1], top) > 0.5 * min(line[3] - line[1], bottom - top)


def agreeing(wanted: str, printed: str) -> list[int | None]:
    """For each character of `wanted` the place in `printed` that holds it; None where none does.

    As a whole where it stands so; else in the longest runs, as columns and table cells may be printed in another order.
    """
    whole = printed.find(wanted)
    if whole >= 0:
        return list(range(whole, whole + len(wanted)))
    found: list[int | None] = [None] * len(wanted)
    at = 0
    while at + SHORTEST_RUN <= len(wanted):
        place = printed.find(wanted[at : at + SHORTEST_RUN])
        if place < 0:
            at += 1
            continue
        while at < len(wanted) and place < len(printed) and wanted[at] == printed[place]:
            found[at] = place
            at, place = at + 1, place + 1
    return found


def _printed(code: int) -> str:
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""


def _letters(character: str) -> str:
    """The letters and digits of a character: ligatures taken apart, without case; '' for all that is not one."""
    return "".join(c for c in unicodedata.normalize("NFKC", character).casefold() if c.isalnum())
