"""The field's abbreviations and the everyday words for its terms, from corpus/."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import KnowledgeBaseError


@dataclass(frozen=True)
class Term:
    """An abbreviation with what it stands for."""

    short: str
    long: str
    also: tuple[str, ...] = ()
    "Other written forms of either."
    note: str = ""
    "One plain sentence for a reader who does not know it."


@dataclass(frozen=True)
class Wording:
    """Everyday wordings and the field's terms that they may mean."""

    say: tuple[str, ...]
    means: tuple[str, ...]


def load_glossary(corpus: Path) -> tuple[Term, ...]:
    """The terms of `corpus`/glossary.toml, in its order; no written form stands for two of them."""
    path = corpus / "glossary.toml"
    terms = tuple(
        Term(
            short=_text(path, where, table, "short"),
            long=_text(path, where, table, "long"),
            also=_texts(path, where, table, "also", needed=False),
            note=_text(path, where, table, "note"),
        )
        for where, table in _tables(path, "term", ("short", "long", "also", "note"))
    )
    _refuse_twice(path, [((term.short, term.long, *term.also), term.short) for term in terms])
    return terms


def load_vocabulary(corpus: Path) -> tuple[Wording, ...]:
    """The entries of `corpus`/vocabulary.toml, in its order; no wording stands in two of them."""
    path = corpus / "vocabulary.toml"
    wordings = tuple(
        Wording(say=_texts(path, where, table, "say"), means=_texts(path, where, table, "means"))
        for where, table in _tables(path, "entry", ("say", "means"))
    )
    _refuse_twice(path, [(wording.say, wording.say[0]) for wording in wordings])
    return wordings


def as_guide(terms: tuple[Term, ...]) -> str:
    """The glossary as corpus/guides/glossary.md holds it, one sentence pair a term; a test keeps the two alike."""
    lines = [
        f"{term.short} stands for {term.long}. {term.note}" if term.short != term.long else f"{term.short}: {term.note}"
        for term in sorted(terms, key=lambda term: term.short.lower())
    ]
    return "---\ntitle: Glossary of SEND abbreviations\nkind: guidance\n---\n# Glossary of SEND abbreviations\n\n" + "\n\n".join(lines) + "\n"


def _tables(path: Path, name: str, fields: tuple[str, ...]) -> list[tuple[str, dict]]:
    """Every [[name]] of a file, with the words that say which it is."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}). Set --corpus to the project's corpus."
        raise KnowledgeBaseError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnowledgeBaseError(f"{path}: not valid TOML ({error}). Mend that line.") from error
    if set(written) != {name}:
        held = ", ".join(sorted(written)) or "nothing"
        raise KnowledgeBaseError(f"{path}: every part must be a [[{name}]]; found {held}.")
    tables = [
        (f"{name} {number} ({next(iter(table.values()), 'empty')})", table)
        for number, table in enumerate(written[name], 1)
    ]
    for where, table in tables:
        unknown = sorted(set(table) - set(fields))
        if unknown:
            known = ", ".join(fields)
            raise KnowledgeBaseError(f"{path}: {where}: unknown field(s) {', '.join(unknown)}. Known: {known}.")
    return tables


def _text(path: Path, where: str, table: dict, name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip():
        raise KnowledgeBaseError(f"{path}: {where}: {name} must be a text. Write it in quotes.")
    return value


def _texts(path: Path, where: str, table: dict, name: str, needed: bool = True) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list) or (needed and not value) or not all(isinstance(v, str) and v for v in value):
        raise KnowledgeBaseError(f'{path}: {where}: {name} must be a list of texts, as in ["one", "two"].')
    return tuple(value)


def _refuse_twice(path: Path, owners: list[tuple[tuple[str, ...], str]]) -> None:
    """An error where one written form belongs to two entries, or stands twice in one."""
    seen: dict[str, str] = {}
    for forms, owner in owners:
        for form in forms:
            if form in seen:
                where = f"{seen[form]!r} and under {owner!r}"
                raise KnowledgeBaseError(f"{path}: {form!r} stands under {where}. Remove one.")
            seen[form] = owner
