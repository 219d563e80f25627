"""Groups of local areas that people name together: regions of England and kinds of council."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.areas import Areas
from ingest.errors import KnowledgeBaseError

MEMBERS = r"(?: (?:areas|boroughs|councils|(?:local )?authorities|local areas|partnerships|places|counties|cities))?"
"What may follow a region's name and means the areas in it: 'London boroughs'."
ELSEWHERE = r"(?! (?i:of (?!england)|corner|side|part|half|coast|end|town|city))(?! (?:[A-Z]))"
"What may not follow: 'the north west of the county', 'South West London Trust'."


@dataclass(frozen=True)
class AreaGroup:
    """Areas that are named together."""

    name: str
    "As a reader sees it: 'areas in the South West'."
    spellings: tuple[str, ...]
    areas: frozenset[str]
    "Their names, as in corpus/areas.csv."

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        written = "|".join(re.escape(spelling).replace(r"\ ", "[ -]?") for spelling in self.spellings)
        return re.compile(rf"\b(?i:(?:the )?(?:{written})(?: of england| region)?(?P<members>{MEMBERS}))\b{ELSEWHERE}")

    def find(self, text: str) -> list[re.Match[str]]:
        """Where a text names the group; `members` is the noun after a region's name, where there is one."""
        return [match for match in self._pattern.finditer(text) if not re.search(r"[a-z] (?:[A-Z][\w’'-]+ )+$", text[: match.start()])]


def load_area_groups(corpus: Path, areas: Areas) -> tuple[AreaGroup, ...]:
    """The groups of `corpus`/area_groups.csv, in its order; none where there is no such file.

    Each names regions, kinds of council or both, as in areas.csv (several apart by ';'): an area is in the group that has them all.
    """
    path = corpus / "area_groups.csv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = {"region": {area.region for area in areas.areas}, "kind": {area.kind for area in areas.areas}}
    groups = []
    for number, row in enumerate(rows, start=2):
        values = {column: _parts(row.get(column)) for column in ("spellings", "region", "kind")}
        if not (row.get("name") or "").strip() or not values["spellings"] or not values["region"] + values["kind"]:
            raise KnowledgeBaseError(f"{path}: line {number} needs name, spellings, and region or kind. Fill them in.")
        for column, held in known.items():
            if unknown := [value for value in values[column] if value not in held]:
                raise KnowledgeBaseError(f"{path}: line {number}: {unknown[0]} is no {column} in areas.csv. Known: {', '.join(sorted(held))}.")
        inside = frozenset(area.name for area in areas.areas
                           if (not values["region"] or area.region in values["region"]) and (not values["kind"] or area.kind in values["kind"]))
        groups.append(AreaGroup(row["name"].strip(), values["spellings"], inside))
    return tuple(groups)


def _parts(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (cell or "").split(";") if part.strip())
