"""Whether two files hold the same report: another format or copy of it, told from another edition."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from ingest.model import Passage

RUN = 5
"Words in a shingle."
THRESHOLD = 0.8
"Share of each one's shingles that the other must hold. A report in two formats: .98 and more; others: .22 and less."
_WORD = re.compile(r"[^\W_]+")


def shingles_of(passages: Iterable[Passage]) -> np.ndarray:
    """Sorted hashes (uint64) of every run of five words; where paragraphs, lines and pages end makes no difference."""
    import numpy as np

    words = [word for passage in passages for word in _WORD.findall(passage.text.casefold())]
    if not words:
        return np.zeros(0, np.uint64)
    hashes = np.array([zlib.crc32(word.encode()) for word in words], np.uint64)
    run = min(RUN, len(hashes))
    rolled = np.zeros(len(hashes) - run + 1, np.uint64)
    for place in range(run):
        # Odd multiplier: every word's place counts, and arithmetic modulo 2**64 loses nothing.
        rolled = rolled * np.uint64(0x9E3779B97F4A7C15) + hashes[place : place + len(rolled)]
    return np.unique(rolled)


def find_same(own: np.ndarray, held: Mapping[str, np.ndarray]) -> str | None:
    """Id of the report held that is the same, the closest where there are several; None where there is none."""
    import numpy as np

    best, found = THRESHOLD, None
    for report_id, other in held.items():
        longer = max(len(own), len(other))
        if not longer or min(len(own), len(other)) < THRESHOLD * longer:
            continue
        # The smaller share of the two is that of the longer one.
        share = len(np.intersect1d(own, other, assume_unique=True)) / longer
        if share > best:
            best, found = share, report_id
    return found
