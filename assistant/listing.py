"""Lists as the reports print them: found by what introduces them, given whole, in order and counted."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.citing import cell_spans
from assistant.evidence import coverage, stem_set
from assistant.understanding import SCOPE_WORDS, Request
from assistant.words import STOP_WORDS, stem, words
from ingest.model import Passage, Report

NUMBERS = {word: n for n, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen".split())}
ASKING_WORDS = frozenset(
    """list every each all set full complete entire whole item items name names none left headline give things need told handed every
    one ones everyone everybody them out in order total number has have must should what which who was were been""".split())
"Words that ask for a list and say nothing about which."
PERSON = re.compile(r"(?:(?:Dr|Mrs?|Ms|Prof\w*|Sir|Dame|Cllr)\.? )?(?:[A-Z][\w’'-]+ ){1,3}(?:[A-Z][\w’'-]+)?\W*(?:,|[A-Z]{2,}|$)")
"A table cell that begins with a person's name, then a comma, letters (HMI) or nothing."
AFTER_ROLE = re.compile(r"\s[–—-]\s|:\s")
"What parts a person's part from the name: 'Lead peer — '."
POINT = re.compile(r"(?:To [a-z]+|That \w+)\b")
"How the points of a resolution open where nothing printed says that they are one."
ASKED_FOR = re.compile(r"To (?:receive|request|ask|invite|seek|hear)\b")
"How the points of a resolution open that ask for something to follow."
SAYS_SO = re.compile(r"\b(?:resol|deci[ds]|agree|recommend|action)", re.I)
"What says of a list that its points were resolved."
BODY = re.compile(r"\b[Tt]he ((?:Select )?(?:[Cc]ommittee|[Cc]abinet|[Bb]oard|[Pp]anel|[Cc]ouncil))\b")
"Who meets, in a committee paper."
POINTS_BACK = re.compile(r"(?:This|That|These|Those|They|It|Such|Here|There)\b")
"How a sentence opens that says nothing without the one before."
COUNTED = re.compile(
    r"\bhow many (?!of\b)([^?.,;:]+?)(?= (?:did|do|does|was|were|is|are|has|have|had|can|could|should|will|would|there|got|get|given|set|made|"
    r"in|that|which|who|whose|to|on|at|from|by)\b|[?,.;:]|$)", re.IGNORECASE)
"The things that a question counts: 'key recommendations' of 'how many key recommendations did they make'."
EXCLUDED = re.compile(r"\b(?:not|other than|apart from|except(?: for)?|excluding|rather than|instead of) (?:the|its|their|any) ([^?.,;:()–—]+?)(?= -|[?.,;:()–—]|$)", re.IGNORECASE)
"The things that a question leaves out: 'not the priority actions'."
WHOLE_WORDS = 300
"The items of a list that has no more words than this are quoted whole: their second sentence is often what should be done."
LEAD_WORDS = 30
"The items of a longer list are quoted by their first sentence, and where that is longer than this, up to its first colon or dash, where one comes early enough."

TASK = 1.5
"How many times as many words a task has as the names of those who are to do it, at least."

SPANS = r"(?:day|week|month|year|hour|minute|time)s\b"
"Counted things that announce no list."
ANNOUNCED_WITHIN = 6
"Passages before a list in which it may be announced."
EVEN = 0.5
"How far below the likeliest, in log-odds, another list of the report is meant as well: what is to be improved and what is urgent."


@dataclass(frozen=True)
class Listing:
    """One printed list."""

    report: Report
    items: tuple[Passage, ...]
    title: str
    "The heading it stands under and the sentence that introduces it, then its nature."
    nature: str = ""
    "What it is, in our words, where no words of the report say so: 'what the committee resolved'."
    inner: bool = False
    "True for a list inside an item of another list."
    points: Mapping[str, tuple[Passage, ...]] = field(default_factory=dict)
    "The inner lists of its items, by the id of the item that introduces them."
    announced: str = ""
    "The sentence further above that says how many items are to come, where the introduction does not."

    @property
    def called(self) -> str:
        """Its title for a reader: the report's words in quotation marks, ours outside."""
        printed = self.title.removesuffix(self.nature).rstrip(": ")
        return ", ".join(filter(None, (f"“{printed}”" if printed else "", self.nature)))

    @property
    def complete(self) -> bool:
        """Whether every item that the report prints is here."""
        return len(self.items) == self.items[0].place.length

    @property
    def entries(self) -> list[tuple[Passage, int, int]]:
        """What is quoted of each item: (passage, start, end). A table with a person in every cell is read down its columns, one of who is
        to do what by its tasks."""
        if self.of_bodies:
            return [(item, *cell_spans(item)[1]) for item in self.items]
        if not self._of_people:
            whole = sum(len(item.text.split()) for item in self.items) <= WHOLE_WORDS
            return [(item, 0, len(item.text)) if whole else (item, *lead(item)) for item in self.items]
        cells = [(column, item, *span) for item in self.items for column, span in enumerate(cell_spans(item))
                 if span[0] < span[1]]
        return [(item, start, end) for _, item, start, end in sorted(cells, key=lambda cell: cell[0])]

    @property
    def names_people(self) -> bool:
        """Whether most of its items name a person first, or after the person's part in it; of a table one row with a person in every cell will do."""
        named = [[any(PERSON.match(text) for text in AFTER_ROLE.split(cell)) for cell in (item.cells or (item.text,)) if cell] for item in self.items]
        return any(len(row) > 1 and all(row) for row in named) or 2 * sum(map(any, named)) > len(named)

    @property
    def of_bodies(self) -> bool:
        """Whether it is a table of who is to do what: two columns, the second the longer by far."""
        return all(len(item.cells) == 2 and len(item.cells[1].split()) > TASK * len(item.cells[0].split()) for item in self.items)

    def is_of(self, things: str) -> bool:
        """Whether its heading or what introduces it names just these things, or little else: 'Areas for priority action' priority actions."""
        asked = _content(things)
        titles = [_content(title) for title in (*self.items[0].headings[-1:], self.items[0].place.intro)]
        return bool(asked) and any(asked <= title and 2 * len(asked) >= len(title) for title in titles)

    @property
    def _of_people(self) -> bool:
        """Whether it is a table of several columns with a person in every cell that is not empty."""
        return (any(len(item.cells) > 1 for item in self.items)
                and all(item.kind == "table_row" and all(PERSON.match(cell) for cell in item.cells if cell) for item in self.items))


def listings_of(report: Report, passages: Iterable[Passage]) -> list[Listing]:
    """The lists of a report with two items or more, in the order printed."""
    held = list(passages)
    found: dict[str, list[Passage]] = {}
    for passage in held:
        if passage.place and passage.kind != "heading":
            found.setdefault(passage.place.list_id, []).append(passage)
    made = []
    all_items = {item.text for items in found.values() for item in items}
    introduced = {items[0].place.intro: tuple(items) for items in found.values()}
    for items in found.values():
        if len(items) < 2:
            continue
        intro = _introduction(items[0].place.intro)
        heading = ", ".join(items[0].headings[-2:])
        printed = heading if intro in heading else f"{heading}: {intro}" if heading else intro
        nature = _nature(report, held, items, printed)
        title = ": ".join(filter(None, (printed.rstrip(":"), nature))) if nature else printed
        inner = items[0].place.intro in all_items
        announced = "" if inner else _announced(held[: held.index(items[0])][-ANNOUNCED_WITHIN:], items[0], len(items))
        points = {item.id: introduced[item.text] for item in items if item.text in introduced}
        made.append(Listing(report, tuple(sorted(items, key=lambda item: item.place.index)), title, nature, inner, points, announced))
    return made


def _announced(before: Sequence[Passage], first: Passage, length: int) -> str:
    """The sentence of the same part that says so many things are to come ('they chose four themes'); '' where the introduction says it."""
    number = next((word for word, n in NUMBERS.items() if n == length), str(length))
    counts = re.compile(rf"\b{number}\b(?: [\w-]+){{0,3}} (?!{SPANS})\w+s\b", re.IGNORECASE)
    if counts.search(first.place.intro):
        return ""
    for passage in reversed(before):
        if passage.kind == "heading" or passage.place or passage.headings[:1] != first.headings[:1]:
            continue
        for start, end in passage.sentences:
            sentence = passage.text[start:end]
            # Where it counts other things too, it says more than that the list comes.
            if counts.search(sentence) and all(NUMBERS.get(word, length) in (0, 1, length) for word in words(sentence)) and not re.search(r"\d", sentence):
                return sentence
    return ""


def _introduction(intro: str) -> str:
    """The last sentence of what introduces a list, and those before it that it points back to ('This should include:')."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])", intro.strip())
    first = len(sentences) - 1
    while first and POINTS_BACK.match(sentences[first]):
        first -= 1
    return " ".join(sentences[first:])


def _nature(report: Report, passages: Sequence[Passage], items: Sequence[Passage], printed: str) -> str:
    """What points of a committee paper are that open as a resolution's do and that nothing introduces; '' for other lists."""
    if "committee paper" not in (report.kind, report.digest_of_kind) or printed.endswith(":") or SAYS_SO.search(printed):
        return ""
    if not all(POINT.match(item.text) for item in items):
        return ""
    bodies = Counter(name.lower() for passage in passages for name in BODY.findall(passage.text))
    who = bodies.most_common(1)[0][0] if bodies else "meeting"
    if all(ASKED_FOR.match(item.text) for item in items):
        return f"follow-up and next steps that the {who} resolved to ask for"
    return f"what the {who} resolved"


def _content(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word.isalpha() and word not in STOP_WORDS)


def counted(question: str) -> str:
    """The things that a question counts, '' where it counts none."""
    match = COUNTED.search(question)
    return match[1] if match else ""


def excluded(question: str) -> str:
    """The things that a question leaves out, '' where it leaves out none."""
    match = EXCLUDED.search(question)
    return match[1] if match else ""


def asked_length(question: str) -> int | None:
    """How many items a question says the list has ('all ten', 'the 13'), else None."""
    for word in re.findall(r"[a-z]+|\d+", question.lower()):
        n = int(word) if word.isdigit() and len(word) < 3 else NUMBERS.get(word)
        if n and n > 1:
            return n
    return None


LISTING_SIGNALS = ("turned", "nearness", "named", "inside", "counted", "inner", "people")
"""Signals of a list, each about 0 to 1:

turned, nearness: cosine of the question, adapted to titles and as it is, with the list's title
named, inside: weighted share of the question's concepts in the title; in the items
counted: 1 where the list has as many items as the question says (another number may be the question's slip)
inner: 1 for a list inside an item of another list
people: 1 for a list of people where the question does not ask who
"""


def listing_signals(request: Request, listing: Listing, nearness: float, turned: float) -> dict[str, float]:
    """The signals of one list."""
    concepts = [c for c in request.concepts if not set(c.written.split()) <= ASKING_WORDS]
    concepts = [c for c in concepts if not set(c.written.split()) <= SCOPE_WORDS] or concepts
    length = asked_length(request.question)
    return {
        "turned": turned,
        "nearness": nearness,
        "named": coverage(concepts, stem_set(listing.title)),
        "inside": coverage(concepts, stem_set(" ".join(item.search_text for item in listing.items))),
        "counted": float(length == len(listing.entries)),
        "inner": float(listing.inner),
        "people": float(listing.names_people and request.wants != "person"),
    }


def lead(item: Passage) -> tuple[int, int]:
    """The part of an item of a long list that is quoted: its first sentence, or the lead of a long one."""
    start, end = item.sentences[0] if item.sentences else (0, len(item.text))
    if item.kind == "table_row":
        return 0, len(item.text)
    text = item.text[start:end]
    if len(text.split()) > LEAD_WORDS:
        cut = re.search(r"(?<=[\w)”\"’])(?:\s+[–—-]\s+|:\s+)", text[20:])
        if cut and len(text[: 20 + cut.start()].split()) >= 5:
            return start, start + 20 + cut.start()
    return start, end


def best_listings(request: Request, listings: Sequence[Listing], signals: Sequence[Mapping[str, float]],
                  weights: Mapping[str, Mapping[str, float]]) -> tuple[list[Listing], float]:
    """The likeliest list, with others of its report that are meant about as likely, in the order printed, and the probability that
    the likeliest is asked for. `listings` must not be empty."""
    scores = [sum(weights["listing"][name] * value for name, value in of_one.items()) for of_one in signals]
    best = max(range(len(scores)), key=scores.__getitem__)
    even = [listing for listing, score in zip(listings, scores) if listing.report == listings[best].report and score >= scores[best] - EVEN]
    z = sum(weights["listed"][name] * value for name, value in asked_signals(request, scores).items())
    return even, 1.0 / (1.0 + math.exp(-z))


def asked_signals(request: Request, scores: Sequence[float]) -> dict[str, float]:
    """What tells that the best list is asked for: its score, how far the next is below, and how surely a list is asked for."""
    first, second = sorted([*scores, min(scores) - 1.0], reverse=True)[:2]
    sure = min(max(request.listed, 0.02), 0.98)
    return {"bias": 1.0, "score": first, "margin": first - second, "listed": math.log(sure / (1.0 - sure))}
