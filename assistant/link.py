"""The address that asks a question again: `/?q=…&area=…&kind=…&year=…&report=…&after=…&written=1`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from assistant.understanding import Filters
from ingest.errors import SendAssistantError
from ingest.model import KINDS

LONGEST_QUESTION = 2000
"Characters. A longer one would not fit into the addresses that browsers and mail programs take."

MOST_BEFORE = 4
"Earlier questions that a link carries, the latest ones."


@dataclass(frozen=True)
class Linked:
    """What a link asks."""

    question: str = ""
    "'' where the address asks nothing."
    filters: Filters = Filters()
    before: tuple[str, ...] = ()
    "The questions that it follows, oldest first; without them 'And in Oxhaven?' would be another question."
    written: bool = False
    "Whether a language model is to write the answer, where there is one."


def question_link(
    question: str, filters: Filters = Filters(), before: Sequence[str] = (), base: str = "", written: bool = False
) -> str:
    """The address of a question; `base` is the chat's own ('https://send.example.org'), '' for a link in its page."""
    pairs = [("q", question)]
    pairs += [("area", area) for area in filters.areas]
    pairs += [("kind", kind) for kind in filters.kinds]
    pairs += [("year", str(year)) for year in filters.years]
    pairs += [("report", report) for report in filters.reports]
    pairs += [("after", earlier) for earlier in before[-MOST_BEFORE:]]
    pairs += [("written", "1")] if written else []
    return f"{base.rstrip('/')}/?{urlencode(pairs)}"


def read_link(query: str) -> Linked:
    """What an address's query ('q=…&area=…', with or without '?') asks; other keys are ignored.

    Raises SendAssistantError for a kind, a year or a length that no link of ours has.
    """
    try:
        pairs = parse_qsl(query.removeprefix("?"), max_num_fields=50)
    except ValueError as error:
        raise SendAssistantError(f"This link cannot be read ({error}). Type the question instead.") from error
    values: dict[str, list[str]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(" ".join(value.split()))
    question, before = values.get("q", [""])[0], values.get("after", [])
    if max(map(len, (question, *before))) > LONGEST_QUESTION or len(before) > MOST_BEFORE:
        raise SendAssistantError("This link holds too long a question. It may be damaged; type the question instead.")
    if unknown := [kind for kind in values.get("kind", []) if kind not in KINDS]:
        known = ", ".join(KINDS)
        raise SendAssistantError(f"This link names a kind of report that there is not: {unknown[0]!r}. Known: {known}.")
    if wrong := [year for year in values.get("year", []) if not (year.isascii() and year.isdigit() and len(year) == 4)]:
        raise SendAssistantError(f"This link names a year that is none: {wrong[0]!r}. Type the question instead.")
    filters = Filters(
        areas=tuple(values.get("area", [])),
        kinds=tuple(values.get("kind", [])),
        years=tuple(int(year) for year in values.get("year", [])),
        reports=tuple(values.get("report", [])),
    )
    return Linked(question, filters, tuple(before), values.get("written") == ["1"])
