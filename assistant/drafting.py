"""A written answer in the making: checks each sentence of a model, keeps what may be shown, and says what was done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from assistant.answer import Answer, Citation, Point, Writing
from assistant.answering import Assistant, checked
from assistant.citing import cite
from assistant.claims import SUPPORTED, Checker, Place, Source
from assistant.prose import Written
from assistant.reading import load_reader
from assistant.render import points_as_markdown
from assistant.view import View
from assistant.words import words

MOST_SENTENCES = 14
"Sentences that are read of what a model writes; one that goes on has lost its thread."
LONGEST = 90
"Words of a sentence that can be checked: what the encoder takes in at once, and rather more than anyone should read."
RELEVANT = 0.2
"Cosine with the question, or with a quote of the quoted answer, from which a sentence is about what was asked."
QUOTE_RELEVANT = 0.4
"The same for a quote that is shown instead of a sentence."
NEAR = 0.2
"Probability of support, by wording, from which an unsupported sentence was at least about its passage."
LEAK = 8
"Words in a row that a sentence has in common with what the model was told, from which it tells on it."
SHORT_LEAK = 4
"Words from which a whole sentence that stands in what the model was told does."
SILENT = re.compile(
    r"the passages do not (?:answer|contain|provide|mention|say)|not (?:answered|stated|mentioned) in the passages",
    re.IGNORECASE,
)
"How a model says that it found no answer."
SPEAKS = re.compile(
    r"\b(?:you|your|yours|yourself|me|my|we|us|our|ours|let['’]s|please)\b|\bI\b"
    r"|^(?:You|Your|We|Our|My|Please|Let['’]s)\b|!$"
)
"Words of someone who speaks to the reader; an answer speaks of the reports."


@dataclass
class WrittenDraft:
    """What may be shown of what a model writes in answer to one question."""

    question: str
    standalone: str
    "The question on its own, as the model was asked it."
    quoted: Answer
    "The answer of quotes, made before."
    sources: Sequence[Source]
    "What the model was given."
    told: Sequence[str]
    "What the model was told beside question and passages, in words."
    assistant: Assistant
    view: View
    checker: Checker
    writing: Writing
    points: list[Point] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    supported: int = 0
    "Sentences of the model that the reports support."
    citing: int = 0
    "Sentences of the model that cite a passage it was given."
    silent: bool = False
    "True where the model wrote that the passages do not answer."
    _seen: set[str] = field(default_factory=set)

    @property
    def full(self) -> bool:
        return self.writing.sentences >= MOST_SENTENCES

    def add(self, sentence: Written) -> bool:
        """Takes a sentence in; True where there is more to show than before."""
        if SILENT.search(sentence.text):
            self.silent = True
            return False
        key = " ".join(words(sentence.text))
        if key in self._seen or self.full:
            return False
        self._seen.add(key)
        given = {source.number: source for source in self.sources}
        cited = [given[number] for number in sentence.cites if number in given]
        self.citing += bool(cited)
        self._count(sentences=1, unknown_citations=len(sentence.cites) - len(cited))
        shown = len(self.points)
        verdict = self.checker.check(sentence.text, cited or self.sources)
        if cited and not verdict.fault and self._may_stand(sentence, verdict.places):
            self.supported += 1
            self._lead(sentence.text, verdict.places)
            if not all(self._quoted_already(place) for place in verdict.places):
                citations = tuple(self._cited(place) for place in verdict.places)
                self.points.append(Point(sentence.text, citations=citations, written=True))
        elif verdict.score >= (NEAR if cited else SUPPORTED) and self._quotable(verdict.places[0]):
            source, start, end = verdict.places[0]
            self._lead(source.passage.text[start:end], verdict.places[:1])
            if not _overlap(self.citations, verdict.places[0]):
                self._quote(self._cited(verdict.places[0]))
            self._count(replaced=1)
        else:
            self._count(removed=1)
        return len(self.points) > shown

    def _may_stand(self, sentence: Written, places: Sequence[Place]) -> bool:
        """False for what no check of truth catches: an address, words to the reader, a leak, another subject."""
        text = sentence.text
        if sentence.holds_address or SPEAKS.search(text) or len(words(text)) > LONGEST or self._tells_on(text):
            return False
        return any(_overlap(self.quoted.citations, place) for place in places) or self._relevance(text) >= RELEVANT

    def _tells_on(self, text: str) -> bool:
        """Whether a sentence gives away what the model was told."""
        found, told = words(text), f" {' '.join(self.told)} "
        if len(found) >= SHORT_LEAK and f" {' '.join(found)} " in told:
            return True
        return any(f" {' '.join(found[at : at + LEAK])} " in told for at in range(len(found) - LEAK + 1))

    def _relevance(self, text: str) -> float:
        (vector,) = self.assistant.encode([text])
        return max(float(vector @ other) for other in self._subject)

    @cached_property
    def _subject(self):
        return list(self.assistant.encode([self.standalone, *(c.quote for c in self.quoted.citations)]))

    def _lead(self, text: str, places: Sequence[Place]) -> None:
        """Puts the quoted answer's first quote in front, where what would stand there does not itself answer."""
        if self.points:
            return
        first = next(point for point in self.quoted.points if point.citations)
        # An answer under headings may begin with any of its reports or sides.
        answering = self.quoted.citations if first.heading else first.citations
        if {place[0].passage.id for place in places} & {citation.passage_id for citation in answering}:
            return
        reader = load_reader()
        if reader is not None:
            own, theirs = reader.scores(self.standalone, [text, first.text])
            if own >= min(theirs, 0.0):
                return
        for citation in first.citations:
            self._quote(self._numbered(citation))

    def _quote(self, citation: Citation) -> None:
        self.points.append(Point(citation.quote, citations=(citation,)))

    def _quotable(self, place: Place) -> bool:
        """Whether a stretch may be shown instead of a sentence: it is on the subject and not shown yet."""
        source, start, end = place
        return not _overlap(self.citations, place) and self._relevance(source.passage.text[start:end]) >= QUOTE_RELEVANT

    def _quoted_already(self, place: Place) -> bool:
        """Whether a quote that is shown as such holds all of a stretch."""
        source, start, end = place
        first = source.passage.start
        quotes = [citation for point in self.points if not point.written for citation in point.citations]
        return any(
            c.passage_id == source.passage.id and c.start - first <= start and end <= c.end - first for c in quotes
        )

    def _cited(self, place: Place) -> Citation:
        source, start, end = place
        return self._numbered(cite(source.report, source.passage, start, end))

    def _numbered(self, citation: Citation) -> Citation:
        """The citation under its number in this answer; one given before that holds all of it takes its place."""
        for other in self.citations:
            inside = other.start <= citation.start and citation.end <= other.end
            if inside and other.passage_id == citation.passage_id:
                return other
        self.citations.append(replace(citation, number=len(self.citations) + 1))
        return self.citations[-1]

    def _count(self, **more: int) -> None:
        self.writing = replace(self.writing, **{name: getattr(self.writing, name) + n for name, n in more.items()})

    def answer(self) -> Answer:
        """What may be shown so far."""
        return self._as_answer(self.points, self.writing)

    def finished(self, seconds: float) -> Answer:
        """The whole answer, with what the quoted one says in words of ours and what a reader is told of the checks."""
        ours = [point for point in self.quoted.points if point.ours]
        ours = [replace(p, text=f"{p.heading}: {p.text}" if p.heading else p.text, heading="") for p in ours]
        cited = {citation.passage_id for citation in self.citations}
        looked_at = [replace(c, kept=c.passage_id in cited) for c in self.quoted.candidates]
        answer = self._as_answer([*self.points, *ours], replace(self.writing, notices=notices(self.writing)))
        return replace(
            answer,
            candidates=tuple(sorted(looked_at, key=lambda c: not c.kept)),
            timings=self.quoted.timings | {"write": round(seconds, 5)},
        )

    def _as_answer(self, points: Sequence[Point], writing: Writing) -> Answer:
        answer = replace(
            self.quoted,
            question=self.question,
            text=points_as_markdown(points),
            points=tuple(points),
            citations=tuple(self.citations),
            writing=writing,
        )
        return checked(answer, self.view.knowledge.store)

    def why_nothing(self) -> str:
        """Why no sentence is left, for a reader."""
        model, count = f"The language model {self.writing.model}", self.writing.sentences
        if not count:
            return f"{model} found no answer in the passages." if self.silent else f"{model} wrote nothing."
        if not self.citing:
            return f"{model} did not say which passages its sentences rest on."
        return f"No sentence that {model[0].lower()}{model[1:]} wrote ({count}) could be checked against the reports."


def _overlap(citations: Sequence[Citation], place: Place) -> bool:
    """Whether one of the citations holds some of a stretch."""
    source, start, end = place
    first = source.passage.start
    return any(c.passage_id == source.passage.id and c.start - first < end and start < c.end - first for c in citations)


def notices(writing: Writing) -> tuple[str, ...]:
    """What a reader is told of the checks."""
    told = (
        (writing.replaced, "One sentence was replaced by the report's own words: it was not what the report says.",
         "{} sentences were replaced by the reports' own words: they were not what the reports say."),
        (writing.removed, "One sentence was taken out: the reports do not support it.",
         "{} sentences were taken out: the reports do not support them."),
        (writing.unknown_citations, "One citation was taken out: no passage has that number.",
         "{} citations were taken out: no passage has those numbers."),
        (writing.left_out, "One passage that was found had no room in the model's window.",
         "{} passages that were found had no room in the model's window."),
    )  # fmt: skip
    return tuple(one if count == 1 else many.format(count) for count, one, many in told if count)
