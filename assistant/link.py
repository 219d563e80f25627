"""The address that asks a question again, with the scope set by hand: `/?q=…&area=…&kind=…&year=…&report=…`."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from assistant.understanding import Filters
from ingest.errors import SendAssistantError
from ingest.model import KINDS

LONGEST_QUESTION = 2000
"Characters. A longer one would not fit into the addresses that browsers and mail programs take."


def question_link(question: str, filters: Filters = Filters(), base: str = "") -> str:
    """The address of a question; `base` is the chat's own ('https://send.example.org'), '' for a link in its page."""
    pairs = [("q", question)]
    pairs += [("area", area) for area in filters.areas]
    pairs += [("kind", kind) for kind in filters.kinds]
    pairs += [("year", str(year)) for year in filters.years]
    pairs += [("report", report) for report in filters.reports]
    return f"{base.rstrip('/')}/?{urlencode(pairs)}"


def read_link(query: str) -> tuple[str, Filters]:
    """The question and scope of an address's query ('q=…&area=…', with or without '?').

    ('', Filters()) where it has none; other keys are ignored. Raises SendAssistantError for a kind, a year or a
    length that no link of ours has.
    """
    try:
        pairs = parse_qsl(query.removeprefix("?"), max_num_fields=50)
    except ValueError as error:
        raise SendAssistantError(f"This link cannot be read ({error}). Type the question instead.") from error
    values: dict[str, list[str]] = {}
    for key, value in pairs:
        values.setdefault(key, []).append(value)
    question = " ".join(values.get("q", [""])[0].split())
    if len(question) > LONGEST_QUESTION:
        raise SendAssistantError("This link holds too long a question. It may be damaged; type the question instead.")
    if unknown := [kind for kind in values.get("kind", []) if kind not in KINDS]:
        raise SendAssistantError(
            f"This link names a kind of report that there is not: {unknown[0]!r}. Known: {', '.join(KINDS)}."
        )
    if wrong := [year for year in values.get("year", []) if not (year.isascii() and year.isdigit() and len(year) == 4)]:
        raise SendAssistantError(f"This link names a year that is none: {wrong[0]!r}. Type the question instead.")
    filters = Filters(
        tuple(values.get("area", [])), tuple(values.get("kind", [])),
        tuple(int(year) for year in values.get("year", [])), tuple(values.get("report", [])),
    )  # fmt: skip
    return question, filters
