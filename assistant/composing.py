"""Makes the answer of quotes: by kind of question, in order, under headings, or says what the reports do not answer."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answer import Answer, Citation, Point
from assistant.citing import cite, kind_of, report_name
from assistant.evidence import Sentence, contact_asked
from assistant.finding import SURELY_FOREIGN, Findings
from assistant.listing import Listing, asked_length
from assistant.render import points_as_markdown
from assistant.roles import TURN
from assistant.scope import Scope
from assistant.selecting import BOTH, FACT, LEAD, SIDE, TOPIC, UNSURE, choose, runs, with_turns
from assistant.understanding import Request
from ingest.model import KINDS, Passage, Report

if TYPE_CHECKING:
    from ingest.knowledge import KnowledgeBase

SIDE_ANSWERED = 0.2
"Probability of support from which a side of a comparison is quoted: that it says nothing is an answer too."

PLAIN = 0.5
"Probability of support below which less is quoted on a topic."
NOT_PLAIN = 0.4
"Probability of support below which an answer says first that it may be none: four in ten of these are not right."
SIDES_FROM = 24
"Sentences that the two sides of a subject are chosen from."
SURELY = math.log(0.5)
"Log-probability of being on a side from which a sentence counts as the opposite of what is looked for."
OPPOSITE = 3.0
"What a sentence loses that praises where criticism is looked for, or the other way about: less than makes it impossible, since the question may be wrong."
SIDE_COUNTS = 1.0
"What the log-probability of being on a side counts beside a sentence's score."
SIDE_FAR = 9.0
"How far below the best sentence the best of a side may stand."

SIDE_NEAR = 6.0
"How far below it what is quoted beside that may stand."

AS_WELL = 5.0
"How far below the best, in log-odds, a sentence stands at most that answers about as well."
ASKS_ADVICE = re.compile(r"\b(?:(?P<named>recommend\w*|advi[cs]e\w*|suggest\w*)|should|ought|must|wants?|wanted|needs?|told|asked|improv\w+|next)\b", re.IGNORECASE)
"Asks for what is recommended, or may."
ROLE_HEADINGS = {"strength": "Strengths", "concern": "However", "recommendation": "Recommended"}
"Headings of an answer that tells roles apart; context has none."


class Draft:
    """An answer in the making: numbers its citations."""

    def __init__(self, request: Request, scope: str):
        self.request, self.scope = request, scope
        self.points: list[Point] = []
        self.citations: list[Citation] = []

    def say(self, text: str, heading: str = "") -> None:
        """Words of ours."""
        self.points.append(Point(text, role="context", heading=heading, ours=True))

    def quote(self, report: Report, passage, start: int, end: int, *, role: str = "answer", heading: str = "", item: int | None = None) -> None:
        """A quote with its citation."""
        citation = cite(report, passage, start, end, len(self.citations) + 1)
        self.citations.append(citation)
        self.points.append(Point(citation.quote, role, (citation,), heading, item))

    def inner(self, report: Report, points: Sequence[Passage], *, role: str, heading: str = "") -> None:
        """The points of a list inside an item, each whole."""
        for point in points:
            self.quote(report, point, 0, len(point.text), role=role, heading=heading)

    def run(self, run: Sequence[Sentence], *, role: str = "answer", heading: str = "") -> None:
        """Sentences that follow one another, as one quote."""
        self.quote(run[0].report, run[0].passage, run[0].start, run[-1].end, role=role, heading=heading)

    def take(self, answer: Answer) -> None:
        """All of another answer, its citations numbered on."""
        before = len(self.citations)
        self.citations += [replace(citation, number=citation.number + before) for citation in answer.citations]
        self.points += [replace(point, citations=tuple(self.citations[before + c.number - 1] for c in point.citations)) for point in answer.points]

    def answer(self, status: str) -> Answer:
        points = tuple(self.points)
        return Answer(self.request.question, status, points_as_markdown(points), points, tuple(self.citations), self.scope)


def quoted(request: Request, found: Findings, roles_of: Callable[[Sequence[Sentence]], list[str]],
           sides_of: Callable[[Sequence[Sentence]], list[dict[str, float]]], unheld: Sequence[str] = ()) -> Answer:
    """The answer to a fact or topic: the best sentence first; reports apart, oldest first, where several speak.

    `unheld`: terms asked about that the reports searched do not use.
    """
    draft = Draft(request, found.scope.label)
    if request.verdict and request.intent != "fact":
        found = replace(found, sentences=_of_verdict(request.verdict, found.sentences, sides_of))
    if request.intent == "fact":
        chosen = choose(request, found.sentences, FACT)
    else:
        limits = TOPIC if found.support.probability >= PLAIN and not unheld else UNSURE
        chosen = with_turns(choose(request, found.sentences, limits), found.sentences)
    reports = {s.report.id: s.report for s in chosen}
    if unheld:
        searched = len(found.scope.reports)
        one = len(unheld) == 1 and " " not in unheld[0]
        where = f"{'is' if one else 'are'} {'not in the report' if searched == 1 else f'in none of the {searched} reports'} searched"
        draft.say(f"The word{'' if one else 's'} {' and '.join(f'“{term}”' for term in unheld)} {where}. The nearest:")
    elif found.support.probability < NOT_PLAIN:
        draft.say("This is not said in so many words. The nearest:")
    if len(reports) > 1:
        for report in sorted(reports.values(), key=lambda report: _when(report)):
            for run in runs([s for s in chosen if s.report.id == report.id]):
                draft.run(run, heading=report_name(report))
        return draft.answer("answered")
    made = runs(chosen)
    if request.intent != "fact":
        made = [part for run in made for part in _parted(run)]
    if request.wants in ("phone", "email") and len(made) == 1 and len(chosen) == 1:
        (best,) = chosen
        start, end = contact_asked(request.concepts, best.text)
        draft.quote(best.report, best.passage, best.start + start, best.start + end)
        return draft.answer("answered")
    if request.intent == "fact" or len(made) < 2:
        for run in made:
            draft.run(run)
        return draft.answer("answered")
    roles = roles_of([max(run, key=lambda s: s.score) for run in made])
    scores = [max(s.score for s in run) for run in made]
    # What was found comes before what is recommended, where it answers about as well; after it where that is asked for.
    advice = ASKS_ADVICE.search(request.question)
    leading = (n for n, role in enumerate(roles) if (role == "recommendation") is bool(advice) and scores[n] > scores[0] - AS_WELL)
    lead = 0 if advice and not advice["named"] else next(leading, 0)
    draft.run(made[lead], role=roles[lead])
    rest = [(run, role if role != roles[lead] else "context") for n, (run, role) in enumerate(zip(made, roles)) if n != lead]
    for role in ("context", "strength", "concern", "recommendation"):
        for run, its in rest:
            if its == role:
                draft.run(run, role=role, heading=ROLE_HEADINGS.get(role, ""))
    return draft.answer("answered")


def _of_verdict(verdict: str, sentences: Sequence[Sentence], sides_of: Callable[[Sequence[Sentence]], list[dict[str, float]]]) -> list[Sentence]:
    """The sentences, best first, where one that says the opposite of what is looked for counts less: praise, where it is what
    parents are unhappy with. A committee paper reports what others say and takes no side."""
    other = "concern" if verdict == "praise" else "strength"
    read = sentences[:SIDES_FROM]
    counted = [replace(s, score=s.score - OPPOSITE) if its[other] > SURELY and kind_of(s.report) != "committee paper" else s for s, its in zip(read, sides_of(read))]
    return sorted((*counted, *sentences[SIDES_FROM:]), key=lambda s: -s.score)


def _parted(run: Sequence[Sentence]) -> list[list[Sentence]]:
    """A run in two where a sentence of it takes back what the one before says ('However, …'): each has a role of its own."""
    turn = next((n for n, sentence in enumerate(run) if n and TURN.search(sentence.text)), None)
    return [list(run)] if turn is None else [list(run[:turn]), *_parted(run[turn:])]


def both_sides(request: Request, found: Findings, sides_of: Callable[[Sequence[Sentence]], list[dict[str, float]]]) -> Answer:
    """What is praised and what worries on one subject, apart; says so where only one side speaks."""
    draft = Draft(request, found.scope.label)
    read = found.sentences[:SIDES_FROM]
    side = dict(zip(map(_place, read), sides_of(read)))
    turned: list[Sentence] = []
    quoted: set[tuple[str, int]] = set()
    for heading, wanted, other in (("Strengths", "strength", "concern"), ("However", "concern", "strength")):
        of_side = [replace(s, score=s.score + SIDE_COUNTS * side[_place(s)][wanted]) for s in read
                   if side[_place(s)][wanted] > side[_place(s)][other]]
        of_side.sort(key=lambda s: -s.score)
        if of_side and of_side[0].score < read[0].score - SIDE_FAR:
            of_side = []
        of_side = of_side[:1] + [s for s in of_side[1:] if s.score >= read[0].score - SIDE_NEAR]
        # What a sentence leans on is left out where it is of the other side, or stands there already.
        others = quoted | {place for place, its in side.items() if its[wanted] <= its[other]}
        chosen = [s for s in choose(request, of_side, BOTH) if s.score > LEAD or _place(s) not in others]
        places = {_place(s) for s in chosen}
        chosen += [s for s in turned if _place(s) not in places]
        quoted |= places
        turned = [s for s in with_turns(chosen, found.sentences) if s not in chosen] if wanted == "strength" else []
        for named, of_one in _by_report(chosen, found.scope, heading):
            for run in runs(of_one):
                draft.run(run, role=wanted, heading=named)
        if not chosen:
            draft.say("The reports searched say nothing of this kind on the subject.", heading)
    return draft.answer("answered")


def _by_report(chosen: Sequence[Sentence], scope: Scope, heading: str = "") -> list[tuple[str, list[Sentence]]]:
    """The sentences of each report, oldest first, under the heading and, where several were searched, the report's name."""
    reports = {s.report.id: s.report for s in chosen}
    return [(heading if len(scope.reports) < 2 else ", ".join(filter(None, (heading, report_name(report)))), [s for s in chosen if s.report.id == report.id])
            for report in sorted(reports.values(), key=_when)]


def _place(sentence: Sentence) -> tuple[str, int]:
    return sentence.passage.id, sentence.index


def compared(request: Request, sides: Sequence[tuple[str, Findings]], missing: Sequence[str], label: str) -> Answer:
    """One block a side, in the order given; 'not discussed' and 'not held' are told apart."""
    draft = Draft(request, label)
    for name, found in sides:
        if found.support.probability < SIDE_ANSWERED:
            draft.say("Not discussed in what is held.", name)
            continue
        for named, of_one in _by_report(choose(request, found.sentences, SIDE), found.scope):
            for run in runs(of_one):
                draft.run(run, heading=named or name)
    for area in missing:
        draft.say("No report on this area is held.", area)
    silent = bool(missing) or any(found.support.probability < SIDE_ANSWERED for _, found in sides)
    return draft.answer("partial" if silent else "answered")


def listed(request: Request, listings: Sequence[Listing], label: str) -> Answer:
    """A printed list, whole and in order, with its count; several where the question means them alike."""
    draft = Draft(request, label)
    asked = asked_length(request.question)
    for listing in listings:
        printed = _printed(listing)
        slip = f"The report prints {printed}, not {asked}. " if asked and asked != printed and len(listings) == 1 else ""
        _items(draft, listing, range(len(listing.entries)), slip, listing.called if len(listings) > 1 else "")
    return draft.answer("answered" if all(listing.complete for listing in listings) else "partial")


def some_listed(request: Request, chosen: Sequence[tuple[Listing, Sequence[int]]], label: str) -> Answer:
    """Those items of a printed list that a question asks for.

    A second list is that of another report which has as many items as the question says, where the first does not.
    """
    draft = Draft(request, label)
    (listing, items), *others = chosen
    printed, asked = _printed(listing), asked_length(request.question)
    slip = f"{report_name(listing.report)} prints {printed}, not {asked}. " if asked and asked != printed else ""
    for other, _ in others:
        slip += f"It is {report_name(other.report)} that prints {asked}. "
    if items:
        _items(draft, listing, items, slip)
    else:
        draft.say(slip.strip())
    for other, its in others:
        _items(draft, other, its, "", report_name(other.report))
    return draft.answer("answered")


def _printed(listing: Listing) -> int:
    return len(listing.entries) if listing.complete else listing.items[0].place.length


def _items(draft: Draft, listing: Listing, chosen: Sequence[int], slip: str, heading: str = "") -> None:
    """The chosen items of a list, numbered as printed, introduced by their count."""
    draft.say(f"{slip}{len(chosen)} of {_printed(listing)}, {report_name(listing.report)}, {listing.called}:", heading)
    role = "recommendation" if "recommend" in listing.title.lower() else "answer"
    for number in chosen:
        item, start, end = listing.entries[number]
        under = item.cells[0].rstrip(" .") if listing.of_bodies else heading
        draft.quote(listing.report, item, start, end, role=role, heading=under, item=number + 1)
        if end == len(item.text):
            draft.inner(listing.report, listing.points.get(item.id, ()), role=role, heading=under)


def one_after_the_other(request: Request, parts: Sequence[str], answers: Sequence[Answer], label: str) -> Answer:
    """The answers to the parts of a question, in its order, each introduced by its part."""
    draft = Draft(request, label)
    for part, answer in zip(parts, answers):
        first, *rest = answer.points
        introduced = replace(first, text=f"{part[0].upper()}{part[1:].rstrip(' ?.')}: {first.text}")
        draft.take(replace(answer, points=(introduced, *rest)))
    return draft.answer("answered")


def of_the_list(request: Request, before: Answer, points: Sequence[Point], knowledge: KnowledgeBase) -> Answer:
    """Those points of the list before that a question asks for, each whole."""
    draft = Draft(request, before.scope)
    listed = sum(point.item is not None for point in before.points)
    draft.say(f"{len(points)} of the {listed} listed before:")
    for point in points:
        passage = knowledge.passages[point.citations[0].passage_id]
        draft.quote(knowledge.reports[passage.report_id], passage, 0, len(passage.text), role=point.role, item=point.item)
    return draft.answer("answered")


def in_full(request: Request, subject: Request, before: Answer, point: Point, passage: Passage, report: Report, found: Findings) -> Answer:
    """One point of the answer before, whole, then what else the report says on its `subject`."""
    draft = Draft(request, before.scope)
    draft.quote(report, passage, 0, len(passage.text), role=point.role, item=point.item)
    if found.answers:
        for run in runs(choose(subject, found.sentences, SIDE)):
            draft.run(run, heading="Elsewhere in the report")
    return draft.answer("answered")


def out_of_scope(request: Request, scope: Scope) -> Answer | None:
    """A refusal where an area, or a kind of report from the year asked for, is not held."""
    if scope.missing_areas and not scope.reports:
        areas = " or ".join(scope.missing_areas)
        return _refused(request, f"No report on {areas} is in the knowledge base.", areas)
    if request.areas and scope.missing_kinds and len(scope.missing_kinds) == len(request.kinds) and scope.missing_years:
        kinds = " or ".join(KINDS[kind] for kind in scope.missing_kinds)
        years = " or ".join(str(year) for year in scope.missing_years)
        held = "; ".join(report_name(report) for report in scope.reports)
        return _refused(
            request, f"No {kinds} of {' or '.join(request.areas)} from {years} is in the knowledge base. What is held: {held}.",
            scope.label)
    return None


def not_found(request: Request, found: Findings, unspoken: Sequence[str]) -> Answer:
    """What the reports do not answer, what was searched and stands nowhere there, and the nearest that they say."""
    draft = Draft(request, found.scope.label)
    reports = found.scope.reports
    searched = report_name(reports[0]) if len(reports) == 1 else f"{len(reports)} reports"
    text = f"The reports held do not answer this. Searched: {searched}."
    if unspoken:
        text += f" They do not speak of: {', '.join(unspoken[:3])}."
    draft.say(text)
    near = () if found.support.foreign > SURELY_FOREIGN else found.sentences
    nearest = next((s for s in near if s.signals["said_near"] > 0.3 and not s.signals["furniture"]), None)
    if nearest:
        draft.run([nearest], role="nearest", heading="The nearest they come")
    return draft.answer("not_found")


def _refused(request: Request, text: str, label: str) -> Answer:
    draft = Draft(request, label)
    draft.say(text)
    return draft.answer("not_found")


def _when(report: Report) -> str:
    return report.visit_start or report.published or ""
