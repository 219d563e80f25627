"""Checks one written sentence against the passages that it cites.

Similarity finds sentences on the same subject, true or not; so what turns a statement into another is looked for on
its own: figures, names, quotation marks, negation, opposites, and what is only recommended. No language model judges;
one for natural language inference may be added (setting `nli`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.citing import date_in_words, report_name
from assistant.evidence import stem_set
from assistant.figures import figures, in_other_units, of_the_same
from assistant.polarity import turned
from assistant.words import STOP_WORDS, stem, words
from ingest.model import Passage, Report

if TYPE_CHECKING:
    import numpy as np

    from assistant.lexicon import CorpusLexicon
    from ingest.encode import Encoder, QueryTokens

WEIGHTS = {"bias": -8.34, "late": 3.02, "said": 6.1, "weak": 5.21}
"Of the signals in `Checker.signals`, fitted by evals/training/fit_claims.py."
SUPPORTED = 0.5
"Probability from which a sentence counts as supported."
WINDOW = 3
"Most sentences, one after another, that a statement may rest on in one passage."
SHORTER = 0.04
"How much likelier a longer stretch must make a statement to be quoted instead of a shorter one."
NLI_SUPPORTED = 0.5
"Probability of entailment from which the option `nli` lets a sentence stand."

FAULTS = {
    "citation": "it cites nothing",
    "figure": "a figure or date that the passage does not give",
    "name": "a name or place that the passage does not give",
    "quote": "quotation marks around words that are not the passage's",
    "turned": "the passage says the opposite, or only recommends it",
    "wording": "the passage does not say it",
}
"Why a sentence is not supported."

NUMBERING = re.compile(r"^\W*\d+(?:\.\d+)*\W*")
"The number of a heading, which is no figure of the passage."
WRITTEN_NAME = re.compile(r"\b[A-Z][\w’'&-]*")
QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"|(?<!\w)‘([^’]+(?:’\w[^’]*)*)’(?!\w)")
CLAUSE = re.compile(r"[,;:()–—]|\b(?:but|while|whereas|and)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A passage that the model was given, under the number it was given."""

    number: int
    passage: Passage
    report: Report
    spans: tuple[tuple[int, int], ...]
    "Start and end, in the passage's text, of the sentences that the model was given."
    vectors: np.ndarray
    "(t, d) float32: the passage's tokens."
    offsets: np.ndarray
    "(t, 2) int32: start and end of each token in the passage's text."

    @cached_property
    def about(self) -> str:
        """What stands above the passage: report, areas, date, headings, the words that introduce its list."""
        report = self.report
        headings = (NUMBERING.sub("", heading) for heading in self.passage.headings)
        told = (report_name(report), report.title, *report.areas, report.publisher, date_in_words(report))
        return " ".join((*told, *headings, self.above))

    @property
    def above(self) -> str:
        """The nearest words above the passage: those that introduce its list, else its heading."""
        if self.passage.place and self.passage.place.intro:
            return self.passage.place.intro
        return NUMBERING.sub("", self.passage.headings[-1]) if self.passage.headings else ""

    @property
    def given(self) -> str:
        """The text that the model was given."""
        return " ".join(self.passage.text[start:end] for start, end in self.spans)

    def windows(self) -> Iterator[tuple[int, int]]:
        """Every stretch of up to `WINDOW` sentences that follow one another, shorter ones first."""
        for size in range(1, WINDOW + 1):
            for at in range(len(self.spans) - size + 1):
                run = self.spans[at : at + size]
                if not any(self.passage.text[end:start].strip() for (_, end), (start, _) in zip(run, run[1:])):
                    yield run[0][0], run[-1][1]


Place = tuple[Source, int, int]
"A stretch of a passage, start and end in its text."


@dataclass(frozen=True)
class Verdict:
    """What the check of a sentence found."""

    fault: str
    "'' where the sentence is supported, else one of `FAULTS`."
    score: float
    "Probability of support by wording alone, 0 to 1."
    places: tuple[Place, ...] = ()
    "What the sentence rests on, or should have rested on: one stretch a passage, the best first."


class Checker:
    """Checks sentences; may be shared by threads. `entails(premise, statement)` is a probability (option `nli`)."""

    def __init__(self, encoder: Encoder, lexicon: CorpusLexicon, entails: Callable[[str, str], float] | None = None):
        self._encoder, self._lexicon, self._entails = encoder, lexicon, entails

    def check(self, sentence: str, cited: Sequence[Source]) -> Verdict:
        """Whether the passages cited, together, say what a sentence says (without its citation numbers)."""
        if not cited:
            return Verdict("citation", 0.0)
        claim = self._encoder.encode_query_tokens(sentence)
        chosen = self._chosen(sentence, claim, cited)
        score = self.probability(sentence, claim, chosen)
        fault = self.fault(sentence, chosen, cited)
        if not fault and score < SUPPORTED:
            fault = "wording"
        if not fault and self._entails and self._entails(_joined(chosen), sentence) < NLI_SUPPORTED:
            fault = "wording"
        return Verdict(fault, score, chosen)

    def _chosen(self, sentence: str, claim: QueryTokens, cited: Sequence[Source]) -> tuple[Place, ...]:
        """The stretches that a sentence rests on, the best of each passage; a passage that adds nothing is left out."""
        best: list[tuple[float, Place]] = []
        for source in cited:
            found, chosen = -1.0, None
            for start, end in source.windows():
                place = (source, start, end)
                score = self.probability(sentence, claim, (place,)) - 0.5 * bool(self._missing(sentence, (place,)))
                if chosen is None or score > found + (SHORTER if end - start > chosen[2] - chosen[1] else 0.0):
                    found, chosen = score, place
            if chosen:
                best.append((found, chosen))
        best.sort(key=lambda one: -one[0])
        kept: list[Place] = []
        for score, place in best:
            together = (*kept, place)
            if (
                not kept
                or score >= SUPPORTED
                or bool(self._missing(sentence, together)) < bool(self._missing(sentence, kept))
                or self.probability(sentence, claim, together) > self.probability(sentence, claim, kept) + SHORTER
            ):
                kept.append(place)
        return tuple(kept)

    def signals(self, sentence: str, claim: QueryTokens, places: Sequence[Place]) -> dict[str, float]:
        """What speaks for support, each 0 to 1.

        late: mean, over the sentence's tokens, of the best cosine to a token of the places
        weak: the same of the quarter of its telling tokens that fit worst
        said: share of its telling words that stand in the places or above them
        """
        import numpy as np

        near = np.concatenate([claim.vectors @ _inside(place).T for place in places], axis=1)
        best = near.max(axis=1) if near.shape[1] else np.zeros(len(claim.vectors))
        telling = [n for n, word in enumerate(claim.words) if word.lower() not in STOP_WORDS]
        worst = np.sort(best[telling])[: max(1, len(telling) // 4)] if telling else best
        return {"late": float(best.mean()), "weak": float(worst.mean()), "said": self._said(sentence, places)}

    def probability(self, sentence: str, claim: QueryTokens, places: Sequence[Place]) -> float:
        """How likely it is, by wording alone, that the places say what the sentence says."""
        found = self.signals(sentence, claim, places) | {"bias": 1.0}
        return 1.0 / (1.0 + math.exp(-sum(WEIGHTS[name] * value for name, value in found.items())))

    def _said(self, sentence: str, places: Sequence[Place]) -> float:
        own = [word for word in dict.fromkeys(words(sentence)) if word not in STOP_WORDS]
        held = stem_set(_joined(places)) | stem_set(" ".join(place[0].about for place in places))
        return sum(self._stands(word, held) for word in own) / len(own) if own else 1.0

    def _stands(self, word: str, held: frozenset[str]) -> bool:
        """Whether a word, or another form of the same term ('EHCP' written out), is among stems."""
        if stem(word) in held:
            return True
        entry = self._lexicon.expand([word], 0)
        return bool(entry) and any(weight == 1.0 and {stem(w) for w in option} <= held for option, weight in entry[2])

    def fault(self, sentence: str, places: Sequence[Place], cited: Sequence[Source]) -> str:
        """The first fault, other than of wording, that makes of the places another statement; '' for none."""
        if wrong_quotes(sentence, [source.given for source in cited]):
            return "quote"
        if found := self._missing(sentence, places) or self._of_another(sentence, places):
            return found
        texts = [(place[0].above, text) for place, text in zip(places, _texts(places))]
        return "turned" if turned(sentence, texts) else ""

    def _missing(self, sentence: str, places: Sequence[Place]) -> str:
        """'figure' or 'name' where a sentence has one that stands neither in the places nor above them."""
        plain = QUOTED.sub(" ", sentence)
        texts = [*_texts(places), *(place[0].about for place in places)]
        own, held = figures(plain), " ".join(texts)
        if own - figures(held) or not all(of_the_same(figure, plain, texts) for figure in own):
            return "figure"
        if in_other_units(plain, held):
            return "figure"
        return "" if self._all_named(plain, held) else "name"

    def _all_named(self, sentence: str, held: str) -> bool:
        areas = {match.name for match in self._lexicon.areas.find(held)}
        if {match.name for match in self._lexicon.areas.find(sentence)} - areas:
            return False
        stands = stem_set(held)
        return all(self._stands(word, stands) for word in self._names(sentence))

    def _names(self, sentence: str) -> list[str]:
        """The words of a sentence that are written as names; its first word only where it is an abbreviation."""
        first = re.search(r"\w", sentence)
        return [
            word
            for match in WRITTEN_NAME.finditer(sentence)
            if match.start() != first.start() or match.group()[1:2].isupper()
            for word in words(match.group())
            if word not in STOP_WORDS
        ]

    def _of_another(self, sentence: str, places: Sequence[Place]) -> str:
        """'figure' where a clause about one area gives a figure that stands only in what is cited of another."""
        if len({place[0].report.areas[:1] for place in places}) < 2:
            return ""
        edges = [0, *(m.end() for m in CLAUSE.finditer(sentence)), len(sentence)]
        for start, end in zip(edges, edges[1:]):
            clause = sentence[start:end]
            named = {match.name for match in self._lexicon.areas.find(clause)}
            of_area = [place for place in places if place[0].report.areas[:1] == tuple(named)]
            held = " ".join([*_texts(of_area), *(place[0].about for place in of_area)])
            if of_area and figures(clause) - figures(held):
                return "figure"
        return ""


def wrong_quotes(sentence: str, texts: Sequence[str]) -> list[str]:
    """What a sentence has in quotation marks and no text holds, word for word."""
    held = [_plain(text) for text in texts]
    quotes = ["".join(match).strip().rstrip(".,;") for match in QUOTED.findall(sentence)]
    return [quote for quote in quotes if quote and not any(_plain(quote) in text for text in held)]


def _plain(text: str) -> str:
    """A text with one kind of space and of apostrophe."""
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"'))


def _texts(places: Sequence[Place]) -> list[str]:
    return [source.passage.text[start:end] for source, start, end in places]


def _joined(places: Sequence[Place]) -> str:
    return " ".join(_texts(places))


def _inside(place: Place) -> np.ndarray:
    """The vectors of the tokens of a stretch."""
    source, start, end = place
    return source.vectors[(source.offsets[:, 0] >= start) & (source.offsets[:, 1] <= end)]
