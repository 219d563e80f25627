"""Lines of a plain text or markdown file.

Plain text keeps its lines; an empty line is a Line whose text is '', so that paragraphs can be told apart. A file
whose lines are long holds a whole paragraph in each. A form feed begins a new page. Markdown gives whole headings,
paragraphs, list items and table rows, without markup; its front matter is the metadata.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.model import Line, Loaded, Page

_LONG = 120
"A line longer than this was not wrapped by hand."


def load_text(path: Path) -> Loaded:
    """A plain text file, one page for each form feed and one more; a single page has no number."""
    text, warnings = decode(path)
    chapters = text.split("\f")
    if len(chapters) > 1 and not chapters[-1].strip():
        chapters.pop()
    lengths = [len(line.strip()) for line in text.splitlines() if line.strip()]
    unwrapped = sum(n for n in lengths if n > _LONG) >= 0.3 * sum(lengths)
    pages = []
    for index, chapter in enumerate(chapters):
        number = index + 1 if len(chapters) > 1 else None
        lines = [re.sub(r"\s+", " ", line).strip() for line in chapter.strip("\n").split("\n")]
        pages.append(Page(number, tuple(Line(line, page=number, whole=unwrapped and line != "") for line in lines)))
    return Loaded(tuple(pages), "text", {}, tuple(warnings))


def load_markdown(path: Path) -> Loaded:
    """A markdown file as one page without a number."""
    text, warnings = decode(path)
    metadata, body = _front_matter(text)
    return Loaded((Page(None, tuple(_markdown_lines(body))),), "markdown", metadata, tuple(warnings))


def is_markdown(path: Path) -> bool:
    """Two headings or more are marked with '#', whatever the file is called."""
    return len(re.findall(r"^#{1,6} \S", decode(path)[0], re.MULTILINE)) > 1


def decode(path: Path) -> tuple[str, list[str]]:
    """The file's text with newlines as '\\n', and a warning where its encoding had to be guessed."""
    data = path.read_bytes()
    guessed = ""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        encoding = "utf-32"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif data[:2000].count(0) > len(data[:2000]) // 4:
        guessed = encoding = "utf-16-le" if data[1:2000:2].count(0) >= data[0:2000:2].count(0) else "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8-sig" or b"\0" in data:
            raise UnreadableFile(f"{path.name}: not a text file. Save it as UTF-8 text, PDF or .docx.") from None
        guessed = "cp1252"
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise UnreadableFile(
            f"{path.name}: not a text file (it holds zero bytes). Save it as UTF-8 text, PDF or .docx."
        )
    warnings = (
        [f"the text is not UTF-8; read as {guessed}. Check its £ signs and apostrophes, or save it as UTF-8."]
        if guessed
        else []
    )
    return text.replace("\r\n", "\n").replace("\r", "\n"), warnings


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """What stands between the two '---' lines at the head ('key: value', lists joined with '; '), and the rest."""
    match = re.match(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", text, re.DOTALL)
    if not match:
        return {}, text
    found: dict[str, str] = {}
    key = ""
    for line in match[1].split("\n"):
        item = re.match(r"\s*-\s+(.*)", line)
        pair = re.match(r"([\w][\w .-]*?)\s*:(?:\s+(.*))?$", line)
        if item and key:
            found[key] = "; ".join(part for part in (found[key], _unquoted(item[1])) if part)
        elif pair:
            key, value = pair[1].strip(), (pair[2] or "").strip()
            if value.startswith("[") and value.endswith("]"):
                value = "; ".join(_unquoted(part) for part in value[1:-1].split(",") if part.strip())
            found[key] = _unquoted(value)
        elif line[:1] in (" ", "\t") and key and line.strip():
            found[key] = f"{found[key]} {line.strip()}".strip()
    return found, text[match.end() :]


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def _markdown_lines(body: str) -> list[Line]:
    """Headings, paragraphs, list items and table rows, each whole."""
    out: list[Line] = []
    paragraph: Line | None = None
    indents: list[int] = []
    "Indents of the lists that are open, outermost first."
    fence = ""

    def close() -> None:
        nonlocal paragraph
        if paragraph is not None:
            text = _plain(paragraph.text)
            bold = re.fullmatch(r"(\*\*|__)(?!\s).+?\1[.:]?", paragraph.text) is not None
            if text:
                out.append(replace(paragraph, text=text, bold=bold, whole=True))
        paragraph = None

    for raw in re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL).split("\n") + [""]:
        line = raw.expandtabs(4).rstrip()
        stripped = re.sub(r"^(?:>\s?)+", "", line.strip())
        mark = re.match(r"(```+|~~~+)", stripped)
        if fence or mark:
            if mark and not fence:
                close()
                fence = mark[1]
            elif fence and stripped.startswith(fence):
                fence = ""
            elif stripped:
                out.append(Line(stripped, whole=True))
            continue
        indent = len(line) - len(line.lstrip())
        heading = re.match(r"(#{1,6})\s+(.*?)\s*#*$", stripped)
        item = re.match(r"([-*+]|\d{1,3}[.)])\s+(.*)", stripped)
        underline = re.fullmatch(r"=+|-{2,}", stripped)
        if not stripped:
            close()
        elif underline and paragraph is not None and not paragraph.style:
            paragraph = replace(paragraph, style="heading-1" if stripped[0] == "=" else "heading-2")
            close()
        elif re.fullmatch(r"([-*_])(?:\s*\1){2,}", stripped):
            close()
        elif heading and indent < 4:
            close()
            indents = []
            out.append(Line(_plain(heading[2]), style=f"heading-{len(heading[1])}", whole=True))
        elif item and (
            paragraph is None or paragraph.style == "list-item" or item[1] in "-*+" or item[1] in ("1.", "1)")
        ):
            close()
            while indents and indent < indents[-1]:
                indents.pop()
            if not indents or indent >= indents[-1] + 2:
                indents.append(indent)
            paragraph = Line(item[2], style="list-item", level=len(indents) - 1, marker=item[1])
        elif stripped.startswith("|") and stripped.count("|") > 1:
            close()
            cells = tuple(_plain(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", stripped.strip("|")))
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                out.append(Line(" | ".join(cells), style="table-row", cells=cells, whole=True))
        elif paragraph is not None:
            paragraph = replace(paragraph, text=f"{paragraph.text} {stripped}")
        else:
            indents = [level for level in indents if level < indent]
            paragraph = Line(stripped)
    close()
    return out


def _plain(text: str) -> str:
    """Markdown's inline marks taken out; links and pictures keep their words."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)", r"\1", text)
    text = re.sub(r"<((?:https?://|mailto:)[^>\s]+)>", r"\1", text)
    text = re.sub(r"(\*\*\*|\*\*|\*)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<!\w)(__|_)(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", text)
    text = re.sub(r"(`+)\s?(.+?)\s?\1", r"\2", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+\-.!|>])", r"\1", text)
    return re.sub(r"\s+", " ", text).strip()
