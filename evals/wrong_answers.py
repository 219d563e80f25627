"""From "this answer is wrong" to a case: what the person says is wrong decides what a right answer is judged by."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.page import Exchange
from assistant.scope_menus import filters_words
from evals.cases import Case
from evals.drafting import QUOTE_WORDS, case_from_answer
from ingest.errors import SendAssistantError
from ingest.model import Report

BESIDE, MISSING, UNANSWERABLE = "beside", "missing", "unanswerable"
REASONS = {
    BESIDE: "What it says does not answer the question",
    MISSING: "It leaves out what the reports say",
    UNANSWERABLE: "The reports do not answer this, and it should say so",
}
"What can be wrong with an answer."
REFUSED = {BESIDE: "The reports do answer this"}
"What can be wrong with 'not in the reports'."
LONGEST = 600
"Characters of what a person writes."


def reasons_for(exchange: Exchange) -> dict[str, str]:
    """What can be wrong with this answer, in a reader's words."""
    return REFUSED if exchange.answer.status == "not_found" else REASONS


def wrong_case(
    exchange: Exchange, earlier: Sequence[str], reason: str, right: str, reports: Sequence[Report] = ()
) -> Case:
    """A case of an answer that a person finds wrong; its id is given when it is kept.

    `earlier` are the questions before it, `right` what a right answer says, one wording a line ('' for nothing said).
    Without that, an answer is right that no longer says what this one said first.
    """
    reasons = reasons_for(exchange)
    if reason not in reasons:
        raise SendAssistantError("Say what is wrong with the answer: choose one of the lines.")
    if len(right) > LONGEST:
        raise SendAssistantError(
            f"What a right answer says has {len(right)} characters; {LONGEST} are the most. Keep to a few words of it."
        )
    facts = [_plain(line) for line in right.splitlines() if line.strip()]
    if reason == MISSING and not facts:
        raise SendAssistantError("Say what is left out: a few words of it, as they stand in the report.")
    told = reasons[reason]
    if set_by_hand := filters_words(exchange.filters, reports):
        told += f". It was asked of {set_by_hand} only; a run asks it of all reports"
    case = case_from_answer(
        exchange.answer,
        "wrong",
        turns=earlier,
        kind="followup" if earlier else "other",
        facts=() if reason == UNANSWERABLE else facts,
        forbidden=() if reason == MISSING or (facts and reason != UNANSWERABLE) else _said_first(exchange),
        wrong=told,
    )
    if reason == UNANSWERABLE:
        case = case.model_copy(update={"answerable": False, "kind": case.kind if earlier else "unanswerable"})
    return case


def _said_first(exchange: Exchange) -> tuple[str, ...]:
    """The beginning of the answer's first statement."""
    points = [point.text for point in exchange.answer.points] or [
        block for block in exchange.answer.text.split("\n\n") if block.strip()
    ]
    return tuple(" ".join(_plain(text).split()[:QUOTE_WORDS]) for text in points[:1])


def _plain(text: str) -> str:
    """Words without the bar, which parts wordings in a CSV set; when wordings are compared, it counts as a space."""
    return " ".join(text.replace("|", " ").split())
