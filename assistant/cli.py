"""The console command `send-assistant`: ingest, documents, ask, chat, mcp, users, fetch, eval.

Heavy libraries are imported inside the subcommands, so that `--help` and `documents` answer at once.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import os
import re
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import SendAssistantError
from ingest.model import KINDS
from ingest.settings import Settings, load_settings

if TYPE_CHECKING:
    from rich.console import Console

    from ingest.pipeline import IngestResult

EXAMPLES = """\
examples:
  send-assistant ingest corpus                    build a knowledge base from the starter set
  send-assistant fetch Bolton Wiltshire           download published inspection reports and add them
  send-assistant ingest my-reports/ --ocr         add your own reports, reading scans too
  send-assistant ask "What did the review say about transitions?" --area Wiltshire
  send-assistant ask "What should Bolton improve?" --save bolton.docx
  send-assistant ask --batch questions.jsonl --out answers.jsonl
  send-assistant chat                             open the chat in a browser
  send-assistant mcp                              serve the assistant to an MCP client (a program starts this)
  send-assistant users add anna                   let a person sign in to a chat that others reach
  send-assistant eval run my-set.jsonl            ask every case of a question set and score the answers
"""


USERS = {
    "add": "add an account; the password is asked for, or read from standard input",
    "list": "list the accounts",
    "remove": "remove an account with its conversations and evaluations",
    "password": "give an account a new password; ends its sessions, and its wait after wrong passwords",
}


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 something failed (said on standard error), 2 wrong usage."""
    # Products here are tiny: threads of the linear algebra library cost ten times what they save.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    arguments = _parser().parse_args(argv)
    try:
        settings = load_settings({name: getattr(arguments, name, None) for name in ("index", "corpus", "ocr", "host", "port", "writer")})
        return arguments.run(arguments, settings)
    except SendAssistantError as error:
        print(f"send-assistant: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("\nsend-assistant: stopped. What was finished is kept; run the same command again to go on.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="send-assistant",
        description="Answers questions about SEND reviews and inspections in the reports' own words, with citations.",
        epilog=EXAMPLES + "\n" + _settings_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--index", metavar="DIR", help="folder of the knowledge base (default: knowledge-base)")
    common.add_argument("--corpus", metavar="DIR", help="folder with the catalogue and the starter set")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    ingest = commands.add_parser("ingest", parents=[common], help="add report files or folders to the knowledge base, or take reports out")
    ingest.add_argument("paths", nargs="*", metavar="PATH", help="PDF, DOCX, HTML, text or markdown files; folders are read with all that is in them")
    ingest.add_argument("--remove", nargs="+", metavar="REPORT", default=[], help="take these reports out (file name or id as `documents` lists them)")
    ingest.add_argument("--ocr", action="store_const", const=True, help="read pages without text with ocrmypdf")
    ingest.set_defaults(run=_ingest, wrong=ingest.error)

    documents = commands.add_parser("documents", parents=[common], help="list the reports held")
    documents.add_argument("--json", action="store_true", help="as JSON lines")
    documents.set_defaults(run=_documents)

    ask = commands.add_parser("ask", parents=[common], help="answer one question, or a file of questions")
    ask.add_argument("question", nargs="?", help="the question, in quotation marks")
    ask.add_argument("--area", action="append", default=[], help="only reports on this area (may be repeated)")
    ask.add_argument("--kind", action="append", default=[], choices=sorted(KINDS), help="only reports of this kind")
    ask.add_argument("--year", action="append", default=[], type=int, help="only reports of this year")
    ask.add_argument("--report", action="append", default=[], help="only this report (file name or id)")
    add_writer(ask)
    ask.add_argument("--json", action="store_true", help="the whole answer as JSON")
    ask.add_argument("--explain", action="store_true", help="also show the passages that were kept and rejected, with scores")
    ask.add_argument("--save", metavar="FILE", type=Path, help="also save the answer: .docx (Word), .md (markdown) or .html (to print)")
    ask.add_argument("--batch", metavar="IN.jsonl", help="answer every question of a JSON Lines file")
    ask.add_argument("--out", metavar="OUT.jsonl", help="where --batch writes the answers")
    ask.set_defaults(run=_ask, wrong=ask.error)

    chat = commands.add_parser("chat", parents=[common], help="serve the chat page")
    chat.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    chat.add_argument("--port", help="port (default: 7860, or the next free one)")
    add_writer(chat)
    chat.set_defaults(run=_chat)

    mcp = commands.add_parser("mcp", parents=[common], help="serve the assistant as tools of an MCP client, over standard input and output")
    mcp.set_defaults(run=_mcp)

    users = commands.add_parser("users", help="accounts of the chat: who may sign in")
    doing = users.add_subparsers(title="what to do", metavar="DO", required=True)
    for name, words in USERS.items():
        one = doing.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        if name != "list":
            one.add_argument("name", metavar="NAME", help="letters, digits and . _ @ -; capitals make no difference")
        if name == "remove":
            one.add_argument("--yes", action="store_true", help="don't ask")
        one.set_defaults(run=_users, do=name)

    fetch = commands.add_parser("fetch", parents=[common], help="download published inspection reports and add them")
    fetch.add_argument("areas", nargs="*", metavar="AREA", help="areas by name; none for every report in the catalogue")
    fetch.add_argument("--no-ingest", action="store_true", help="download only")
    fetch.set_defaults(run=_fetch)

    # By name: nothing of the assistant depends on its evaluation; only the command line puts the two together.
    importlib.import_module("evals.command").add_commands(commands, common)
    return parser


def add_writer(parser: argparse.ArgumentParser) -> None:
    """Adds --model, which stands for the setting `writer`."""
    parser.add_argument("--model", dest="writer", metavar="NAME", help="let this language model write, each sentence checked: ollama:llama3.1, openai:…, anthropic:…")


def _settings_help() -> str:
    """Every setting with its note, read from the source of `Settings` so that there is one text."""
    import inspect

    notes = dict(re.findall(r'^    (\w+): .+\n    "(.+)"$', inspect.getsource(Settings), re.MULTILINE))
    lines = ["settings (environment SEND_ASSISTANT_<NAME>, or a line in send-assistant.toml):"]
    lines += [f"  {field.name:<17} {notes.get(field.name, '')}" for field in dataclasses.fields(Settings)]
    return "\n".join(lines)


def _ingest(arguments: argparse.Namespace, settings: Settings) -> int:
    if not arguments.paths and not arguments.remove:
        arguments.wrong("name a file or folder to add, or --remove REPORT. `send-assistant documents` lists what is held.")
    from ingest.pipeline import ingest, remove

    status = 0
    if arguments.remove:
        from rich.console import Console

        status = _print_rows(remove(arguments.remove, settings), Console())
    if arguments.paths:
        status = _run_ingest([Path(p) for p in arguments.paths], settings, ingest) or status
    return status


def _run_ingest(paths: list[Path], settings: Settings, ingest) -> int:
    """Ingest with a progress bar, then the table of every file; 1 if any file failed."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console() if sys.stdout.isatty() else Console(width=140)
    columns = (TextColumn("{task.description:<48.48}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None)
        result = ingest(paths, settings, progress=lambda done, total, what: bar.update(task, completed=done, total=total, description=what))
    return _print_rows(result, console)


def _print_rows(result: IngestResult, console: Console) -> int:
    """Prints the table of every file and what became of it; 1 if any failed or there was none."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("file", "outcome", "pages", "passages", "what"):
        table.add_column(column, justify="right" if column in ("pages", "passages") else "left", overflow="fold")
    for row in result.rows:
        said = [why for why in (row.why, *row.warnings) if why]
        table.add_row(row.file, row.outcome, str(row.pages or ""), str(row.passages or ""), "\n".join(said))
    console.print(table)
    console.print(", ".join(f"{n} {outcome}" for outcome, n in result.counts.items()) or "nothing to read", highlight=False)
    return 1 if result.failed or not result.rows else 0


def _documents(arguments: argparse.Namespace, settings: Settings) -> int:
    from ingest.store import Store

    with closing(Store.open(settings.index)) as store:
        reports = store.reports()
        counts = store.passage_counts()
    if arguments.json:
        for report in reports:
            print(json.dumps(dataclasses.asdict(report) | {"passages": counts.get(report.id, 0)}, ensure_ascii=False))
        return 0
    for report in sorted(reports, key=lambda r: (r.areas, r.year or 0, r.id)):
        where = ", ".join(report.areas) or "no area"
        notes = []
        if report.is_digest:
            notes.append("digest, our words" if not report.superseded_by else f"digest, not searched: {report.superseded_by} is held")
        notes += report.warnings
        print(f"{report.file}\n    {report.title}\n    {where} · {KINDS[report.kind]} · {report.year or 'no date'} · "
              f"{counts.get(report.id, 0)} passages" + "".join(f"\n    {note}" for note in notes))
    print(f"{len(reports)} reports")
    return 0


def _ask(arguments: argparse.Namespace, settings: Settings) -> int:
    if bool(arguments.question) == bool(arguments.batch):
        arguments.wrong("give one question in quotation marks, or --batch IN.jsonl --out OUT.jsonl")
    if bool(arguments.batch) != bool(arguments.out):
        arguments.wrong("--batch IN.jsonl and --out OUT.jsonl go together")
    if arguments.batch and (arguments.json or arguments.explain or arguments.save):
        arguments.wrong("--json, --explain and --save are for one question; --out gets JSON lines in any case")
    if arguments.save:
        from assistant.export import check_target

        check_target(arguments.save)  # before the question takes its time
    from assistant.understanding import Filters

    filters = Filters(tuple(arguments.area), tuple(arguments.kind), tuple(arguments.year), tuple(arguments.report))
    if arguments.batch:
        from assistant.batch import answer_batch

        return answer_batch(Path(arguments.batch), Path(arguments.out), settings, filters)
    from assistant.written import open_assistant

    with open_assistant(settings) as assistant:
        answer = assistant.ask(arguments.question, filters=filters)
        if arguments.json:
            print(json.dumps(dataclasses.asdict(answer), ensure_ascii=False, indent=1))
        else:
            from assistant.render import as_text

            print(as_text(answer))
        if arguments.explain and not arguments.json:
            print("\nCandidates (kept first, then rejected):")
            for candidate in answer.candidates:
                scores = "  ".join(f"{name} {value:.3g}" for name, value in candidate.scores.items())
                text = assistant.passage_text(candidate.passage_id)
                print(f"{'kept    ' if candidate.kept else 'rejected'} {candidate.passage_id}  {scores}  {candidate.reason}\n         {text[:150]}")
    if arguments.save:
        from datetime import date

        from assistant.export import paper_of, save

        save(paper_of([answer], date.today()), arguments.save)
        print(f"Saved: {arguments.save}", file=sys.stderr)
    return 0 if answer.status != "error" else 1


def _chat(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.server import serve

    serve(settings)
    return 0


def _mcp(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.conversing import EngineLoader
    from assistant.mcp_server import serve

    def opened():
        from assistant.answering import Assistant

        return Assistant.open(settings)

    if sys.stdin.isatty():
        print("This serves an MCP client, which starts it and talks to it; see README.md. Ctrl+C ends it.", file=sys.stderr)
    serve(EngineLoader(opened))
    return 0


def _users(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.accounts import Accounts

    accounts = Accounts(settings.data)
    if arguments.do == "list":
        for account in accounts.list():
            told = [f"added {_day(account.added)}", f"last signed in {_day(account.signed_in)}" if account.signed_in else "never signed in"]
            told += [f"locked until {_day(account.locked_until)}"] if account.locked_until else []
            print(f"{account.name}\n    {', '.join(told)}")
        print(_counted(len(accounts.list()), "account"))
    elif arguments.do == "remove":
        from assistant.access import account_owner
        from assistant.history import History

        if not arguments.yes and not _agreed(f"Remove {arguments.name}, and every conversation and evaluation kept for this account? [y/N] "):
            print("Nothing was removed. To remove without being asked: --yes", file=sys.stderr)
            return 1
        name = accounts.remove(arguments.name)
        count = History(settings.data, settings.history_days).delete_all(account_owner(name))
        importlib.import_module("evals.workspace").Workspace(settings.data, account_owner(name)).remove_all()
        print(f"Removed {name} and {_counted(count, 'conversation')}.")
    else:
        password = _new_password()
        if arguments.do == "add":
            print(f"Added {accounts.add(arguments.name, password)}. A running chat that was open to all asks for sign-in after a restart.")
        else:
            print(f"{accounts.set_password(arguments.name, password)} has a new password and is signed out everywhere.")
    return 0


def _new_password() -> str:
    """Asked for twice at a terminal; else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    password = getpass("Password (not shown): ")
    if getpass("Once more: ") != password:
        raise SendAssistantError("The two are not the same. Run the command again.")
    return password


def _agreed(question: str) -> bool:
    return sys.stdin.isatty() and input(question).strip().lower() in ("y", "yes")


def _day(seconds: float) -> str:
    from datetime import datetime

    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _fetch(arguments: argparse.Namespace, settings: Settings) -> int:
    from ingest.catalogue import load_catalogue
    from ingest.fetch import fetch

    rows = fetch(arguments.areas, settings, load_catalogue(settings.corpus), lambda done, total, what: print(f"[{done}/{total}] {what}", flush=True))
    for row in rows:
        print(f"{row.outcome:<10} {row.file}  {row.why}".rstrip())
    failed = any(row.outcome == "failed" for row in rows)
    arrived = [settings.fetch_folder / row.file for row in rows if row.outcome in ("downloaded", "unchanged")]
    if arrived and not arguments.no_ingest:
        from ingest.pipeline import ingest

        failed = _run_ingest(arrived, settings, ingest) != 0 or failed
    return 1 if failed else 0
