"""`send-assistant eval …`: run, compare, show, check, add, convert, sweep. Only the arguments and what is printed."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import SendAssistantError
from ingest.settings import Settings

if TYPE_CHECKING:
    from evals.comparing import Comparison
    from evals.gate import Breach
    from evals.runs import Run

STOPPED = 130
EXAMPLES = """\
examples:
  send-assistant eval check my-set.jsonl
  send-assistant eval run my-set.jsonl
  send-assistant eval run my-set.jsonl --baseline eval-runs/2026-01-31-101500 --gate my-gate.toml
  send-assistant eval run my-set.jsonl --model ollama:llama3.1 --beside-quotes
  send-assistant eval compare eval-runs/OLD eval-runs/NEW
  send-assistant eval show eval-runs/NEW case-7
  send-assistant eval add my-set.jsonl "When is Wiltshire's next inspection?" --fact "five years"
  send-assistant eval convert my-set.jsonl my-set.csv
  send-assistant eval sweep my-set.jsonl --vary rerank=on,off --vary candidates=20,40
"""


def add_commands(commands: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    """Adds `eval` with its sub-commands to the command line's parser."""
    from assistant.cli import add_writer

    top = commands.add_parser(
        "eval", help="run question sets, compare runs, guard against getting worse", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parts = top.add_subparsers(title="eval commands", metavar="COMMAND", required=True)

    run = parts.add_parser("run", parents=[common], help="ask every case of one or more sets, score, and write a report")
    run.add_argument("sets", nargs="*", type=Path, metavar="SET", help="question sets, JSON Lines or CSV")
    run.add_argument("--out", type=Path, metavar="DIR", help="folder for the run (default: a new one in eval-runs)")
    run.add_argument("--baseline", type=Path, metavar="RUN", help="an earlier run, or a kept baseline, to compare with")
    run.add_argument("--gate", type=Path, metavar="FILE", help="what may not fall (TOML); a breach is exit status 1")
    add_writer(run)
    run.add_argument("--beside-quotes", action="store_true", help="with --model: also run the set in quotes, and compare the written run with it")
    run.add_argument("--judge", default="", metavar="MODEL", help="also let a language model judge, such as ollama:llama3.1 (advisory)")
    run.add_argument("--resume", type=Path, metavar="DIR", help="go on with a run that was stopped")
    run.add_argument("--write-baseline", type=Path, metavar="DIR", help="keep this run as a baseline")
    run.set_defaults(run=_run, wrong=run.error)

    compare = parts.add_parser("compare", help="what changed from one run to another: cases first, then averages")
    compare.add_argument("before", type=Path, metavar="RUN")
    compare.add_argument("after", type=Path, metavar="RUN")
    compare.set_defaults(run=_compare)

    show = parts.add_parser("show", help="one case of a run: question, answer, what was missing")
    show.add_argument("folder", type=Path, metavar="RUN")
    show.add_argument("case", metavar="CASE")
    show.set_defaults(run=_show)

    check = parts.add_parser("check", parents=[common], help="is a set well formed, and does its gold stand in the knowledge base")
    check.add_argument("sets", nargs="+", type=Path, metavar="SET")
    check.set_defaults(run=_check)

    add = parts.add_parser("add", parents=[common], help="ask a question and add it with its answer to a set as a case")
    add.add_argument("set", type=Path, metavar="SET")
    add.add_argument("question")
    add.add_argument("--turn", action="append", default=[], metavar="QUESTION", help="an earlier question of the conversation (may be repeated)")
    add.add_argument("--id", default="", help="the case's id (default: case- and the next number)")
    add.add_argument("--kind", default="other", metavar="KIND", help="fact, topic, paraphrase, list, compare, across, however, followup, trap")
    add.add_argument("--fact", action="append", default=[], help="what a right answer says (may be repeated)")
    add.add_argument("--forbid", action="append", default=[], help="what it must not say (may be repeated)")
    add.add_argument("--wrong", default="", metavar="WHY", help="the answer is wrong: take nothing from it as right, and note why")
    add.set_defaults(run=_add, wrong_use=add.error)

    convert = parts.add_parser("convert", help="a set from JSON Lines to CSV for a spreadsheet, or back")
    convert.add_argument("source", type=Path, metavar="SET")
    convert.add_argument("target", type=Path, metavar="OUT", help="*.csv or *.jsonl")
    convert.set_defaults(run=_convert)

    sweep = parts.add_parser("sweep", parents=[common], help="run a set under several settings and print a table with intervals")
    sweep.add_argument("sets", nargs="+", type=Path, metavar="SET")
    sweep.add_argument("--vary", action="append", required=True, metavar="NAME=VALUE,…", help="see evals/variants.py: rerank, candidates, fusion_k, keyword_weight, title, chunk")
    sweep.add_argument("--out", type=Path, metavar="DIR", help="folder for the runs (default: a new one in eval-runs)")
    sweep.set_defaults(run=_sweep)


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    if bool(arguments.sets) == bool(arguments.resume):
        arguments.wrong("name question sets, or a stopped run with --resume DIR")
    if arguments.beside_quotes and (not settings.writer or arguments.baseline or arguments.resume):
        arguments.wrong("--beside-quotes goes with --model NAME, and without --baseline and --resume")
    from evals.comparing import compare
    from evals.gate import breaches, load_gate
    from evals.report import write_report
    from evals.runs import load_run, write_baseline
    from evals.running import Stopped, new_folder, run_sets
    from evals.summary import headline

    # What a long run needs at its end is looked at before it begins.
    gate = load_gate(arguments.gate) if arguments.gate else None
    baseline = load_run(arguments.baseline) if arguments.baseline else None
    if gate and gate.needs_baseline and baseline is None and not arguments.beside_quotes:
        arguments.wrong("the gate compares with a baseline: add --baseline RUN")
    judge = arguments.judge or (load_run(arguments.resume).config.judge if arguments.resume else "")
    extra = None
    if judge:
        from evals.judging import judge_with

        extra = judge_with(judge)
    out = arguments.resume or arguments.out or new_folder()
    model = ""
    try:
        if arguments.beside_quotes:
            with _bar() as progress:
                quotes = dataclasses.replace(settings, writer="")
                baseline = run_sets(arguments.sets, quotes, out / "quoted", progress=progress, extra=extra, judge=judge)
            write_report(baseline)
            out = out / "written"
        model = f" --model {arguments.writer}" if arguments.writer else ""
        with _bar() as progress:
            run = run_sets(arguments.sets, settings, out, progress=progress, extra=extra, judge=judge, resume=bool(arguments.resume))
    except Stopped as stop:
        index = f" --index {arguments.index}" if arguments.index else ""
        print(f"Stopped. {stop}. Go on with:\n  send-assistant eval run --resume {stop.folder}{index}{model}", file=sys.stderr)
        return STOPPED
    comparison = compare(run, baseline) if baseline else None
    broken = breaches(gate, run, baseline) if gate else None
    report = write_report(run, comparison, broken)
    if arguments.write_baseline:
        write_baseline(run, arguments.write_baseline)
        print(f"Kept as a baseline in {arguments.write_baseline}")
    print(headline(run))
    if comparison:
        _print_turned(comparison)
    _print_figures(run)
    print(f"Report: {report}")
    return _print_gate(broken) if broken is not None else 0


def _compare(arguments: argparse.Namespace, settings: Settings) -> int:
    from evals.comparing import compare
    from evals.runs import load_run
    from evals.summary import gain_words, number

    comparison = compare(load_run(arguments.after), load_run(arguments.before))
    _print_turned(comparison, moved=True)
    rows = [
        (c.measure.label, number(c.before.mean), number(c.after.mean), gain_words(c.gain), c.verdict)
        for c in comparison.shown
    ]
    _print_table(("measure", "before", "after", "gain, 95 % interval", ""), rows)
    return 0


def _show(arguments: argparse.Namespace, settings: Settings) -> int:
    from evals.report import case_rows
    from evals.runs import load_run

    run = load_run(arguments.folder)
    if not run.cases:
        raise SendAssistantError(f"{arguments.folder}: is a baseline, which keeps scores and no answers. Name the folder of a run.")
    row = next((row for row in case_rows(run) if row.case.id == arguments.case), None)
    if row is None:
        known = "was not asked before the run was stopped" if arguments.case in run.cases else "is not in this run"
        raise SendAssistantError(f"{arguments.folder}: case {arguments.case!r} {known}. {run.folder / 'scores.jsonl'} has one case a line.")
    for turn in row.case.turns:
        print(f"Asked before: {turn}")
    print(f"{row.case.id} ({row.case.kind}): {row.case.question}\n{row.verdict.upper()} · {row.status}\n\n{row.answer.strip()}\n")
    if row.missing:
        print(f"Not said: {'; '.join(row.missing)}")
    if row.forbidden:
        print(f"Said and forbidden: {'; '.join(row.forbidden)}")
    for gold, quoted in row.gold:
        place = ", ".join([gold.document] + [gold.label] * bool(gold.label) + [f"page {gold.page}"] * (gold.page is not None))
        print(f"{'Quoted    ' if quoted else 'Not quoted'} “{gold.quote}” ({place})")
    if row.case.notes:
        print(f"Note: {row.case.notes}")
    print("\n" + "  ".join(f"{name} {value:.3g}" for name, value in row.scored.scores.items() if value is not None))
    return 0


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from evals.checking import card_of, check_set
    from evals.held import Held
    from ingest.knowledge import KnowledgeBase

    knowledge = KnowledgeBase(settings.index)
    failed = False
    with closing(knowledge.store):
        held = Held(knowledge)
        for path in arguments.sets:
            problems = check_set(path, held)
            for problem in problems:
                print(f"{path}, line {problem.line}: {problem.case + ': ' if problem.case else ''}{problem.what}")
            if not card_of(path).is_file():
                print(f"{path}: has no data card. Say in {card_of(path)} where it comes from, who wrote it, and what it lacks.")
            if problems:
                failed = True
            else:
                from evals.cases import read_set

                print(f"{path}: good, cases: {len(read_set(path))}")
    return 1 if failed else 0


def _add(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.answering import Assistant
    from assistant.render import as_text
    from evals.cases import KINDS, read_set
    from evals.drafting import add_case, case_from_answer, next_id

    if arguments.kind not in KINDS:
        arguments.wrong_use(f"--kind {arguments.kind}: not a kind. Known: {', '.join(KINDS)}")
    held = read_set(arguments.set) if arguments.set.exists() else []
    case_id = arguments.id or next_id(held)
    with Assistant.open(settings) as assistant:
        answer = assistant.ask(arguments.question, [{"role": "user", "content": turn} for turn in arguments.turn])
    case = case_from_answer(
        answer, case_id, turns=arguments.turn, kind=arguments.kind, facts=arguments.fact, forbidden=arguments.forbid, wrong=arguments.wrong
    )
    add_case(arguments.set, case)
    print(as_text(answer))
    what = "no gold yet: add what is right" if arguments.wrong else f"{len(case.gold)} gold quotes" if case.gold else "right is a refusal"
    print(f"Added to {arguments.set} as {case_id} ({what}). Look it over before you rely on it.")
    return 0


def _convert(arguments: argparse.Namespace, settings: Settings) -> int:
    from evals.cases import read_set, write_set

    if arguments.target.suffix.lower() not in (".csv", ".jsonl"):
        raise SendAssistantError(f"{arguments.target}: name a .csv or a .jsonl file to write.")
    if arguments.target.exists():
        raise SendAssistantError(f"{arguments.target}: is there already. Name a new file, or take that one away first.")
    cases = read_set(arguments.source)
    write_set(arguments.target, cases)
    print(f"{len(cases)} cases in {arguments.target}")
    return 0


def _sweep(arguments: argparse.Namespace, settings: Settings) -> int:
    from evals.sweeping import sweep, table

    with _bar() as progress:
        swept = sweep(arguments.sets, settings, arguments.vary, arguments.out, progress)
    heads, rows = table(swept)
    _print_table(heads, rows)
    print(f"Gains are against the first row, paired, with 95 % intervals. Runs: {swept.folder}")
    return 0


def _print_turned(comparison: Comparison, *, moved: bool = False) -> None:
    print(f"Against {comparison.before.name}:")
    print(f"  newly wrong ({len(comparison.newly_wrong)}): {', '.join(comparison.newly_wrong) or 'none'}")
    print(f"  newly right ({len(comparison.newly_right)}): {', '.join(comparison.newly_right) or 'none'}")
    for case, names in comparison.moved.items() if moved else ():
        print(f"  {case}: {', '.join(names)} changed")
    for name, ids in (("only in the run before", comparison.only_before), ("only in this run", comparison.only_after)):
        if ids:
            print(f"  {name} ({len(ids)}): {', '.join(ids[:8])}{' …' if len(ids) > 8 else ''}")
    for note in comparison.notes:
        print(f"  {note}")


def _print_figures(run: Run) -> None:
    from evals.summary import figures

    rows = [(f.measure.label, f.words, f.interval, str(f.average.scored), str(f.average.unscored)) for f in figures(run)]
    _print_table(("measure", "average", "95 % interval", "scored", "unscored"), rows)


def _print_gate(broken: Sequence[Breach]) -> int:
    if not broken:
        print("Gate: nothing fell.")
        return 0
    print("Gate breached:", file=sys.stderr)
    for breach in broken:
        print(f"  {breach.what}{': ' + ', '.join(breach.cases) if breach.cases else ''}", file=sys.stderr)
    return 1


def _print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, head in enumerate(heads):
        table.add_column(head, justify="left" if number == 0 else "right", no_wrap=number > 0)
    for row in rows:
        table.add_row(*row)
    (Console() if sys.stdout.isatty() else Console(width=160)).print(table, highlight=False)


class _bar:
    """A progress bar on standard error while a run goes on; as a context it gives the run's progress callback."""

    def __enter__(self):
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description:<24.24}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[right]} right"),
                   TimeElapsedColumn(), TimeRemainingColumn())  # fmt: skip
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._progress.start()
        self._task = self._progress.add_task("opening", total=None, right=0)
        self._right = 0
        return self._update

    def _update(self, done, total, case, scores) -> None:
        self._right += scores.get("right") == 1
        self._progress.update(self._task, completed=done, total=total, description=case.id, right=self._right)

    def __exit__(self, *_) -> None:
        self._progress.stop()
