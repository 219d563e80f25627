"""Reads scanned pages of a PDF with ocrmypdf and tesseract, which are programs of their own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.load_pdf import load_pdf, spans
from ingest.model import Loaded

_INSTALL = (
    "Install them (Debian, Ubuntu: apt install ocrmypdf tesseract-ocr; macOS: brew install ocrmypdf) "
    "or run without --ocr."
)


def read_pages(path: Path, loaded: Loaded, numbers: list[int], language: str) -> Loaded:
    """`loaded` with the numbered pages read by OCR, and a warning. Raises UnreadableFile where OCR fails."""
    missing = [program for program in ("ocrmypdf", "tesseract") if shutil.which(program) is None]
    if missing:
        raise UnreadableFile(f"{path.name}: OCR needs {' and '.join(missing)}. {_INSTALL}")
    with tempfile.TemporaryDirectory(prefix="send-assistant-ocr-") as folder:
        read = Path(folder) / "read.pdf"
        command = ["ocrmypdf", "--skip-text", "--language", language, "--output-type", "pdf", "--optimize", "0"]
        command += ["--rotate-pages", "--quiet", "--pages", spans(numbers).replace(" ", ""), str(path), str(read)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode or not read.is_file():
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            reason = said[-1] if said else f"exit status {done.returncode}"
            raise UnreadableFile(
                f"{path.name}: ocrmypdf could not read it ({reason}). Run without --ocr, or mend the file."
            )
        found = {page.number: page for page in load_pdf(read).pages if page.number in numbers and page.lines}
    pages = tuple(
        replace(found[page.number], printed=page.printed) if page.number in found else page for page in loaded.pages
    )
    if not found:
        return loaded
    one = len(found) == 1
    which = f"page{'' if one else 's'} {spans(sorted(found))} {'was' if one else 'were'}"
    warning = f"{which} read by OCR; check quotes against the page."
    return replace(loaded, pages=pages, warnings=(*loaded.warnings, warning))
