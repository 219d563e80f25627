"""The frame of the pages beside the chat: head, skip link, navigation, main part."""

from __future__ import annotations

from assistant.page import TITLE
from assistant.render import escape

NAVIGATION = (("/", "Ask"), ("/conversations", "Earlier conversations"), ("/library", "Library"))
"Address and name of what every page leads to."
FOR_SOME = (("/evaluate", "Evaluate"),)
"Named on its own pages only, as not everyone may use it; the chat names it to those who may."


def document(title: str, main: str, *, here: str = "", wide: bool = False) -> str:
    """A whole page. `here` is the address in the navigation that the page belongs to."""
    links = "".join(
        f'<li><a href="{address}"{" aria-current=page" if address == here else ""}>{name}</a></li>'
        for address, name in (*NAVIGATION, *(page for page in FOR_SOME if page[0] == here))
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} – {TITLE}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="/pages.css"><script src="/pages.js" defer></script></head>'
        '<body class="pages"><a class="skip" href="#main">Skip to the main part</a>'
        f'<header><p class="product">{TITLE}</p><nav aria-label="Pages"><ul>{links}</ul></nav></header>'
        f'<main id="main" tabindex="-1"{" class=wide" if wide else ""}>{main}</main></body></html>'
    )


def notice(words: str) -> str:
    """A message that stands in place of something."""
    return f'<p class="notice" role="status">{escape(words)}</p>'


def failure(words: str) -> str:
    """The main part of a page that cannot be shown, and why."""
    return f"<h1>This cannot be shown</h1>{notice(words)}"
