"""Headings, paragraphs, list items and table rows of a web page's main content, without its navigation."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.model import Line, Loaded, Page

_DROPPED = (
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "aside",
    "svg",
    "iframe",
    "button",
    "select",
    "input",
    "textarea",
)
_BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 "
    "h6 header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_BULLETS = "•▪◼●‣■"


def load_html(path: Path) -> Loaded:
    """The page's main content as one page without a number. Raises UnreadableFile where there is none."""
    from bs4 import BeautifulSoup

    data = path.read_bytes()
    soup = BeautifulSoup(data, "lxml")
    warnings = []
    encoding = (soup.original_encoding or "utf-8").lower()
    declared = re.search(rb"charset\s*=", data[:4096], re.IGNORECASE)
    if not declared and encoding not in ("utf-8", "ascii", "utf-16", "utf-16le", "utf-16be"):
        warnings.append(f"the page does not say its encoding; read as {encoding}. Check its £ signs and apostrophes.")
    metadata = _metadata(soup)
    body = soup.body or soup
    _drop_surroundings(body)
    lines = tuple(_Walk().lines(_main(body)))
    if not lines:
        raise UnreadableFile(
            f"{path.name}: the web page has no text of its own. Save the page again after it has loaded, or as PDF."
        )
    return Loaded((Page(number=None, lines=lines),), "html", metadata, tuple(warnings))


def _metadata(soup) -> dict[str, str]:
    """Title and what the page's meta elements say."""
    found = {}
    if soup.title and soup.title.get_text(strip=True):
        found["title"] = _squeeze(soup.title.get_text())
    for meta in soup.find_all("meta"):
        name, content = meta.get("name") or meta.get("property"), meta.get("content")
        if name and content and name.lower() not in ("viewport", "robots", "theme-color"):
            found.setdefault(str(name).lower(), str(content).strip()[:500])
    return found


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _drop_surroundings(body) -> None:
    """Takes out what is not content: scripts, navigation, hidden elements, page header and footer, lists of links."""
    from bs4 import Comment

    for comment in body.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in body.find_all(_DROPPED):
        tag.decompose()
    for tag in body.find_all(_is_hidden):
        if not tag.decomposed:
            tag.decompose()
    for tag in body.find_all(("header", "footer")):
        if tag.find_parent(("main", "article")) is None:
            tag.decompose()
    whole = len(_squeeze(body.get_text()))
    for tag in body.find_all("form"):
        if len(_squeeze(tag.get_text())) < whole / 2:
            tag.decompose()
    for tag in body.find_all(("ul", "ol", "div")):
        if not tag.decomposed and _is_navigation(tag):
            tag.decompose()


def _is_hidden(tag) -> bool:
    style = re.sub(r"\s", "", str(tag.get("style", ""))).lower()
    return (
        tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or tag.get("role") in ("navigation", "banner", "contentinfo", "search")
        or "display:none" in style
        or "visibility:hidden" in style
    )


def _is_navigation(tag) -> bool:
    """Three links or more that are nearly all of the element's text, and each short."""
    links = [_squeeze(a.get_text()) for a in tag.find_all("a")]
    return (
        len(links) >= 3
        and sum(map(len, links)) >= 0.8 * len(_squeeze(tag.get_text()))
        and sum(map(len, links)) < 40 * len(links)
    )


def _own_text(tag) -> int:
    """Characters of the element that are not the text of a link."""
    return len(_squeeze(tag.get_text())) - sum(len(_squeeze(a.get_text())) for a in tag.find_all("a"))


def _main(body):
    """The element marked as main content, else the smallest that holds three quarters of the page's text."""
    total = _own_text(body)
    marked = [
        tag
        for tag in body.find_all(lambda t: t.name == "main" or t.get("role") == "main")
        if _own_text(tag) >= 0.2 * total
    ]
    if marked:
        return max(marked, key=_own_text)
    articles = body.find_all("article")
    if len(articles) == 1 and _own_text(articles[0]) >= 0.5 * total:
        return articles[0]
    found = body
    while True:
        inner = next(
            (
                c
                for c in found.find_all(
                    ("div", "section", "article", "form", "td", "tr", "tbody", "table", "center"), recursive=False
                )
                if _own_text(c) >= 0.75 * total
            ),
            None,
        )
        if inner is None:
            return found
        found = inner


class _Walk:
    """Collects lines from an element; holds the inline text that waits for its block to end."""

    def __init__(self):
        self.out: list[Line] = []
        self.waiting: list[tuple[str, bool]] = []

    def lines(self, element) -> list[Line]:
        self._children(element, bold=False, depth=0)
        self._flush()
        return self.out

    def _children(self, element, bold: bool, depth: int) -> None:
        from bs4 import NavigableString, Tag

        for child in element.children:
            if isinstance(child, Tag):
                self._tag(child, bold, depth)
            elif isinstance(child, NavigableString) and type(child) is NavigableString:
                self.waiting.append((re.sub(r"\s+", " ", str(child)), bold))

    def _tag(self, tag, bold: bool, depth: int) -> None:
        name = tag.name
        if name == "br":
            self.waiting.append(("\n", bold))
        elif re.fullmatch(r"h[1-6]", name):
            self._flush()
            self._children(tag, bold, depth)
            self._flush(style=f"heading-{name[1]}")
        elif name in ("ul", "ol"):
            self._flush()
            self._list(tag, bold, depth)
        elif name == "table":
            self._flush()
            self._table(tag, bold, depth)
        elif name in _BLOCKS:
            self._flush()
            self._children(tag, bold, depth)
            self._flush()
        else:
            self._children(tag, bold or name in ("b", "strong"), depth)

    def _flush(self, style: str = "", level: int = 0, marker: str = "") -> None:
        """Turns the waiting inline text into lines: empty lines part paragraphs, bullets typed by hand are items."""
        waiting, self.waiting = self.waiting, []
        text = "".join(part for part, _ in waiting)
        bold = bool(text.strip()) and all(is_bold for part, is_bold in waiting if part.strip())
        for paragraph in re.split(r"\n\s*\n", text):
            pieces = [_squeeze(piece) for piece in paragraph.split("\n") if piece.strip()]
            if sum(piece[0] in _BULLETS for piece in pieces) < 2:
                pieces = [_squeeze(" ".join(pieces))] if pieces else []
            for piece in pieces:
                typed = piece[0] in _BULLETS and not style.startswith("heading")
                items = re.split(rf"\s+[{_BULLETS}]\s+", piece) if typed or style == "list-item" else [piece]
                for item in items:
                    given = item[0] if item[:1] and item[0] in _BULLETS else ""
                    item = item.lstrip(_BULLETS + " ") if given else item
                    if not item:
                        continue
                    if typed or style == "list-item":
                        self.out.append(
                            Line(
                                item,
                                style="list-item",
                                level=level,
                                marker=marker or given or "•",
                                bold=bold,
                                whole=True,
                            )
                        )
                    else:
                        self.out.append(Line(item, style=style, bold=bold, whole=True))

    def _list(self, tag, bold: bool, depth: int) -> None:
        from bs4 import Tag

        start = str(tag.get("start", "1"))
        number = int(start) if re.fullmatch(r"-?\d{1,6}", start) else 1
        for item in tag.children:
            if not isinstance(item, Tag):
                continue
            if item.name != "li":
                self._tag(item, bold, depth + (item.name in ("ul", "ol")))
                continue
            value = str(item.get("value", ""))
            number = int(value) if re.fullmatch(r"\d{1,6}", value) else number
            marker = f"{_numeral(number, str(tag.get('type', '1')))}." if tag.name == "ol" else "•"
            number += 1
            self._item(item, bold, depth, marker)

    def _item(self, item, bold: bool, depth: int, marker: str) -> None:
        """The item's own text as one line (or one for each bullet typed inside), then the lists inside it."""
        from bs4 import Tag

        inner = [tag for tag in item.find_all(("ul", "ol", "table")) if tag.find_parent(("li", "table")) is item]
        for child in item.find_all(("p", "div")):
            child.insert_before(" ")
        own = _Walk()
        for tag in inner:
            tag.extract()
        for child in list(item.children):
            if isinstance(child, Tag) and child.name in _BLOCKS:
                child.unwrap()
        own._children(item, bold, depth)
        self.waiting = [(text.replace("\n", " "), is_bold) for text, is_bold in own.waiting]
        if own.out:
            self.waiting = [(" ".join(line.text for line in own.out) + " ", bold), *self.waiting]
        self._flush(style="list-item", level=depth, marker=marker)
        for tag in inner:
            if tag.name == "table":
                self._table(tag, bold, depth)
            else:
                self._list(tag, bold, depth + 1)

    def _table(self, table, bold: bool, depth: int) -> None:
        """One line a row; a table that only lays out the page is read cell by cell."""
        rows = [
            [cell for cell in row.find_all(("td", "th"), recursive=False)]
            for row in table.find_all("tr")
            if row.find_parent("table") is table
        ]
        layout = table.find(("table", "h1", "h2", "h3", "h4")) is not None or all(len(row) < 2 for row in rows)
        caption = table.find("caption", recursive=False)
        if caption is not None:
            self._children(caption, bold, depth)
            self._flush()
        for row in rows:
            if layout:
                for cell in row:
                    self._children(cell, bold, depth)
                    self._flush()
                continue
            cells = tuple(_squeeze(cell.get_text(" ")) for cell in row)
            if any(cells):
                header = all(cell.name == "th" for cell in row)
                self.out.append(Line(" | ".join(cells), style="table-row", cells=cells, bold=header))


def _numeral(number: int, kind: str) -> str:
    """A list number as the page shows it: 3 or c or C."""
    if kind in ("a", "A") and 1 <= number <= 26:
        return chr(ord(kind) + number - 1)
    if kind in ("i", "I") and 1 <= number <= 39:
        small = "x" * (number // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]
        return small if kind == "i" else small.upper()
    return str(number)
