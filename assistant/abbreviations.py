"""Abbreviations of the field, explained where an answer uses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from ingest.glossary import Term

WELL_KNOWN = frozenset({"SEND"})
"Explained at the head of the page."


class Abbreviations:
    """What the abbreviations of a glossary stand for; finds them in a text."""

    def __init__(self, terms: Iterable[Term] = ()):
        self._long = {
            form: term.long
            for term in terms
            for form in (term.short, *term.also)
            if term.short not in WELL_KNOWN and term.long != form and _is_short(form)
        }
        forms = sorted(self._long, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, forms))})(?![\w-])") if forms else None

    def of(self, texts: Sequence[str]) -> dict[str, str]:
        """The abbreviations used, in order of first use, with what they stand for; none that a text explains itself."""
        if self._pattern is None:
            return {}
        whole = "\n".join(texts)
        used = dict.fromkeys(match[1] for match in self._pattern.finditer(whole))
        explained = whole.casefold()
        return {
            form: self._long[form]
            for form in used
            if f"{self._long[form].casefold()} ({form.casefold()}" not in explained and not _plural_of(form, used)
        }

    def mark(self, text: str, unmarked: dict[str, str], escape: Callable[[str], str]) -> str:
        """`text` as HTML, the first use of each abbreviation in `unmarked` as <abbr>; takes it out of there."""
        if self._pattern is None:
            return escape(text)
        parts = []
        at = 0
        for match in self._pattern.finditer(text):
            long = unmarked.pop(match[1], None)
            if long is not None:
                parts += [escape(text[at : match.start()]), f'<abbr title="{escape(long)}">{escape(match[1])}</abbr>']
                at = match.end()
        return "".join([*parts, escape(text[at:])])


def _is_short(form: str) -> bool:
    """True for 'EHCP', 'DfE' and 'EHC plan', not for words written out."""
    first = form.split()[0]
    return sum(c.isupper() for c in first) > 1


def _plural_of(form: str, used: dict) -> bool:
    return form.endswith("s") and form[:-1] in used
