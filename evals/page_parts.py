"""The pieces that the evaluation's pages are made of, as HTML (links, buttons, sections, tables), and addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote, urlencode

from assistant.render import escape
from evals.in_chat import EVALUATE


def run_address(run: str, part: str = "", **more: str) -> str:
    """The address of a run, or of a part of it ('/case', '/delete', '/report.html')."""
    query = urlencode({name: value for name, value in more.items() if value})
    return f"{EVALUATE}/runs/{quote(run, safe='')}{part}" + (f"?{query}" if query else "")


def case_address(run: str, case: str, against: str) -> str:
    """The address of one case of a run that is compared with `against`."""
    return run_address(run, "/case", id=case, against=against)


def link(address: str, words: str, about: str = "", more: str = "") -> str:
    """A link; `about` is said to screen readers only, `more` are further attributes."""
    unseen = f'<span class="unseen"> {escape(about)}</span>' if about else ""
    return f'<a href="{escape(address)}"{f" {more}" if more else ""}>{escape(words)}{unseen}</a>'


def button(address: str, words: str, fields: Mapping[str, str] = {}, about: str = "") -> str:
    """A form that is a button alone."""
    unseen = f'<span class="unseen"> {escape(about)}</span>' if about else ""
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())
    return (
        f'<form method="post" action="{escape(address)}">{hidden}'
        f'<button type="submit">{escape(words)}{unseen}</button></form>'
    )


def section(key: str, head: str, body: str) -> str:
    """A part of a page under a heading that has an id."""
    return f'<section aria-labelledby="{key}"><h2 id="{key}">{escape(head)}</h2>{body}</section>'


def items(found: Iterable[str], kind: str = "") -> str:
    """A list of HTML; kind 'row' stands side by side."""
    return f"<ul{f' class={kind}' if kind else ''}>{''.join(f'<li>{item}</li>' for item in found)}</ul>"


def table(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = (), key: str = ""
) -> str:
    """A table that scrolls sideways in a frame of its own.

    Cells are HTML, the first of a row is its head; `numbers` are the columns of figures, `key` is the table's id.
    """

    def cell(column: int, content: str) -> str:
        kind = " class=n" if column in numbers else ""
        return f"<td{kind}>{content}</td>" if column else f'<th scope="row"{kind}>{content}</th>'

    columns = "".join(
        f"<th scope=col{' class=n' if column in numbers else ''}>{escape(head)}</th>"
        for column, head in enumerate(heads)
    )
    lines = "".join(f"<tr>{''.join(cell(column, content) for column, content in enumerate(row))}</tr>" for row in rows)
    named = f' id="{key}"' if key else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(name)}, table">'
        f'<table class="tight"{named}><thead><tr>{columns}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def counted(count: int, what: str) -> str:
    """'1 case', '3 cases'."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def back() -> str:
    """The way back to the Evaluate page."""
    return f"<p>{link(EVALUATE, 'Back to Evaluate')}</p>"
