"""Whether a sentence says of the same words the opposite of a text, or tells as done what the text only recommends.

Rules over words: what a negation or a 'should' reaches, and pairs of opposites beside the same word. They know no
grammar; how often they err is measured by evals/training/fit_claims.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.figures import NUMERAL
from assistant.words import STOP_WORDS, stem

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
CLAUSE = re.compile(r"[,;:.()–—]|\b(?:but|however|although|though|while|whereas|because|despite)\b", re.IGNORECASE)
"Where what a word reaches ends."
PREFIX = re.compile(r"(?:un|in|im|dis|ir|non|mis)(?=\w{3})")
REACH = 4
"Words, stop words apart, that a negation is about."
MOSTLY = 0.5
"Share of the words in common that must be wanted for a sentence to be."
BESIDE = 4
"Words within which two words are beside each other."

NEGATIONS = frozenset(
    """not no never none nor neither cannot without lack lacks lacked lacking absence absent fail fails failed
    failing failure unable nobody nothing stopped ceased missing""".split()
)
SOFT = frozenset(
    """little few hard difficult difficulty limited unclear unsure rarely seldom hardly barely poor poorly slow
    avoid prevent prevented reduce reduced less insufficient only unlike restricted held""".split()
)
"Words after which neither a statement nor its negation is the opposite."
BACKWARD = frozenset("lacking absent missing unavailable".split())
"Negations of what stands before them."
WISHES = frozenset(
    """should must ought recommend recommends recommended recommendation suggest suggests suggested propose proposes
    proposed would could might may""".split()
)
"Words that make of a statement something wanted or thought of; 'need to' and 'have to' as well."
WISHING = re.compile(r"\brecommend|\b(?:should|must|needs? to)\b[^.]*:\s*$", re.IGNORECASE)
"A heading, or the words that introduce a list, under which all is wanted."
CONDITIONS = frozenset("where when if whenever wherever once".split())
"Words that begin a clause whose wish is not that of the next."
OWNED = WISHES | frozenset(
    """want wants wanted planned aim aims aimed intend intends intended ask asks asked seek seeks will urge urges
    urged advise advises advised recommendations suggestion suggestions""".split()
)
"Words by which a sentence itself says that it is of something wanted."
PAIRS = (
    (
        """rise rises rose risen rising increase increased increasing grow grew grown growing growth climb
        climbed more higher high""",
        """fall falls fell fallen falling decrease decreased decreasing drop dropped dropping decline declined
        declining reduce reduced fewer less lower low cut shrink shrinking shrunk halved""",
    ),
    (
        "late slow slowly slower long longer lengthy delay delays delayed",
        "early short shorter quick quickly quicker fast faster prompt promptly swift swiftly timely",
    ),
    (
        """strong stronger strength strengths good effective effectively well excellent positive positively
        impressive thorough""",
        "weak weaker weakness weaknesses poor poorly ineffective bad badly negative negatively patchy superficial",
    ),
    (
        "praise praised impressed pleased confident",
        "criticise criticised criticism worried concerned disappointed frustrated",
    ),
    (
        "improve improved improving improvement better best",
        "worsen worsened worsening deteriorate deteriorated worse worst",
    ),
    ("gain gained won", "lose lost losing"),
    (
        "most many all every everyone always often regularly",
        "few fewer some several occasionally rarely seldom minority",
    ),
    ("majority", "minority"),
    ("before", "after"),
    ("first", "last"),
    ("clear clearly consistent consistently", "unclear confusing inconsistent inconsistently varied varies"),
    ("open opened begin began started", "closed close ended stop stopped"),
    (
        "welcome welcomed accept accepted agree agreed support supported back backed",
        "reject rejected refuse refused oppose opposed",
    ),
    ("meet meets met achieve achieved succeed", "miss misses missed fail failed"),
    ("enough sufficient adequate", "insufficient inadequate shortage short"),
    ("easy easily", "hard difficult difficulty difficulties"),
    ("surplus", "deficit overspend overspent"),
    ("established embedded developed", "early new initial"),
)
"Words that turn a statement round, the first of each pair against the second."
FIGURE_NEXT = rf"(?=\s+£?(?:{NUMERAL.pattern}))"
BOUNDS = {
    "lower": re.compile(
        r"\bat least\b|\b(?:no|not) (?:fewer|less) than\b|\bminimum\b"
        rf"|(?<!\bno )(?<!\bnot )(?<!\bnever )\b(?:more than|over|above){FIGURE_NEXT}",
        re.IGNORECASE,
    ),
    "upper": re.compile(
        r"\bat most\b|\b(?:no|not|never) (?:more|later) than\b|\bmaximum\b"
        rf"|\b(?:up to|as (?:much|many|long) as|within|under|(?<!\bno )(?<!\bnot )(?:fewer|less) than){FIGURE_NEXT}",
        re.IGNORECASE,
    ),
}
"What sets a limit to a figure, as it must not be exceeded or fallen short of."
ALL = frozenset("all every everyone everybody everything everywhere always".split())
"Words that leave nothing out; a text bears them out that has one of them, or of the next."
ALIKE = frozenset("each any both whole entire entirely throughout shared universal universally 100".split())
OPPOSITES = tuple(tuple(frozenset(side.split()) for side in pair) for pair in PAIRS)


@dataclass(frozen=True)
class Word:
    """A word of a text with what reaches it."""

    text: str
    "In lower case."
    stem: str
    bare: str
    "Stem without a negating prefix ('unclear': 'clear'); the stem itself where there is none."
    negated: bool | None
    "None where a soft word leaves it open."
    name: bool
    "True for a word written as a name: no negation is about it."
    wished: bool
    owned: bool
    "True for a word that says that something is wanted."
    clause: int


def turned(sentence: str, texts: Sequence[tuple[str, str]]) -> bool:
    """Whether a sentence turns round what the texts, together, say; each comes with the words that introduce it."""
    own = _words(sentence)
    theirs = [word for above, text in texts for word in _words(text, bool(WISHING.search(above)))]
    if _negation_differs(own, theirs) or _wish_told_as_fact(own, theirs) or _opposite(own, theirs):
        return True
    if any(word.text in ALL for word in own) and not any(word.text in ALL | ALIKE for word in theirs):
        return True
    bounds = {bound for _, text in texts for bound in _bounds(text)}
    return len(bounds) == 1 and bool(_bounds(sentence)) and not _bounds(sentence) & bounds


def _negation_differs(own: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """A negation more or less over a word that both have; none where they agree on another negated word."""
    differs = agreed = 0
    for word in own:
        if word.name or word.negated is None or word.stem in STOP_WORDS:
            continue
        states = {o.negated for o in theirs if o.stem == word.stem}
        if not states:
            turned_round = [o.negated for o in theirs if o.bare == word.stem or o.stem == word.bare]
            states = {None if state is None else not state for state in turned_round}
        if states:
            differs += not states & {word.negated, None}
            agreed += word.negated and bool(states & {True, None})
    return differs > 0 and not agreed


def _wish_told_as_fact(own: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Most of what a sentence shares with the texts stands there only after a 'should', and the sentence has none."""
    if any(word.owned for word in own):
        return False
    shared = [[o.wished for o in theirs if o.stem == word.stem] for word in own if word.stem not in STOP_WORDS]
    shared = [found for found in shared if found]
    wished = sum(all(found) for found in shared)
    return wished > 1 and wished > MOSTLY * len(shared)


def _opposite(own: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """One side of a pair of opposites beside a word beside which the texts have only the other side."""
    for pair in OPPOSITES:
        for side, other in (pair, pair[::-1]):
            for word, beside in _with_neighbours(own, side):
                if word.negated is not False:
                    continue
                same = any(beside & near for _, near in _with_neighbours(theirs, side))
                against = any(beside & near and o.negated is False for o, near in _with_neighbours(theirs, other))
                if against and not same and not any(w.text in other for w in own):
                    return True
    return False


def _with_neighbours(found: Sequence[Word], side: frozenset[str]) -> list[tuple[Word, set[str]]]:
    """The words of a side, each with the telling stems beside it in its clause."""
    pairs = []
    for n, word in enumerate(found):
        if word.text in side:
            near = [o for o in found[max(0, n - BESIDE) : n + BESIDE + 1] if o.clause == word.clause]
            pairs.append((word, {o.stem for o in near if o.stem not in STOP_WORDS and o.text not in side}))
    return pairs


def _bounds(text: str) -> set[str]:
    """'lower' and 'upper', where a text says 'at least' or 'at most' in some way."""
    return {name for name, pattern in BOUNDS.items() if pattern.search(text)}


@lru_cache(maxsize=4096)
def _words(text: str, wanted: bool = False) -> tuple[Word, ...]:
    """The words of a text in order, each with what reaches it; `wanted`: all of it is."""
    found: list[Word] = []
    at, wished = 0, wanted
    edges = [*((match.start(), match.group()) for match in CLAUSE.finditer(text)), (len(text), "")]
    for clause, (stop, edge) in enumerate(edges):
        made, wished = _clause(
            [match.group().replace("’", "'") for match in TOKEN.finditer(text, at, stop)], wished, clause
        )
        found += made
        # What is wanted goes on over a comma, not over 'but' or the end of a sentence.
        wished = wanted or wished and edge in (",", "(", ")")
        at = stop
    return tuple(found)


def _clause(written: Sequence[str], wished: bool, clause: int) -> tuple[list[Word], bool]:
    """The words of one clause, and whether what comes after it is still wanted."""
    tokens = [token.lower() for token in written]
    stems = [stem(token.removesuffix("'s")) for token in tokens]
    following = [*tokens[1:], ""]
    before = ["", *tokens]
    negated: list[bool | None] = [False] * len(tokens)
    for n, token in enumerate(tokens):
        instead = (before[n], token) == ("rather", "than") or (token, following[n]) == ("instead", "of")
        negates = token in NEGATIONS or token.endswith("n't") or instead
        soft = token in SOFT or token in ("still", "yet") and following[n] == "to"
        than = n + 2 < len(tokens) and tokens[n + 2] == "than"  # 'no later than' is a limit
        if negates and (than or following[n] in ("only", "just", "least")) or token == "few" and before[n] == "a":
            continue
        if negates or soft:
            left = 2 if stems[n] == "lack" else REACH
            for m in range(n + 1, len(tokens)):
                negated[m] = None if not negates or negated[m] is not False else True
                left -= tokens[m] not in STOP_WORDS
                if not left:
                    break
        if token in BACKWARD:
            first = max(0, n - REACH)
            negated[first:n] = [True] * (n - first)
    wants = [following[n] in ("to", "be") and stems[n] in ("need", "has", "have", "plan") for n in range(len(tokens))]
    # What is wanted of someone is wanted from the first word of its clause on.
    wished = wished or any(wants) or any(token in WISHES for token in tokens)
    made = []
    for n, token in enumerate(tokens):
        bare = stem(PREFIX.sub("", token, count=1)) if PREFIX.match(token) else stems[n]
        name = n > 0 and written[n][0].isupper()
        made.append(Word(token, stems[n], bare, negated[n], name, wished, wants[n] or token in OWNED, clause))
    return made, wished and not (tokens and tokens[0] in CONDITIONS)
