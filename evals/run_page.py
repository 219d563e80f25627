"""The page of a run: what turned since its baseline, every case with its verdict, averages; and its parts to take away."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.layout import notice
from assistant.render import escape
from evals import plots
from evals.comparing import Comparison
from evals.gate import Breach
from evals.page import back, run_address, state_words, table, when
from evals.report import NEWLY_RIGHT, NEWLY_WRONG, RIGHT, WRONG, CaseRow
from evals.runs import Outline, Run
from evals.summary import by_kind, by_report, figures, gain_words, headline, number
from evals.workspace import BASELINE

REPORTS = (("html", "Report (one HTML file)"), ("md", "Summary (Markdown)"), ("csv", "Every case (CSV)"))
"Suffix and name of what can be downloaded."


def verdict_html(verdict: str) -> str:
    """A verdict as a small label."""
    return f'<span class="verdict {"wrong" if verdict.endswith(WRONG) else "right"}">{verdict}</span>'


def case_address(run: str, case: str, against: str) -> str:
    """The address of one case of a run."""
    return run_address(run, "/case", id=case, against=against)


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
    """The main part. `others` can be compared with; `against` names the one that is; `show` is the verdict that is listed alone.

    `broken` is None where no gate applies; `why` says why the run could not go on.
    """
    name = run.name
    held = f"over {run.config.reports} report{'' if run.config.reports == 1 else 's'}"
    parts = [f"<h1>Run of {when(outline)}</h1><p>{escape(', '.join(run.config.sets))} {held}</p>"]
    if why:
        parts.append(f'<p class="notice" role="alert">{escape(why)}</p>')
    if not run.finished:
        go_on = f'<form method="post" action="{escape(run_address(name, "/resume"))}"><button type="submit">Go on with this run</button></form>'
        parts.append(f"{notice(f'{state_words(outline, None)}. What was scored is kept.')}{go_on}")
    if not run.scored:
        return "".join([*parts, back()])
    parts.append(f'<p class="lead">{escape(headline(run))}</p>')
    parts.append(_downloads(name, against))
    parts.append(_compare_form(run, others, against))
    if broken is not None:
        parts.append(_gate(run, broken, against))
    if comparison:
        parts.append(_turned(run, comparison, against))
    parts += [_cases(run, rows, against, show), _gains(comparison) if comparison else "", _measures(run), _plots(run), back()]
    return "".join(parts)


def _downloads(run: str, against: str) -> str:
    links = "".join(
        f'<li><a href="{escape(run_address(run, f"/report.{suffix}", against=against))}" download>{words}</a></li>' for suffix, words in REPORTS
    )
    return f'<h2 class="unseen">Take away</h2><ul class="row">{links}</ul>'


def _compare_form(run: Run, others: Sequence[Outline], against: str) -> str:
    """A menu of runs; those of the same set stand first."""
    options = ['<option value="none">nothing</option>']
    for same in (True, False):
        found = [other for other in others if (other.config.sets.keys() == run.config.sets.keys()) is same]
        choices = "".join(
            f'<option value="{escape(key)}"{" selected" if key == against else ""}>{escape(words)}</option>'
            for key, words in ((other.folder.name, f"{when(other)}: {state_words(other, None)}") for other in found)
        )
        if same and any(name == "starter.jsonl" for name in run.config.sets):
            choices += f'<option value="{BASELINE}"{" selected" if against == BASELINE else ""}>the baseline that comes with the assistant</option>'
        if choices:
            options.append(f'<optgroup label="{"The same set" if same else "Other sets"}">{choices}</optgroup>')
    return (
        f'<form method="get" class="row" action="{escape(run_address(run.name))}"><label for="against">Compare with</label> '
        f'<select id="against" name="against">{"".join(options)}</select> <button type="submit" class="plain">Compare</button></form>'
    )


def _links(run: str, cases: Sequence[str], against: str) -> str:
    return ", ".join(f'<a href="{escape(case_address(run, case, against))}">{escape(case)}</a>' for case in cases) or "none"


def _gate(run: Run, broken: Sequence[Breach], against: str) -> str:
    if not broken:
        body = "<p>Every limit of the gate holds.</p>"
    else:
        items = "".join(
            f"<li>{escape(breach.what)}{': ' if breach.cases else ''}{_links(run.name, breach.cases, against) if breach.cases else ''}</li>"
            for breach in broken
        )
        body = f'<div class="notice"><ul>{items}</ul></div>'
    return f'<section aria-labelledby="gate"><h2 id="gate">Gate: {"breached" if broken else "nothing fell"}</h2>{body}</section>'


def _turned(run: Run, comparison: Comparison, against: str) -> str:
    """The cases that turned, then what else changed."""
    parts = []
    for head, cases in (("Newly wrong", comparison.newly_wrong), ("Newly right", comparison.newly_right)):
        items = "".join(
            f'<li><a href="{escape(case_address(run.name, case, against))}">{escape(case)}</a> {escape(run.cases[case].question)}</li>' for case in cases
        )
        parts.append(f"<h3>{head} ({len(cases)})</h3>{f'<ul>{items}</ul>' if items else '<p>None.</p>'}")
    if comparison.moved:
        moved = "".join(f"<li>{_links(run.name, (case,), against)}: {escape(', '.join(names))}</li>" for case, names in comparison.moved.items())
        count = len(comparison.moved)
        parts.append(f"<details><summary>{count} other case{'' if count == 1 else 's'} changed in a measure</summary><ul>{moved}</ul></details>")
    if comparison.only_after or comparison.only_before:
        parts.append(f"<p>Cases only in this run: {len(comparison.only_after)}; only in the other: {len(comparison.only_before)}.</p>")
    parts += [f"<p>{escape(note)}</p>" for note in comparison.notes]
    return f'<section aria-labelledby="turned"><h2 id="turned">What turned</h2>{"".join(parts)}</section>'


def _cases(run: Run, rows: Sequence[CaseRow], against: str, show: str) -> str:
    """Every case, or those of one verdict; the wrong ones first."""
    counts = {verdict: sum(row.verdict == verdict for row in rows) for verdict in (NEWLY_WRONG, WRONG, NEWLY_RIGHT, RIGHT)}
    choices = [("", f"all ({len(rows)})"), *((verdict, f"{verdict} ({count})") for verdict, count in counts.items() if count)]
    links = "".join(
        f'<li><a href="{escape(run_address(run.name, against=against or "none", show=verdict))}#cases"'
        f"{' aria-current=true' if verdict == show else ''}>{words}</a></li>"
        for verdict, words in choices
    )
    listed = "".join(
        f'<tr><th scope="row"><a href="{escape(case_address(run.name, row.case.id, against))}">{escape(row.case.id)}</a></th>'
        f"<td>{row.case.kind}</td><td>{escape(row.case.question)}</td><td>{verdict_html(row.verdict)}</td><td>{escape(row.status)}</td></tr>"
        for row in rows
        if not show or row.verdict == show
    )
    heads = ("Case", "Kind", "Question", "Verdict", "Answer")
    return (
        f'<section aria-labelledby="cases"><h2 id="cases">Cases</h2><nav aria-label="Verdicts"><ul class="row">{links}</ul></nav>'
        '<p class="find"><label for="find">Find in this list</label> <input type="search" id="find" autocomplete="off" data-noun="cases"> '
        f'<span role="status" id="found"></span></p>{table("Cases", heads, listed, "held")}</section>'
    )


def _gains(comparison: Comparison) -> str:
    """The averages of both runs, and whether they differ by more than chance."""
    rows = "".join(
        f"<tr><th scope=row>{escape(change.measure.label)}</th><td class=n>{number(change.before.mean)}</td>"
        f"<td class=n>{number(change.after.mean)}</td><td class=n>{gain_words(change.gain)}</td><td>{_gain_html(change.verdict)}</td></tr>"
        for change in comparison.changes
        if change.gain.mean is not None
    )
    if not rows:
        return ""
    heads = ("Measure", "Before", "Now", "Gain, 95 % interval", "Verdict")
    return (
        '<section aria-labelledby="gains"><h2 id="gains">Averages of both runs</h2><p>A change is called better or worse where the whole '
        f"interval lies on one side of zero.</p>{table('Averages of both runs', heads, rows)}</section>"
    )


def _gain_html(verdict: str) -> str:
    if not verdict:
        return "no clear change"
    return f'<span class="verdict {"wrong" if verdict == "worse" else "right"}">{verdict}</span>'


def _measures(run: Run) -> str:
    rows = "".join(
        f"<tr><th scope=row>{escape(figure.measure.label)}<span class=says>{escape(figure.measure.says)}</span></th><td class=n>{figure.words}</td>"
        f"<td class=n>{figure.interval or '–'}</td><td class=n>{figure.average.scored}</td><td class=n>{figure.average.unscored}</td></tr>"
        for figure in figures(run)
    )
    heads = ("Measure", "Average", "95 % interval", "Scored", "Unscored")
    return (
        '<section aria-labelledby="measures"><h2 id="measures">Measures</h2><p>Averages over the cases that a measure applies to; the others '
        f"are unscored and left out. Words and seconds: half within / 19 of 20 within.</p>{table('Measures', heads, rows)}</section>"
    )


def _plots(run: Run) -> str:
    """Where it is right, by kind of question and by report; each picture with its figures as a table."""
    parts = []
    for title, first, groups in (("Right by kind of question", "Kind", by_kind(run)), ("Right by report that the answer rests on", "Report", by_report(run))):
        if not groups:
            continue
        rows = "".join(
            f"<tr><th scope=row>{escape(group.name)}</th><td class=n>{group.cases}</td><td class=n>{number(group.right.mean)}</td>"
            f"<td class=n>{number(group.right.low)} to {number(group.right.high)}</td></tr>"
            for group in groups
        )
        parts.append(
            f'<h3>{title}</h3><div class="scroll figures" tabindex="0" role="region" aria-label="{title}">{plots.shares(title, groups)}</div>'
            f"<details><summary>The figures as a table</summary>{table(f'{title}, figures', (first, 'Cases', 'Right', '95 % interval'), rows)}</details>"
        )
    return (
        '<section aria-labelledby="where"><h2 id="where">Where it is right and where not</h2><p>Dots are shares of cases that are right, lines '
        f"their 95 % intervals. Few cases make long lines.</p>{''.join(parts)}</section>"
    )
