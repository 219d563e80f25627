"""Answers to take away: one paper with quotes, sources and what was searched, as Word, markdown or a page to print.

What every format shows is decided here; `export_docx`, `export_markdown` and `export_html` only write it down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.answer import STATUSES, Answer, Citation, Point
from assistant.render import SHORT_LIST, searched_words, source_words, unshown_quotes, writing_words
from ingest.errors import SendAssistantError

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
"Formats of a paper by file suffix."

QUOTES = "Words in quotation marks are the reports’ own, as printed. The note to each says where it stands."
DIGESTS = (
    "Lines that begin with “Digest:” retell a report in words of this project. They are not the report’s words: "
    "read the report before you quote it."
)
WRITTEN = (
    "Sentences without quotation marks that have a note were written by a language model. Each was checked against the quotes "
    "in its notes; check it again before you rely on it."
)
OWN_WORDS = "All other words are the assistant’s."
CHOICE = "The assistant chose the sentences; whether they answer the question is for the reader to judge."


@dataclass(frozen=True)
class Paper:
    """Answers under one title, ready to be written in any format."""

    title: str
    answers: tuple[Answer, ...]
    made: date
    links: tuple[str, ...] = ()
    "Addresses that ask each question again, in the order of the answers; () where there is none."


def paper_of(answers: Sequence[Answer], made: date, links: Sequence[str] = ()) -> Paper:
    """A paper of the answers; those that failed are left out. Raises SendAssistantError where none is left."""
    kept = [number for number, answer in enumerate(answers) if answer.status != "error"]
    if not kept:
        why = answers[0].text if answers else "No question has been answered yet"
        raise SendAssistantError(f"There is no answer to save. {why}")
    title = answers[kept[0]].question if len(kept) == 1 else f"Evidence on {len(kept)} questions"
    return Paper(title, tuple(answers[n] for n in kept), made, tuple(links[n] for n in kept) if links else ())


def writer(suffix: str) -> Callable[[Paper], bytes]:
    """What writes a paper in the format of a suffix ('docx', 'md', 'html')."""
    if suffix == "docx":
        from assistant.export_docx import as_docx

        return as_docx
    if suffix == "md":
        from assistant.export_markdown import as_markdown_paper

        return lambda paper: as_markdown_paper(paper).encode()
    from assistant.export_html import as_html_paper

    return lambda paper: as_html_paper(paper).encode()


def check_target(path: Path) -> str:
    """The suffix of a file to which a paper can be written. Raises SendAssistantError that says what is wrong."""
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in MEDIA_TYPES:
        raise SendAssistantError(
            f"--save {path}: the name must end in .docx (Word), .md (markdown) or .html (to print)."
        )
    if not path.parent.is_dir():
        raise SendAssistantError(f"--save {path}: its folder does not exist. Make it first, or name another.")
    if path.exists():
        raise SendAssistantError(f"--save {path}: is there already. Name another file, or remove that one first.")
    return suffix


def save(paper: Paper, path: Path) -> None:
    """Writes the paper to a new file, in the format that its name ends in."""
    written = writer(check_target(path))(paper)
    try:
        path.write_bytes(written)
    except OSError as error:
        raise SendAssistantError(f"--save {path}: cannot be written ({error.strerror}). Name another file.") from error


def file_name(paper: Paper, suffix: str) -> str:
    """'2026-11-22-what-did-the-review-say.docx': safe on every system."""
    words = re.sub(r"[^a-z0-9]+", "-", paper.title.lower()).strip("-")
    return f"{paper.made.isoformat()}-{words[:60].strip('-') or 'answers'}.{suffix}"


def made_words(paper: Paper) -> str:
    """'22 November 2026 · SEND evidence assistant'."""
    return f"{paper.made.day} {paper.made:%B %Y} · SEND evidence assistant"


def reading_notes(paper: Paper) -> tuple[str, ...]:
    """How to tell whose words are whose: only what the paper has use for."""
    forms = {form(point) for answer in paper.answers for point in statements(answer)}
    notes = [QUOTES] if "quote" in forms else []
    notes += [DIGESTS] if "digest" in forms else []
    notes += [WRITTEN] if "written" in forms else []
    notes += [OWN_WORDS] if "own" in forms and notes else []
    return (*notes, CHOICE) if notes else ()


def statements(answer: Answer) -> tuple[Point, ...]:
    """The answer's points; an answer that is one text becomes a point for each of its paragraphs."""
    return answer.points or tuple(Point(text, ours=True) for text in answer.text.split("\n\n") if text.strip())


def form(point: Point) -> str:
    """Whose words a point is: 'quote' (a report's), 'digest' (ours, retelling a report), 'written' (a language model's) or 'own' (the assistant's)."""
    if point.written:
        return "written"
    if point.ours or not point.citations:
        return "own"
    return "digest" if all(citation.digest for citation in point.citations) else "quote"


def pieces(point: Point, answer: Answer) -> Iterator[str | Citation]:
    """The point as words and the citations that follow them; numbers such as [2] in words of ours become citations."""
    cited = {citation.number: citation for citation in answer.citations}
    rest = list(point.citations)
    if form(point) != "own":
        yield f"“{point.text}”" if form(point) == "quote" else point.text
    else:
        for part in re.split(r"(\s*\[\d+\])", point.text):
            number = re.fullmatch(r"\s*\[(\d+)\]", part)
            citation = cited.get(int(number[1])) if number else None
            if citation is None:
                if part:
                    yield part
                continue
            rest = [other for other in rest if other.number != citation.number]
            yield citation
    yield from rest


def note(citation: Citation, answer: Answer) -> str:
    """Where a quote stands, and the quote itself where the answer shows only a sentence that rests on it."""
    quote = f" “{citation.quote}”" if citation.number in unshown_quotes(answer) else ""
    return f"{source_words(citation)}. File: {citation.file}.{quote}"


def small_print(answer: Answer) -> list[str]:
    """What stands under an answer: who wrote it and what was checked, and what was searched."""
    return [words for words in (writing_words(answer), searched(answer)) if words]


def standing(answer: Answer) -> str:
    """How the reports answer, in a reader's words; '' where they simply do."""
    return "" if answer.status == "answered" else STATUSES[answer.status]


def searched(answer: Answer) -> str:
    """What was searched for one answer; a long list of titles stands at the end of the paper."""
    if not answer.searched:
        return ""
    named = ": " + "; ".join(answer.searched) if len(answer.searched) <= SHORT_LIST else ", listed at the end"
    return f"Searched {searched_words(len(answer.searched))}{named}."


def all_searched(paper: Paper) -> list[tuple[str, bool]]:
    """Every report searched, by title, and whether it is quoted; [] where each answer names its own."""
    if all(len(answer.searched) <= SHORT_LIST for answer in paper.answers):
        return []
    quoted = {citation.title for answer in paper.answers for citation in answer.citations}
    titles = {title for answer in paper.answers for title in answer.searched}
    return [(title, title in quoted) for title in sorted(titles, key=str.casefold)]


def link(paper: Paper, place: int) -> str:
    """The address that asks the question at a place (from 0) again; '' where there is none."""
    return paper.links[place] if paper.links else ""
