"""A paper as one HTML page made for printing: no script, no image, nothing loaded from anywhere."""

from __future__ import annotations

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
from assistant.render import escape, runs, sections

STYLE = """
@page { size: A4; margin: 22mm 20mm; }
:root { color-scheme: light; }
body { font: 12pt/1.5 Arial, Helvetica, sans-serif; color: #111; background: #fff; }
body { max-width: 42em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.7em; line-height: 1.25; margin: 0 0 .3em; }
h2 { font-size: 1.3em; margin: 1.8em 0 .4em; }
h3 { font-size: 1.08em; margin: 1.2em 0 .3em; }
h1, h2, h3 { break-after: avoid; overflow-wrap: anywhere; }
p, li { orphans: 3; widows: 3; overflow-wrap: anywhere; }
blockquote { margin: .7em 0 .7em .2em; padding-left: 1em; border-left: 3px solid #666; }
blockquote.digest { border-left-style: dotted; }
.made, .scope, .searched, .again { color: #444; }
.how { border: 1px solid #666; padding: .6em 1em; font-size: .92em; }
.how p { margin: .3em 0; }
sup a { color: #0b3d91; text-decoration: none; }
.notes { font-size: .88em; border-top: 1px solid #666; margin-top: 2.5em; }
@media print { body { margin: 0; max-width: none; padding: 0; } a { color: inherit; } }
"""


def as_html_paper(paper: Paper) -> str:
    """The whole page; notes stand at its end, linked both ways."""
    notes: list[str] = []
    parts = [f"<h1>{escape(paper.title)}</h1>", f'<p class="made">{escape(made_words(paper))}</p>']
    if how := reading_notes(paper):
        parts.append(f'<div class="how">{"".join(f"<p>{escape(note)}</p>" for note in how)}</div>')
    for place, answer in enumerate(paper.answers):
        if len(paper.answers) > 1:
            parts.append(f"<h2>{escape(answer.question)}</h2>")
        parts += _answer(answer, notes, level=3 if len(paper.answers) > 1 else 2)
        if address := link(paper, place):
            parts.append(f'<p class="again">Ask this again: <a href="{escape(address)}">{escape(address)}</a></p>')
    if titles := all_searched(paper):
        listed = "".join(f"<li>{escape(title)}{' (quoted)' if quoted else ''}</li>" for title, quoted in titles)
        parts.append(f"<h2>Reports searched</h2><ul>{listed}</ul>")
    if notes:
        parts.append(f'<section class="notes"><h2>Sources</h2><ol>{"".join(notes)}</ol></section>')
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(paper.title)}</title>'
    )
    body = f"<body><main>{''.join(parts)}</main></body>"
    return f'<!doctype html>\n<html lang="en-GB"><head>{head}<style>{STYLE}</style></head>{body}</html>\n'


def _answer(answer: Answer, notes: list[str], level: int) -> list[str]:
    numbers: dict[int, int] = {}

    def mark(citation: Citation) -> str:
        new = citation.number not in numbers
        number = numbers.setdefault(citation.number, len(notes) + 1)
        if new:
            notes.append(
                f'<li id="note-{number}">{escape(note(citation, answer))} <a href="#mark-{number}" aria-label="Back to note {number}">↩</a></li>'
            )
        anchor = f' id="mark-{number}"' if new else ""
        return f'<sup><a href="#note-{number}"{anchor} aria-label="Note {number}">{number}</a></sup>'

    def said(point: Point) -> str:
        words = "".join(
            mark(piece) if isinstance(piece, Citation) else escape(piece).replace("\n", "<br>")
            for piece in pieces(point, answer)
        )
        return f"<strong>Digest:</strong> {words}" if form(point) == "digest" else words

    parts = [f"<p><strong>{words}</strong></p>" for words in [standing(answer)] if words]
    parts += [f'<p class="scope">{escape(answer.scope)}</p>'] if answer.scope else []
    for heading, under in sections(statements(answer)):
        parts += [f"<h{level}>{escape(heading)}</h{level}>"] if heading else []
        for layout, run in runs(heading, under):
            if layout == "paragraphs":
                parts += [_paragraph(form(point), said(point)) for point in run]
            elif layout == "bullets":
                parts.append(f"<ul>{''.join(f'<li>{said(point)}</li>' for point in run)}</ul>")
            else:
                items = "".join(f'<li value="{point.item}">{said(point)}</li>' for point in run)
                parts.append(f"<ol>{items}</ol>")
    parts += [f'<p class="searched">{escape(words)}</p>' for words in small_print(answer)]
    return parts


def _paragraph(whose: str, words: str) -> str:
    return f"<p>{words}</p>" if whose in ("own", "written") else f'<blockquote class="{whose}"><p>{words}</p></blockquote>'
