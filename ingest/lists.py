"""Lists: which blocks are items of one list, in which order, and what introduces it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.blocks import Block
from ingest.headings import Heading
from ingest.numbering import Number, number_of
from ingest.paged import finished

_ENUMERABLE = re.compile(
    r"\b(areas? for|recommendations?|actions?|priorities|points|questions|themes|next steps|suggestions|aims"
    r"|objectives)\b",
    re.I,
)
"Words in a heading that announce things to count, so that the paragraphs under it are the items."
_DECIDED = re.compile(r"\W*(?:it was )?(?:resolved|resolutions?|decisions?|agreed)(?: made| taken)?\W*", re.I)
"A heading or a line over what a meeting resolved, each point a paragraph."
_NO_VERB = "date|be|the|an?|this|that|these|those|our|their|its|all|some"
_CLAUSES = (
    re.compile(rf"(?:(?:resolved|agreed)\W{{1,3}})?to (?!(?:{_NO_VERB})\b)[a-z]+\b", re.I),
    re.compile(
        r"(?:(?:resolved|agreed)\W{1,3})?that "
        r"(?:the|an?|no|it|this|members|officers|approval|authority|(?-i:[A-Z])\w+)\b",
        re.I,
    ),
)
"How the points of a resolution open: 'To note …', 'That the committee …'. Each is a clause, no sentence of its own."
_MAIN_CLAUSE = re.compile(
    r",\s+(?!(?:which|who|whose|that|where|and|or|with|including|as|to)\b)(?:[\w’'-]+\s+){1,6}?"
    r"(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may|might|do|does|did|[a-z]+ed)\b"
)
"What makes a sentence of an opening clause: 'To mend this, the council …', 'That the pond froze, as it did, was …'."
_INDENT = 8.0
"Points by which a nested bullet stands further in."


@dataclass
class Listed:
    """A list while it is collected: indexes of its blocks, in order."""

    key: tuple
    items: list[int] = field(default_factory=list)
    last: Number | None = None
    intro: str = ""
    parent: int | None = None
    "Index of the block that the list is nested under."


def lists_of(blocks: list[Block], headings: dict[int, Heading]) -> list[Listed]:
    """Every list of two or more items, in order of their first items."""
    done: list[Listed] = []
    open_lists: list[Listed] = []
    heading = ""
    for n, block in enumerate(blocks):
        if n in headings:
            if not _repeats(block.text, heading):
                done += open_lists
                open_lists = []
                heading = block.text
            continue
        before = blocks[n - 1].text if n and n - 1 not in headings else ""
        intro = before if before.rstrip().endswith(":") else heading
        number = number_of(block)
        if block.is_row:
            open_lists = _row(n, blocks, headings, open_lists, done, heading)
        elif number is not None and _numbered(n, number, intro, open_lists, done):
            continue
        elif block.is_item:
            _bulleted(n, block, intro, open_lists, done)
        elif not _hangs_under(block, blocks, open_lists):
            _close(open_lists, done, lambda listed: listed.key[0] in ("bullet", "row"))
    done += open_lists
    done += _titled_headings(blocks, headings)
    done += _paragraph_lists(blocks, headings, done)
    done += _resolutions(blocks, headings, done)
    kept = [listed for listed in done if len(listed.items) > 1]
    return sorted(kept, key=lambda listed: listed.items[0])


def is_header_row(blocks: list[Block], n: int) -> bool:
    """Whether a table row names the columns: the first of its table, bold where the next row is not."""
    if not blocks[n].is_row or n and _same_table(blocks[n - 1], blocks[n]):
        return False
    follows = n + 1 < len(blocks) and _same_table(blocks[n], blocks[n + 1])
    return follows and blocks[n].bold and not blocks[n + 1].bold


def _repeats(text: str, heading: str) -> bool:
    return text.casefold().strip() == heading.casefold().strip()


def _same_table(a: Block, b: Block) -> bool:
    return a.is_row and b.is_row and len(a.cells) == len(b.cells)


def _close(open_lists: list[Listed], done: list[Listed], which) -> None:
    for listed in [listed for listed in open_lists if which(listed)]:
        open_lists.remove(listed)
        done.append(listed)


def _row(
    n: int, blocks: list[Block], headings, open_lists: list[Listed], done: list[Listed], heading: str
) -> list[Listed]:
    if is_header_row(blocks, n):
        return open_lists
    top = next((listed for listed in open_lists if listed.key[0] == "row"), None)
    goes_on = top is not None and n - 1 not in headings and _same_table(blocks[n - 1], blocks[n])
    if not goes_on:
        done += open_lists
        top = Listed(("row", len(blocks[n].cells)), intro=heading)
        open_lists = [top]
    top.items.append(n)
    return open_lists


def _numbered(n: int, number: Number, intro: str, open_lists: list[Listed], done: list[Listed]) -> bool:
    """Puts a numbered block in its list; False where it is none: its number neither continues nor begins one."""
    for listed in reversed(open_lists):
        if listed.key == ("number", number.style) and listed.last and number.parts[-1] == listed.last.parts[-1] + 1:
            place = open_lists.index(listed)
            done += open_lists[place + 1 :]
            del open_lists[place + 1 :]
            listed.items.append(n)
            listed.last = number
            return True
    if number.parts[-1] != 1 or number.style == "bare":
        return False
    _close(open_lists, done, lambda listed: listed.key[0] == "row" or listed.key == ("number", number.style))
    parent = open_lists[-1].items[-1] if open_lists else None
    open_lists.append(Listed(("number", number.style), [n], number, intro, parent))
    return True


def _bulleted(n: int, block: Block, intro: str, open_lists: list[Listed], done: list[Listed]) -> None:
    depth = block.level if block.style == "list-item" else (block.x0 or 0.0) / _INDENT
    _close(
        open_lists,
        done,
        lambda listed: listed.key[0] == "row" or listed.key[0] == "bullet" and listed.key[1] > depth + 0.99,
    )
    same = next((o for o in reversed(open_lists) if o.key[0] == "bullet" and abs(o.key[1] - depth) < 0.99), None)
    if same is not None:
        _close(
            open_lists,
            done,
            lambda listed: open_lists.index(listed) > open_lists.index(same) if listed in open_lists else False,
        )
        same.items.append(n)
        return
    parent = open_lists[-1].items[-1] if open_lists else None
    open_lists.append(Listed(("bullet", depth), [n], None, intro, parent))


def _hangs_under(block: Block, blocks: list[Block], open_lists: list[Listed]) -> bool:
    """Whether a paragraph belongs to the bullet above: set as far in as that bullet's own text."""
    bullets = [listed for listed in open_lists if listed.key[0] == "bullet"]
    if not bullets or block.x0 is None:
        return False
    item = blocks[bullets[-1].items[-1]]
    return item.hang is not None and item.x0 is not None and abs(item.hang - block.x0) < 3 and item.hang > item.x0 + 6


def _titled_headings(blocks: list[Block], headings: dict[int, Heading]) -> list[Listed]:
    """Lists of headings such as 'Recommendation 1: …', 'Recommendation 2: …', each with text of its own under it."""
    out: dict[str, Listed] = {}
    above = ""
    for n in sorted(headings):
        number = headings[n].number
        if number is None or not number.titled:
            above = blocks[n].text
            continue
        listed = out.get(number.style)
        if number.parts == (1,):
            out[number.style] = Listed(("heading", number.style), [n], number, above)
        elif listed and listed.last and number.parts[0] == listed.last.parts[0] + 1:
            listed.items.append(n)
            listed.last = number
    return list(out.values())


def _paragraph_lists(blocks: list[Block], headings: dict[int, Heading], done: list[Listed]) -> list[Listed]:
    """Paragraphs that are the items of a heading such as 'Areas for improvement', their bullets nested under them."""
    out = []
    order = sorted(headings)
    for k, n in enumerate(order):
        if not (_ENUMERABLE.search(blocks[n].text) or _DECIDED.fullmatch(blocks[n].text)):
            continue
        end = next((m for m in order[k + 1 :] if not _repeats(blocks[m].text, blocks[n].text)), len(blocks))
        inside = [m for m in range(n + 1, end) if m not in headings]
        if k and _repeats(blocks[order[k - 1]].text, blocks[n].text) and inside:
            continue  # the first of two equal headings already took them
        paragraphs = [m for m in inside if not blocks[m].is_item and not blocks[m].is_row and not number_of(blocks[m])]
        others = [listed for listed in done if len(listed.items) > 1 and listed.items[0] in inside]
        if any(listed.key[0] != "bullet" for listed in others) or len(paragraphs) < 2:
            continue
        if others and paragraphs[-1] < others[0].items[0]:  # paragraphs that only introduce one list of bullets
            continue
        if not all(finished(blocks[m].text) for m in paragraphs):
            continue
        for listed in others:
            listed.parent = max((m for m in paragraphs if m < listed.items[0]), default=None)
        out.append(Listed(("paragraph",), paragraphs, None, blocks[n].text))
    return out


def _resolutions(blocks: list[Block], headings: dict[int, Heading], done: list[Listed]) -> list[Listed]:
    """Paragraphs one after another that all open as the points of a resolution do, their bullets between them."""
    taken = {n: listed for listed in done if len(listed.items) > 1 for n in listed.items}
    out: list[Listed] = []
    under: list[tuple[Listed, Listed, int]] = []
    current: Listed | None = None
    heading = ""
    for n, block in enumerate(blocks):
        if n in headings:
            current, heading = None, block.text
            continue
        if current and block.is_item and n in taken:
            if taken[n].items[0] == n:
                under.append((taken[n], current, current.items[-1]))
            continue
        plain = not (block.is_item or block.is_row or block.marker or n in taken)
        form = next((k for k, clause in enumerate(_CLAUSES) if clause.match(block.text)), None) if plain else None
        if form is None or _MAIN_CLAUSE.search(block.text.split(". ")[0]):
            current = None
        elif current and current.key == ("clause", form):
            current.items.append(n)
        else:
            above = blocks[n - 1].text if n and n - 1 not in headings else ""
            introduces = above.rstrip().endswith(":") or _DECIDED.fullmatch(above)
            current = Listed(("clause", form), [n], None, above if introduces else heading)
            out.append(current)
    for bullets, points, point in under:
        if len(points.items) > 1 and bullets.parent is None:
            bullets.parent = point
    return out
