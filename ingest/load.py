"""Reads a report file of any kind: what its content says it is decides, then its suffix."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.model import Loaded

SUFFIXES = (".pdf", ".docx", ".html", ".htm", ".txt", ".text", ".md", ".markdown")
"Suffixes of files that are read."

_SAVE_AS = {
    ".doc": ".docx",
    ".rtf": ".docx",
    ".odt": ".docx",
    ".dot": ".docx",
    ".docm": ".docx",
    ".ppt": "PDF",
    ".pptx": "PDF",
    ".odp": "PDF",
    ".xls": "PDF",
    ".xlsx": "PDF",
    ".ods": "PDF",
    ".pages": "PDF",
}


def load(path: Path, *, ocr: bool = False, ocr_language: str = "eng", file_megabytes: int = 200) -> Loaded:
    """The file's pages of lines. Raises UnreadableFile, which says what to do, where there is nothing to read."""
    path = Path(path)
    kind = _kind(path, file_megabytes)
    if kind == "pdf":
        from ingest.load_pdf import load_pdf

        return _with_every_page(load_pdf(path), path, ocr, ocr_language)
    if kind == "docx":
        from ingest.load_docx import load_docx

        loaded = load_docx(path)
    elif kind == "html":
        from ingest.load_html import load_html

        loaded = load_html(path)
    else:
        from ingest.load_text import is_markdown, load_markdown, load_text

        loaded = load_markdown(path) if kind == "markdown" or is_markdown(path) else load_text(path)
    if not any(line.text for page in loaded.pages for line in page.lines):
        raise UnreadableFile(f"{path.name}: there is no text in it. Check that it is the right file.")
    return loaded


def _kind(path: Path, file_megabytes: int) -> str:
    """'pdf', 'docx', 'html', 'text' or 'markdown'; raises UnreadableFile for everything else."""
    suffix = path.suffix.lower()
    if suffix in _SAVE_AS:
        raise UnreadableFile(f"{path.name}: {suffix} files are not read. Open it and save it as {_SAVE_AS[suffix]}.")
    if suffix not in SUFFIXES:
        raise UnreadableFile(
            f"{path.name}: {suffix or 'files without a suffix'} cannot be read. Known: {', '.join(SUFFIXES)}."
        )
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise UnreadableFile(
            f"{path.name}: cannot be opened ({error.strerror}). Check the path and its permissions."
        ) from error
    if size == 0:
        raise UnreadableFile(f"{path.name}: the file is empty (0 bytes). Get it again from where it came from.")
    if size > file_megabytes * 1_000_000:
        raise UnreadableFile(
            f"{path.name}: {size / 1e6:.0f} MB is more than the limit of {file_megabytes} MB. "
            "Split it, or raise file_megabytes in the settings."
        )
    if head.startswith(b"%PDF-") or (suffix == ".pdf" and b"%PDF-" in head):
        return "pdf"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            f"{path.name}: an old Word file, or one that needs a password. "
            "Open it in Word and save it as .docx without a password."
        )
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    web_page = start.startswith((b"<!doctype html", b"<html"))
    if suffix in (".html", ".htm") or (web_page and suffix in (".txt", ".text")):
        return "html"
    if suffix == ".pdf":
        what = "a web page (perhaps an error message)" if web_page else "not a PDF, or its beginning is damaged"
        raise UnreadableFile(f"{path.name}: {what}. Get the PDF again from where it came from.")
    if suffix == ".docx":
        raise UnreadableFile(
            f"{path.name}: not a Word document, although it is named so. Get it again from where it came from."
        )
    return "markdown" if suffix in (".md", ".markdown") else "text"


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
    except zipfile.BadZipFile:
        raise UnreadableFile(
            f"{path.name}: the Word document is damaged. Get it again from where it came from."
        ) from None
    if "word/document.xml" in names:
        return "docx"
    raise UnreadableFile(
        f"{path.name}: a packed file that is not a Word document. Unpack it, or save it as .docx or PDF."
    )


def _with_every_page(loaded: Loaded, path: Path, ocr: bool, ocr_language: str) -> Loaded:
    """The PDF with pages without text read by OCR where that is wished, else named in a warning."""
    from ingest.load_pdf import spans

    blank = _blank_pages(loaded)
    if blank and ocr:
        from ingest.ocr import read_pages

        loaded = read_pages(path, loaded, blank, ocr_language)
        blank = _blank_pages(loaded)
    if not blank:
        return loaded
    one = len(blank) == 1
    missing = (
        f"page{'' if one else 's'} {spans(blank)} {'has' if one else 'have'} no text; {'it' if one else 'they'} may be "
    )
    missing += f"{'a scan' if one else 'scans'}."
    advice = " OCR found none either." if ocr else " Run with --ocr."
    if not any(line.text for page in loaded.pages for line in page.lines if page.number not in blank):
        raise UnreadableFile(" ".join((f"{path.name}:", *loaded.warnings, missing + advice)))
    return replace(loaded, warnings=(*loaded.warnings, missing + advice))


def _blank_pages(loaded: Loaded) -> list[int]:
    """Numbers of the pages that could be read and hold no letter and no digit; a damaged page has no width."""
    return [
        page.number
        for page in loaded.pages
        if page.width is not None and not any(c.isalnum() for line in page.lines for c in line.text)
    ]
