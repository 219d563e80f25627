"""How a report is set, which tells a line that was ended from one that was wrapped: margins, line distances, words."""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict

from ingest.furniture import body_size
from ingest.model import Line, Page

_EARLY = 0.3
"Share of the width that a line leaves free when it plainly ends before the margin."
_WIDE = 1.3
"Line distance, as a share of the usual one, from which lines stand apart."


class Layout:
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
        self.unwrapped = not self.placed and bool(lengths) and share_of(lengths, 0.9) > 130
        self.width = share_of(lengths, 0.95) if lengths else 0
        rights: dict[int, list[float]] = defaultdict(list)
        everywhere = []
        for line in lines:
            if line.x1 is not None and not line.cells:
                everywhere.append(line.x1)
                rights[round(line.x0 / 12)].append(line.x1)
        self.right = share_of(everywhere, 0.95) if everywhere else 0.0
        self.rights = {key: share_of(values, 0.9) for key, values in rights.items() if len(values) >= 12}
        gaps: dict[float, list[float]] = defaultdict(list)
        for page in pages:
            for a, b in zip(page.lines, page.lines[1:]):
                if not a.size or a.size != b.size or a.top is None or b.top is None or a.cells or b.cells:
                    continue
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

    def ends_early(self, line: Line) -> bool:
        """Whether a line ends well before the margin."""
        if line.x1 is not None:
            right = self.rights.get(round(line.x0 / 12), self.right)
            return line.x1 < right - _EARLY * (right - line.x0)
        return len(line.text) < (1 - _EARLY) * self.width


def share_of(values: list, share: float):
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
