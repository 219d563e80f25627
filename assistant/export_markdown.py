"""A paper as markdown, sources as footnotes. Report text is escaped: none of it becomes markup, a link or an image."""

from __future__ import annotations

import re

from assistant.answer import Answer, Citation, Point
from assistant.export import (
    Paper,
    all_searched,
    form,
    link,
    made_words,
    note,
    pieces,
    reading_notes,
    small_print,
    standing,
    statements,
)
from assistant.render import runs, sections


def as_markdown_paper(paper: Paper) -> str:
    """The paper in markdown with footnotes ([^1]), as GitHub, Pandoc and most editors read them."""
    notes: list[str] = []
    blocks = [f"# {plain(paper.title)}", made_words(paper)]
    blocks += [f"> {note}" for note in ["  \n> ".join(reading_notes(paper))] if note]
    for place, answer in enumerate(paper.answers):
        if len(paper.answers) > 1:
            blocks.append(f"## {plain(answer.question)}")
        blocks += _answer(answer, notes, "###" if len(paper.answers) > 1 else "##")
        blocks += [f"Ask this again: <{address}>" for address in [link(paper, place)] if address]
    if titles := all_searched(paper):
        lines = (f"- {plain(title)}{' (quoted)' if quoted else ''}" for title, quoted in titles)
        blocks.append("## Reports searched\n\n" + "\n".join(lines))
    blocks += notes
    return "\n\n".join(blocks) + "\n"


def plain(text: str) -> str:
    """`text` on one line, with every sign that markdown would act on escaped."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"([\\`*_\[\]<>|~$])", r"\\\1", text)
    text = re.sub(r"&(?=#|\w+;)", r"\\&", text)
    # An address would become a link by itself.
    text = re.sub(r"(?i)(https?|ftp)(:)(?=//)|(www)(\.)", lambda m: f"{m[1] or m[3]}\\{m[2] or m[4]}", text)
    return re.sub(r"^(\d+)([.)])|^([#+=-])", lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", text)


def _answer(answer: Answer, notes: list[str], level: str) -> list[str]:
    numbers: dict[int, int] = {}

    def mark(citation: Citation) -> str:
        if citation.number not in numbers:
            numbers[citation.number] = len(notes) + 1
            notes.append(f"[^{len(notes) + 1}]: {plain(note(citation, answer))}")
        return f"[^{numbers[citation.number]}]"

    def said(point: Point) -> str:
        words = "".join(mark(piece) if isinstance(piece, Citation) else plain(piece) for piece in pieces(point, answer))
        return f"**Digest:** {words}" if form(point) == "digest" else words

    blocks = [f"**{words}**" for words in [standing(answer)] if words]
    blocks += [f"*{plain(answer.scope)}*"] if answer.scope else []
    for heading, under in sections(statements(answer)):
        blocks += [f"{level} {plain(heading)}"] if heading else []
        for layout, run in runs(heading, under):
            if layout == "paragraphs":
                blocks += [said(point) if form(point) in ("own", "written") else f"> {said(point)}" for point in run]
            else:
                blocks.append("\n".join(f"{f'{p.item}.' if p.item is not None else '-'} {said(p)}" for p in run))
    blocks += [plain(words) for words in small_print(answer)]
    return blocks
