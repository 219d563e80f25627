"""The library page: what is held, adding and removing it, and what it covers."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.addresses import report_address
from assistant.citing import date_in_words, kind_of, report_name
from assistant.coverage import NO_DATE
from assistant.layout import notice
from assistant.library_changes import Change
from assistant.plots import themes_plot, years_plot
from assistant.render import escape, searched_words
from ingest.model import KINDS, Report
from ingest.settings import Settings
from ingest.walk import FORMATS

OUTCOMES = {
    "read": "Added",
    "unchanged": "Already held, unchanged",
    "replaced": "Replaced",
    "skipped": "Not added",
    "failed": "Could not be read",
    "removed": "Removed",
}
"What became of a file, in a reader's words."


NOT_EDITOR = (
    "Reports are added and removed by named people. To be one of them, ask whoever looks after the assistant "
    "(setting library_editors)."
)

PICTURES = (("years-head", "reports by area and year"), ("themes-head", "areas and themes"))


def library_main(
    reports: Sequence[Report],
    passages: dict[str, int],
    settings: Settings,
    *,
    editor: bool,
    coverage: str,
    problem: str = "",
) -> str:
    """The main part of the page. `problem` says why an upload was refused."""
    areas = {report.areas[0] for report in reports if report.areas}
    held = f"{searched_words(len(reports))} on {len(areas)} local area{'' if len(areas) == 1 else 's'}"
    adding = _upload_form(settings) if editor else f"<p class=told>{NOT_EDITOR}</p>"
    refused = f'<p class="notice" role="alert">{escape(problem)}</p>' if problem else ""
    return (
        f"<h1>Library</h1><p>Answers come from these: {held}.{_contents(coverage)}</p>{refused}"
        f"{adding}{_list(reports, passages, editor)}{coverage}"
    )


def _contents(coverage: str) -> str:
    """Links to the pictures, which stand below a long list."""
    links = [f'<a href="#{key}">{words}</a>' for key, words in PICTURES if key in coverage]
    return f" Further down: {', '.join(links)}." if links else ""


def _upload_form(settings: Settings) -> str:
    kinds = ", ".join(FORMATS)
    return (
        '<section aria-labelledby="add-head"><h2 id="add-head">Add reports</h2>'
        '<form method="post" action="/library/add" enctype="multipart/form-data" id="add">'
        f'<p id="add-help">PDF, Word, web page or text ({kinds}); {settings.upload_megabytes} MB at most at once. '
        "Each file is checked and read before it is added. Everyone who uses this assistant can then read it.</p>"
        '<label for="files">Files</label> <input type="file" id="files" name="files" multiple required '
        f'aria-describedby="add-help" accept="{kinds.replace(" ", "")}" data-most="{settings.upload_megabytes}"> '
        '<button type="submit">Add</button>'
        '<p><progress hidden max="100" aria-label="Sending the files"></progress> '
        '<span role="status" id="sending"></span></p>'
        "</form></section>"
    )


def _list(reports: Sequence[Report], passages: dict[str, int], editor: bool) -> str:
    if not reports:
        return notice("No reports are held yet.")
    order = sorted(reports, key=lambda r: (not r.areas, r.areas[:1], r.visit_start or r.published or "", r.id))
    rows = "".join(_row(report, passages.get(report.id, 0), editor) for report in order)
    heads = ("Report", "Area", "Kind", "Date", "Pages", "Passages", "Notes", *(("Remove",) if editor else ()))
    return (
        '<section aria-labelledby="held-head"><h2 id="held-head">Reports held</h2>'
        '<p class="find"><label for="find">Find in this list</label> '
        '<input type="search" id="find" autocomplete="off"> '
        '<span role="status" id="found"></span></p>'
        '<div class="scroll" tabindex="0" role="region" aria-label="List of reports"><table id="held"><thead><tr>'
        f"{''.join(f'<th scope=col>{head}</th>' for head in heads)}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _row(report: Report, passages: int, editor: bool) -> str:
    kind = KINDS[kind_of(report)]
    cells = [
        ", ".join(report.areas[:1]) or "–",
        f"Digest of: {kind}" if report.is_digest else kind[0].upper() + kind[1:],
        date_in_words(report) or "–",
        str(report.page_count or "–"),
        str(passages),
    ]
    noted = list(report.warnings)
    if report.superseded_by:
        noted.insert(0, f"Not searched: the report itself is held ({report.superseded_by})")
    notes = "<br>".join(escape(note) for note in noted) or "–"
    removal = (
        f'<td><a href="/library/remove?report={escape(report.id)}">Remove'
        f'<span class="unseen"> {escape(report.title)}</span></a></td>'
        if editor
        else ""
    )
    return (
        f'<tr><th scope="row"><a href="{escape(report_address(report.id))}">{escape(report.title)}</a>'
        f'<br><span class="file">{escape(report.file)}</span></th>'
        f"{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}<td>{notes}</td>{removal}</tr>"
    )


def coverage_html(
    by_year: dict[tuple[str, str], list[str]], by_theme: dict[tuple[str, str], int], themes: Sequence[str]
) -> str:
    """Two pictures of what the reports cover; '' where none is about an area."""
    if not by_year:
        return ""
    areas = sorted({area for area, _ in by_year})
    dated = [int(year) for _, year in by_year if year != NO_DATE]
    years = [str(year) for year in range(min(dated), max(dated) + 1)] if dated else []
    if any(year == NO_DATE for _, year in by_year):
        years.append(NO_DATE)
    pictures = (
        '<section aria-labelledby="years-head"><h2 id="years-head">Which areas, which years</h2>'
        f"<p>One mark for each report that is searched.</p>{years_plot(by_year, areas, years)}</section>"
    )
    if by_theme:
        pictures += (
            '<section aria-labelledby="themes-head"><h2 id="themes-head">Which areas, which themes</h2>'
            "<p>The larger the square, the more passages of the area’s reports use the theme’s words. More words on a "
            f"theme do not mean better or worse services.</p>{themes_plot(by_theme, areas, themes)}</section>"
        )
    return pictures


def remove_main(report: Report) -> str:
    """Asks whether a report shall be taken out."""
    return (
        f"<h1>Remove this report?</h1><p><strong>{escape(report_name(report))}</strong><br>{escape(report.file)}</p>"
        "<p>Answers will no longer quote it. A copy that was added on this page is deleted; any other file stays where "
        "it is, and the report can be added again.</p>"
        f'<form method="post" action="/library/remove"><input type="hidden" name="report" value="{escape(report.id)}">'
        '<button type="submit" class="grave">Remove it</button> <a href="/library">Keep it</a></form>'
    )


def change_main(change: Change) -> str:
    """How a change of the library stands, and what became of each file."""
    if not change.finished:
        step = f" {change.step} of {change.steps} done." if change.steps else ""
        words = {
            "waiting": "Waiting for an earlier change to finish.",
            "working": f"Working: {change.doing or 'beginning'}.{step}",
        }
        bar = f'<progress max="{change.steps or 1}" value="{change.step}" aria-label="Files done"></progress>'
        return (
            f'<h1>{escape(change.what)}</h1><div data-watch><p role="status">{escape(words[change.state])}</p>{bar}'
            '<p><a href="">Look again</a></p></div>'
        )
    if change.state == "failed":
        told = notice(change.why)
    else:
        rows = "".join(
            f"<tr><th scope=row>{escape(row.file)}</th><td>{OUTCOMES[row.outcome]}</td><td>{row.passages or '–'}</td>"
            f"<td>{'<br>'.join(escape(words) for words in (row.why, *row.warnings) if words) or '–'}</td></tr>"
            for row in change.rows
        )
        good = sum(row.outcome in ("read", "replaced", "removed", "unchanged") for row in change.rows)
        told = (
            f'<p role="status">Finished: {good} of {len(change.rows)} done.</p>'
            '<div class="scroll" tabindex="0" role="region" aria-label="What became of each file"><table><thead><tr>'
            "<th scope=col>File</th><th scope=col>Outcome</th><th scope=col>Passages</th><th scope=col>Notes</th></tr>"
            "</thead>"
            f"<tbody>{rows}</tbody></table></div>"
        )
    return f'<h1>{escape(change.what)}</h1>{told}<p><a href="/library">Back to the library</a></p>'
