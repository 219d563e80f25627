"""The catalogue of known reports, and which of them a file is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import KnowledgeBaseError
from ingest.model import KINDS

_ISO = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


@dataclass(frozen=True)
class Entry:
    """What the catalogue states of one report. Dates are ISO dates, or a year or month alone where no more is known."""

    id: str
    title: str
    area: str
    kind: str
    publisher: str = ""
    visit_start: str | None = None
    visit_end: str | None = None
    published: str | None = None
    licence: str = ""
    address: str = ""
    files: tuple[str, ...] = ()
    "Names of files, without their ending, that are this report."


def load_catalogue(corpus: Path) -> tuple[Entry, ...]:
    """The entries of `corpus`/catalogue.toml, in its order."""
    path = corpus / "catalogue.toml"
    written = _read_toml(path)
    unknown = sorted(set(written) - {"report"})
    if unknown:
        raise KnowledgeBaseError(f"{path}: unknown table(s) {', '.join(unknown)}. Every entry is a [[report]].")
    entries: list[Entry] = []
    for number, table in enumerate(written.get("report", []), start=1):
        values = _checked(path, f"report {number} ({table.get('id', 'no id')})", table, sidecar=False)
        entries.append(Entry(**{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}))
    owners: dict[str, str] = {}
    for entry in entries:
        for name in (f"id {entry.id}", *(f"file {stem}" for stem in entry.files)):
            if name in owners:
                raise KnowledgeBaseError(f"{path}: {name} stands in {owners[name]} and in {entry.id}. Remove one.")
            owners[name] = entry.id
    return tuple(entries)


def recognise(
    entries: Sequence[Entry],
    *,
    stem: str,
    title: str,
    kind: str,
    areas: Sequence[str],
    visit_start: str | None,
    published: str | None,
) -> Entry | None:
    """The entry that a file is: by its name, else by kind, area and a date that agrees.

    Without any date a report is recognised only by its title, and where the dates known on both sides differ it is
    another report (an area is inspected again).
    """
    name = stem.casefold()
    for entry in entries:
        if name in (known.casefold() for known in entry.files):
            return entry
    same = [entry for entry in entries if entry.kind == kind and areas and entry.area == areas[0]]
    dated = []
    for entry in same:
        pairs = ((entry.visit_start, visit_start), (entry.published, published))
        agreeing = [_agree(known, found) for known, found in pairs if known and found]
        if any(agreeing) and all(agreeing):
            dated.append(entry)
        elif not agreeing and title.strip() and entry.title.casefold() == title.strip().casefold():
            dated.append(entry)
    return dated[0] if len(dated) == 1 else None


def load_sidecar(path: Path) -> dict[str, object]:
    """What `<report>.toml` beside a report states of it; empty where there is none. `path` is the report's."""
    beside = path.with_suffix(".toml")
    if beside == path or not beside.is_file():
        return {}
    return _checked(beside, "", _read_toml(beside), sidecar=True)


def _agree(one: str, other: str) -> bool:
    """Whether two dates agree as far as both are known."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _read_toml(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}). Set --corpus to the project's corpus."
        raise KnowledgeBaseError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnowledgeBaseError(f"{path}: not valid TOML ({error}). Mend that line.") from error


def _checked(path: Path, where: str, table: Mapping[str, object], *, sidecar: bool) -> dict[str, object]:
    """The values stated, checked; the first field at fault is named."""
    import datetime
    from typing import Annotated, Literal

    import pydantic

    def as_text(value: object) -> object:
        # TOML has dates of its own; written without quotes they mean the same.
        return value.isoformat() if isinstance(value, datetime.date) else value

    def is_a_date(value: str) -> str:
        if len(value) == 10:
            datetime.date.fromisoformat(value)
        return value

    date = Annotated[
        str,
        pydantic.StringConstraints(pattern=_ISO),
        pydantic.BeforeValidator(as_text),
        pydantic.AfterValidator(is_a_date),
    ]
    text = Annotated[str, pydantic.StringConstraints(strip_whitespace=True, min_length=1)]
    needed = None if sidecar else ...
    fields: dict[str, tuple] = {
        "title": (text, needed),
        "area": (text, needed),
        "kind": (Literal[tuple(KINDS)], needed),
        "publisher": (text, None),
        "visit_start": (date, None),
        "visit_end": (date, None),
        "published": (date, None),
        "licence": (text, None),
        "address": (Annotated[str, pydantic.StringConstraints(pattern=r"^https://\S+$")], None),
    }
    if sidecar:
        fields |= {
            "areas": (list[text], None),
            "outcome": (Literal[1, 2, 3], None),
            "next_inspection": (text, None),
            "digest_of": (text, None),
        }
    else:
        fields |= {
            "id": (Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")], ...),
            "files": (list[text], []),
        }
    model = pydantic.create_model("Stated", __config__=pydantic.ConfigDict(extra="forbid"), **fields)
    try:
        return model(**table).model_dump(exclude_unset=True)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        said = first["msg"][:1].lower() + first["msg"][1:]
        if first["type"] == "extra_forbidden":
            said = "is not a known field"
        place = f"{path}: {where}: " if where else f"{path}: "
        raise KnowledgeBaseError(f"{place}{field}: {said}. Known fields: {', '.join(fields)}.") from error
