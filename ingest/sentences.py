"""Sentences of a text, each with its exact place."""

from __future__ import annotations

import re

_SHORT_FORMS = frozenset(
    "mr mrs ms dr prof st rev hon sir no nos vol pp p para paras fig figs ed eds dept approx appt ext tel e.g i.e cf vs viz "
    "etc al inc ltd co plc jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun".split()
)
"Words that carry a full stop without ending a sentence."
_MAY_END = frozenset("etc al inc ltd co plc p.m a.m".split())
"Short forms that end a sentence when a capital follows."
_STOP = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)")
_NUMBER_ONLY = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivx]{1,4})[.)]$")
_BULLET = re.compile(r"[•◼■▪●◦‣∙]\s")


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each sentence, in order. Only white space lies outside of them.

    A number, letter or initial with its full stop ('5.1.', 'A.', 'J. Smith'), a decimal or a short form ('e.g.', 'Dr.')
    does not end a sentence; closing quotes and brackets belong to the sentence they close; a bullet begins a new one.
    """
    cuts = []
    for stop in _STOP.finditer(text):
        end = stop.end()
        rest = text[end:].lstrip()
        if rest and _ends(text, stop.start(), end, rest):
            cuts.append(end)
    cuts += [bullet.start() for bullet in _BULLET.finditer(text) if text[: bullet.start()].strip()]
    out = []
    start = 0
    for cut in [*sorted(set(cuts)), len(text)]:
        piece = text[start:cut]
        if piece.strip():
            out.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
        start = cut
    return tuple(out)


def _ends(text: str, at: int, end: int, rest: str) -> bool:
    """Whether the stop at `at` ends a sentence that `rest` follows."""
    first = rest.lstrip("\"'“‘«([")[:1]
    if first.islower():
        return False
    if text[at] != "." or text[at : at + 2] == "..":
        return True
    before = re.split(r"\s", text[:at])[-1].lstrip("\"'“‘([")
    word = before.rstrip(".").casefold()
    if end > at + 1:  # a quote or bracket closes after the stop
        return True
    if word in _MAY_END:
        return first.isupper()
    if word in _SHORT_FORMS:
        return False
    line_start = not text[: at - len(before)].strip()
    if line_start and _NUMBER_ONLY.fullmatch(before + "."):
        return False
    return not (len(before) == 1 and before.isupper())  # an initial
