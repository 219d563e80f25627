"""The Evaluate page: question sets, runs, answers marked as wrong; and the page of a set, of a run under way, and before a removal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

from assistant.layout import notice
from assistant.render import escape, searched_words
from evals.cases import Case, Line
from evals.checking import Problem
from evals.in_chat import EVALUATE
from evals.run_queue import Job
from evals.runs import Outline
from evals.workspace import FORMATS, NamedSet

ORIGINS = {"built-in": "comes with the assistant", "own": "added by you", "wrong": "answers you marked as wrong"}
SHOWN = 100
"Lines of a set with a problem that are listed."


def set_address(chosen: NamedSet, part: str = "", **more: str) -> str:
    """The address of a question set, or of a part of it ('/remove', '/download')."""
    return f"{EVALUATE}/set{part}?{urlencode({'key': chosen.key, **more})}"


def run_address(run: str, part: str = "", **more: str) -> str:
    """The address of a run, or of a part of it ('/case', '/delete', '/report.html')."""
    query = urlencode({name: value for name, value in more.items() if value})
    return f"{EVALUATE}/runs/{quote(run, safe='')}{part}" + (f"?{query}" if query else "")


def when(run: Outline) -> str:
    """'31 January 2026, 10:15', by the server's clock."""
    return f"{datetime.fromisoformat(run.config.started).astimezone():%d %B %Y, %H:%M}".lstrip("0")


def state_words(run: Outline, job: Job | None) -> str:
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
    """The main part of the page. `problem` says why something was refused, `lines` which lines of an upload are not cases."""
    refused = f'<p class="notice" role="alert">{escape(problem)}</p>{_lines(lines)}' if problem else ""
    return (
        "<h1>Evaluate</h1><p>A question set says what right answers are. A run asks every question of a set and scores the answers; "
        "two runs can be compared case by case. Only you see what you add and run here.</p>"
        f"{refused}{_sets(sets)}{_upload_form(megabytes)}{_runs(runs)}{_wrong(wrong)}"
    )


def _lines(lines: Sequence[Line]) -> str:
    """Which lines of an upload are not cases, and why."""
    if not lines:
        return ""
    rows = "".join(f"<tr><td class=n>{line.number}</td><td>{escape(line.problem)}</td></tr>" for line in lines[:SHOWN])
    more = f"<p>And {len(lines) - SHOWN} more.</p>" if len(lines) > SHOWN else ""
    return f"{table('Lines with a problem', ('Line', 'Field and what is wrong'), rows)}{more}"


def _sets(sets: Sequence[NamedSet]) -> str:
    rows = []
    for chosen in sets:
        count = chosen.count()
        name = escape(chosen.name)
        unseen = f'<span class="unseen"> {name}</span>'
        remove = f'<a href="{escape(set_address(chosen, "/remove"))}">Remove{unseen}</a>' if chosen.origin == "own" else "–"
        run = _run_form(chosen, unseen) if count else "–"
        rows.append(
            f'<tr><th scope="row"><a href="{escape(set_address(chosen))}">{name}</a></th><td>{run}</td>'
            f"<td class=n>{'cannot be read' if count is None else count}</td><td>{ORIGINS[chosen.origin]}</td><td>{remove}</td></tr>"
        )
    heads = ("Set", "Run", "Cases", "Where it is from", "Remove")
    return f'<section aria-labelledby="sets"><h2 id="sets">Question sets</h2>{table("Question sets", heads, "".join(rows))}</section>'


def _run_form(chosen: NamedSet, unseen: str = "") -> str:
    return (
        f'<form method="post" action="{EVALUATE}/runs"><input type="hidden" name="set" value="{escape(chosen.key)}">'
        f'<button type="submit">Run{unseen}</button></form>'
    )


def _upload_form(megabytes: int) -> str:
    return (
        '<section aria-labelledby="add-head"><h2 id="add-head">Add a question set</h2>'
        f'<form method="post" action="{EVALUATE}/sets" enctype="multipart/form-data">'
        f'<p id="add-help">JSON Lines (.jsonl) or CSV (.csv), {megabytes} MB at most. A set of the same name takes the place of the one '
        f'before. <a href="{EVALUATE}/example.csv" download>An example to start from</a></p>'
        f'<label for="file">File</label> <input type="file" id="file" name="file" required accept="{",".join(FORMATS)}" '
        'aria-describedby="add-help"> <button type="submit">Add</button></form></section>'
    )


def _runs(runs: Sequence[tuple[Outline, Job | None]]) -> str:
    if not runs:
        body = notice("No run has been kept yet. Run a set, and it will stand here.")
    else:
        rows = "".join(
            f'<tr><th scope="row"><a href="{escape(run_address(run.folder.name))}">{when(run)}</a></th>'
            f"<td>{state_words(run, job)}</td><td>{escape(', '.join(run.config.sets))}</td><td>{_delete(run, job)}</td></tr>"
            for run, job in runs
        )
        body = table("Runs", ("Begun", "Outcome", "Set", "Delete"), rows)
    return f'<section aria-labelledby="runs"><h2 id="runs">Runs</h2>{body}</section>'


def _delete(run: Outline, job: Job | None) -> str:
    if job and job.under_way:
        return "–"
    return f'<a href="{escape(run_address(run.folder.name, "/delete"))}">Delete<span class="unseen"> the run of {when(run)}</span></a>'


def _wrong(wrong: Sequence[Case]) -> str:
    head = '<section aria-labelledby="wrong"><h2 id="wrong">Answers marked as wrong</h2>'
    if not wrong:
        return head + notice("None yet. Under an answer in the chat, open “This answer is wrong”, and it becomes a case here.") + "</section>"
    rows = "".join(
        f'<tr><th scope="row">{escape(case.id)}</th><td>{"".join(f"{escape(turn)}<br>" for turn in case.turns)}{escape(case.question)}</td>'
        f'<td>{escape(case.notes)}</td><td><a href="{EVALUATE}/wrong/remove?{escape(urlencode({"id": case.id}))}">Remove'
        f'<span class="unseen"> {escape(case.id)}</span></a></td></tr>'
        for case in wrong
    )
    export = "".join(
        f'<li><a href="{EVALUATE}/wrong-answers.{suffix}" download>{name}</a></li>' for suffix, name in (("jsonl", "JSON Lines"), ("csv", "CSV"))
    )
    return (
        f"{head}<p>They can be run as a set; take it away to add facts and gold. They stay when their conversation is deleted.</p>"
        f'{table("Answers marked as wrong", ("Case", "Question", "What is wrong", "Remove"), rows)}'
        f'<p>Take them away as a set:</p><ul class="row">{export}</ul></section>'
    )


def set_main(chosen: NamedSet, cases: Sequence[Case], problems: Sequence[Problem], reports: int) -> str:
    """A set: its kinds of question, and whether what it calls right stands in the reports held."""
    kinds: dict[str, int] = {}
    for case in cases:
        kinds[case.kind] = kinds.get(case.kind, 0) + 1
    held = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items(), key=lambda pair: -pair[1]))
    begin = (
        f"<h1>{escape(chosen.name)}</h1><p>{len(cases)} case{'' if len(cases) == 1 else 's'}, {ORIGINS[chosen.origin]}: {held}.</p>"
        f'<div class="row">{_run_form(chosen)}<a href="{escape(set_address(chosen, "/download"))}" download>Download</a></div>'
    )
    if not problems:
        checked = notice(f"Good: all that it calls right stands in the {searched_words(reports)} held.")
    else:
        cut = problems[:SHOWN]
        rows = "".join(
            f"<tr><td class=n>{problem.line}</td><th scope=row>{escape(problem.case)}</th><td>{escape(problem.what)}</td></tr>" for problem in cut
        )
        count = f"{len(problems)} thing{'' if len(problems) == 1 else 's'}"
        more = f"<p>And {len(problems) - len(cut)} more.</p>" if len(problems) > len(cut) else ""
        checked = (
            f'<p class="notice">{count} in this set do not fit the {searched_words(reports)} held. It can be run; these cases may be '
            f"scored as wrong, or not at all.</p>{table('What does not fit', ('Line', 'Case', 'What does not fit'), rows)}{more}"
        )
    return f'{begin}<section aria-labelledby="check"><h2 id="check">Check</h2>{checked}</section>{back()}'


def under_way_main(run: Outline, job: Job) -> str:
    """A run that waits or is under way: how far it is, and how to stop it."""
    left = ""
    if job.state == "working" and job.seconds_left is not None:
        left = f" About {_time(job.seconds_left)} left."
    told = {"waiting": "Waiting for an earlier run to end.", "working": "Asking the questions."}[job.state]
    if job.cancelled:
        told = "Stopping after the case that is being asked."
    stop = "" if job.cancelled else (
        f'<form method="post" action="{escape(run_address(run.folder.name, "/cancel"))}"><button type="submit">Stop this run</button></form>'
    )  # fmt: skip
    return (
        f"<h1>Run of {when(run)}</h1><p>{escape(', '.join(run.config.sets))}</p>"
        f'<div data-watch="part"><p>{told} {job.done} of {job.total} asked, {job.right} right.{left}</p>'
        f'<progress max="{job.total}" value="{job.done}" aria-label="Questions asked"></progress></div>{stop}'
        "<p>What is scored is kept at once. You can leave this page and come back; others can go on asking.</p>"
        f'<p><a href="">Look again</a></p>{back()}'
    )


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} second{'' if round(seconds) <= 1 else 's'}"
    return f"{round(seconds / 60)} minutes"


def confirm_main(head: str, what: str, words: str, address: str, fields: dict[str, str], name: str = "Remove") -> str:
    """Asks whether something shall be removed."""
    hidden = "".join(f'<input type="hidden" name="{key}" value="{escape(value)}">' for key, value in fields.items())
    return (
        f"<h1>{escape(head)}</h1><p><strong>{escape(what)}</strong></p><p>{escape(words)}</p>"
        f'<form method="post" action="{escape(address)}">{hidden}<button type="submit" class="grave">{name} it</button> '
        f'<a href="{EVALUATE}">Keep it</a></form>'
    )


def table(name: str, heads: Sequence[str], rows: str, key: str = "") -> str:
    """A table that scrolls sideways in a frame of its own; `rows` is HTML, `key` the table's id."""
    columns = "".join(f"<th scope=col>{head}</th>" for head in heads)
    named = ' class="tight"' + (f' id="{key}"' if key else "")
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(name)}, table"><table{named}><thead><tr>{columns}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def back() -> str:
    """The way back to the Evaluate page."""
    return f'<p><a href="{EVALUATE}">Back to Evaluate</a></p>'
