"""Lines of a PDF, page by page in reading order.

pypdf opens the file, repairs what can be repaired, and knows passwords, page labels and metadata; pdfium gives each
character with its place, size and weight. A page that pdfium cannot read is read by pypdf, without places.

A hyphen at a line's end stays as it is printed ('-'), a soft hyphen of the file stays U+00AD; joining words is left to
whoever joins lines. Bullets stand at the start of the line's text.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.model import Line, Loaded, Page
from ingest.pdf_pages import open_document, read_page

_WORK_LIMIT = 200_000
"Most steps that pypdf may take over one content stream: caps hostile files at about a second."


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
    document = open_document(data)
    count = len(document) if document is not None else len(reader.pages) if reader is not None else 0
    if not count:
        raise damaged
    labels = _page_labels(reader, count)
    pages = []
    unread = []
    for index in range(count):
        page = read_page(document, index, pages[-1] if pages else None) if document is not None else None
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
