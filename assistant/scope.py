"""Which reports a question is about, and what of its scope is not held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.citing import date_in_words, kind_of
from assistant.understanding import Request, years_of
from ingest.errors import SendAssistantError
from ingest.model import KINDS, Report


@dataclass(frozen=True)
class Scope:
    """The reports to search."""

    reports: tuple[Report, ...]
    missing_areas: tuple[str, ...] = ()
    "Areas asked about on which no report is held."
    missing_kinds: tuple[str, ...] = ()
    "Kinds of report asked for that are not held for the areas in scope."
    missing_years: tuple[int, ...] = ()
    "Years asked for that no report of the areas and kinds in scope is from."
    label: str = ""
    "For the scope line: 'Wiltshire · inspection, 2024'."


def scope_of(request: Request, reports: Sequence[Report]) -> Scope:
    """The narrowest set of reports that the request allows; what it asks for in vain is named, not guessed at.

    Guides to a framework or to the law are about no area: asked for by kind, they are in scope beside the area's reports.
    Raises SendAssistantError where a filter set by hand leaves no report.
    """
    chosen = list(reports)
    if request.filters.reports:
        unknown = [name for name in request.filters.reports if not any(name in (report.id, report.file) for report in chosen)]
        if unknown:
            raise _not_held(f"report {', '.join(unknown)}")
        chosen = [report for report in chosen if {report.id, report.file} & set(request.filters.reports)]
    missing_areas: tuple[str, ...] = ()
    if request.groups:
        inside = frozenset(request.areas).union(*(group.areas for group in request.groups))
        missing_areas = tuple(area for area in request.areas if not any(area in report.areas[:1] for report in chosen))
        chosen = [report for report in chosen if report.areas and report.areas[0] in inside]
        missing_areas += () if chosen else tuple(group.name for group in request.groups)
    elif request.areas:
        held = {report.areas[0] for report in chosen if report.areas}
        missing_areas = tuple(area for area in request.areas if area not in held)
        chosen = [
            report for report in chosen
            if (report.areas[0] in request.areas if report.areas else kind_of(report) in request.kinds)
        ]
    missing_kinds: tuple[str, ...] = ()
    if request.kinds:
        of_kind = [report for report in chosen if kind_of(report) in request.kinds]
        held_kinds = {kind_of(report) for report in chosen}
        missing_kinds = tuple(kind for kind in request.kinds if kind not in held_kinds)
        if request.filters.kinds and chosen and not of_kind:
            raise _not_held(f"{' or '.join(KINDS[kind] for kind in missing_kinds)}{_of(request.areas)}")
        chosen = of_kind or chosen
    missing_years: tuple[int, ...] = ()
    if request.years:
        of_year = [report for report in chosen if years_of(report) & set(request.years)]
        found = {year for report in chosen for year in years_of(report)}
        missing_years = tuple(year for year in request.years if year not in found)
        if request.filters.years and chosen and not of_year:
            raise _not_held(f"report{_of(request.areas)} from {' or '.join(str(year) for year in missing_years)}")
        chosen = of_year or chosen
    return Scope(tuple(chosen), missing_areas, missing_kinds, missing_years, _label(request, chosen))


def narrowed(scope: Scope, request: Request, reports: Sequence[Report]) -> Scope:
    """A scope with some of its reports only."""
    return replace(scope, reports=tuple(reports), label=_label(request, reports))


def _of(areas: Sequence[str]) -> str:
    return f" on {' or '.join(areas)}" if areas else ""


def _not_held(what: str) -> SendAssistantError:
    """The error for a scope set by hand that holds nothing; what a question only mentions is no error."""
    return SendAssistantError(f"No {what} is held. `send-assistant documents` lists what is held.")


def _label(request: Request, chosen: Sequence[Report]) -> str:
    """Areas, then the report where there is one, or how many there are."""
    areas = list(dict.fromkeys(report.areas[0] for report in chosen if report.areas)) if request.areas else []
    if request.groups:
        areas = [*request.areas, *(group.name for group in request.groups)]
    parts = [", ".join(areas)] if areas else []
    if len(chosen) == 1:
        report = chosen[0]
        parts.append(", ".join(part for part in (KINDS[kind_of(report)], date_in_words(report)) if part))
    else:
        kinds = list(dict.fromkeys(KINDS[kind_of(report)] for report in chosen))
        named = f", {kinds[0]}" if len(kinds) == 1 else ""
        parts.append(f"{len(chosen)} reports{named}")
    label = " · ".join(parts)
    return label[:1].upper() + label[1:]
