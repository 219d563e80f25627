"""What the knowledge base and the field know of words: how telling each is, abbreviations, everyday wordings, spelling."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.kinds import encoder_name
from assistant.listing import NUMBERS
from assistant.words import STOP_WORDS, WORD, stem, words
from ingest.area_groups import load_area_groups
from ingest.areas import Areas, load_areas
from ingest.errors import SettingsError
from ingest.glossary import load_glossary, load_vocabulary

if TYPE_CHECKING:
    import numpy as np

    from ingest.encode import Encoder

GLOSSARY_WEIGHT = 1.0
"An abbreviation and its long form are the same thing."
VOCABULARY_WEIGHT = 0.8
"An everyday wording may mean the field's term."
UNKNOWN = 0.6
"How telling a word is that no report holds: more than most, but everyday words are often unknown."
SHORTEST = 4
"Letters from which a word may be misspelt."
LONG = 10
"Letters from which a word may have two slips: below, two edits often make another real word."
PLAIN = 7
"Letters from which a word that no report holds may be meant by a slip ('according'): below, another real word is near."
TOGETHER, TOGETHER_TIMES = 0.4, 3
"Normalised pointwise mutual information (Bouma, GSCL 2009) and number of times from which two words that follow one another are one term."
HYPHENATED = re.compile(r"\b([a-z]{2,})[-‐‑]([a-z]{3,})\b")

Alternatives = list[tuple[tuple[str, ...], float]]


class CorpusLexicon:
    """A `Lexicon` over the passages of a knowledge base and the data in corpus/.

    `encoder` tells a word of the language ('tradition') from a slip, so that it is not read as a near one ('transition'),
    and embeds questions; without it neither is done. `home_area`: the setting of that name, an area's name or nickname.
    """

    def __init__(self, texts: Iterable[str], corpus: Path, encoder: Encoder | None = None, home_area: str = ""):
        self._encoder = encoder
        self.areas: Areas = load_areas(corpus)
        self.groups = load_area_groups(corpus, self.areas)
        self.home = self._home(home_area)
        self.glossary = load_glossary(corpus)
        self.frequency: Counter[str] = Counter()
        self._passages: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        "Words that follow one another."
        self._terms: dict[tuple[str, str], int] = {}
        "Stems of two words that are one term ('local offer'), and how often they are."
        self._parts: dict[str, tuple[str, str]] = {}
        "Words that some report writes with a hyphen, by their spelling in one."
        stem_counts: Counter[str] = Counter()
        term_counts: Counter[tuple[str, str]] = Counter()
        count = 0
        for text in texts:
            count += 1
            for first, second in HYPHENATED.findall(text.lower()):
                self._parts[first + second] = (first, second)
            found = words(text)
            self.frequency.update(found)
            self._pairs.update(zip(found, found[1:]))
            self._passages.update({stem(word) for word in found})
            stem_counts.update(stem(word) for word in found)
            term_counts.update(tuple(map(stem, pair)) for pair in zip(found, found[1:]) if not any(map(_no_part, pair)))
        self._count = max(count, 2)
        total = stem_counts.total()
        for (first, second), n in term_counts.items():
            if n >= TOGETHER_TIMES and math.log(n * total / (stem_counts[first] * stem_counts[second])) >= TOGETHER * math.log(total / n):
                self._terms[first, second] = n
        self._plain_words = Counter({word: 1 for word in STOP_WORDS if len(word) >= PLAIN and word not in self.frequency})
        "Long words of any question that no report holds."
        self._entries: dict[str, list[tuple[tuple[str, ...], str, Alternatives]]] = {}
        self._read_entries(corpus)
        self._respelt: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def _home(self, named: str) -> str:
        found = self.areas.find(named) or self.areas.find(named.title())
        if named.strip() and not found:
            near = " or ".join(self.areas.near(named)) or "'Wiltshire'"
            raise SettingsError(f"home_area: {named!r} is no local area of England. Write its name, such as {near}.")
        return found[0].name if found else ""

    def telling(self, found: Sequence[str]) -> float:
        """0 (in every passage) to 1 (in one): idf over log of the number of passages, of the most telling word."""
        scores = []
        for word in found:
            n = self._passages.get(stem(word), 0)
            scores.append(math.log(self._count / n) / math.log(self._count) if n else UNKNOWN)
        return max(scores, default=0.0)

    def vector(self, text: str) -> np.ndarray | None:
        if self._encoder is None or self._encoder.name != encoder_name():
            return None
        return self._encoder.encode_queries([text])[0]

    def known(self, word: str) -> bool:
        """True for a word in any form that a passage holds."""
        return stem(word) in self._passages

    def expand(self, tokens: Sequence[str], at: int) -> tuple[int, str, Alternatives] | None:
        if listed := self._listed(tokens, at):
            return listed
        pair = tuple(tokens[at : at + 2])
        if (joined := "".join(pair)) in self.frequency and self._parts.get(joined) == pair:
            return 2, " ".join(pair), [((joined,), GLOSSARY_WEIGHT)]
        if tokens[at] in self._parts and tokens[at] in self.frequency:
            return 1, tokens[at], [(self._parts[tokens[at]], GLOSSARY_WEIGHT)]
        if self._together(tokens, at) > self._together(tokens, at + 1) and not self._listed(tokens, at + 1):
            return 2, " ".join(pair), []
        return None

    def _listed(self, tokens: Sequence[str], at: int) -> tuple[int, str, Alternatives] | None:
        """The longest entry of glossary or vocabulary that starts at a token."""
        for key, written, alternatives in self._entries.get(stem(tokens[at]), ()):
            if _is_entry(tokens[at : at + len(key)], written.split(), key):
                return len(key), written, alternatives
        return None

    def _together(self, tokens: Sequence[str], at: int) -> int:
        """How often the reports put a token and the next together as one term; 0 for no term."""
        return self._terms.get(tuple(map(stem, tokens[at : at + 2])), 0)

    def respell(self, word: str, before: str = "", after: str = "") -> tuple[str, ...]:
        if (word, before, after) not in self._respelt:
            self._respelt[word, before, after] = self._correct(word, before, after)
        return self._respelt[word, before, after]

    def corrected(self, text: str, kept: Sequence[tuple[int, int]] = ()) -> str:
        """The text with its slips mended, but for the stretches that are kept (names of areas)."""
        found = list(WORD.finditer(text))
        low = [match.group().lower().replace("’", "'") for match in found]
        for n in reversed(range(len(found))):
            start, end = found[n].span()
            if low[n].endswith("'s"):
                low[n], end = low[n][:-2], end - 2
            if any(a < end and start < b for a, b in kept):
                continue
            spelt = " ".join(self.respell(low[n], low[n - 1] if n else "", low[n + 1] if n + 1 < len(low) else ""))
            if spelt != low[n]:
                # A name keeps its capital, by which an area is told from a word ('Bury').
                text = text[:start] + (spelt[0].upper() + spelt[1:] if text[start].isupper() else spelt) + text[end:]
        return text

    def _read_entries(self, corpus: Path) -> None:
        """Fill the table of expansions: glossary both ways, vocabulary one way; longest first."""
        table: dict[str, tuple[tuple[str, ...], dict[tuple[str, ...], float]]] = {}

        def add(form: str, others: Iterable[str], weight: float) -> None:
            tokens = words(form)
            if not tokens or len(tokens) == 1 and tokens[0] in STOP_WORDS:
                return
            key = tuple(stem(token) for token in tokens)
            # By the words, not their stems: 'worries' and 'worried' may stand in different entries.
            options = table.setdefault(" ".join(tokens), (key, {}))[1]
            for other in others:
                option = tuple(word for word in words(other) if word not in STOP_WORDS)
                if option and tuple(stem(word) for word in option) != key:
                    options[option] = max(options.get(option, 0.0), weight)

        for term in self.glossary:
            forms = (term.short, term.long, *term.also)
            for form in forms:
                add(form, forms, GLOSSARY_WEIGHT)
        for entry in load_vocabulary(corpus):
            for form in entry.say:
                add(form, entry.means, VOCABULARY_WEIGHT)
        for written, (key, options) in table.items():
            self._entries.setdefault(key[0], []).append((key, written, list(options.items())))
        for entries in self._entries.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def _correct(self, word: str, before: str, after: str) -> tuple[str, ...]:
        """The likeliest spelling in the reports, between its neighbours, of a word that they do not hold."""
        if (word in STOP_WORDS or self.known(word) or len(word) < SHORTEST or not word.isalpha() or stem(word) in self._entries
                or self._encoder and self._encoder.is_word(word)):
            return (word,)
        from rapidfuzz.distance import OSA

        allowed = 1 if len(word) < LONG else 2
        near = [(OSA.distance(word, known, score_cutoff=allowed), -self._pairs[before, known] - self._pairs[known, after], -n, known)
                for known, n in (self.frequency | self._plain_words).items() if abs(len(known) - len(word)) <= allowed and known[0] == word[0]]
        near = [candidate for candidate in near if candidate[0] <= allowed and (candidate[1] or len(word) > SHORTEST)]
        if near:
            return (min(near)[3],)
        for cut in range(4, len(word) - 3):
            left, right = word[:cut], word[cut:]
            if left in self.frequency:
                tails = [(OSA.distance(right, known, score_cutoff=1), -n, known) for known, n in self.frequency.items()
                         if abs(len(known) - len(right)) <= 1 and known[0] == right[0]]
                tails = [tail for tail in tails if tail[0] <= 1 and len(tail[2]) > 3]
                if tails:
                    return (left, min(tails)[2])
        return (word,)


def _is_entry(tokens: Sequence[str], written: Sequence[str], key: tuple[str, ...]) -> bool:
    """Whether words of a question are an entry in some form: 'get about' is not 'getting about', nor 'travel' 'travellers'."""
    if len(key) == 1:
        return len(tokens) == 1 and singular(tokens[0]) == singular(written[0])
    return len(tokens) == len(key) and all(
        token == word if token in STOP_WORDS or word in STOP_WORDS else stem(token) == part
        for token, word, part in zip(tokens, written, key)
    )


def _no_part(word: str) -> bool:
    """Whether a word is part of no term: 'the', 'two', '20'."""
    return word in STOP_WORDS or word in NUMBERS or not word.isalpha()


def singular(word: str) -> str:
    """A word without a plural ending. Stems also join 'travel' and 'travellers', 'rate' and 'rating', which are other things."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
