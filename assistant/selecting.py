"""Chooses which sentences to quote: the best one, then those that add most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.evidence import Sentence, stem_set
from assistant.roles import TURN
from assistant.understanding import Request

NEXT_TO = 1.0
"What it adds to a sentence's score to stand right after or before a chosen one: findings are made in runs of sentences."
SAME_PASSAGE = 0.75
"What it adds to stand in a passage that a chosen one is from."
NEW = 2.0
"What it adds to hold a part of the question that no chosen sentence holds, by the part's share of the question's weight."
REPEATS = 0.6
"Share of a sentence's words that one chosen sentence may already hold."
BETWEEN = 30
"Words of a sentence, at most, that is quoted because those before and after it are."
LEADS = 2
"Sentences before a chosen one that are quoted with it because it leans on them."
LEAD = float("-inf")
"Their score: they are quoted for another's sake."
SURE = 1.5
"Reader's score from which a sentence is quoted however far it stands below the best."
EACH_HEARD = 6
"Up to so many reports each that has an answer is heard."
POOL = 60


@dataclass(frozen=True)
class Limits:
    """How much may be quoted."""

    points: int
    words: int
    close: float
    "How far below the best a further sentence may score, with what it adds; scores are log-odds."
    of_each: bool = False
    "Whether each of a few reports that has an answer is quoted, by one sentence at least."


FACT = Limits(3, 75, 1.6)
TOPIC = Limits(8, 205, 8.0, of_each=True)
UNSURE = Limits(5, 115, 8.0, of_each=True)
"A topic on which nothing plainly answers."
BOTH = Limits(4, 100, 5.0)
"Each side of what is praised and what worries."
SIDE = Limits(5, 105, 1.5, of_each=True)
"One side of a comparison, one area or one report among several."


def choose(request: Request, sentences: Sequence[Sentence], limits: Limits) -> list[Sentence]:
    """The sentences to quote, in order of choice, each after those that it leans on. `sentences` come best first."""
    if not sentences:
        return []
    if request.wants in ("", "person"):
        # What introduces a list says nothing without it, but for a figure that it gives.
        sentences = [s for s in sentences if not s.text.endswith(":")] or sentences
    # Where a question asks two things, what answers each of them comes first.
    first = [sentences[0], *(s for s in sentences[1:] if s.signals.get("part") and not repeats(s, sentences[:1]))][: limits.points]
    chosen: list[Sentence] = []
    for s in first:
        chosen += _missing(s, chosen)
    used = sum(map(_length, chosen))
    total = sum(c.weight for c in request.concepts) or 1.0
    pool = [s for s in sentences[1:POOL] if not _holds(chosen, s)]

    def worth(s: Sentence) -> float:
        near = held.get(s.passage.id, ())
        beside = s.index - 1 in near or s.index + 1 in near
        new = sum(request.concepts[i].weight for i in s.concepts - covered) / total
        return s.score + NEXT_TO * beside + SAME_PASSAGE * (bool(near) and not beside) + NEW * new

    points = len(first)
    while pool and points < limits.points:
        covered = frozenset().union(*(c.concepts for c in chosen))
        held: dict[str, list[int]] = {}
        for c in chosen:
            held.setdefault(c.passage.id, []).append(c.index)
        best = max(pool, key=worth)
        if worth(best) < sentences[0].score - limits.close and best.signals.get("reader", 0.0) < SURE:
            break
        pool.remove(best)
        new = _missing(best, chosen)
        if new and used + sum(map(_length, new)) <= limits.words and not repeats(best, chosen):
            chosen += new
            used += sum(map(_length, new))
            points += 1
    if not request.verdict:  # else it may join what is looked for to what says the opposite
        chosen += _between(chosen, sentences)
    return chosen + _unheard(chosen, sentences) if limits.of_each else chosen


def _between(chosen: Sequence[Sentence], sentences: Sequence[Sentence]) -> list[Sentence]:
    """The short sentences that alone stand between two chosen ones: quoted with them, what is said stays whole."""
    places = {(s.passage.id, s.index) for s in chosen}
    return [s for s in sentences if _length(s) <= BETWEEN and (s.passage.id, s.index) not in places
            and {(s.passage.id, s.index - 1), (s.passage.id, s.index + 1)} <= places]


def _unheard(chosen: Sequence[Sentence], sentences: Sequence[Sentence]) -> list[Sentence]:
    """The best sentence of each report that the reader takes for an answer and none is chosen of; nothing where there are many reports."""
    best: dict[str, Sentence] = {}
    for s in sentences:
        best.setdefault(s.report.id, s)
    heard = {s.report.id for s in chosen}
    return [s for s in best.values() if len(best) <= EACH_HEARD and s.report.id not in heard and s.signals.get("reader", -1.0) > 0]


def with_lead(sentence: Sentence) -> list[Sentence]:
    """A sentence after those before it in its passage that it leans on, `LEADS` at most."""
    made = [sentence]
    while len(made) <= LEADS and made[0].before and not TURN.search(made[0].text):
        start, end = sentence.passage.sentences[made[0].index - 1]
        made.insert(0, replace(sentence, index=made[0].index - 1, start=start, end=end, score=LEAD))
    return made


def _missing(sentence: Sentence, chosen: Sequence[Sentence]) -> list[Sentence]:
    return [s for s in with_lead(sentence) if not _holds(chosen, s)]


def _holds(chosen: Sequence[Sentence], sentence: Sentence) -> bool:
    return any((s.passage.id, s.index) == (sentence.passage.id, sentence.index) for s in chosen)


def with_turns(chosen: Sequence[Sentence], sentences: Sequence[Sentence]) -> list[Sentence]:
    """The chosen sentences, each with the one right after it that takes something back ('However, …'): without it the quote misleads."""
    at = {(s.passage.id, s.index): s for s in sentences}
    made = list(chosen)
    for s in chosen:
        after = at.get((s.passage.id, s.index + 1))
        if after and TURN.search(after.text) and not _holds(made, after):
            made.append(after)
    return made


def _length(sentence: Sentence) -> int:
    return len(sentence.text.split())


def repeats(sentence: Sentence, chosen: Sequence[Sentence]) -> bool:
    """True where one of the chosen sentences says nearly the same."""
    own = stem_set(sentence.text)
    return any(len(own & stem_set(other.text)) > REPEATS * max(len(own), 1) for other in chosen)


def runs(chosen: Sequence[Sentence]) -> list[list[Sentence]]:
    """Chosen sentences that follow one another in a passage, together; runs in order of their best sentence."""
    rank = {(s.passage.id, s.index): n for n, s in enumerate(chosen)}
    made: list[list[Sentence]] = []
    for s in sorted(chosen, key=lambda s: (s.passage.id, s.index)):
        if made and made[-1][-1].passage.id == s.passage.id and made[-1][-1].index == s.index - 1:
            made[-1].append(s)
        else:
            made.append([s])
    return sorted(made, key=lambda run: min(rank[s.passage.id, s.index] for s in run))
