"""The pages of kept conversations: the list with its search, and the question before something is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.addresses import conversation_address
from assistant.history import LISTED, Kept
from assistant.layout import notice
from assistant.render import escape
from assistant.take_away import forms_html

ALL_DELETED = "/conversations/delete"


def delete_address(kept: str) -> str:
    """Where one conversation is deleted."""
    return f"/conversations/{kept}/delete"


def conversations_main(found: Sequence[Kept], words: str, days: int, shared: bool) -> str:
    """The list, newest first or best match first; `words` were looked for ('' for none).

    `shared` where nobody signs in, so that all who use the machine see the same list.
    """
    seen = "Whoever uses this computer sees them" if shared else "Only you see them"
    told = f"{seen}. They are kept until you delete them, or for {days} days, and nowhere but here."
    search = (
        '<form method="get" role="search" class="find"><label for="find-words">Find in questions and answers</label> '
        f'<input type="search" id="find-words" name="find" value="{escape(words)}" autocomplete="off"> '
        '<button type="submit">Find</button></form>'
    )
    if found:
        count = f"{len(found)} conversation{'' if len(found) == 1 else 's'}"
        count = f"The latest {count}" if len(found) == LISTED and not words else count
        heard = f"{count} with “{escape(words)}”. " if words else f"{count}. "
        everything = '<p><a href="/conversations">Show all</a></p>' if words else _delete_all()
        body = f'<p role="status">{heard}</p><ul class="kept">{"".join(map(_row, found))}</ul>{everything}'
    elif words:
        body = notice(f"No conversation holds all of these words: {words}") + (
            '<p><a href="/conversations">Show all</a></p>'
        )
    else:
        body = notice("No conversation has been kept yet. Ask a question, and it will stand here.")
    return f"<h1>Earlier conversations</h1><p>{told}</p>{search if found or words else ''}{body}"


def _delete_all() -> str:
    return f'<p><a href="{ALL_DELETED}">Delete all my conversations</a></p>'


def _row(kept: Kept) -> str:
    day = datetime.fromtimestamp(kept.changed)
    title = escape(kept.title)
    asked = f"{kept.questions} question{'' if kept.questions == 1 else 's'}"
    excerpt = f'<p class="excerpt">{escape(kept.excerpt)}</p>' if kept.excerpt else ""
    return (
        f'<li><h2><a href="{escape(conversation_address(kept.id))}">{title}</a></h2>'
        f'<p class="told">{day:%d %B %Y, %H:%M} · {asked}</p>{excerpt}'
        f'<div class="doing">{forms_html(kept.id, kept.title)}'
        f'<a href="{escape(delete_address(kept.id))}">Delete<span class="unseen"> {title}</span></a></div></li>'
    )


def delete_main(what: str, address: str) -> str:
    """Asks whether to delete; `what` is a conversation's first question, '' for all conversations."""
    named = f"<p><strong>{escape(what)}</strong></p>" if what else ""
    head = "Delete this conversation?" if what else "Delete all your conversations?"
    return (
        f"<h1>{head}</h1>{named}<p>What is deleted is gone for good. Files that you saved from it stay yours.</p>"
        f'<form method="post" action="{escape(address)}"><button type="submit" class="grave">Delete</button> '
        '<a href="/conversations">Keep</a></form>'
    )
