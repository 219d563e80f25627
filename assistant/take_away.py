"""What stands under an answer to take it away: as a file, alone or with its conversation, or as a link."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.addresses import download_link
from assistant.link import question_link
from assistant.render import escape
from assistant.understanding import Filters

FORMS = (
    ("docx", "Word document", "download"),
    ("html", "Page to print", ""),
    ("md", "Markdown text", "download"),
)
"Suffix, name, and whether a browser saves the file or shows it."


def forms_html(kept: str, of_what: str, turn: int | None = None) -> str:
    """Links to a kept conversation, or to one answer of it, in every form; `of_what` is said to screen readers."""
    about = f'<span class="unseen"> of {escape(of_what)}</span>'
    links = []
    for suffix, name, saved in FORMS:
        tab = saved or 'target="_blank" rel="noopener"'
        told = "" if saved else " (new tab)"
        address = escape(download_link(kept, suffix, turn))
        links.append(f'<li><a href="{address}" {tab}>{name}{about}{told}</a></li>')
    return f'<ul class="forms">{"".join(links)}</ul>'


def take_away_html(
    kept: str, turn: int, question: str, filters: Filters, before: Sequence[str], answers: int = 0,
    written: bool = False,
) -> str:  # fmt: skip
    """Folded: one answer in every form, its conversation where it has several `answers`, and a link that asks again.

    `turn` is the answer's place in the kept conversation; one that is not kept (0) has the link only.
    """
    parts = []
    if kept and turn:
        parts.append(f"<h4>This answer</h4>{forms_html(kept, f'answer {turn}', turn)}")
        if answers > 1:
            whole = f"The whole conversation ({answers} answers)"
            parts.append(f"<h4>{whole}</h4>{forms_html(kept, 'the whole conversation')}")
    link = escape(question_link(question, filters, before, written=written))
    parts.append(
        "<h4>A link to this question</h4><p>It asks the question again, of the reports held when it is opened.</p>"
        f'<button type="button" data-copy="{link}">Copy the link</button> <span role="status" class="copied"></span>'
    )
    return f'<details class="take"><summary>Save, print or share</summary>{"".join(parts)}</details>'
