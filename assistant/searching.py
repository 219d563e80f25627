"""Passages without an answer: those that come nearest to a question, and one by its id in its surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer import Citation
from assistant.citing import cite
from assistant.render import PassageView
from assistant.scope import Scope, scope_of
from assistant.understanding import Filters, understand
from ingest.errors import KnowledgeBaseError
from ingest.model import KINDS, Passage, Report

if TYPE_CHECKING:
    from assistant.answering import Assistant


@dataclass(frozen=True)
class FoundPassage:
    """A passage with how near it is."""

    passage: Passage
    report: Report
    score: float
    "As in `assistant.retrieval.Hit`."
    scores: Mapping[str, float]

    @property
    def citation(self) -> Citation:
        """The whole passage as a quote with its place."""
        return cite(self.report, self.passage, 0, len(self.passage.text))


@dataclass(frozen=True)
class Found:
    """What a search brought forward, best first."""

    scope: Scope
    passages: tuple[FoundPassage, ...]

    @property
    def not_held(self) -> tuple[str, ...]:
        """Areas, kinds and years asked for on which no report is held, in words."""
        scope = self.scope
        kinds = (KINDS[kind] for kind in scope.missing_kinds)
        return (*scope.missing_areas, *kinds, *(str(year) for year in scope.missing_years))


def search(assistant: Assistant, query: str, filters: Filters = Filters(), limit: int = 10) -> Found:
    """At most `limit` passages; the query is read for scope as a question is.

    Headings are left out, and what every report repeats comes last. Raises SendAssistantError where a filter leaves no report.
    """
    view = assistant.view()
    request = understand(query, (), view.reports, view.lexicon, filters)
    scope = scope_of(request, view.reports)
    if not scope.reports:
        return Found(scope, ())
    hits = assistant.retrieve(request, scope, view, max(limit, assistant.settings.candidates))
    known = view.knowledge
    passages = [
        FoundPassage(passage, known.reports[passage.report_id], hit.score, hit.scores)
        for hit in hits
        if (passage := known.passages[hit.passage_id]).kind != "heading"
    ]
    passages.sort(key=lambda found: found.passage.id in view.furniture)
    return Found(scope, tuple(passages[:limit]))


def passage_in_place(assistant: Assistant, passage_id: str) -> PassageView:
    """A passage with its place and its neighbours. Raises KnowledgeBaseError where it is not held, or no longer."""
    known = assistant.view().knowledge
    passage = known.passages.get(passage_id)
    if passage is None or passage.report_id not in known.searchable:
        raise KnowledgeBaseError(f"There is no passage {passage_id}, or no longer. Search again.")
    return assistant.passage_view(cite(known.reports[passage.report_id], passage, 0, len(passage.text)))
