"""What a question asks: scope (areas, years, kinds of report), intent, subject, and what an answer must contain.

Follow-ups are made standalone here: the scope and subject of earlier questions are carried over where the new one leaves
them out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from assistant.kinds import foreign_odds, kind_probabilities, verdict_probabilities
from assistant.places import ALL_AREAS, Gazetteer, named_places, places_of
from assistant.words import STOP_WORDS, stem, words
from ingest.area_groups import AreaGroup
from ingest.model import Report

if TYPE_CHECKING:
    import numpy as np


OF_THE_FIELD = -9.0
"Log-odds of being on another field where nothing speaks for that."


@dataclass(frozen=True)
class Filters:
    """Scope set by hand; what is set here is not read from the question."""

    areas: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    reports: tuple[str, ...] = ()
    "File names or ids."


@dataclass(frozen=True)
class Concept:
    """One idea of a question, with all the ways in which a report may put it."""

    written: str
    alternatives: tuple[tuple[tuple[str, ...], float], ...]
    "(words that must all be present, weight 0 to 1); the question's own words first, with weight 1."
    weight: float = 1.0
    "How much the concept tells passages apart: idf over the knowledge base, 0 for what every report says."
    carried: bool = False
    "True where it comes from an earlier question."

    @property
    def is_term(self) -> bool:
        """Whether it is a term of the field, with another form that means the same ('CAMHS')."""
        return len(self.alternatives) > 1 and self.alternatives[1][1] == 1.0

    @property
    def names_thing(self) -> bool:
        """Whether it is a term, or words that belong together ('local offer')."""
        return self.is_term or len(self.alternatives[0][0]) > 1


@dataclass(frozen=True)
class Request:
    """A question understood."""

    question: str
    "As asked, with slips of spelling mended."
    subject: str
    "The question without its scope words, with the carried subject; what is embedded for search."
    concepts: tuple[Concept, ...]
    areas: tuple[str, ...] = ()
    "Areas asked about, as in corpus/areas.csv."
    kinds: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    intent: str = "topic"
    "'fact', 'topic', 'compare', 'across' or 'both sides'."
    listed: float = 0.0
    "How surely a printed list is asked for, whole, 0 to 1."
    verdict: str = ""
    "For a question across reports: 'praise' or 'worry' where it looks for reports that say so, '' for any that speak of it."
    wants: str = ""
    "What the answering sentence must hold: '', 'number', 'percent', 'money', 'date', 'duration', 'person', 'phone', 'email'."
    names: tuple[str, ...] = ()
    "Names of things in the question, as written: 'Meet the Leaders'; areas and kinds of report are not among them."
    foreign: float = OF_THE_FIELD
    "Log-odds that it is on another field than the reports; a question that follows another is taken to be on theirs."
    follow_up: bool = False
    groups: tuple[AreaGroup, ...] = ()
    "Groups of areas asked about: 'the South West', 'London boroughs'."
    own: str = ""
    "A word for the asker's own area ('our'), where the question names no place and no home area is set."
    filters: Filters = Filters()

    @property
    def standalone(self) -> str:
        """The question as the reader is asked it: with the carried subject where it follows another, and without regions, which no sentence names."""
        return self.subject if self.follow_up or self.groups else self.question

    @property
    def search_text(self) -> str:
        """What is embedded for search: the subject, with the likeliest other wording of each of its concepts that tell something."""
        others = [" ".join(c.alternatives[1][0]) for c in self.concepts if len(c.alternatives) > 1 and not c.carried and c.weight > TELLS_LITTLE]
        return f"{self.subject} ({', '.join(others)})" if others else self.subject

    @property
    def parts(self) -> tuple[str, ...]:
        """The question, and where it asks two things each of them: the reader is asked all."""
        pieces = [piece.strip() for piece in AND_ALSO.split(self.standalone) if len(piece.split()) > 1]
        return (self.standalone, *pieces) if len(pieces) > 1 else (self.standalone,)


class Lexicon(Gazetteer, Protocol):
    """What understanding needs to know of words: how telling a stem is, other ways to say it, and the places of England."""

    def telling(self, words: Sequence[str]) -> float:
        """0 (in nearly every passage) to 1 (in one), of the most telling word."""

    def vector(self, text: str) -> np.ndarray | None:
        """Of a text, (d,), by the embedding model that verdicts are told by; None where another is used."""

    def expand(self, tokens: Sequence[str], at: int) -> tuple[int, str, list[tuple[tuple[str, ...], float]]] | None:
        """Longest entry of glossary or vocabulary that starts at a token: (tokens used, as written, alternatives)."""

    def respell(self, word: str, before: str = "", after: str = "") -> tuple[str, ...]:
        """The word as the reports spell it between two others (several words where it was run together); itself where known."""

    def corrected(self, text: str, kept: Sequence[tuple[int, int]] = ()) -> str:
        """The text with its slips mended, but for the stretches that are kept."""


MEMBERS_SAY = (
    r"\b(?:worried|concerned|bothered|told|asked|did|were|was|do|have) (?:the )?(?:members|councillors)\b"
    r"|(?<!many )(?<!elected )(?<!team )(?<!board )(?<!forum )(?<!family )(?<!staff )\b(?:members|councillors) (?:say|said|ask|worr|rais|concern|want|th(?:ink|ought)|ma[dk]e|feel|felt|resolve|agree|hear|note)"
)
"How a question names those who speak in a committee paper; what else it names is what they speak of."
KIND_WORDS = {
    "peer review": r"\bpeer[- ](?:review|challenge|team|visit|report)\w*|(?<!their )(?<!his )(?<!her )(?<!other )\bpeers\b(?! (?:of|with|at|in(?! (?:19|20)\d\d))\b)"
    r"|\blga\b|local government association|critical friend|reviewers?\b",
    "inspection": r"inspect\w*|ofsted|\bcqc\b|\bhmi\b|care quality commission",
    "committee paper": rf"committee|(?<!many )(?<!\d )\bminutes\b|scrutiny|{MEMBERS_SAY}",
    "framework": r"\b(?:inspection|ofsted|cqc|send|20\d\d|new|old|current|previous|the)(?:['’]s)? framework\b|handbook|evaluation criteria",
    "guidance": r"code of practice|\b(?:the|statutory|national|government) guidance|statutory time limit|time limits?\b|in law|legally",
}
"How a question names a kind of report."

ABOUT_ANOTHER = re.compile(r"\b(?:minutes?|committee(?: paper)?) (?:on|about|of) (?:the )?(?:\w+ ){0,2}(?:peer|lga|inspection|ofsted)\b", re.IGNORECASE)
"Names a committee paper by the report that it is about."

THE_REVIEW = re.compile(r"\bthe (?:20\d\d )?review\b(?! of\b)", re.IGNORECASE)
"Names a peer review where an inspection is named too."
BESIDE = re.compile(
    r"\b(?:between|both|agree[ds]?|also|still|later|earlier|since|by the time|improve[ds]?|changed?|better|worse|fixed|resolved|differ\w*|same|compared?|again|act(?:ed)? (?:up)?on)\b",
    re.IGNORECASE)
"Puts two kinds of report on an area side by side."
SAYS_ABOUT = re.compile(r"\b(?:say|said|says|mention(?:ed|s)?|conclude[ds]?|f(?:i|ou)nd|think|thought)(?: \w+){0,2} (?:about|on|regarding)\b", re.IGNORECASE)
"What comes after is the subject, whatever its words."

SCOPE_WORDS = frozenset(
    """report reports review reviews reviewed reviewer reviewers inspection inspections inspector inspectors inspected inspect ofsted
    cqc hmi peer peers challenge team teams lga committee committees councillor councillors paper document documents area areas local
    place places partnership partnerships county council send inspecting visit visited visitors visiting people person youngsters
    kids children child young""".split()
)
"Words that name the reports themselves or what all of them are about; they carry little of the subject."

GENERAL_WORDS = frozenset(
    """able add allow appear arrange available bad become begin believe best better big bit bring build call care carry cause change
    choose clear close common concern consider continue cope current day deal decide depend describe detail difference different
    difficult discover early easy effect effective end ending enough ensure especially example exist expect explain face fail fall
    far fast feel fix follow folk full gather general good grow guess handle happen happens hard head hear help hold idea important
    improve include issue keep keeping kind large late lead leave level life little live long look lose main matter mention mind
    miss month move name near need new number offer often old open opinion order part pay pick picked picture plan point possible
    present problem provide put question quick quickly raise reach read ready real reason receive recent recently remain right run
    seem send serious set short show side simple small sort start state stay step stop stuck successful suggest support sure take
    talk team tell time today together top treat trouble true try trying turn type understand use used useful usual verdict view
    wait walk wants way week weight well whole wonder word work worked working worth write wrong year years yet""".split()
)
"Words of any subject: they help to find a sentence, but their absence says little."

ASKED_FOR = r"\bwhat(?:['’]s| is| was) (?:the|their|its) (?:\w+ )?"
REACHED = r"\b(?:who|number|where|how)(?: can| do| does| could| should| would)? (?:i|we|you|parents?|people|families|they|to)(?: \w+)? "

WANTS = (
    ("phone", rf"\b(?:tele)?phone number|contact number|{ASKED_FOR}(?:tele)?phone\b|{REACHED}(?:ring|(?:tele)?phone|call)\b"),
    ("email", rf"\be-?mail address|{ASKED_FOR}e-?mail\b|{REACHED}e-?mail\b"),
    ("money", r"how much (?:money|funding|was spent|did .* (?:cost|spend|invest))|\bin pounds\b|£|what sum|how big .*(?:deficit|budget|overspend)|how much (?:does|did|will) .*cost"),
    ("percent", r"what (?:%|percent\w*|per cent|proportion|share)|\bpercentage\b|\bwhat share\b"),
    ("duration", r"how long (?!ago)|how many (?:days|weeks|months|years|hours|minutes)|how soon|how quickly|time limit|deadline|within how"),
    ("number", r"how many|how big|number of|what (?:age|number)|up to what|how old|how often"),
    ("date", r"^\W*(?:and |so |but )?when\b(?!.*[,;] ?(?:what|who|how|where|which|is|are|do|does|did)\b)|\bwhen\W*$"
     r"|\bwhen (?:is|are|was|were|do|does|did|has|have|had|will|should|must|can)\b|what (?:date|day|year|month)|which (?:dates?|day|year|month)"),
    ("person", r"^\W*(?:and )?who\b(?! does this well)|\bwhich (?:\w+ )?(?:people|persons?)\b|\bby whom\b|named? (?:people|person)|\bwho (?:is|was|were|led|chairs?|gave|presented)\b"),
)
"What an answer must hold, by the question's form; the first that matches."

FOLLOW_UP = re.compile(
    r"^\W*(?:and|but|so|or|what about|how about|also|then|same|which (?:one|bit|of (?:these|those|them)))\b", re.IGNORECASE
)
"How a question begins that goes on from the one before."
BACK = frozenset("it they them that those these this he she its their his her theirs".split())
"Words that point back; where a subject comes first, they point to that."
THAT = re.compile(r"\b(?:them|it|those|these|this|that|they)\b", re.IGNORECASE)
"Words that stand for what was spoken of."
NAMED = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][\w’'-]+(?:(?: (?:the|of|and|for|to|in))* [A-Z][\w’'-]+)+")
"A name of two words or more inside a sentence: 'Future Me', 'Meet the Leaders'."
DATED = re.compile(r"(?: (?:in|of|for|to|the|from|by))*(?: (?:January|February|March|April|May|June|July|August|September|October|November|December))$")
"A month at the end of what looks like a name: 'EHCP in May'."
TELLS_LITTLE = 0.1
"Weight up to which a concept ('SEND', 'Ofsted') stands in nearly every passage."
AND_ALSO = re.compile(
    r",? (?:and|&|or) (?=(?:for |in |on |at |by |to |from |of )?(?:how|what|who|whom|when|where|which|why|is|are|was|were|did|does|do|should)\b)", re.IGNORECASE)
"Where one question goes on to a second: '…, and how many …'."
LIKELY = 0.45
"Probability from which a kind of answer other than a topic counts as asked for."
FACT_LIKELY = 0.7
"The same for a fact, whose answer is the shorter: a topic taken for one loses more than the other way about."
VERDICT_LIKELY = 0.8
"Probability from which a question looks for praise or for criticism, not for any mention."
_REPORT = r"(?:inspections?|reviews?|reports?|visits?|challenges?|minutes)"
OF_A_REPORT = re.compile(
    rf"\b(?P<before>(?:19|20)\d\d)\b(?:['’]s)?(?: [\w&-]+){{0,3}}? {_REPORT}\b|\b{_REPORT}(?: (?!in\b|from\b|since\b|by\b)[\w&-]+){{0,4}}? (?:in|of|from) (?P<after>(?:19|20)\d\d)\b", re.IGNORECASE)
"Says of what year a report is: 'the 2021 Ofsted inspection', 'the review of Dorset in 2017'."
YEAR = re.compile(r"(?<![£$€\d,.])\b(?:19[5-9]\d|20(?:0[1-9]|[1-4]\d))\b(?![,.]?\d|%)")


def understand(question: str, turns: Sequence[Mapping[str, str]], reports: Sequence[Report], lexicon: Lexicon,
               filters: Filters = Filters()) -> Request:
    """The request that a question makes, read with the earlier turns (oldest first, role and content)."""
    request = None
    held = {str(year) for report in reports for year in years_of(report)}
    for asked in (*(turn["content"] for turn in turns if turn["role"] == "user"), question):
        read = _read(asked, lexicon, filters, held)
        request = _continue(read, request, lexicon) if request else read
    return request


def years_of(report: Report) -> set[int]:
    """The years of its visit and its publication."""
    return {int(date[:4]) for date in (report.visit_start, report.visit_end, report.published) if date}


def years_of_reports(question: str) -> set[int]:
    """The years that a question gives to a report, not to what it says."""
    return {int(match["before"] or match["after"]) for match in OF_A_REPORT.finditer(question)}


def _read(question: str, lexicon: Lexicon, filters: Filters, held: set[str]) -> Request:
    """The request of a question on its own; a year in `held`, from which there are reports, is scope and no concept."""
    plain = lexicon.corrected(question, named_places(question, lexicon))
    places = places_of(plain, lexicon, by_hand=bool(filters.areas or filters.reports))
    areas = tuple(dict.fromkeys(_area(name, lexicon) for name in filters.areas)) or places.areas
    kinds = filters.kinds or tuple(kind for kind, pattern in KIND_WORDS.items() if re.search(pattern, f"{question}\n{plain}", re.IGNORECASE))
    if (ABOUT_ANOTHER.search(question) or re.search(MEMBERS_SAY, question, re.IGNORECASE)) and not filters.kinds:
        kinds = ("committee paper",)
    elif kinds == ("inspection",) and THE_REVIEW.search(plain) and not filters.kinds:
        kinds = ("peer review", "inspection")
    years = filters.years or tuple(dict.fromkeys(int(year) for year in YEAR.findall(question)))
    of_reports = {str(year) for year in years_of_reports(plain)}
    concepts = tuple(c for c in _concepts(places.bare, lexicon) if c.written not in held | of_reports)
    wants = next((kind for kind, pattern in WANTS if re.search(pattern, question, re.IGNORECASE)), "")
    likely = kind_probabilities(places.form)
    beside = len(areas) == 1 and len(kinds) > 1 and bool(BESIDE.search(plain))
    vector = lexicon.vector(plain)
    verdicts = verdict_probabilities(places.form, vector)
    verdict = max(verdicts, key=verdicts.get)
    return Request(
        question=plain,
        subject=re.sub(r"\s+", " ", places.bare).strip(),
        concepts=concepts,
        areas=areas,
        kinds=kinds,
        years=years,
        intent="compare" if beside else _intent(likely, areas, wants),
        listed=0.0 if beside else likely["list"],
        verdict=verdict if verdict != "mention" and verdicts[verdict] >= VERDICT_LIKELY else "",
        wants=wants,
        names=_names(places.bare),
        foreign=OF_THE_FIELD if vector is None else foreign_odds(vector),
        groups=places.groups,
        own=places.own,
        filters=filters,
    )


def _names(bare: str) -> tuple[str, ...]:
    """Names in a question without its areas; what names reports or bodies that all reports speak of is left out."""
    found = (re.sub(DATED, "", match.group()) for match in NAMED.finditer(bare))
    return tuple(name for name in found if " " in name and not all(word in SCOPE_WORDS or word in STOP_WORDS for word in words(name)))


def _area(name: str, lexicon: Lexicon) -> str:
    """The area that a name given by hand means; the name itself where it is none."""
    found = lexicon.areas.find(name) or lexicon.areas.find(name.title())
    return found[0].name if found else name


def _intent(likely: Mapping[str, float], areas: tuple[str, ...], wants: str) -> str:
    """What kind of answer is asked for: the likeliest that the areas named allow; a topic where none is likely."""
    kind = max((kind for kind in likely if kind != "list" and not (areas and kind == "across")), key=likely.get)
    if len(areas) > 1 and kind == "compare":
        return kind
    if likely[kind] < (FACT_LIKELY if kind == "fact" else LIKELY):
        kind = "topic"
    return "fact" if wants and kind == "topic" else kind


def _concepts(text: str, lexicon: Lexicon) -> tuple[Concept, ...]:
    """The ideas of a text in order, each with its other wordings; stop words and scope words carry none."""
    tokens = words(text)
    about = SAYS_ABOUT.search(text)
    subject_at = len(tokens) - len(words(text[about.end() :])) if about else len(tokens)
    found: list[Concept] = []
    at = 0
    while at < len(tokens):
        expansion = lexicon.expand(tokens, at)
        if expansion:
            used, written, alternatives = expansion
            own = tuple(w for w in tokens[at : at + used] if w not in STOP_WORDS)
            options = ([(own, 1.0)] if own else []) + alternatives
            weight = _weight(written.split(), options, lexicon, at >= subject_at)
            found.append(Concept(" ".join(tokens[at : at + used]), tuple(options), weight))
            at += used
            continue
        word = tokens[at]
        at += 1
        if word in STOP_WORDS or len(word) < 2 and not word.isdigit():
            continue
        spelt = tuple(w for w in lexicon.respell(word) if w not in STOP_WORDS)
        if not spelt:
            continue
        options = [(spelt, 1.0)]
        found.append(Concept(word, tuple(options), _weight([word], options, lexicon, at > subject_at)))
    merged: dict[tuple, Concept] = {}
    for concept in found:
        merged.setdefault(_key(concept), concept)
    return tuple(merged.values())


def _key(concept: Concept) -> tuple[str, ...]:
    return tuple(stem(word) for word in concept.alternatives[0][0])


def _weight(written: Sequence[str], options: list[tuple[tuple[str, ...], float]], lexicon: Lexicon, asked_about: bool) -> float:
    telling = min(lexicon.telling(option) for option, _ in options)
    if asked_about:
        return telling
    words_written = [word for phrase in written for word in phrase.split()]
    if all(word in SCOPE_WORDS for word in words_written):
        return 0.25 * telling
    return telling * (0.5 if all(word in GENERAL_WORDS or word in SCOPE_WORDS for word in words_written) else 1.0)


def _continue(request: Request, earlier: Request, lexicon: Lexicon) -> Request:
    """A request with the scope and subject of an earlier one where it leaves them out."""
    across = bool(ALL_AREAS.search(request.question)) and not request.areas
    own = [c for c in request.concepts if c.weight > 0.2]
    points_back = _points_back(request, lexicon)
    follows = bool(FOLLOW_UP.search(request.question)) or points_back or len(own) < 3
    changes: dict[str, object] = {"follow_up": follows} | ({"foreign": OF_THE_FIELD} if follows else {})
    if not request.areas and not request.groups and not across:
        changes["areas"], changes["groups"] = earlier.areas, earlier.groups
        if not request.kinds and not request.years and request.intent != "compare":
            changes["years"] = earlier.years
    if not request.kinds and not across and request.intent != "compare" and (changes.get("areas") or request.areas == earlier.areas):
        changes["kinds"] = earlier.kinds
    if follows:
        moved = not own and (bool(request.areas or request.groups) or across)
        # A question that names its own subject asks for that: what is carried must not outweigh it, here or in the search.
        asks_anew = bool(own) and not points_back
        share = 1.0 if moved else 0.5
        if asks_anew and (before := sum(c.weight for c in earlier.concepts)):
            share = min(share, 0.5 * sum(c.weight for c in request.concepts) / before)
        carried = tuple(replace(c, weight=c.weight * share, carried=True) for c in earlier.concepts)
        have = {_key(c) for c in request.concepts}
        changes["concepts"] = request.concepts + tuple(c for c in carried if _key(c) not in have)
        kept = () if asks_anew else [c.written for c in earlier.concepts if c.weight > 0.2]
        changes["subject"] = earlier.subject if moved else " ".join((request.subject, *kept))
        if moved and not across:
            changes["wants"] = request.wants or earlier.wants
            changes["listed"] = max(request.listed, earlier.listed)
            stays = request.intent == "both sides" or request.intent == "compare" and set(request.areas) <= set(earlier.areas)
            changes["intent"] = request.intent if stays else earlier.intent
            if not stays and len(request.areas) < 2 and changes["intent"] == "compare":
                changes["intent"] = "topic"
    if across:
        changes["intent"] = "across"
    elif request.intent == "across" and (changes.get("areas") or request.areas):
        changes.setdefault("intent", "fact" if request.wants else "topic")
    return replace(request, **changes)


def in_its_place(text: str, carried: str) -> str:
    """A text with what was spoken of in the place of the word that points to it: 'where can families not get short breaks'."""
    place = THAT.search(text)
    return f"{text[: place.start()]}{carried}{text[place.end() :]}" if place and carried else text


def _points_back(request: Request, lexicon: Lexicon) -> bool:
    """Whether a question says 'it', 'they' or 'that' before it names a subject of its own, or ends with 'it' or 'that'."""
    found = words(request.question)
    if found and found[-1] in ("it", "that", "this", "those", "these"):
        return True
    for word in found:
        if word in BACK:
            return True
        if word not in STOP_WORDS and word not in SCOPE_WORDS and lexicon.telling([word]) > 0.2:
            return False
    return False
