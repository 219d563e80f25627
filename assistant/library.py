"""The library: the reports held, their text, their original files and pictures of their pages."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from pathlib import Path

from ingest.errors import KnowledgeBaseError, SendAssistantError
from ingest.knowledge import KnowledgeBase
from ingest.model import PageSpan, Passage, Report
from ingest.sandbox import Reader
from ingest.settings import Settings

PICTURES_KEPT = 60
"Pages whose pictures are kept in memory, about half a megabyte each."


class Library:
    """The reports of the live knowledge base; may be shared by threads. Needs no model, so it opens at once."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._knowledge: KnowledgeBase | None = None
        self._opening = threading.Lock()
        self._drawing = threading.Lock()
        self._reader: Reader | None = None
        self._pictures: OrderedDict[tuple, bytes] = OrderedDict()
        self._checked: dict[tuple, bool] = {}

    def close(self) -> None:
        """Ends the process that draws pages."""
        with self._drawing:
            if self._reader:
                self._reader.__exit__()
                self._reader = None

    def knowledge(self) -> KnowledgeBase:
        """The live knowledge base. Raises KnowledgeBaseError where there is none yet."""
        with self._opening:
            self._knowledge = self._knowledge.refresh() if self._knowledge else KnowledgeBase(self.settings.index)
            return self._knowledge

    def report(self, report_id: str) -> Report:
        """A report that is held. Raises KnowledgeBaseError where it is not."""
        found = self.knowledge().reports.get(report_id)
        if found is None:
            raise KnowledgeBaseError(
                "This report is not in the knowledge base any more. The library lists what is held."
            )
        return found

    def passages(self, report_id: str) -> list[Passage]:
        """The passages of a report in order."""
        return self.knowledge().store.passages(report_id)

    def original(self, report: Report) -> Path:
        """The file that a report was read from. Raises SendAssistantError where it is gone or has changed since."""
        path = Path(report.path)
        try:
            state = path.stat()
            seen = (report.path, report.sha256, state.st_mtime_ns, state.st_size)
            if seen not in self._checked:
                with path.open("rb") as file:
                    self._checked[seen] = hashlib.file_digest(file, "sha256").hexdigest() == report.sha256
        except OSError:
            raise SendAssistantError(
                f"The original of this report ({report.file}) is not where it was when it was added, so it cannot be "
                "shown. The text that was read from it is kept. Put the file back, or add it again."
            ) from None
        if not self._checked[seen]:
            raise SendAssistantError(
                f"The original of this report ({report.file}) has changed since it was added, so its pages may no "
                "longer match what is quoted. Add it again to read the new version."
            )
        return path

    def page_picture(
        self, report: Report, page: int, passage: Passage | None = None, start: int = 0, end: int = 0
    ) -> bytes:
        """PNG of a page; characters [start, end) of `passage` are marked where they stand on it.

        Raises SendAssistantError where the original cannot be shown.
        """
        path = self.original(report)
        text, first, last = on_page(passage, page, start, end) if passage else ("", 0, 0)
        wanted = (report.sha256, page, text, first, last)
        with self._drawing:  # one page at a time: drawing takes a tenth of a second of one processor
            if wanted in self._pictures:
                self._pictures.move_to_end(wanted)
                return self._pictures[wanted]
            if self._reader is None:
                self._reader = Reader(self.settings).__enter__()
            picture = self._reader.picture(path, page, text, first, last)
            self._pictures[wanted] = picture
            while len(self._pictures) > PICTURES_KEPT:
                self._pictures.popitem(last=False)
            return picture


def on_page(passage: Passage, page: int, start: int, end: int) -> tuple[str, int, int]:
    """What a passage says on a page, and the marked characters in that; ('', 0, 0) where none of it stands there."""
    span = next((span for span in passage.pages if span.page == page), PageSpan(page, None, 0, 0))
    first, last = max(start, span.start), min(end, span.end)
    if last <= first:
        return "", 0, 0
    return passage.text[span.start : span.end], first - span.start, last - span.start
