"""The answer path: every step that a question passes through, in call order."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.adapter import TITLES, adapted
from assistant.across import MONTHS, across, by_date, by_outcome, candidates, naming, outcome_asked
from assistant.answer import Answer, Candidate, Citation, Point
from assistant.check import problem
from assistant.citing import report_name
from assistant.composing import Findings, both_sides, compared, elsewhere, in_full, listed, not_found, of_the_list, out_of_scope, quoted
from assistant.evidence import Sentence, score_sentences
from assistant.render import PassageView, points_as_markdown
from assistant.lexicon import CorpusLexicon
from assistant.listing import Listing, best_listing, listing_signals, listings_of
from assistant.pointing import asks_among, place_pointed_at
from assistant.premise import corrected
from assistant.reading import READ_SENTENCES, as_read, load_reader, with_reader
from assistant.roles import roles_of, sides_of
from assistant.scope import Scope, scope_of
from assistant.suggesting import follow_ups
from assistant.support import support_of
from assistant.understanding import Filters, Request, understand
from assistant.weights import load_weights
from assistant.words import words
from ingest.errors import SendAssistantError
from ingest.furniture import furniture_ids, known_furniture
from ingest.knowledge import KnowledgeBase
from ingest.model import Passage, Report
from ingest.settings import Settings

if TYPE_CHECKING:
    import numpy as np

    from assistant.retrieval import Hit

logger = logging.getLogger(__name__)

LISTS_FROM = 6
"With more reports in scope than this a list is not looked for: the question is not about one report's list."
MAYBE_LISTED = 0.3
"Probability that a list is asked for from which the printed lists are looked at."
LISTED = 0.25
"Probability from which a printed list counts as the one asked for."
FIGURES = ("number", "percent", "money", "duration", "date", "phone", "email")
"Wants that no list answers."
FEW_REPORTS = 4
"With fewer reports in scope a question across reports is answered as any other."
ACROSS_PASSAGES = 80
EACH = 2
"Passages of every report, at least, that are looked at for a question across reports."
ACROSS_SENTENCES = 72
"Sentences that are read for it."
MOST_SIDES = 5
"A comparison of more sides than this is answered across reports."
AMONG_CLOSE = 2.0
"How far below the best, in log-odds, a further item of a list is one of those that a question asks for."
TELLS = 0.3
"Weight from which a concept is something that is asked about."
READ_PASSAGES = 20
"Passages whose sentences are read for the answer."


@dataclasses.dataclass(frozen=True)
class View:
    """One state of the knowledge base, with what is computed from all its passages."""

    knowledge: KnowledgeBase
    lexicon: CorpusLexicon
    reports: tuple[Report, ...]
    "The reports that are searched."
    furniture: frozenset[str]
    "Ids of passages that every report of a kind repeats."

    @classmethod
    def of(cls, knowledge: KnowledgeBase, settings: Settings, is_word: Callable[[str], bool]) -> View:
        passages = [p for p in knowledge.passages.values() if p.report_id in knowledge.searchable]
        reports = tuple(knowledge.reports[report_id] for report_id in sorted(knowledge.searchable))
        of_report: dict[str, list] = {}
        for passage in passages:
            of_report.setdefault(passage.report_id, []).append(passage)
        known = known_furniture(settings.corpus)
        furniture: set[str] = set()
        for kind in {report.kind for report in reports}:
            furniture |= furniture_ids((tuple(of_report.get(report.id, ())) for report in reports if report.kind == kind), known)
        return cls(knowledge, CorpusLexicon((p.search_text for p in passages), settings.corpus, is_word), reports, frozenset(furniture))

    @cached_property
    def _passages(self) -> dict[str, list[Passage]]:
        found: dict[str, list[Passage]] = {}
        for passage in self.knowledge.passages.values():
            found.setdefault(passage.report_id, []).append(passage)
        return found

    @cached_property
    def _listings(self) -> dict[str, list[Listing]]:
        return {report.id: listings_of(report, self.passages_of(report)) for report in self.reports}

    def passages_of(self, report: Report) -> list[Passage]:
        """The passages of a report in order."""
        return self._passages[report.id]

    def listings_of(self, report: Report) -> list[Listing]:
        """The printed lists of a report in order."""
        return self._listings[report.id]


class Assistant:
    """Answers questions over one knowledge base; may be shared by threads."""

    def __init__(self, settings: Settings, knowledge, encoder):
        self.settings = settings
        self.weights = load_weights()
        self._encoder = encoder
        self._view = View.of(knowledge, settings, encoder.is_word)

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """The assistant over the knowledge base that the settings name."""
        from ingest.encode import load_encoder
        knowledge = KnowledgeBase(settings.index)
        encoder = load_encoder(settings.model)
        knowledge.store.check_model(encoder.name)
        return cls(settings, knowledge, encoder)

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_) -> None:
        self._view.knowledge.store.close()

    def ask(self, question: str, turns: Sequence[Mapping[str, str]] = (), filters: Filters = Filters()) -> Answer:
        """The answer to a question that follows earlier turns (oldest first, role and content)."""
        clock = _Clock()
        view = self.view()
        clock.mark("open")
        if not question.strip():
            return Answer(question, "clarify", "Please type a question.")
        request = understand(question, turns, view.reports, view.lexicon, filters)
        scope = scope_of(request, view.reports)
        clock.mark("understand")
        answer = (
            self._pointed(request, turns, filters, view)
            or out_of_scope(request, scope)
            or corrected(request, scope, view.passages_of)
            or self._elsewhere(request, scope, view)
            or self._listed(request, scope, view)
            or self._compared(request, scope, view)
            or self._across(request, scope, view)
        )
        found = None
        if answer is None:
            found = self.find(request, scope, view)
            clock.mark("find")
            if not found.answers:
                answer = not_found(request, found)
            elif request.intent == "both sides":
                answer = both_sides(request, found, self._sides)
            else:
                answer = quoted(request, found, self._roles)
        clock.mark("compose")
        answer = checked(answer, view.knowledge.store)
        clock.mark("check")
        return dataclasses.replace(
            answer,
            question=question,
            searched=tuple(report.title for report in scope.reports),
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

    def passage_text(self, passage_id: str) -> str:
        """The text of a passage, as printed."""
        return self.view().knowledge.passages[passage_id].text

    def reports(self) -> list[Report]:
        """The reports that are searched."""
        return list(self.view().reports)

    def view(self) -> View:
        """The live knowledge base; a finished ingest is seen here."""
        knowledge = self._view.knowledge.refresh()
        if knowledge is not self._view.knowledge:
            knowledge.store.check_model(self._encoder.name)
            self._view = View.of(knowledge, self.settings, self._encoder.is_word)
        return self._view

    def find(self, request: Request, scope: Scope, view: View) -> Findings:
        """What the reports in scope say, and how well it answers."""
        hits = self.retrieve(request, scope, view)
        sentences = self.read(request, hits, view)
        return Findings(scope, hits, sentences, support_of(request, scope, sentences, self.weights["support"]))

    def _pointed(self, request: Request, turns: Sequence[Mapping[str, str]], filters: Filters, view: View) -> Answer | None:
        """The answer where the question points at a point of an answer before: 'the third one', 'which of these …'."""
        place, among = place_pointed_at(request.question), asks_among(request.question)
        if place is None and not among:
            return None
        for n in reversed([n for n, turn in enumerate(turns) if turn["role"] == "user"]):
            before = self.ask(turns[n]["content"], turns[:n], filters)
            points = [point for point in before.points if point.item is not None]
            if points and place is not None:
                return self._in_full(request, before, points, place, view)
            reader = load_reader()
            if points and reader is not None:
                texts = [view.knowledge.passages[point.citations[0].passage_id].text for point in points]
                found = reader.scores(request.question, texts)
                chosen = [point for point, score in zip(points, found) if score >= max(0.0, max(found) - AMONG_CLOSE)]
                return of_the_list(request, before, chosen, view.knowledge) if chosen else None
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

    def _elsewhere(self, request: Request, scope: Scope, view: View) -> Answer | None:
        """The answer about something named that only reports on other areas hold."""
        searched = {report.id for report in scope.reports}
        for name in request.names if request.areas and scope.reports else ():
            holding = {p.report_id for pid, _ in view.knowledge.store.keyword_search([name], 200)
                       if (p := view.knowledge.passages[pid]).report_id in view.knowledge.searchable}
            if holding and not holding & searched:
                others = scope_of(dataclasses.replace(request, areas=(), kinds=(), years=()), view.reports)
                others = dataclasses.replace(others, reports=tuple(r for r in others.reports if r.id in holding))
                return elsewhere(request, name, self.find(request, others, view))
        return None

    def _listed(self, request: Request, scope: Scope, view: View) -> Answer | None:
        """The list asked for, where one report in scope prints it."""
        if request.listed < MAYBE_LISTED or request.wants in FIGURES or not scope.reports or len(scope.reports) > LISTS_FROM:
            return None
        listings = [listing for report in scope.reports for listing in view.listings_of(report)]
        if not listings:
            return None
        best, probability = best_listing(request, listings, self.listing_signals(request, listings), self.weights)
        return listed(request, best, scope.label) if probability >= LISTED else None

    def listing_signals(self, request: Request, listings: Sequence[Listing]) -> list[dict[str, float]]:
        """The signals of each list for a request."""
        titles = list(dict.fromkeys(listing.title for listing in listings))
        vectors = dict(zip(titles, self._encoder.encode_queries(titles)))
        asked = self._encoder.encode_queries([request.subject])[0]
        turned = adapted(asked, self._encoder.name, TITLES)
        return [listing_signals(request, listing, float(vectors[listing.title] @ asked), float(vectors[listing.title] @ turned))
                for listing in listings]

    def _compared(self, request: Request, scope: Scope, view: View) -> Answer | None:
        """One search for each side of a comparison: for each area, or for each report of one area."""
        if request.intent != "compare":
            return None
        if len(request.areas) > 1:
            groups = [(area, [r for r in scope.reports if r.areas[0] == area]) for area in request.areas]
        else:
            if request.areas and len(scope.reports) == 1 and not request.filters.reports:
                # A report or a year is named as what to compare with.
                scope = scope_of(dataclasses.replace(request, kinds=(), years=()), view.reports)
            groups = [(report_name(r), [r]) for r in sorted(scope.reports, key=lambda r: r.visit_start or r.published or "")]
        groups = [(name, reports) for name, reports in groups if reports]
        if not 1 < len(groups) + len(scope.missing_areas) or len(groups) > MOST_SIDES:
            return None
        sides = []
        for name, reports in groups:
            heading = name if len(request.areas) <= 1 or len(reports) > 1 else report_name(reports[0])
            sides.append((heading, self.find(request, dataclasses.replace(scope, reports=tuple(reports)), view)))
        if not any(found.answers for _, found in sides):
            return None
        return compared(request, sides, scope.missing_areas, scope.label)

    def _across(self, request: Request, scope: Scope, view: View) -> Answer | None:
        """Every report that says it; outcomes are known for each report and answered exactly."""
        level = outcome_asked(request)
        searched, name = len(scope.reports), ""
        if request.intent == "across" or level == 0:
            scope, name = self._of_named(request, scope, view)
        if level is not None and (request.intent == "across" or level == 0) and len(scope.reports) > 1:
            if answer := by_outcome(request, scope, level, view.passages_of):
                return answer
        if request.intent != "across":
            return None
        named = {*words(name), *MONTHS, *map(str, request.years)}
        subject = [c for c in request.concepts if c.weight > TELLS and not set(c.written.split()) <= named]
        if name and not subject:
            return naming(request, scope, name, view.passages_of, searched)
        if request.years and not subject:
            return by_date(request, scope_of(dataclasses.replace(request, years=()), view.reports), view.passages_of)
        if not name and len(scope.reports) < FEW_REPORTS:
            return None
        hits = self.retrieve(request, scope, view, ACROSS_PASSAGES, EACH)
        likely = candidates(self.score(request, hits, view, len(hits)), ACROSS_SENTENCES)
        reader = load_reader()
        if reader is None or not likely:
            return None
        read = with_reader(likely, reader.scores(request.standalone, [as_read(s) for s in likely]), self.weights["reader"])
        if request.verdict:
            side = {"praise": "strength", "worry": "concern"}[request.verdict]
            read = [s for s, its in zip(read, self._sides(read)) if its == side]
        return across(request, scope, read, self.weights["says"], searched)

    def _of_named(self, request: Request, scope: Scope, view: View) -> tuple[Scope, str]:
        """The scope without reports that do not hold a name in the question ('the Black Country ICB'), and the name as they have it.

        Of the name's runs of words, the longest that some report holds says which reports; the shortest that just these hold is the name.
        """
        for name in request.names:
            words = name.split()
            runs = [" ".join(words[at : at + size]) for size in range(len(words), 1, -1) for at in range(len(words) - size + 1)]
            holding = {run: {pid.rpartition(":")[0] for pid, _ in view.knowledge.store.keyword_search([run], 2000)} for run in runs}
            held = next((reports for reports in holding.values() if reports), set())
            chosen = tuple(report for report in scope.reports if report.id in held)
            if chosen and len(chosen) < len(scope.reports):
                return dataclasses.replace(scope, reports=chosen), [run for run in runs if holding[run] == held][-1]
        return scope, ""

    @property
    def encoder_name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors (n, d) of texts as questions are embedded."""
        return self._encoder.encode_queries(texts)

    def _roles(self, sentences: Sequence[Sentence]) -> list[str]:
        return roles_of(sentences, self._encoder)

    def _sides(self, sentences: Sequence[Sentence]) -> list[str]:
        return sides_of(sentences, self._encoder)

    def retrieve(self, request: Request, scope: Scope, view: View, limit: int | None = None, each: int = 0) -> list[Hit]:
        """Passages of the reports in scope, best first; `each`: at least so many of every report."""
        from assistant.retrieval import HybridRetriever

        retriever = HybridRetriever(knowledge=view.knowledge, encoder=self._encoder, settings=self.settings)
        return retriever.search(request.search_text, keyword_terms(request), [report.id for report in scope.reports], limit, request.subject, each)

    def score(self, request: Request, hits: Sequence[Hit], view: View, limit: int = READ_PASSAGES) -> list[Sentence]:
        """The sentences of the best hits, scored, best first."""
        hits = hits[:limit]
        return score_sentences(
            request, hits, view.knowledge.passages, view.knowledge.reports, view.furniture,
            self._sentence_scores(request, hits, view.knowledge), self.weights["evidence"],
        )

    def read(self, request: Request, hits: Sequence[Hit], view: View) -> list[Sentence]:
        """The sentences of the best hits, the first of them scored again by the reader."""
        sentences = self.score(request, hits, view)
        reader = load_reader()
        if reader is None or not sentences:
            return sentences
        first = sentences[:READ_SENTENCES]
        found = reader.best_scores(request.parts, [as_read(s) for s in first])
        return with_reader(sentences, found, self.weights["reader"])

    def _sentence_scores(self, request: Request, hits, knowledge) -> dict[tuple[str, int], tuple[float, float, float]]:
        """(late interaction, cosine, cosine with the adapted question) of each sentence of the hits."""
        import numpy as np

        question = self._encoder.encode_query_tokens(request.search_text)
        if not len(question.vectors):
            return {}
        both = np.stack([question.vector, adapted(self._encoder.encode_queries([request.subject])[0], self._encoder.name)])
        scores = {}
        for passage_id, (vectors, offsets) in knowledge.store.token_vectors(h.passage_id for h in hits).items():
            nearness = question.vectors @ vectors.T
            for index, (start, end) in enumerate(knowledge.passages[passage_id].sentences):
                inside = (offsets[:, 0] >= start) & (offsets[:, 1] <= end)
                if inside.any():
                    mean = vectors[inside].mean(axis=0)
                    cosine, turned = both @ mean / (float((mean @ mean) ** 0.5) or 1.0)
                    scores[passage_id, index] = (float(nearness[:, inside].max(axis=1).mean()), float(cosine), float(turned))
        return scores

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


def keyword_terms(request: Request) -> list[str]:
    """The words and phrases that the keyword index is asked for: every wording of every concept that tells something."""
    terms = {" ".join(option): None for c in request.concepts if c.weight > 0.05 for option, _ in c.alternatives[:12]}
    return list(terms)


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
