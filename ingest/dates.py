"""Dates as reports write them: visits of several days, dates of publication, dates in file names."""

from __future__ import annotations

import datetime
import re

from ingest.model import Passage

_MONTHS = "January February March April May June July August September October November December".split()
_NUMBERS = {name[:k].casefold(): n for n, name in enumerate(_MONTHS, start=1) for k in {3, len(name)}} | {"sept": 9}
_MONTH = "(?:" + "|".join(sorted((re.escape(name) for name in _NUMBERS), key=len, reverse=True)) + r")\b\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+(?:the\s+)?)?"
_RANGE = re.compile(
    rf"\b{_WEEKDAY}(?P<day>{_DAY})(?:\s+(?:of\s+)?(?P<month>{_MONTH}),?)?(?:\s+(?P<year>(?:19|20)\d\d))?"
    rf"\s*(?:to|until|through|and|&|[-–—])\s*{_WEEKDAY}(?P<last_day>{_DAY})\s+(?:of\s+)?"
    rf"(?P<last_month>{_MONTH}),?\s+(?P<last_year>(?:19|20)\d\d)\b",
    re.I,
)
_SINGLE = re.compile(rf"\b(?P<day>{_DAY})\s+(?:of\s+)?(?P<month>{_MONTH}),?\s+(?P<year>(?:19|20)\d\d)\b", re.I)
_IN_NAME = re.compile(rf"(?:^|[^0-9a-z])(\d{{1,2}})[-_ ]({_MONTH})[-_ ]((?:19|20)\d\d)(?:$|[^0-9])", re.I)
_ISO_IN_NAME = re.compile(r"(?:^|\D)((?:19|20)\d\d)[-_]?(\d\d)[-_]?(\d\d)(?:$|\D)")
_EARLIER = re.compile(r"\b(?:previous|last|earlier|prior)\b", re.I)
_VISIT = re.compile(r"\b(?:inspection dates?|visit|on-?site|took place|carried out|inspected|review|challenge)\b", re.I)
_PUBLISHED = re.compile(
    r"^(?:this |the )?(?:report )?(?:was )?(?:first )?"
    r"(?:published|date (?:of )?publi(?:shed|cation)|publication date)(?: on)?\s*[:–-]?\s*",
    re.I | re.M,
)
_MOST_DAYS = 45
"Longest visit; a longer stretch of time is something else."
_FIRST = 60
"Passages at the start of a report in which its visit is dated."


def first_visit(passages: tuple[Passage, ...]) -> tuple[str | None, str | None]:
    """First and last day of the visit that the report is about, ISO dates; None where it states none.

    Dates of previous inspections are passed over. A range that the title, a heading or words such as 'inspection dates'
    or 'on site' introduce comes before any other.
    """
    others = []
    for passage in passages[:_FIRST]:
        text = passage.text.replace(" | ", " ")
        for found in _RANGE.finditer(text):
            before = text[: found.start()]
            sentence = before[before.rfind(".") + 1 :]
            span = _span(found)
            if span is None or _EARLIER.search(sentence):
                continue
            if passage.kind == "heading" or _VISIT.search(sentence):
                return span
            others.append(span)
        single = re.match(r"(?:inspection|visit|review) dates?:?\s+", text, re.I)
        if single and (found := _SINGLE.match(text, single.end())) and not _RANGE.match(text, single.end()):
            day = _date(found["day"], found["month"], found["year"])
            if day:
                return day, day
    return others[0] if others else (None, None)


def dates_in_name(stem: str) -> str | None:
    """A date in a file's name, taken as its date of publication: '…_06-september-2024', '2024-09-06-…'; else None."""
    if found := _IN_NAME.search(stem):
        return _date(found[1], found[2], found[3])
    if found := _ISO_IN_NAME.search(stem):
        try:
            return datetime.date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        except ValueError:
            return None
    return None


def year_in_name(stem: str) -> str | None:
    """The one year in a file's name, such as '…-review-2023'; None where it has none or several."""
    years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", stem))
    return years.pop() if len(years) == 1 else None


def published_in(text: str) -> str | None:
    """The date of publication that a text states with that word; None where it states none."""
    for word in _PUBLISHED.finditer(text):
        if found := _SINGLE.match(text, word.end()):
            return _date(found["day"], found["month"], found["year"])
    return None


def _span(found: re.Match) -> tuple[str, str] | None:
    """The first and last day of a range; the first takes its month and year from the last where it has none."""
    last = _date(found["last_day"], found["last_month"], found["last_year"])
    month = found["month"] or found["last_month"]
    year = found["year"] or found["last_year"]
    first = _date(found["day"], month, year)
    if first and last and first > last and not found["year"]:  # '28 December to 3 January 2024'
        first = _date(found["day"], month, str(int(year) - 1))
    if not first or not last or first > last:
        return None
    days = (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days
    return (first, last) if days <= _MOST_DAYS else None


def _date(day: str, month: str, year: str) -> str | None:
    number = _NUMBERS.get(month.rstrip(".").casefold())
    try:
        return datetime.date(int(year), number, int(re.sub(r"\D", "", day))).isoformat() if number else None
    except ValueError:
        return None
