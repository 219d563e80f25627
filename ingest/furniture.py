"""What is printed on a page without being part of the report: running heads and feet, page numbers, contents pages.

Recognised by where it stands and how often the same words return there, never by what it says.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.model import Line, Page, Passage

BAND = 0.12
"Share of the page's height, at the top and at the foot, in which running lines can stand."
EDGE = 0.065
"Share of the height in which a small line that stands off is a running line even if it is printed once."
_MANY = 8
"Pages from which a line must return three times, not twice, to be a running line."
_LONGEST = 200
"Characters in the longest running line."
_MOST_EDGE_LINES = 4
"Lines counted from the top or foot where a page has no layout."
_LEADER = re.compile(r"(?:\s*\.){4,}\s*\d{1,4}\s*$|\s_{4,}\s*\d{1,4}\s*$")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–—(\[]?\s*(\d{1,4}|[ivxl]{1,7})\s*[-–—)\]]?(?:\s*(?:of|/)\s*\d{1,4})?", re.I)


@dataclass(frozen=True)
class Cleaned:
    """Pages without furniture, with printed page numbers filled in, and the lines that were set aside."""

    pages: tuple[Page, ...]
    running: tuple[str, ...]
    "Running lines as printed, each once however its digits change, most frequent first."


def set_aside(pages: tuple[Page, ...]) -> Cleaned:
    """The pages without running lines and contents tables."""
    if all(page.number is None for page in pages):
        return Cleaned(pages, ())
    edges = [_edge_lines(page) for page in pages]
    seen: Counter[str] = Counter()
    for lines in edges:
        seen.update({masked(line.text) for line, _ in lines})
    size = body_size(pages)
    needed = min(len(pages), 2 if len(pages) < _MANY else 3)
    running: Counter[str] = Counter()
    printed: dict[str, str] = {}
    kept_pages = []
    for page, edge in zip(pages, edges):
        out = set()
        for line, depth in edge:
            key = masked(line.text)
            often = seen[key] >= needed and len(pages) > 1
            if not (often or _PAGE_NUMBER.fullmatch(line.text.strip()) or _small_at_edge(line, page, depth, size)):
                continue
            if line.cells or len(line.text) > _LONGEST:
                continue
            out.add(id(line))
            running[key] += 1
            printed.setdefault(key, line.text.strip())
        aside = [line for line in page.lines if id(line) in out]
        kept = tuple(line for line in page.lines if id(line) not in out)
        kept_pages.append(replace(page, lines=kept, printed=page.printed or _printed_number(aside, page.number)))
    if not any(page.lines for page in kept_pages):  # a file of nothing but returning lines: they are its text
        return Cleaned(pages, ())
    kept_pages = _with_believable_numbers(kept_pages)
    return Cleaned(
        tuple(_without_contents(page) for page in kept_pages), tuple(printed[key] for key, _ in running.most_common())
    )


def masked(text: str) -> str:
    """The line with digits masked and white space evened: what makes two running lines the same."""
    return re.sub(r"\s+", " ", re.sub(r"\d+", "#", text)).strip().casefold()


def body_size(pages: tuple[Page, ...] | list[Page]) -> float | None:
    """Font size of most characters; None where no size is known."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            if line.size:
                sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else None


def _edge_lines(page: Page) -> list[tuple[Line, int]]:
    """Lines that stand where running lines can stand, each with its distance in lines from the edge of the page."""
    lines = [line for line in page.lines if line.text.strip()]
    if page.height and lines and all(line.top is not None for line in lines):
        low, high = page.height * BAND, page.height * (1 - BAND)
        by_top = sorted(lines, key=lambda line: line.top)
        top = [(line, n) for n, line in enumerate(by_top) if line.bottom <= low]
        foot = [(line, n) for n, line in enumerate(reversed(by_top)) if line.top >= high]
        return top + foot
    few = min(_MOST_EDGE_LINES, len(lines) // 3)
    return [(line, n) for n, line in enumerate(lines[:few])] + [
        (line, n) for n, line in enumerate(reversed(lines[-few:] if few else []))
    ]


def _small_at_edge(line: Line, page: Page, depth: int, size: float | None) -> bool:
    """Whether a line printed once is a running line: at the very edge, smaller than the body, the outermost."""
    if not (page.height and size and line.size and line.top is not None) or depth > 1 or line.size > size - 0.5:
        return False
    return line.bottom <= page.height * EDGE or line.top >= page.height * (1 - EDGE)


def _printed_number(aside: list[Line], number: int | None) -> str | None:
    """The page number that the running lines print: a line that is a number, else the number one of them ends with."""
    for line in aside:
        whole = _PAGE_NUMBER.fullmatch(line.text.strip())
        if whole:
            return whole[1]
    ends = [found[1] for line in aside if (found := re.search(r"(?:^|\D)(\d{1,4})\s*$", line.text.strip()))]
    ends = [text for text in ends if int(text) < 1500]
    return ends[-1] if ends else None


def _with_believable_numbers(pages: list[Page]) -> list[Page]:
    """The pages with printed numbers only if these count up with the pages (a year or a date at the foot does not)."""
    numbers = [
        (page.number, int(page.printed)) for page in pages if page.printed and page.printed.isdigit() and page.number
    ]
    shifts = Counter(printed - number for number, printed in numbers)
    if not shifts:
        return pages
    shift, times = shifts.most_common(1)[0]
    if times * 2 < len(numbers):
        shift = None
    out = []
    for page in pages:
        if (
            page.printed
            and page.printed.isdigit()
            and page.number
            and (shift is None or int(page.printed) - page.number != shift)
        ):
            page = replace(page, printed=None)
        out.append(page)
    return out


def _without_contents(page: Page) -> Page:
    """The page without a table of contents: three or more lines that end in leaders or, mostly, in page numbers."""
    lines = page.lines
    led = [bool(_LEADER.search(line.text)) for line in lines]
    if sum(led) < 3:
        numbered = [
            bool(re.search(r"[A-Za-z)?]\s+\d{1,3}$", line.text.strip())) and len(line.text) < 110 for line in lines
        ]
        if sum(numbered) < 4 or sum(numbered) < 0.6 * len(lines) or not _ascending(lines, numbered):
            return page
        led = numbered
    first, last = led.index(True), len(led) - 1 - led[::-1].index(True)
    if first and len(lines[first - 1].text) < 40:  # the word 'Contents' itself
        first -= 1
    return replace(page, lines=lines[:first] + lines[last + 1 :])


def _ascending(lines: tuple[Line, ...], numbered: list[bool]) -> bool:
    """Whether the numbers at the lines' ends never fall, as page numbers in a table of contents do."""
    numbers = [int(line.text.split()[-1]) for line, yes in zip(lines, numbered) if yes]
    return numbers == sorted(numbers)


def mark_furniture(passages: tuple[Passage, ...], others: Iterable[set[str]], needed: int = 3) -> tuple[Passage, ...]:
    """The passages with `furniture` set on what reports of the kind repeat as end matter, and on nothing else.

    `others`: for each other report, `end_matter_keys` of its passages. A passage is furniture when its words return in
    the end matter of at least `needed` others and it stands in this report's own end matter, so an outcome sentence
    that many reports share on page 1 is never marked.
    """
    returns = Counter(key for keys in others for key in keys)
    first = end_matter_start(passages)
    return tuple(
        replace(p, furniture=p.ordinal >= first and p.kind != "heading" and returns[masked(p.text)] >= needed)
        for p in passages
    )


def furniture_ids(reports: Iterable[tuple[Passage, ...]], known: Collection[str] = (), needed: int = 3) -> set[str]:
    """Ids of what is furniture in reports of one kind: judged against the others as in `mark_furniture`, or known by its print."""
    held = list(reports)
    keys = [end_matter_keys(passages) for passages in held]
    returns = Counter(key for own in keys for key in own)
    found = set()
    for passages in held:
        first = end_matter_start(passages)
        found |= {
            p.id for p in passages
            if p.ordinal >= first and p.kind != "heading" and (returns[key := masked(p.text)] > needed or print_of(key) in known)
        }
    return found


def known_furniture(corpus: Path) -> frozenset[str]:
    """Prints of the end matter that published inspection reports share, so that a single one can be told from its report."""
    lines = (corpus / "furniture.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def print_of(key: str) -> str:
    """The print of a passage's key (`masked`): 12 hex digits, from which its words can't be read."""
    return hashlib.blake2b(key.encode(), digest_size=6).hexdigest()


def end_matter_keys(passages: tuple[Passage, ...]) -> set[str]:
    """The words of a report's end matter, one key a passage: what `mark_furniture` compares."""
    first = end_matter_start(passages)
    return {masked(p.text) for p in passages if p.ordinal >= first and p.kind != "heading"}


def end_matter_start(passages: tuple[Passage, ...]) -> int:
    """Ordinal from which a report can be end matter: the passages that begin in its last third."""
    if not passages:
        return 0
    total = passages[-1].end
    return next((p.ordinal for p in passages if p.start >= total * 2 / 3), passages[-1].ordinal + 1)
