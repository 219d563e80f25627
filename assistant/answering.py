"""The answer path: every step that a question passes through, in call order."""

from __future__ import annotations

import dataclasses
import logging
import re
import time
from collections.abc import Mapping, Sequence

from assistant.across import across, by_consequence, by_date, by_outcome, candidates, date_words, marked, may_say, naming, outcome_asked
from assistant.answer import Answer, Candidate, Citation, Point
from assistant.beyond import elsewhere, mentioned, other_report
from assistant.check import problem
from assistant.citing import report_name
from assistant.composing import (
    both_sides, compared, in_full, listed, not_found, of_the_list, one_after_the_other, out_of_scope, quoted, some_listed,
)
from assistant.evidence import Sentence, coverage, named, passage_context, said, stem_set
from assistant.finding import READ_PASSAGES, SURELY_FOREIGN, Finder, Findings
from assistant.render import PassageView, points_as_markdown
from assistant.lexicon import CorpusLexicon
from assistant.listing import Listing, asked_length, best_listings, counted, excluded
from assistant.literal import literal
from assistant.overview import ALL_SIDE_WORDS, SIDE_OF, asks_whole, names_subject, overview, side_by_side, to_do
from assistant.pointing import asks_among, of_a_list, place_pointed_at
from assistant.premise import corrected, not_held
from assistant.reading import as_read, load_reader, with_reader
from assistant.scope import Scope, scope_of
from assistant.suggesting import follow_ups
from assistant.talking import talked
from assistant.understanding import GENERAL_WORDS, SCOPE_WORDS, Concept, Filters, Request, in_its_place, understand
from assistant.view import View
from assistant.words import stems, words
from ingest.errors import SendAssistantError

logger = logging.getLogger(__name__)

LISTS_FROM = 6
"With more reports in scope than this a list is not looked for: the question is not about one report's list."
MAYBE_LISTED = 0.15
"Probability that a list is asked for from which the printed lists are looked at."
LISTED = 0.55
"Probability from which a printed list counts as the one asked for."
LISTED_THOUGH = 0.7
"Probability that a list is asked for from which a figure that is wanted too does not speak against it."
COUNTS = 0.2
"Weight from which a concept tells which things are counted."
FIGURES = ("number", "percent", "money", "duration", "date", "phone", "email")
"Wants that a list seldom answers."
FEW_REPORTS = 4
"With fewer reports in scope a question across reports is answered as any other."
ACROSS_PASSAGES = 80
EACH = 2
"Passages of every report, at least, that are looked at for a question across reports."
ACROSS_SENTENCES = 56
"Sentences that are read for it."
MOST_SIDES = 5
"A comparison of more sides than this is answered across reports."
AMONG_CLOSE = 1.0
"How far below the best, in log-odds, a further item of a list is one of those that a question asks for."
AMONG_NEAR, AMONG_SAID = 4.0, 2.0
"What cosine and the share of the question's concepts add to the reader's score of an item."
LOOK_BACK = 6
"Questions before this one among whose answers a list that is pointed at is looked for."
WHICH = re.compile(r"(?:which|where|who)\b", re.IGNORECASE)
"How a part of a question begins that asks for reports of its own."
TELLS = 0.3
"Weight from which a concept is something that is asked about."
NARROW = 0.5
"Weight from which a concept is one that few passages hold."
REPEATED = 0.6
"Probability from which an answer counts as repeating a concept."
FEW_HOLD = 0.4
"Share of the reports that hold it, at most, for it to tell who speaks of it."


class Assistant(Finder):
    """Answers questions over one knowledge base; may be shared by threads."""

    def ask(self, question: str, turns: Sequence[Mapping[str, str]] = (), filters: Filters = Filters()) -> Answer:
        """The answer to a question that follows earlier turns (oldest first, role and content)."""
        return self._ask(question, turns, filters, {})

    def _ask(self, question: str, turns: Sequence[Mapping[str, str]], filters: Filters, before: dict[int, Answer]) -> Answer:
        """The same; `before`: answers to earlier turns, by place, that were made on the way."""
        clock = _Clock()
        view = self.view()
        clock.mark("open")
        if not question.strip():
            return Answer(question, "clarify", "Please type a question.")
        if answer := talked(question, view.reports):
            return answer
        request = understand(question, turns, view.reports, view.lexicon, filters)
        written = [word for concept in request.concepts for word in concept.written.split()]
        if written and not any(view.lexicon.known(word) or self._encoder.is_word(word) for word in written):
            return Answer(question, "not_found", "None of these words is in the reports. Please put the question in other words.")
        scope = scope_of(request, view.reports)
        clock.mark("understand")
        found = aside = None
        answer = self._pointed(request, turns, filters, view, before)
        if answer is None and (aside := self._aside(request, scope, view)):
            answer, found = aside
        if answer is None and request.foreign < SURELY_FOREIGN:
            answer = (
                (overview(request, scope, view, self._sides) if asks_whole(request) else None)
                or self._listed(request, scope, view)
                or self._compared(request, scope, view)
                or self._in_parts(request, turns, filters, scope, view)
                or self._across(request, scope, view)
            )
        if answer is None:
            found = self.find(request, scope, view)
            clock.mark("find")
            if not found.answers and (aside := other_report(self, request, scope, view)):
                answer, found = aside
            elif not found.answers:
                answer = not_found(request, found, self.unspoken(request, found, view))
            elif introduced := self._introduced(request.wants, found, view):
                answer = listed(request, [introduced], scope.label)
            elif request.intent == "both sides":
                answer = both_sides(request, found, self._sides)
            else:
                answer = quoted(request, found, self._roles, self._sides, self.unheld(request, found, view))
        if not aside and answer.citations and answer.status != "not_found" and (note := not_held(request, scope, answer)):
            points = (Point(note, role="context", ours=True), *answer.points)
            answer = dataclasses.replace(answer, points=points, text=points_as_markdown(points))
        clock.mark("compose")
        answer = checked(answer, view.knowledge.store)
        clock.mark("check")
        return dataclasses.replace(
            answer,
            question=question,
            searched=tuple(dict.fromkeys(report.title for report in (*scope.reports, *(found.scope.reports if found else ())))),
            follow_ups=follow_ups(request, answer, view.reports, view.listings_of),
            candidates=_candidates(found.hits, answer.citations) if found else (),
            timings=clock.seconds,
        )

    def passage_view(self, citation: Citation) -> PassageView:
        """A cited passage in its surroundings."""
        knowledge = self.view().knowledge
        passage = knowledge.passages.get(citation.passage_id)
        if passage is None:
            raise SendAssistantError(f"{citation.title} is no longer in the knowledge base. Ask the question again.")
        neighbours = [
            next((p for p in candidates if p.kind != "heading"), None)
            for candidates in (self._beside(knowledge, passage, -1), self._beside(knowledge, passage, +1))
        ]
        start = citation.start - passage.start
        return PassageView(
            citation=citation,
            text=passage.text,
            start=start,
            end=start + len(citation.quote),
            before=neighbours[0].text if neighbours[0] else "",
            after=neighbours[1].text if neighbours[1] else "",
            digest_of=f"{report_name(knowledge.reports[citation.report_id])}, {citation.label}" if citation.digest else "",
        )

    def _aside(self, request: Request, scope: Scope, view: View) -> tuple[Answer, Findings | None] | None:
        """The answer that says itself how what it rests on differs from what was asked, and what was found for it."""
        if found := mentioned(self, request, scope, view):
            return found
        if answer := out_of_scope(request, scope) or corrected(request, scope, view.passages_of):
            return answer, None
        return elsewhere(self, request, scope, view)

    def _pointed(self, request: Request, turns: Sequence[Mapping[str, str]], filters: Filters, view: View,
                 answers: dict[int, Answer]) -> Answer | None:
        """The answer where the question points at a point of an answer before: 'the third one', 'which of these …'."""
        place, among = place_pointed_at(request.question), asks_among(request.question)
        if place is None and among is False:
            return None
        asked = [n for n, turn in enumerate(turns) if turn["role"] == "user"]
        for n in reversed(asked[-LOOK_BACK:]):
            # Questions that point back are asked of the same earlier ones: each of these is answered once.
            before = answers[n] = answers.get(n) or self._ask(turns[n]["content"], turns[:n], filters, answers)
            points = [point for point in before.points if point.item is not None]
            if len(points) < 2:
                continue  # one point of an earlier list, given in full, is no list to point at
            if place is not None:
                return self._in_full(request, before, points, place, view)
            texts = [view.knowledge.passages[point.citations[0].passage_id].text for point in points]
            chosen = self._asked_for(request, request.question, texts, sure=not among)
            return of_the_list(request, before, [points[n] for n in chosen], view.knowledge) if chosen else None
        return None

    def _in_full(self, request: Request, before: Answer, points: Sequence[Point], place: int, view: View) -> Answer:
        """One point of the answer before, whole, with what else is said of it."""
        if not -len(points) <= place <= len(points):
            return Answer(request.question, "clarify", f"The answer before has {len(points)} points.", scope=before.scope)
        point = points[place if place < 0 else place - 1]
        passage = view.knowledge.passages[point.citations[0].passage_id]
        report = view.knowledge.reports[passage.report_id]
        subject = understand(point.citations[0].quote, (), view.reports, view.lexicon, Filters(reports=(report.id,)))
        found = self.find(subject, scope_of(subject, view.reports), view)
        others = dataclasses.replace(found, sentences=[s for s in found.sentences if s.passage.id != passage.id])
        return in_full(request, subject, before, point, passage, report, others)

    def _listed(self, request: Request, scope: Scope, view: View) -> Answer | None:
        """The list asked for, or the items of it that are, where one report in scope prints it."""
        if not scope.reports or len(scope.reports) > LISTS_FROM:
            return None
        left_out = excluded(request.question)
        listings = [listing for report in scope.reports for listing in view.listings_of(report) if not listing.is_of(left_out)]
        if asked := to_do(request, listings):
            return listed(request, asked, scope.label)
        named, things = of_a_list(request.question), counted(request.question)
        if any(c.weight > COUNTS and set(c.written.split()) <= set(words(things)) for c in request.concepts):
            if of_things := [listing for listing in listings if listing.is_of(things)]:
                return listed(request, best_listings(request, of_things, self.listing_signals(request, of_things), self.weights)[0][:1], scope.label)
        if not listings or request.listed < MAYBE_LISTED and not named or request.wants in FIGURES and request.listed < LISTED_THOUGH:
            return None
        if request.wants == "person":
            listings = [listing for listing in listings if listing.names_people]
        if not listings:
            return None
        wanting = dataclasses.replace(request, listed=1.0) if named else request
        likely, probability = best_listings(wanting, listings, self.listing_signals(request, listings), self.weights)
        if probability < LISTED:
            return None
        if not named:
            return listed(request, likely, scope.label)
        return self._some_of(request, likely[0], *named, scope, view)

    def _introduced(self, wants: str, found: Findings, view: View) -> Listing | None:
        """The list that the best sentence introduces ('The peers were:') or announces ('They chose four themes')."""
        best = found.sentences[0]
        return next((listing for listing in view.listings_of(best.report)
                     if (best.text == listing.announced or best.text.endswith(":") and listing.items[0].place.intro.endswith(best.text))
                     and (wants != "person" or listing.names_people)), None)

    def _some_of(self, request: Request, best: Listing, things: str, rest: str, scope: Scope, view: View) -> Answer:
        """The items of a list that the question names, `things`, which answer the `rest` of it."""
        asked = asked_length(things)
        elsewhere = (listing for report in view.reports if report not in scope.reports for listing in view.listings_of(report))
        same = [listing for listing in elsewhere if len(listing.entries) == asked and stems(things)[-1] in stems(listing.title)]
        lists = [best, *same] if len(same) == 1 and len(best.entries) != asked else [best]
        # Of the list that is not the one meant only what answers for sure.
        chosen = [(of, self._asked_for(request, rest, [item.text for item, _, _ in of.entries], sure=of is not lists[-1])) for of in lists]
        return some_listed(request, chosen, scope.label)

    def _asked_for(self, request: Request, rest: str, items: Sequence[str], sure: bool = False) -> list[int]:
        """Which items of a list a question asks for by its `rest`, in order; with `sure` none where the reader sees no answer."""
        reader = load_reader()
        if reader is None:
            return []
        found = reader.scores(rest, items)
        if sure and max(found) < 0:
            return []
        asked, *vectors = self._encoder.encode_queries([rest, *items])
        worth = [read + AMONG_NEAR * float(asked @ vector) + AMONG_SAID * coverage(request.concepts, stem_set(item))
                 for read, vector, item in zip(found, vectors, items)]
        return [n for n, value in enumerate(worth) if value >= max(worth) - AMONG_CLOSE]

    def _compared(self, request: Request, scope: Scope, view: View) -> Answer | None:
        """One search for each side of a comparison: for each area, or for each report of one area."""
        if request.intent != "compare":
            return None
        areas = dict.fromkeys([*request.areas, *(r.areas[0] for r in scope.reports if r.areas)])
        if len(areas) > 1:
            groups = [(area, [r for r in scope.reports if r.areas[:1] == (area,)]) for area in areas]
            groups += [(report_name(r), [r]) for r in scope.reports if not r.areas]
        else:
            if request.areas and len(scope.reports) == 1 and not request.filters.reports:
                # A report or a year is named as what to compare with.
                years = request.years if len(request.years) > 1 else ()
                scope = scope_of(dataclasses.replace(request, kinds=(), years=years), view.reports)
            groups = [(report_name(r), [r]) for r in sorted(scope.reports, key=lambda r: r.visit_start or r.published or "")]
        groups = [(name, reports) for name, reports in groups if reports]
        if not 1 < len(groups) + len(scope.missing_areas) or len(groups) > MOST_SIDES:
            return None
        if not scope.missing_areas and not names_subject(request, ALL_SIDE_WORDS):
            # Nothing in particular is compared: then what the inspectors concluded is, where all were inspected.
            if all(any(report.outcome for report in reports) for _, reports in groups) and (answer := by_outcome(request, scope, 0, view.passages_of)):
                return answer
            if len(areas) == 1 and (answer := side_by_side(request, scope.label, [report for _, reports in groups for report in reports], view)):
                return answer
        sides = []
        for name, reports in groups:
            heading = name if len(areas) <= 1 or len(reports) > 1 else report_name(reports[0])
            sides.append((heading, self.find(request, dataclasses.replace(scope, reports=tuple(reports)), view)))
        if not any(found.answers for _, found in sides):
            return None
        return compared(request, sides, scope.missing_areas, scope.label)

    def _in_parts(self, request: Request, turns: Sequence[Mapping[str, str]], filters: Filters, scope: Scope, view: View) -> Answer | None:
        """Two questions across reports in one ('Which areas have good short breaks, and where can families not get them?'), each answered."""
        pieces = request.parts[1:]
        if not pieces or not _asks_across(request, scope):
            return None
        answers: list[Answer | None] = []
        said, subject = list(turns), ""
        for piece in pieces:
            part = understand(in_its_place(piece, subject), said, view.reports, view.lexicon, filters)
            said.append({"role": "user", "content": piece})
            subject = subject or " ".join(c.written for c in part.concepts if c.weight > COUNTS and not set(c.written.split()) <= GENERAL_WORDS)
            if not WHICH.match(piece) or all(concept.carried or set(concept.written.split()) <= SCOPE_WORDS for concept in part.concepts):
                return None  # 'and what do they say?' is no question of its own
            verdict = part.verdict or (request.verdict if part.intent != "across" else "")
            answers.append(self._across(dataclasses.replace(part, intent="across", verdict=verdict), scope, view))
        return one_after_the_other(request, pieces, answers, scope.label) if all(answers) else None

    def _across(self, request: Request, scope: Scope, view: View) -> Answer | None:
        """Every report that says it; outcomes are known for each report and answered exactly."""
        level = outcome_asked(request)
        searched, names = len(scope.reports), ()
        if _asks_across(request, scope) or level == 0:
            scope, names = self._of_named(request, scope, view)
        if level is not None and (_asks_across(request, scope) or level == 0) and len(scope.reports) > 1:
            if answer := by_outcome(request, scope, level, view.passages_of):
                return answer
        of_all = _asks_across(request, scope) or _wide(scope) and request.wants in ("date", "duration", "number")
        if of_all and (answer := by_consequence(request, scope, view.passages_of)):
            return answer
        if not _asks_across(request, scope):
            return None
        said_already = {*words(" ".join(names)), *date_words(request)}
        subject = [c for c in request.concepts if c.weight > TELLS and not set(c.written.split()) <= said_already]
        if names and not subject:
            return naming(request, scope, lambda text: any(name.casefold() in text.casefold() for name in names), view.passages_of, searched)
        if len(subject) == 1 and subject[0].is_term and not request.verdict:
            return naming(request, scope, lambda text: named(subject[0], text), view.passages_of, searched)
        if request.years and not subject:
            return by_date(request, scope_of(dataclasses.replace(request, years=()), view.reports), view.passages_of)
        if not names and len(scope.reports) < FEW_REPORTS:
            return None
        hits = self.retrieve(request, scope, view, ACROSS_PASSAGES, EACH)
        scored = self.score(request, hits, view, len(hits))
        if names:
            holds = [[any(name.casefold() in text.casefold() for name in names) for text in (s.text, s.passage.text)] for s in scored]
            scored = next(([s for s, its in zip(scored, holds) if its[n]] for n in (0, 1) if any(its[n] for its in holds)), scored)
        if narrow := self._narrow(subject, scope, view):
            held = (any(said(concept, passage_context(s.passage)) == 1.0 for concept in narrow) for s in scored)
            scored = sorted((marked(s) if holds else s for s, holds in zip(scored, held)), key=lambda s: -s.score)
        likely = candidates(scored, ACROSS_SENTENCES)
        reader = load_reader()
        if reader is None or not likely:
            return None
        read = with_reader(likely, [reader.scores(request.standalone, [as_read(s) for s in likely])], self.weights["reader"])
        against: list[Sentence] = []
        if request.verdict:
            read = may_say(read, self.weights["says"])
            side = SIDE_OF[request.verdict]
            told = [(s, max(its, key=its.get)) for s, its in zip(read, self._sides(read))]
            read, against = [s for s, its in told if its == side], [s for s, its in told if its != side]
        return across(request, scope, read, self.weights["says"], searched, against)

    def _narrow(self, concepts: Sequence[Concept], scope: Scope, view: View) -> list[Concept]:
        """The concepts that an answer is likely to repeat and that few of the reports hold."""
        telling = [concept for concept in concepts if concept.weight >= NARROW]
        found = []
        for concept, repeated in zip(telling, literal([concept.written for concept in telling], self._encoder)):
            if repeated >= REPEATED:
                forms = [" ".join(option) for option, weight in concept.alternatives if weight == 1.0]
                holding = {pid.rpartition(":")[0] for pid, _ in view.knowledge.store.keyword_search(forms, 2000, [report.id for report in scope.reports])}
                if 0 < len(holding) <= FEW_HOLD * len(scope.reports):
                    found.append(concept)
        return found

    def _of_named(self, request: Request, scope: Scope, view: View) -> tuple[Scope, tuple[str, ...]]:
        """The scope without reports that do not hold a name in the question ('the Black Country ICB'), and the forms of the name.

        Of the name's runs of words, the longest that some report holds says which reports; the shortest that just these hold is the name.
        """
        for name in request.names:
            words = name.split()
            runs = [" ".join(words[at : at + size]) for size in range(len(words), 1, -1) for at in range(len(words) - size + 1)]
            forms = {run: _forms(run, view.lexicon) for run in runs}
            holding = {run: {pid.rpartition(":")[0] for pid, _ in view.knowledge.store.keyword_search(forms[run], 2000)} for run in runs}
            held = next((reports for reports in holding.values() if reports), set())
            chosen = tuple(report for report in scope.reports if report.id in held)
            if chosen and len(chosen) < len(scope.reports):
                return dataclasses.replace(scope, reports=chosen), (name, *forms[[run for run in runs if holding[run] == held][-1]])
        return scope, ()

    @staticmethod
    def _beside(knowledge, passage, step: int):
        """The passages before or after one, nearest first."""
        ordinal = passage.ordinal
        while True:
            ordinal += step
            found = knowledge.passages.get(f"{passage.report_id}:{ordinal:04d}")
            if found is None:
                return
            yield found


def _asks_across(request: Request, scope: Scope) -> bool:
    """Whether a question is one for all reports in scope: it asks so, or compares, or looks for praise or criticism in, too many areas to put side by side."""
    return request.intent == "across" or _wide(scope) and (request.intent == "compare" or request.intent == "topic" and bool(request.verdict))


def _wide(scope: Scope) -> bool:
    """Whether more areas are in scope than can be put side by side."""
    return len({report.areas[:1] for report in scope.reports}) > MOST_SIDES


def _forms(name: str, lexicon: CorpusLexicon) -> tuple[str, ...]:
    """A name as written and with its abbreviations spelt out, or the other way about."""
    tokens = name.split()
    forms = [name]
    for at in range(len(tokens)):
        if found := lexicon.expand([token.lower() for token in tokens], at):
            used, _, alternatives = found
            forms += [" ".join((*tokens[:at], *option, *tokens[at + used :])) for option, weight in alternatives if weight == 1.0]
    return tuple(forms)


def checked(answer: Answer, store) -> Answer:
    """The answer without any point that has a citation which fails; an error where no quote is left."""
    cited = {c.number: c for c in (*answer.citations, *(c for p in answer.points for c in p.citations))}
    failed = {number: why for number, c in cited.items() if (why := problem(c, store))}
    if not failed:
        return answer
    for number, why in failed.items():
        logger.error("citation [%d] of %r was withheld: %s", number, answer.question, why)
    points = tuple(p for p in answer.points if not any(c.number in failed for c in p.citations))
    shown = {c.number for p in points for c in p.citations}
    citations = tuple(c for c in answer.citations if c.number in shown)
    if not citations:
        return dataclasses.replace(
            answer, status="error", points=(), citations=(),
            text="The quotes found could not be verified against the reports, so they are not shown. Run the ingest again.",
        )
    status = "partial" if answer.status == "answered" else answer.status
    return dataclasses.replace(answer, status=status, points=points, citations=citations, text=points_as_markdown(points))


def _candidates(hits, citations: Sequence[Citation]) -> tuple[Candidate, ...]:
    """Kept passages first, then the rejected, each in order of rank."""
    cited = {c.passage_id for c in citations}
    reason = {True: "", False: "other sentences answer better"}
    made = [
        Candidate(h.passage_id, h.passage_id in cited, h.scores,
                  reason[h.passage_id in cited] if rank < READ_PASSAGES or h.passage_id in cited else "ranked too low to be read")
        for rank, h in enumerate(hits)
    ]
    return tuple(sorted(made, key=lambda candidate: not candidate.kept))


class _Clock:
    """Seconds by step."""

    def __init__(self):
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def mark(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = round(now - self._last, 5)
        self._last = now
