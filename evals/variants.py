"""Variants of the assistant for ablations: another setting, other weights of the fusion, or an index that was cut otherwise.

    rerank, candidates, fusion_k   settings (ingest/settings.py)
    keyword_weight, vector_weight, sentence_weight   of each ranking in the fusion; 1 as it is, 0 leaves it out
    title=off                      passages indexed without their report's title
    chunk=2                        so many neighbouring passages under one heading joined into one
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import SendAssistantError
from ingest.settings import Settings, load_settings

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from ingest.knowledge import KnowledgeBase
    from ingest.model import Passage

SETTINGS = ("rerank", "candidates", "fusion_k")
DEPTHS = {"keyword": 1, "vector": 1, "sentence": 2}
"The rankings that are fused, each with how many times the number of candidates it is read, as in assistant/retrieval.py."
KNOWN = (*SETTINGS, *(f"{name}_weight" for name in DEPTHS), "title", "chunk")


@dataclass(frozen=True)
class Variant:
    """One way to set the assistant up."""

    name: str
    settings: Settings
    weights: Mapping[str, float] = field(default_factory=dict)
    "Of the rankings in the fusion, by name; empty leaves the fusion as it is."
    title: bool = True
    chunk: int = 1

    @property
    def reindexed(self) -> bool:
        return not self.title or self.chunk != 1


def variants_of(settings: Settings, vary: Sequence[str]) -> list[Variant]:
    """The assistant as it is, then each value of each "name=value,value", one at a time."""
    base = Variant("as it is", settings)
    found = [base]
    for entry in vary:
        name, equals, values = entry.partition("=")
        name = name.strip()
        if not equals or not values.strip() or name not in KNOWN:
            raise SendAssistantError(f"--vary {entry}: write name=value,value with a name of {', '.join(KNOWN)}.")
        for value in values.split(","):
            variant = _variant(base, name, value.strip())
            if dataclasses.replace(variant, name=base.name) != base:
                found.append(variant)
    return found


def open_variant(variant: Variant) -> Assistant:
    """The assistant so set up; its index must stand where the variant's settings name it."""
    from assistant.answering import Assistant

    if not variant.weights:
        return Assistant.open(variant.settings)

    class Reweighted(Assistant):
        """Fuses the rankings anew with weights before the rerank's order is taken."""

        def retrieve(self, request, scope, view, limit=None, *more):
            limit = limit or self.settings.candidates
            # What one ranking has at its end may come forward, so more is asked for than is kept.
            hits = super().retrieve(request, scope, view, sum(DEPTHS.values()) * limit, *more)
            fused = {hit.passage_id: _fused(hit.scores, limit, variant) for hit in hits}
            hits = [dataclasses.replace(hit, scores=hit.scores | {"fusion": fused[hit.passage_id]}) for hit in hits]
            best = sorted((hit for hit in hits if fused[hit.passage_id]), key=lambda hit: -fused[hit.passage_id])[:limit]
            # Without any rank: brought forward for its report's sake.
            return sorted([*best, *(hit for hit in hits if not set(DEPTHS) & set(hit.scores))], key=lambda hit: -hit.score)

    return Reweighted.open(variant.settings)


def reindex(variant: Variant, folder: Path) -> Variant:
    """The variant over a copy of its knowledge base that is cut and titled as it says."""
    from evals.conditionalqa import build
    from ingest.encode import load_encoder
    from ingest.knowledge import KnowledgeBase

    knowledge = KnowledgeBase(variant.settings.index)
    try:
        pages = [
            (report if variant.title else report.with_(title=""), joined(_passages(knowledge, report_id), variant.chunk))
            for report_id, report in knowledge.reports.items()
        ]
        build(pages, load_encoder(variant.settings.model), folder)
    finally:
        knowledge.store.close()
    return dataclasses.replace(variant, settings=dataclasses.replace(variant.settings, index=folder))


def joined(passages: Iterable[Passage], size: int) -> list[Passage]:
    """A report's passages with `size` neighbours under one heading made one; its text and every place in it stay the same."""
    from ingest.store import passage_id

    found: list[Passage] = []
    for (headings, heading), group in groupby(passages, key=lambda p: (p.headings, p.kind == "heading")):
        members = list(group)
        step = 1 if heading else size
        for at in range(0, len(members), step):
            made = _one(members[at : at + step])
            ordinal = len(found) + 1
            found.append(dataclasses.replace(made, id=passage_id(made.report_id, ordinal), ordinal=ordinal))
    return found


def _one(members: Sequence[Passage]) -> Passage:
    first = members[0]
    if len(members) == 1:
        return first
    sentences, pages = [], []
    for member in members:
        shift = member.start - first.start
        sentences += [(start + shift, end + shift) for start, end in member.sentences or ((0, len(member.text)),)]
        pages += [dataclasses.replace(span, start=span.start + shift, end=span.end + shift) for span in member.pages]
    return dataclasses.replace(
        first,
        kind="paragraph",
        text="\n".join(member.text for member in members),
        search_text="\n".join(member.search_text for member in members),
        end=members[-1].end,
        sentences=tuple(sentences),
        pages=tuple(pages),
        place=None,
        cells=(),
        furniture=all(member.furniture for member in members),
    )


def _passages(knowledge: KnowledgeBase, report_id: str) -> list[Passage]:
    return [passage for passage in knowledge.passages.values() if passage.report_id == report_id]


def _fused(scores: Mapping[str, float], limit: int, variant: Variant) -> float:
    """Reciprocal rank fusion with weights, of ranks that each search alone would have brought forward."""
    ranks = {name: scores[name] for name, depth in DEPTHS.items() if name in scores and scores[name] <= depth * limit}
    return sum(variant.weights.get(name, 1.0) / (variant.settings.fusion_k + rank) for name, rank in ranks.items())


def _variant(base: Variant, name: str, value: str) -> Variant:
    said = f"{name}={value}"
    if name in SETTINGS:
        chosen = getattr(load_settings({name: value}, {}), name)
        return dataclasses.replace(base, name=said, settings=dataclasses.replace(base.settings, **{name: chosen}))
    if name == "title":
        if value not in ("on", "off"):
            raise SendAssistantError(f"--vary {said}: title is on or off.")
        return dataclasses.replace(base, name=said, title=value == "on")
    try:
        number = int(value) if name == "chunk" else float(value)
        if number < (1 if name == "chunk" else 0):
            raise ValueError
    except ValueError as error:
        raise SendAssistantError(f"--vary {said}: {name} takes a {'whole number from 1' if name == 'chunk' else 'number from 0'}.") from error
    if name == "chunk":
        return dataclasses.replace(base, name=said, chunk=number)
    return dataclasses.replace(base, name=said, weights={} if number == 1 else {name.removesuffix("_weight"): number})
