"""The page of a run: what turned since another run, every case with its verdict, averages; and how to take it away."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.layout import notice
from assistant.render import escape, searched_words
from evals import plots
from evals.comparing import Comparison
from evals.gate import Breach
from evals.page import NOTHING, state_words, when
from evals.page_parts import back, button, case_address, counted, items, link, run_address, section, table
from evals.report import NEWLY_RIGHT, NEWLY_WRONG, RIGHT, WRONG, CaseRow
from evals.runs import Outline, Run
from evals.summary import by_kind, by_report, figures, gain_words, headline, number
from evals.workspace import BASELINE, BASELINE_FOR

REPORTS = (("html", "Report (one HTML file)"), ("md", "Summary (Markdown)"), ("csv", "Every case (CSV)"))
"Suffix and name of what can be downloaded."
BAD = (WRONG, NEWLY_WRONG, "worse")


def verdict_html(verdict: str) -> str:
    """A verdict as a small label."""
    return f'<span class="verdict {"wrong" if verdict in BAD else "right"}">{verdict}</span>'


def run_main(
    run: Run,
    outline: Outline,
    rows: Sequence[CaseRow],
    others: Sequence[Outline],
    against: str,
    comparison: Comparison | None,
    broken: Sequence[Breach] | None,
    show: str = "",
    why: str = "",
) -> str:
    """The main part. `others` can be compared with, `against` names the one that is; `show` is the only verdict listed.

    `broken` is None where no gate applies; `why` says why the run could not go on.
    """
    sets = escape(", ".join(run.config.sets))
    parts = [f"<h1>Run of {when(outline)}</h1><p>{sets} over {searched_words(run.config.reports)}</p>"]
    if why:
        parts.append(f'<p class="notice" role="alert">{escape(why)}</p>')
    if not run.finished:
        parts.append(notice(f"{state_words(outline)}. What was scored is kept."))
        parts.append(button(run_address(run.name, "/resume"), "Go on with this run"))
    if run.scored:
        parts += [f'<p class="lead">{escape(headline(run))}</p>', _downloads(run.name, against)]
        parts.append(_compare_form(run, others, against))
        if broken is not None:
            parts.append(_gate(run.name, broken, against))
        if comparison:
            parts.append(_turned(run, comparison, against))
        parts.append(_cases(run.name, rows, against, show))
        if comparison:
            parts.append(_gains(comparison))
        parts += [_measures(run), _plots(run)]
    return "".join([*parts, back()])


def _downloads(run: str, against: str) -> str:
    links = (
        link(run_address(run, f"/report.{kind}", against=against), words, more="download") for kind, words in REPORTS
    )
    return f'<h2 class="unseen">Take away</h2>{items(links, "row")}'


def _compare_form(run: Run, others: Sequence[Outline], against: str) -> str:
    """A menu of what the run can be compared with; runs of the same set stand first."""
    same = [other for other in others if other.config.sets.keys() == run.config.sets.keys()]
    named = [(other.folder.name, f"{when(other)}: {state_words(other)}") for other in same]
    if BASELINE_FOR in run.config.sets:
        named.append((BASELINE, "the baseline that comes with the assistant"))
    rest = [
        (other.folder.name, f"{', '.join(other.config.sets)}, {when(other)}: {state_words(other)}")
        for other in others
        if other not in same
    ]
    groups = "".join(
        f'<optgroup label="{label}">{"".join(_option(value, words, against) for value, words in found)}</optgroup>'
        for label, found in (("The same set", named), ("Other sets", rest))
        if found
    )
    return (
        f'<form method="get" class="row" action="{escape(run_address(run.name))}">'
        '<label for="against">Compare with</label> <select id="against" name="against">'
        f'<option value="none">nothing</option>{groups}</select> '
        '<button type="submit" class="plain">Compare</button></form>'
    )


def _option(value: str, words: str, chosen: str) -> str:
    return f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'


def _case_link(run: str, case: str, against: str) -> str:
    return link(case_address(run, case, against), case)


def _gate(run: str, broken: Sequence[Breach], against: str) -> str:
    if not broken:
        return section("gate", "Gate: nothing fell", "<p>Every limit of the gate holds.</p>")
    listed = []
    for breach in broken:
        cases = ", ".join(_case_link(run, case, against) for case in breach.cases)
        listed.append(f"{escape(breach.what)}{': ' if cases else ''}{cases}")
    return section("gate", "Gate: breached", f'<div class="notice">{items(listed)}</div>')


def _turned(run: Run, comparison: Comparison, against: str) -> str:
    """The cases that turned, then what else changed."""
    parts = []
    for head, cases in (("Newly wrong", comparison.newly_wrong), ("Newly right", comparison.newly_right)):
        found = [f"{_case_link(run.name, case, against)} {escape(run.cases[case].question)}" for case in cases]
        parts.append(f"<h3>{head} ({len(cases)})</h3>{items(found) if found else '<p>None.</p>'}")
    if comparison.moved:
        moved = (
            f"{_case_link(run.name, case, against)}: {escape(', '.join(measures))}"
            for case, measures in comparison.moved.items()
        )
        words = f"{counted(len(comparison.moved), 'other case')} changed in a measure"
        parts.append(f"<details><summary>{words}</summary>{items(moved)}</details>")
    here, there = len(comparison.only_after), len(comparison.only_before)
    if here or there:
        parts.append(f"<p>Cases only in this run: {here}; only in the other: {there}.</p>")
    parts += [f"<p>{escape(note)}</p>" for note in comparison.notes]
    return section("turned", "What turned", "".join(parts))


def _cases(run: str, rows: Sequence[CaseRow], against: str, show: str) -> str:
    """Every case, or those of one verdict; the wrong ones first."""
    verdicts = [
        (verdict, sum(row.verdict == verdict for row in rows)) for verdict in (NEWLY_WRONG, WRONG, NEWLY_RIGHT, RIGHT)
    ]
    choices = (
        link(
            f"{run_address(run, against=against, show=verdict)}#cases",
            f"{verdict or 'all'} ({count})",
            more="aria-current=true" if verdict == show else "",
        )
        for verdict, count in [("", len(rows)), *verdicts]
        if count
    )
    listed = [
        (
            _case_link(run, row.case.id, against),
            row.case.kind,
            escape(row.case.question),
            verdict_html(row.verdict),
            escape(row.status),
        )
        for row in rows
        if not show or row.verdict == show
    ]
    heads = ("Case", "Kind", "Question", "Verdict", "Answer")
    return section(
        "cases",
        "Cases",
        f'<nav aria-label="Verdicts">{items(choices, "row")}</nav>'
        '<p class="find"><label for="find">Find in this list</label> '
        '<input type="search" id="find" autocomplete="off" data-noun="cases"> '
        '<span role="status" id="found"></span></p>'
        f"{table('Cases', heads, listed, key='held')}",
    )


def _gains(comparison: Comparison) -> str:
    """The averages of both runs, and whether they differ by more than chance."""
    rows = [
        (
            escape(change.measure.label),
            number(change.before.mean),
            number(change.after.mean),
            gain_words(change.gain),
            verdict_html(change.verdict) if change.verdict else "no clear change",
        )
        for change in comparison.shown
    ]
    if not rows:
        return ""
    head, heads = "Averages of both runs", ("Measure", "Before", "Now", "Gain, 95 % interval", "Verdict")
    words = "A change is called better or worse where the whole interval lies on one side of zero."
    return section("gains", head, f"<p>{words}</p>{table(head, heads, rows, numbers=[1, 2, 3])}")


def _measures(run: Run) -> str:
    rows = [
        (
            f"{escape(figure.measure.label)}<span class=says>{escape(figure.measure.says)}</span>",
            figure.words,
            figure.interval or NOTHING,
            str(figure.average.scored),
            str(figure.average.unscored),
        )
        for figure in figures(run)
    ]
    words = (
        "Averages over the cases that a measure applies to; the others are unscored and left out. Words and seconds: "
        "half within / 19 of 20 within."
    )
    heads = ("Measure", "Average", "95 % interval", "Scored", "Unscored")
    return section("measures", "Measures", f"<p>{words}</p>{table('Measures', heads, rows, numbers=[1, 2, 3, 4])}")


def _plots(run: Run) -> str:
    """Where it is right, by kind of question and by report; each picture with its figures as a table."""
    parts = ["<p>Dots are shares of cases that are right, lines their 95 % intervals. Few cases make long lines.</p>"]
    for title, first, groups in (
        ("Right by kind of question", "Kind", by_kind(run)),
        ("Right by report that the answer rests on", "Report", by_report(run)),
    ):
        if not groups:
            continue
        rows = [
            (
                escape(group.name),
                str(group.cases),
                number(group.right.mean),
                f"{number(group.right.low)} to {number(group.right.high)}",
            )
            for group in groups
        ]
        heads = (first, "Cases", "Right", "95 % interval")
        parts.append(
            f'<h3>{title}</h3><div class="scroll figures" tabindex="0" role="region" aria-label="{title}">'
            f"{plots.shares(title, groups)}</div><details><summary>The figures as a table</summary>"
            f"{table(f'{title}, figures', heads, rows, numbers=[1, 2, 3])}</details>"
        )
    return section("where", "Where it is right and where not", "".join(parts))
