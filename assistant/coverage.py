"""What the reports held cover: which areas in which years, and which themes."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.citing import kind_of
from ingest.errors import KnowledgeBaseError
from ingest.knowledge import KnowledgeBase

NO_DATE = "no date"
MOST_PASSAGES = 1_000_000


class Theme(BaseModel):
    """One [[theme]] of corpus/themes.toml."""

    model_config = ConfigDict(extra="forbid")
    name: str
    words: list[str]
    "A passage that holds one of these, in any form, speaks of the theme."


class _Themes(BaseModel):
    model_config = ConfigDict(extra="forbid")
    theme: list[Theme]


def load_themes(corpus: Path) -> list[Theme]:
    """The themes of `corpus`/themes.toml; none where there is no such file."""
    path = corpus / "themes.toml"
    if not path.is_file():
        return []
    try:
        return _Themes.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).theme
    except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnowledgeBaseError(f"{path}: not a list of themes ({error}). Mend it.") from error


def by_area_and_year(knowledge: KnowledgeBase) -> dict[tuple[str, str], list[str]]:
    """The kinds of the reports on each area from each year; reports that are searched and are about an area."""
    found: dict[tuple[str, str], list[str]] = {}
    for report in _searched(knowledge):
        found.setdefault((report.areas[0], str(report.year or NO_DATE)), []).append(kind_of(report))
    return found


def by_area_and_theme(knowledge: KnowledgeBase, themes: list[Theme]) -> dict[tuple[str, str], int]:
    """How many passages of the reports on each area speak of each theme."""
    area_of = {report.id: report.areas[0] for report in _searched(knowledge)}
    found: Counter = Counter()
    for theme in themes:
        for passage_id, _ in knowledge.store.keyword_search(theme.words, MOST_PASSAGES, list(area_of)):
            found[area_of[passage_id.rsplit(":", 1)[0]], theme.name] += 1
    return dict(found)


def _searched(knowledge: KnowledgeBase) -> list:
    return [report for report in knowledge.reports.values() if report.id in knowledge.searchable and report.areas]
