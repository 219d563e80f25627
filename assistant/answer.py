"""An answer as data: one object, many renderings (chat, command line, evaluation)."""

from __future__ import annotations

from dataclasses import dataclass, field

STATUSES = {
    "answered": "Answered from the reports",
    "partial": "Answered in part",
    "not_found": "Not in the reports",
    "clarify": "Which one do you mean?",
    "error": "Something went wrong",
}
"Status of an answer, with the words a reader sees."

ROLES = ("answer", "strength", "concern", "recommendation", "action", "figure", "context", "nearest")
"What a point is in an answer; 'nearest' marks what stands closest to a question that the reports do not answer."


@dataclass(frozen=True)
class QuotePart:
    """The characters of a quote that stand on one page (a quote over a page break has two parts)."""

    page: int | None
    "Physical page, counted from 1; None where the format has no pages."
    printed: str | None
    quote: str
    "Exactly as printed in the report."


@dataclass(frozen=True)
class Citation:
    """Where a quote stands. `quote` is report text [start:end], checked against the store before it is shown."""

    number: int
    "Number shown in the answer, from 1."
    report_id: str
    passage_id: str
    file: str
    title: str
    "Title of the report."
    kind: str
    "Kind of the report ('inspection', 'peer review', …); for a digest, the kind of the report that it digests."
    digest: bool
    "True where the quote is from a digest: our words, not the report's."
    area: str
    date: str
    "As a reader sees it: 'October 2024'."
    label: str
    section: str
    quote: str
    start: int
    end: int
    parts: tuple[QuotePart, ...]

    @property
    def page(self) -> int | None:
        return self.parts[0].page if self.parts else None


@dataclass(frozen=True)
class Point:
    """One statement of an answer: a quote with its role, or words of ours that introduce or explain (no citation)."""

    text: str
    "What is shown, without quotation marks; equals the quote unless `ours`."
    role: str = "answer"
    citations: tuple[Citation, ...] = ()
    heading: str = ""
    "Heading it stands under ('However', 'Wiltshire, 2023'); '' for none."
    item: int | None = None
    "Place in a numbered list, from 1."
    ours: bool = False
    "True for the assistant's own words."
    written: bool = False
    "True for a sentence that a language model wrote; its citations are the quotes that it was checked against."


@dataclass(frozen=True)
class PromptUsed:
    """Which wording of a prompt a model was given."""

    name: str
    version: int
    sha256: str
    "Of the prompt's file, 64 hex digits."


@dataclass(frozen=True)
class Writing:
    """How a language model wrote an answer, or why it did not."""

    model: str
    "As `init_chat_model` names it: 'ollama:llama3.1'."
    prompts: tuple[PromptUsed, ...] = ()
    sentences: int = 0
    "Sentences that the model wrote."
    replaced: int = 0
    "Of these, replaced by the quote that they should have rested on."
    removed: int = 0
    "Of these, taken out because nothing supports them."
    unknown_citations: int = 0
    "Numbers that it cited and that no passage has; taken out."
    left_out: int = 0
    "Passages found that its window had no room for."
    failed: str = ""
    "Why the answer is quoted instead, as a reader is told; '' where the model wrote it."
    notices: tuple[str, ...] = ()
    "What a reader is told of the checks: 'One sentence was taken out: the reports do not support it.'"


@dataclass(frozen=True)
class Candidate:
    """A passage that retrieval looked at, kept or rejected, with its scores."""

    passage_id: str
    kept: bool
    scores: dict[str, float]
    "By step: 'keyword' and 'vector' (ranks from 1), 'fusion', 'late' (late interaction), 'sentence'."
    reason: str = ""
    "Why it was rejected."


@dataclass(frozen=True)
class Answer:
    """What the assistant says to one question."""

    question: str
    status: str
    text: str
    "All that a person reads as the answer, markdown, without the list of sources."
    points: tuple[Point, ...] = ()
    citations: tuple[Citation, ...] = ()
    scope: str = ""
    "The scope line: 'Wiltshire · inspection, 2024 · transitions'."
    searched: tuple[str, ...] = ()
    "Titles of the reports that were searched."
    follow_ups: tuple[str, ...] = ()
    writing: Writing | None = None
    "Where a language model was asked to write the answer."
    candidates: tuple[Candidate, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)
    "Seconds by step."
