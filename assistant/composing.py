"""Makes the answer out of scored sentences: which to quote, in what order, under which headings."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from assistant.answer import Answer, Citation, Point
from assistant.citing import cite, report_name
from assistant.evidence import Sentence, coverage, holds, said, stem_set
from assistant.render import points_as_markdown
from assistant.scope import Scope
from assistant.support import Support
from assistant.understanding import Request
from ingest.model import KINDS

ANSWERED = 0.32
"Probability of support from which the reports count as answering."
FACT_POINTS, FACT_WORDS = 3, 75
TOPIC_POINTS, TOPIC_WORDS = 6, 170
CLOSE = 1.8
"How far below the best a further sentence may score; scores are log-odds, so 1.8 is a sixth of the chance."
GAIN = 2.0
"What a question's concept, not yet covered, adds to a sentence's score when a further one is chosen."
REPEATS = 0.6
"Share of a sentence's words that an earlier quote may already hold."


def compose(request: Request, scope: Scope, sentences: Sequence[Sentence], support: Support) -> Answer:
    """The answer of quotes, or what the reports do not answer with the nearest that they say."""
    if refusal := _out_of_scope(request, scope, sentences):
        return refusal
    if support.probability < ANSWERED or not sentences:
        return not_found(request, scope, sentences, support)
    fact = request.intent == "fact"
    chosen = choose(request, sentences, FACT_POINTS if fact else TOPIC_POINTS, FACT_WORDS if fact else TOPIC_WORDS)
    return _quoted(request, scope, chosen)


def choose(request: Request, sentences: Sequence[Sentence], points: int, words: int) -> list[Sentence]:
    """The best sentence, then those that add most: near it in score, on concepts not yet covered, not saying the same."""
    best = sentences[0]
    chosen = [best]
    used = len(best.text.split())
    total = sum(c.weight for c in request.concepts) or 1.0
    pool = [s for s in sentences[1:60] if s.score >= best.score - CLOSE]
    while pool and len(chosen) < points:
        covered = frozenset().union(*(s.concepts for s in chosen))

        def worth(s: Sentence) -> float:
            return s.score + GAIN * sum(request.concepts[i].weight for i in s.concepts - covered) / total

        pool.sort(key=worth, reverse=True)
        following = pool.pop(0)
        length = len(following.text.split())
        if used + length > words or _repeats(following, chosen):
            continue
        chosen.append(following)
        used += length
    return chosen


def _repeats(sentence: Sentence, chosen: Sequence[Sentence]) -> bool:
    own = stem_set(sentence.text)
    return any(len(own & stem_set(other.text)) > REPEATS * max(len(own), 1) for other in chosen)


def _quoted(request: Request, scope: Scope, chosen: Sequence[Sentence]) -> Answer:
    """An answer that quotes sentences: grouped by report where there are several, neighbours in one quote."""
    runs = _runs(chosen)
    points: list[Point] = []
    citations: list[Citation] = []
    several = len({run[0].report.id for run in runs}) > 1
    order = {run[0].report.id: n for n, run in reversed(list(enumerate(runs)))}
    for run in sorted(runs, key=lambda run: order[run[0].report.id]):
        citation = cite(run[0].report, run[0].passage, run[0].start, run[-1].end, len(citations) + 1)
        citations.append(citation)
        points.append(Point(citation.quote, citations=(citation,), heading=report_name(run[0].report) if several else ""))
    return Answer(request.question, "answered", points_as_markdown(points), tuple(points), tuple(citations), scope.label)


def _runs(chosen: Sequence[Sentence]) -> list[list[Sentence]]:
    """Chosen sentences that follow one another in a passage, together; runs in order of their best sentence."""
    rank = {(s.passage.id, s.index): n for n, s in enumerate(chosen)}
    runs: list[list[Sentence]] = []
    for s in sorted(chosen, key=lambda s: (s.passage.id, s.index)):
        if runs and runs[-1][-1].passage.id == s.passage.id and runs[-1][-1].index == s.index - 1:
            runs[-1].append(s)
        else:
            runs.append([s])
    return sorted(runs, key=lambda run: min(rank[s.passage.id, s.index] for s in run))


def _out_of_scope(request: Request, scope: Scope, sentences: Sequence[Sentence]) -> Answer | None:
    """A refusal where an area, or a kind of report from the year asked for, is not held."""
    if scope.missing_areas and not scope.reports:
        areas = " or ".join(scope.missing_areas)
        return Answer(request.question, "not_found", f"No report on {areas} is in the knowledge base.", scope=areas)
    if request.areas and scope.missing_kinds and len(scope.missing_kinds) == len(request.kinds) and scope.missing_years:
        kinds = " or ".join(KINDS[kind] for kind in scope.missing_kinds)
        held = "; ".join(report_name(report) for report in scope.reports)
        years = " or ".join(str(year) for year in scope.missing_years)
        return Answer(
            request.question, "not_found",
            f"No {kinds} of {' or '.join(request.areas)} from {years} is in the knowledge base. What is held: {held}.",
            scope=scope.label,
        )
    return None


def not_found(request: Request, scope: Scope, sentences: Sequence[Sentence], support: Support) -> Answer:
    """What the reports do not answer, what was searched, and the nearest that they say."""
    searched = f"the {len(scope.reports)} reports in scope" if len(scope.reports) > 1 else report_name(scope.reports[0]) if scope.reports else "nothing"
    text = f"The reports do not answer this. Searched: {searched}."
    if support.missing:
        text += f" Not mentioned where it would be: {', '.join(support.missing[:3])}."
    points = [Point(text, role="context", ours=True)]
    citations: tuple[Citation, ...] = ()
    nearest = next((s for s in sentences if s.signals["said_near"] > 0.3), None)
    if nearest:
        citation = cite(nearest.report, nearest.passage, nearest.start, nearest.end, 1)
        citations = (citation,)
        points.append(Point(citation.quote, "nearest", citations, heading="The nearest they come"))
    return Answer(request.question, "not_found", points_as_markdown(points), tuple(points), citations, scope.label)
