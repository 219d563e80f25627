"""Sentences of a text, each with its exact place."""

from __future__ import annotations

import re

_ALWAYS_SHORT = frozenset("mr mrs ms dr prof st rev hon cllr approx dept appt cf vs viz e.g i.e eg ie".split())
"Words that carry a full stop without ending a sentence."
_SHORT_BEFORE_NUMBER = frozenset(
    "no nos vol p pp para paras fig figs ed ext tel s ss cl art "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri".split()
)
"The same, where a number follows."
_STOP = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)")
_NUMBER_ONLY = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivx]{1,4})[.)]$")
_OPENING = (
    r"(?:(?:however|additionally|also|furthermore|moreover|similarly|equally|and|but|yet|nevertheless|nonetheless|consequently|in addition|in turn|in particular|"
    r"for some|for most|for many|because of|as part of|through|in|at|from|despite|with|to|for|of|following|alongside|as well as|where|when|if|while|although|though),? )?"
)
_LEANS = re.compile(
    rf"{_OPENING}(?:this|these|those\b(?! (?:who|whose|with|in|under|aged|at|from|children|young))|they|them|their|(?-i:[Ii]t(?!\w))|its|such|he|she|his|her|the (?:latter|former))\b|here,? (?!are\b)|"
    r"(?:as a (?:result|consequence)|consequently|therefore|thus|hence|for (?:example|instance)|in turn)\b(?! of)|"
    rf"{_OPENING}(?:some|many|most|others|few|several|all)(?: of (?:these|those|them))? (?:are|were|is|have|had|do|did|can|will|may|wait|lack|value|feel|felt|say|said|told|report|receive|achieve|attend|provide|experience|need|get)\b|"
    r"[^.;:]{0,60}\b(?:this|these (?:issues?|concerns|shortfalls|weaknesses|gaps))(?=[.,;]| and\b| but\b| is a\b)", re.IGNORECASE)
_STANDS = re.compile(
    rf"{_OPENING}(?:(?:this|these) (?:report|inspection|review|visit|letter|peer challenge|document)s?\b|(?:his|her) majesty|"
    r"it (?:is|was|will be|would be|has been|seems|appears|must be|should be)(?: \w+){1,3} (?:that|to|how|for)\b)", re.IGNORECASE)
"Forms that name what they speak of themselves."
_BULLET = re.compile(r"(?:(?<=\s)|^)[•◼■▪●◦‣∙]\s(?!\s*[a-z])|(?:(?<=[.!?]\s)|^)[•◼■▪●◦‣∙]\s")
"A bullet that begins a sentence; one before a small letter goes on with the one that introduced it ('waiting times for: ▪ physiotherapy')."


def split_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each sentence, in order. Only white space and bullets lie outside of them.

    A number, letter or initial with its full stop ('5.1.', 'A.', 'J. Smith'), a decimal or a short form ('e.g.', 'Dr.')
    does not end a sentence; closing quotes and brackets belong to the sentence they close; a bullet begins a new one
    unless the one before goes on after it ('waiting times for: ▪ physiotherapy').
    """
    edges = {(stop.end(), stop.end()) for stop in _STOP.finditer(text) if _ends(text, stop.start(), stop.end())}
    edges |= {(bullet.start(), bullet.end()) for bullet in _BULLET.finditer(text)}
    out = []
    start = 0
    for end, following in [*sorted(edges), (len(text), len(text))]:
        piece = text[start:end]
        if piece.strip():
            out.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
        start = following
    return tuple(out)


def leans(sentence: str) -> bool:
    """Whether a sentence leans on the one before it ('This means that …'): alone it does not say of what it speaks."""
    return bool(_LEANS.match(sentence)) and not _STANDS.match(sentence)


def _ends(text: str, at: int, end: int) -> bool:
    """Whether the stop that stands from `at` to `end` ends a sentence."""
    rest = text[end : end + 40].lstrip().lstrip("\"'“‘«([")
    if not rest or rest[0].islower():
        return False
    if text[at] != "." or text[at : at + 2] == ".." or end > at + 1:  # '…', '?', or a quote that closes after the stop
        return True
    before = re.split(r"\s", text[max(0, at - 40) : at])[-1].lstrip("\"'“‘([")
    word = before.casefold()
    if word in _ALWAYS_SHORT or (word in _SHORT_BEFORE_NUMBER and rest[0].isdigit()):
        return False
    opens = not text[: at - len(before)].strip()
    if opens and _NUMBER_ONLY.fullmatch(before + "."):
        return False
    return not (len(before) == 1 and before.isupper())  # an initial
