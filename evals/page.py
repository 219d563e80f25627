"""The Evaluate page with its sets, runs and wrong answers; the pages of a set, of a run under way, before a removal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from assistant.layout import notice
from assistant.render import escape, searched_words
from evals.cases import Case, Line
from evals.checking import Problem
from evals.in_chat import EVALUATE
from evals.page_parts import back, button, counted, items, link, run_address, section, table
from evals.run_queue import Job
from evals.runs import Outline
from evals.workspace import FORMATS, NamedSet

ORIGINS = {"built-in": "comes with the assistant", "own": "added by you", "wrong": "answers you marked as wrong"}
SHOWN = 100
"Lines of a set with a problem that are listed."
NOTHING = "–"
"What stands in an empty cell."
ABOUT = (
    "A question set says what right answers are. A run asks every question of a set and scores the answers; two runs "
    "can be compared case by case. Only you see what you add and run here."
)


def set_address(chosen: NamedSet, part: str = "") -> str:
    """The address of a question set, or of a part of it ('/remove', '/download')."""
    return f"{EVALUATE}/set{part}?{urlencode({'key': chosen.key})}"


def when(run: Outline) -> str:
    """'31 January 2026, 10:15', by the server's clock."""
    return f"{datetime.fromisoformat(run.config.started).astimezone():%d %B %Y, %H:%M}".lstrip("0")


def state_words(run: Outline, job: Job | None = None) -> str:
    """'74 of 104 right', 'Running: 12 of 104 asked'."""
    if job and job.under_way:
        return f"{'Running' if job.state == 'working' else 'Waiting'}: {job.done} of {job.total} asked"
    if not run.finished:
        return f"Stopped: {run.scored} of {run.cases} asked, {run.right} right"
    return f"{run.right} of {run.cases} right"


def evaluate_main(
    sets: Sequence[NamedSet],
    runs: Sequence[tuple[Outline, Job | None]],
    wrong: Sequence[Case],
    megabytes: int,
    problem: str = "",
    lines: Sequence[Line] = (),
) -> str:
    """The main part of the page. `problem` says why an upload was refused, `lines` which of its lines are not cases."""
    refused = f'<p class="notice" role="alert">{escape(problem)}</p>{_lines(lines)}' if problem else ""
    return (
        f"<h1>Evaluate</h1><p>{ABOUT}</p>{refused}"
        f"{_sets(sets)}{_upload_form(megabytes)}{section('runs', 'Runs', _runs(runs))}"
        f"{section('wrong', 'Answers marked as wrong', _wrong(wrong))}"
    )


def _lines(lines: Sequence[Line]) -> str:
    """Which lines of an upload are not cases, and why."""
    if not lines:
        return ""
    rows = [(str(line.number), escape(line.problem)) for line in lines[:SHOWN]]
    return table("Lines with a problem", ("Line", "Field and what is wrong"), rows, numbers=[0]) + _more(len(lines))


def _more(count: int) -> str:
    return f"<p>And {count - SHOWN} more.</p>" if count > SHOWN else ""


def _sets(sets: Sequence[NamedSet]) -> str:
    rows = []
    for chosen in sets:
        count, name = chosen.count(), chosen.name
        own = chosen.origin == "own"
        rows.append(
            (
                link(set_address(chosen), name),
                _run_button(chosen, name) if count else NOTHING,
                "cannot be read" if count is None else str(count),
                ORIGINS[chosen.origin],
                link(set_address(chosen, "/remove"), "Remove", about=name) if own else NOTHING,
            )
        )
    heads = ("Set", "Run", "Cases", "Where it is from", "Remove")
    return section("sets", "Question sets", table("Question sets", heads, rows, numbers=[2]))


def _run_button(chosen: NamedSet, about: str = "") -> str:
    return button(f"{EVALUATE}/runs", "Run", {"set": chosen.key}, about)


def _upload_form(megabytes: int) -> str:
    example = link(f"{EVALUATE}/example.csv", "An example to start from", more="download")
    return section(
        "add-head",
        "Add a question set",
        f'<form method="post" action="{EVALUATE}/sets" enctype="multipart/form-data">'
        f'<p id="add-help">JSON Lines (.jsonl) or CSV (.csv), {megabytes} MB at most. A set of the same name takes the '
        f'place of the one before. {example}</p><label for="file">File</label> '
        f'<input type="file" id="file" name="file" required accept="{",".join(FORMATS)}" aria-describedby="add-help"> '
        '<button type="submit">Add</button></form>',
    )


def _runs(runs: Sequence[tuple[Outline, Job | None]]) -> str:
    if not runs:
        return notice("No run has been kept yet. Run a set, and it will stand here.")
    rows = []
    for run, job in runs:
        name, begun = run.folder.name, when(run)
        delete = link(run_address(name, "/delete"), "Delete", about=f"the run of {begun}")
        rows.append(
            (
                link(run_address(name), begun),
                state_words(run, job),
                escape(", ".join(run.config.sets)),
                NOTHING if job and job.under_way else delete,
            )
        )
    return table("Runs", ("Begun", "Outcome", "Set", "Delete"), rows)


def _wrong(wrong: Sequence[Case]) -> str:
    if not wrong:
        return notice("None yet. Open “This answer is wrong” under an answer in the chat: it becomes a case here.")
    rows = [
        (
            escape(case.id),
            "<br>".join(escape(question) for question in (*case.turns, case.question)),
            escape(case.notes),
            link(f"{EVALUATE}/wrong/remove?{urlencode({'id': case.id})}", "Remove", about=case.id),
        )
        for case in wrong
    ]
    export = [
        link(f"{EVALUATE}/wrong-answers.{suffix}", name, more="download")
        for suffix, name in (("jsonl", "JSON Lines"), ("csv", "CSV"))
    ]
    return (
        "<p>They can be run as a set; take it away to add facts and gold. They stay when their conversation is "
        f"deleted.</p>{table('Answers marked as wrong', ('Case', 'Question', 'What is wrong', 'Remove'), rows)}"
        f"<p>Take them away as a set:</p>{items(export, 'row')}"
    )


def set_main(chosen: NamedSet, cases: Sequence[Case], problems: Sequence[Problem], reports: int) -> str:
    """A set: its kinds of question, and whether what it calls right stands in the reports held."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(case.kind for case in cases).most_common())
    held = f"{searched_words(reports)} held"
    checked = notice(f"Good: all that it calls right stands in the {held}.")
    if problems:
        rows = [(str(problem.line), escape(problem.case), escape(problem.what)) for problem in problems[:SHOWN]]
        told = (
            f"{counted(len(problems), 'thing')} in this set do{'es' if len(problems) == 1 else ''} not fit the {held}. "
            "It can be run; these cases may be scored as wrong, or not at all."
        )
        heads = ("Line", "Case", "What does not fit")
        checked = notice(told) + table("What does not fit", heads, rows, numbers=[0]) + _more(len(problems))
    return (
        f"<h1>{escape(chosen.name)}</h1><p>{counted(len(cases), 'case')}, {ORIGINS[chosen.origin]}: {kinds}.</p>"
        f'<div class="row">{_run_button(chosen)}{link(set_address(chosen, "/download"), "Download", more="download")}'
        f"</div>{section('check', 'Check', checked)}{back()}"
    )


def under_way_main(run: Outline, job: Job) -> str:
    """A run that waits or is under way: how far it is, and how to stop it."""
    left = ""
    if job.state == "working" and job.seconds_left is not None:
        left = f" About {_time(job.seconds_left)} left."
    told = "Asking the questions." if job.state == "working" else "Waiting for an earlier run to end."
    stop = button(run_address(run.folder.name, "/cancel"), "Stop this run")
    if job.cancelled:
        told, stop = "Stopping after the case that is being asked.", ""
    return (
        f"<h1>Run of {when(run)}</h1><p>{escape(', '.join(run.config.sets))}</p>"
        f'<div data-watch="part"><p>{told} {job.done} of {job.total} asked, {job.right} right.{left}</p>'
        f'<progress max="{job.total}" value="{job.done}" aria-label="Questions asked"></progress></div>{stop}'
        "<p>What is scored is kept at once. You can leave this page and come back; others can go on asking.</p>"
        f'<p><a href="">Look again</a></p>{back()}'
    )


def _time(seconds: float) -> str:
    return counted(max(1, round(seconds)), "second") if seconds < 90 else f"{round(seconds / 60)} minutes"


def confirm_main(
    head: str, what: str, words: str, address: str, fields: Mapping[str, str] = {}, name: str = "Remove"
) -> str:
    """Asks whether something shall be removed; `address` does it, with the `fields`."""
    hidden = "".join(f'<input type="hidden" name="{key}" value="{escape(value)}">' for key, value in fields.items())
    return (
        f"<h1>{escape(head)}</h1><p><strong>{escape(what)}</strong></p><p>{escape(words)}</p>"
        f'<form method="post" action="{escape(address)}">{hidden}'
        f'<button type="submit" class="grave">{name} it</button> {link(EVALUATE, "Keep it")}</form>'
    )
