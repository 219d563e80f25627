"""Finds the sentences that may answer a question, and scores them: search, evidence, reader, support."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from assistant.adapter import TITLES, adapted
from assistant.evidence import Nearness, Sentence, score_sentences
from assistant.listing import Listing, listing_signals
from assistant.meaning import Meaning
from assistant.reading import READ_SENTENCES, as_read, load_reader, with_reader
from assistant.roles import roles_of, sides_of
from assistant.scope import Scope
from assistant.support import Support, support_of
from assistant.understanding import TELLS_LITTLE, Concept, Request
from assistant.view import View
from assistant.weights import load_weights
from ingest.knowledge import KnowledgeBase
from ingest.model import Report
from ingest.settings import Settings

if TYPE_CHECKING:
    import numpy as np

    from assistant.retrieval import Hit
    from ingest.encode import Encoder

READ_PASSAGES = 20
"Passages whose sentences are read for the answer."
ANSWERED = 0.14
"Probability of support from which the reports count as answering."
UNNAMED = 0.8
"The same for what is named and stands nowhere in the evidence: something else would be quoted."
FOREIGN = -1.0
"Log-odds of support against being on another field from which a question is answered."
SURELY_FOREIGN = 2.2
"Log-odds of being on another field from which a question is only searched for, not taken for one of a kind, and nothing comes near it."


@dataclass(frozen=True)
class Findings:
    """What a search of some reports found."""

    scope: Scope
    hits: Sequence[Hit]
    "Passages that were brought forward, best first."
    sentences: Sequence[Sentence]
    "Best first."
    support: Support

    @property
    def answers(self) -> bool:
        return bool(self.sentences) and self.support.probability >= (UNNAMED if self.support.unnamed else ANSWERED) and self.support.odds >= FOREIGN


class Finder:
    """Finds and scores sentences over one knowledge base; may be shared by threads."""

    def __init__(self, settings: Settings, knowledge, encoder):
        self.settings = settings
        self.weights = load_weights()
        self._encoder = encoder
        self._view = View.of(knowledge, settings, encoder)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """One over the knowledge base that the settings name."""
        from ingest.encode import load_encoder

        knowledge = KnowledgeBase(settings.index)
        encoder = load_encoder(settings.model)
        knowledge.store.check_model(encoder.name)
        return cls(settings, knowledge, encoder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self._view.knowledge.store.close()

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
            self._view = View.of(knowledge, self.settings, self._encoder)
        return self._view

    def find(self, request: Request, scope: Scope, view: View) -> Findings:
        """What the reports in scope say, and how well it answers."""
        hits = self.retrieve(request, scope, view)
        sentences = self.read(request, hits, view)
        return Findings(scope, hits, sentences, support_of(request, scope, sentences, self.weights["support"]))

    def unspoken(self, request: Request, found: Findings, view: View) -> list[str]:
        """What is asked about, is missing in the evidence and stands nowhere in the reports searched, as written."""
        ids = [report.id for report in found.scope.reports]
        missing = [concept for concept in request.concepts if concept.written in found.support.missing]
        return [concept.written for concept in missing if not view.knowledge.store.keyword_search(_wordings(concept), 1, ids)]

    def unheld(self, request: Request, found: Findings, view: View) -> list[str]:
        """The terms asked about that stand nowhere in the reports searched, as written, where what was found does not answer all the same."""
        if found.support.probability >= UNNAMED:
            return []
        ids = [report.id for report in found.scope.reports]
        return [concept.written for concept in request.concepts
                if concept.names_thing and concept.weight > TELLS_LITTLE and not view.knowledge.store.keyword_search(_wordings(concept), 1, ids)]

    @property
    def encoder(self) -> Encoder:
        """The embedding model that questions are put through."""
        return self._encoder

    @property
    def encoder_name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors (n, d) of texts as questions are embedded."""
        return self._encoder.encode_queries(texts)

    def _roles(self, sentences: Sequence[Sentence]) -> list[str]:
        return roles_of(sentences, self._encoder)

    def _sides(self, sentences: Sequence[Sentence]) -> list[dict[str, float]]:
        return sides_of(sentences, self._encoder)

    def retrieve(self, request: Request, scope: Scope, view: View, limit: int | None = None, each: int = 0) -> list[Hit]:
        """Passages of the reports in scope, best first; `each`: at least so many of every report.

        Where not given, half of the limit is shared out among several, so that none that is all "the review" crowds out the others.
        """
        from assistant.retrieval import HybridRetriever

        if not each and len(scope.reports) > 1:
            each = (limit or self.settings.candidates) // (2 * len(scope.reports))
        retriever = HybridRetriever(knowledge=view.knowledge, encoder=self._encoder, settings=self.settings)
        return retriever.search(request.search_text, keyword_terms(request), [report.id for report in scope.reports], limit, request.subject, each)

    def score(self, request: Request, hits: Sequence[Hit], view: View, limit: int = READ_PASSAGES) -> list[Sentence]:
        """The sentences of the best hits, scored, best first."""
        hits = hits[:limit]
        return score_sentences(
            request, hits, view.knowledge.passages, view.knowledge.reports, view.furniture,
            self._nearness(request, hits, view.knowledge), self.weights["evidence"],
        )

    def read(self, request: Request, hits: Sequence[Hit], view: View) -> list[Sentence]:
        """The sentences of the best hits, the first of them scored again by the reader."""
        sentences = self.score(request, hits, view)
        reader = load_reader()
        if reader is None or not sentences:
            return sentences
        first = sentences[:READ_SENTENCES]
        found = reader.part_scores(request.parts, [as_read(s) for s in first])
        return with_reader(sentences, found, self.weights["reader"])

    def _nearness(self, request: Request, hits: Sequence[Hit], knowledge: KnowledgeBase) -> dict[tuple[str, int], Nearness]:
        """How near each sentence of the hits comes, by passage id and place in the passage."""
        import numpy as np

        question = self._encoder.encode_query_tokens(request.search_text)
        if not len(question.vectors):
            return {}
        both = np.stack([question.vector, adapted(self._encoder.encode_queries([request.subject])[0], self._encoder.name)])
        meaning = Meaning.of(request.concepts, request.search_text, question.offsets)
        found = {}
        for passage_id, (vectors, offsets) in knowledge.token_vectors(h.passage_id for h in hits).items():
            tokens = question.vectors @ vectors.T
            sentences = np.array(knowledge.passages[passage_id].sentences, np.int32).reshape(-1, 2)
            # Tokens stand in order, so those of a sentence follow one another.
            firsts, ends = offsets[:, 0].searchsorted(sentences[:, 0]), offsets[:, 1].searchsorted(sentences[:, 1], "right")
            held = [(index, slice(*inside)) for index, inside in enumerate(zip(firsts.tolist(), ends.tolist())) if inside[0] < inside[1]]
            if not held:
                continue
            best = np.stack([tokens[:, inside].max(axis=1) for _, inside in held], axis=1)
            means = np.stack([vectors[inside].mean(axis=0) for _, inside in held], axis=1)
            means /= np.maximum(np.linalg.norm(means, axis=0), 1e-9)
            values = [best.mean(axis=0), *(both @ means), *meaning.of_sentences(best)]
            found |= {(passage_id, index): Nearness(*row) for (index, _), row in zip(held, np.stack(values, axis=1).tolist())}
        return found

    def listing_signals(self, request: Request, listings: Sequence[Listing]) -> list[dict[str, float]]:
        """The signals of each list for a request."""
        titles = list(dict.fromkeys(listing.title for listing in listings))
        vectors = dict(zip(titles, self._encoder.encode_queries(titles)))
        asked = self._encoder.encode_queries([request.subject])[0]
        turned = adapted(asked, self._encoder.name, TITLES)
        return [listing_signals(request, listing, float(vectors[listing.title] @ asked), float(vectors[listing.title] @ turned))
                for listing in listings]


def _wordings(concept: Concept) -> list[str]:
    """Every wording of a concept, for the keyword index."""
    return [concept.written, *(" ".join(option) for option, _ in concept.alternatives)]


def keyword_terms(request: Request) -> list[str]:
    """The words and phrases that the keyword index is asked for: every wording of every concept that tells something."""
    terms = {" ".join(option): None for c in request.concepts if c.weight > 0.05 for option, _ in c.alternatives[:12]}
    return list(terms)
