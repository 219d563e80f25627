"""Menus that choose which reports are searched: for one answer, to correct it, and for all questions to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.citing import kind_of, report_name
from assistant.render import escape
from assistant.understanding import Filters
from ingest.model import KINDS, Report

MENUS = (
    ("areas", "Area", "areas"),
    ("kinds", "Kind of report", "kinds"),
    ("years", "Year", "years"),
    ("reports", "Report", "reports"),
)
"Field of the filters, label of its menu, and what there are several of."

NAMED = 3
"So many areas, kinds or years are named; more are counted."


def filters_of(chosen: Mapping[str, object]) -> Filters:
    """The filters that the page's menus send: one value or '' for each."""

    def one(field: str) -> tuple[str, ...]:
        value = chosen.get(field)
        return (value,) if isinstance(value, str) and value else ()

    years = tuple(int(year) for year in one("years") if year.isdecimal() and len(year) == 4)
    return Filters(one("areas"), one("kinds"), years, one("reports"))


def filters_words(filters: Filters, reports: Sequence[Report]) -> str:
    """'Wiltshire, 2023'; '' where nothing is set."""
    names = {report.id: report_name(report) for report in reports}
    words = [*filters.areas, *(KINDS.get(kind, kind) for kind in filters.kinds), *map(str, filters.years)]
    return ", ".join([*words, *(names.get(report_id, report_id) for report_id in filters.reports)])


def menus_html(reports: Sequence[Report], filters: Filters, name: str, searched: Sequence[Report] | None = None) -> str:
    """The four menus. `name` tells their ids apart; `searched` are the reports that an answer came from.

    Only what is held can be chosen. The first choice of a menu is 'no choice': what the question itself says.
    """
    fields = []
    for field, label, several in MENUS:
        set_to = "".join(str(value) for value in getattr(filters, field)[:1])
        asked = "As the question says" if searched is None else _as_asked(field, several, searched, reports)
        options = [f'<option value="">{escape(asked)}</option>']
        for value, words in _choices(field, reports):
            picked = " selected" if value == set_to else ""
            options.append(f'<option value="{escape(value)}"{picked}>{escape(words)}</option>')
        key = f"{name}-{field}"
        menu = f'<select id="{key}" data-filter="{field}">{"".join(options)}</select>'
        fields.append(f'<div><label for="{key}">{label}</label>{menu}</div>')
    return f'<div class="menus">{"".join(fields)}</div>'


def _values(field: str, report: Report) -> tuple[str, str]:
    """What a report is chosen by in one menu: value and words; both '' where it has none."""
    if field == "areas":
        area = report.areas[0] if report.areas else ""
        return area, area
    if field == "kinds":
        return kind_of(report), KINDS[kind_of(report)]
    if field == "years":
        return str(report.year or ""), str(report.year or "")
    return report.id, report_name(report) + (" (digest)" if report.is_digest else "")


def _choices(field: str, reports: Iterable[Report]) -> list[tuple[str, str]]:
    found = {value: words for value, words in (_values(field, report) for report in reports) if value}
    order = sorted(found.items(), key=lambda choice: choice[1].casefold())
    return order[::-1] if field == "years" else order


def _as_asked(field: str, several: str, searched: Sequence[Report], reports: Sequence[Report]) -> str:
    """What was searched, in the words of one menu: 'Wiltshire', '12 areas', 'All years'."""
    of_answer = _choices(field, searched)
    if len(of_answer) == len(_choices(field, reports)) and len(of_answer) > 1:
        return f"All {several}"
    if field == "reports":
        return of_answer[0][1] if len(of_answer) == 1 else f"{len(searched)} reports"
    if 0 < len(of_answer) <= NAMED:
        return ", ".join(words for _, words in of_answer)
    return f"{len(of_answer)} {several}" if of_answer else f"No {several}"
