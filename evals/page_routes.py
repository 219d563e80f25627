"""The addresses of the Evaluate page: sets, runs, cases, reports to take away, and answers marked as wrong."""

# No `from __future__ import annotations`: FastAPI could not see the types that are imported inside the function.
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from assistant.access import is_named, owner_of
from assistant.answer import Citation
from assistant.conversing import Engine
from assistant.history import History, NotKept
from assistant.layout import document, failure, notice
from assistant.library import Library
from assistant.page import asked_before
from assistant.render import PassageView
from evals.case_page import case_main, gold_citations, views_of
from evals.cases import Case, as_line, read_lines
from evals.checking import check_set
from evals.comparing import Comparison, compare
from evals.gate import Breach, breaches, load_gate
from evals.held import Held
from evals.in_chat import EVALUATE, InChat
from evals.page import confirm_main, evaluate_main, set_address, set_main, under_way_main
from evals.page_parts import back, run_address
from evals.report import as_html, case_rows
from evals.results_csv import results_csv
from evals.run_page import run_main
from evals.run_queue import RunQueue
from evals.runs import Run, load_run, outline
from evals.spreadsheet import as_csv
from evals.summary import as_markdown
from evals.workspace import BASELINE, BASELINE_FOLDER, FOLDER, GATE, BadSet, NotHere, Workspace
from evals.wrong_answers import wrong_case
from ingest.errors import KnowledgeBaseError, SendAssistantError
from ingest.settings import Settings

if TYPE_CHECKING:
    from fastapi import APIRouter

SET_MEGABYTES = 5
FORM_BYTES = 20_000
"What a form may take besides a file."
NOT_ALLOWED = "The Evaluate page is used by others here. Ask whoever looks after the assistant (setting evaluators)."
NONE = "none"
"How an address says that a run is compared with nothing."
MEDIA_TYPES = {"html": "text/html", "md": "text/markdown", "csv": "text/csv", "jsonl": "application/jsonl"}
EXAMPLE = Case(
    id="example-1", kind="fact", question="How many people did the peer team listen to in Wiltshire?", user="officer",
    facts=(("110", "a hundred and ten"),), notes="Replace this case by your own.",
)  # fmt: skip


@dataclass(frozen=True)
class Evaluation:
    """The evaluation as the chat's server takes it."""

    routes: "APIRouter"
    in_chat: InChat
    close: Callable[[], None]
    "Stops the run that is under way; it can be gone on with."


def open_evaluation(
    settings: Settings, engine: Callable[[], Engine], busy: Callable[[], bool], library: Library, history: History
) -> Evaluation:
    """The evaluation of one chat.

    `engine` gives the assistant that runs ask, `busy` whether a person's question is being worked out.
    """
    settings = replace(settings, writer="")  # runs asked for here ask what the chat quotes
    queue = RunQueue(settings, engine, busy)
    return Evaluation(evaluation_routes(settings, engine, queue, library, history), InChat(settings), queue.close)


def evaluation_routes(
    settings: Settings, engine: Callable[[], Engine], queue: RunQueue, library: Library, history: History
) -> "APIRouter":
    """Everything under /evaluate."""
    from fastapi import APIRouter, Depends, HTTPException, Request
    from fastapi.concurrency import run_in_threadpool
    from fastapi.responses import HTMLResponse, RedirectResponse, Response
    from fastapi.routing import APIRoute

    def page(title: str, main: str, status: int = 200) -> HTMLResponse:
        made = document(title, main, here=EVALUATE, wide=True)
        return HTMLResponse(made, status, headers={"cache-control": "no-store"})

    class Told(APIRoute):
        """Errors become pages: what is not there, who may not, what cannot be done."""

        def get_route_handler(self):
            handler = super().get_route_handler()

            async def told(request: Request) -> Response:
                try:
                    return await handler(request)
                except HTTPException as error:
                    return page("Not allowed", failure(str(error.detail)), error.status_code)
                except (NotHere, NotKept) as error:
                    return page("Not found", failure(str(error)) + back(), 404)
                except SendAssistantError as error:
                    return page("Not done", f"<h1>Not done</h1>{notice(without_folders(error))}{back()}", 409)

            return told

    def workspace(request: Request) -> Workspace:
        owner = owner_of(request)
        if not is_named(owner, settings.evaluators):
            raise HTTPException(403, NOT_ALLOWED)
        return Workspace(settings.data, owner)

    def without_folders(error: SendAssistantError) -> str:
        """What went wrong; where things are kept is no one's business on a page."""
        kept = re.escape(str(settings.data / FOLDER))
        return re.sub(rf"{kept}[/\\\\]\w+[/\\\\](runs|sets)[/\\\\]", "", str(error))

    def download(content: bytes, name: str) -> Response:
        suffix = name.rpartition(".")[2]
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}", "cache-control": "no-store"}
        return Response(content, media_type=MEDIA_TYPES[suffix], headers=headers)

    def views(citations: Sequence[Citation]) -> list[PassageView]:
        return views_of(citations, engine().passage_view)

    Mine = Depends(workspace)
    routes = APIRouter(prefix=EVALUATE, route_class=Told)

    def overview(mine: Workspace, problem: str = "", lines=(), status: int = 200) -> HTMLResponse:
        runs = [(run, queue.job(run.folder)) for run in mine.runs()]
        return page("Evaluate", evaluate_main(mine.sets(), runs, mine.wrong(), SET_MEGABYTES, problem, lines), status)

    @routes.get("")
    def listed(mine: Workspace = Mine) -> HTMLResponse:
        return overview(mine)

    @routes.get("/example.csv")
    def example(mine: Workspace = Mine) -> Response:
        return download(as_csv([EXAMPLE]).encode("utf-8-sig"), "example.csv")

    @routes.post("/sets")
    async def add(request: Request, mine: Workspace = Mine):
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > SET_MEGABYTES * 1_000_000 + FORM_BYTES:
            return overview(mine, f"The set was not added: {SET_MEGABYTES} MB are the most. Split it.", status=413)
        try:
            async with request.form(max_files=1, max_fields=1) as form:
                file = form.get("file")
                if file is None or isinstance(file, str) or not file.filename:
                    raise BadSet("No file was chosen. Choose one, then press Add.")
                # Reading a large set takes seconds, in which the server's loop goes on.
                chosen = await run_in_threadpool(mine.add_set, file.filename, await file.read())
        except BadSet as error:
            return overview(mine, str(error), error.lines, 400)
        except HTTPException:  # starlette's, for what is no form
            return overview(mine, "The file could not be taken. Choose one file, then press Add.", status=400)
        return RedirectResponse(set_address(chosen), 303)

    @routes.get("/set")
    def checked(key: str = "", mine: Workspace = Mine) -> HTMLResponse:
        chosen = mine.set(key)
        held = Held(library.knowledge())
        problems = check_set(chosen.path, held)
        cases = [line.case for line in read_lines(chosen.path) if line.case]
        return page(chosen.name, set_main(chosen, cases, problems, len(held.reports)))

    @routes.get("/set/download")
    def give_set(key: str = "", mine: Workspace = Mine) -> Response:
        chosen = mine.set(key)
        return download(chosen.path.read_bytes(), chosen.name)

    @routes.get("/set/remove")
    def ask_to_remove_set(key: str = "", mine: Workspace = Mine) -> HTMLResponse:
        chosen = mine.set(key)
        words = "Its runs stay, with the questions they asked. A file on your own machine stays as well."
        return page(
            "Remove a set", confirm_main("Remove this set?", chosen.name, words, f"{EVALUATE}/set/remove", {"key": key})
        )

    @routes.post("/set/remove")
    async def remove_set(request: Request, mine: Workspace = Mine):
        mine.remove_set((await fields(request)).get("key", ""))
        return RedirectResponse(EVALUATE, 303)

    async def fields(request: Request) -> dict[str, str]:
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > FORM_BYTES:
            raise SendAssistantError("This form holds too much. Write less, and send it again.")
        async with request.form(max_files=0, max_fields=10) as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}

    def begin(mine: Workspace, owner: str, key: str) -> str:
        queue.check_free(owner)
        folder = mine.begin_run(mine.set(key), settings, library.knowledge())
        queue.start(folder, owner)
        return folder.name

    @routes.post("/runs")
    async def run(request: Request, mine: Workspace = Mine):
        key = (await fields(request)).get("set", "")
        return RedirectResponse(run_address(await run_in_threadpool(begin, mine, owner_of(request), key)), 303)

    @routes.post("/runs/{run}/resume")
    def resume(request: Request, run: str, mine: Workspace = Mine):
        folder = mine.run_folder(run)
        if outline(folder).finished:
            raise SendAssistantError(
                "This run is done: every case of its set is asked. To ask them again, run the set."
            )
        queue.start(folder, owner_of(request))
        return RedirectResponse(run_address(run), 303)

    @routes.post("/runs/{run}/cancel")
    def cancel(run: str, mine: Workspace = Mine):
        queue.cancel(mine.run_folder(run))
        return RedirectResponse(run_address(run), 303)

    @routes.get("/runs/{run}/delete")
    def ask_to_delete(run: str, mine: Workspace = Mine) -> HTMLResponse:
        made = outline(mine.run_folder(run))
        words = "Its answers and scores are deleted for good. A report that you downloaded stays yours."
        what = f"{', '.join(made.config.sets)}, {made.scored} of {made.cases} asked"
        return page(
            "Delete a run", confirm_main("Delete this run?", what, words, run_address(run, "/delete"), name="Delete")
        )

    @routes.post("/runs/{run}/delete")
    def delete(run: str, mine: Workspace = Mine):
        folder = mine.run_folder(run)
        job = queue.job(folder)
        if job and job.under_way:
            raise SendAssistantError("This run is under way. Stop it first, then delete it.")
        queue.forget(folder)
        mine.remove_run(run)
        return RedirectResponse(EVALUATE, 303)

    def compared(mine: Workspace, run: Run, against: str) -> tuple[str, Comparison | None, list[Breach] | None]:
        """What the run is compared with, how it differs, and what the gate says."""
        if not against:
            against = _usual(mine, run)
        if against == NONE or not run.scored:
            return NONE, None, None
        baseline = mine.baseline(against)
        gated = against == BASELINE and run.finished
        return against, compare(run, baseline), breaches(load_gate(GATE), run, baseline) if gated else None

    @routes.get("/runs/{run}")
    def show(run: str, against: str = "", show: str = "", mine: Workspace = Mine) -> HTMLResponse:
        folder = mine.run_folder(run)
        made, job = outline(folder), queue.job(folder)
        if job and job.under_way:
            return page("Run", under_way_main(made, job))
        found = load_run(folder)
        against, comparison, broken = compared(mine, found, against)
        others = [other for other in mine.runs() if other.folder != folder and other.scored]
        rows = case_rows(found, comparison)
        main = run_main(found, made, rows, others, against, comparison, broken, show, job.why if job else "")
        return page("Run", main)

    @routes.get("/runs/{run}/case")
    def one_case(run: str, id: str = "", against: str = "", mine: Workspace = Mine) -> HTMLResponse:
        found = load_run(mine.run_folder(run))
        against, comparison, _ = compared(mine, found, against)
        rows = case_rows(found, comparison)
        row = next((row for row in rows if row.case.id == id), None)
        if row is None:
            raise NotHere("This run has no such case, or was stopped before it was asked.")
        held = Held(library.knowledge())
        gold = gold_citations(row.case.gold, held)
        missed = [place for (_, quoted), place in zip(row.gold, gold) if place and not quoted]
        answer = found.replies[id].answer
        before = comparison.before.replies.get(id) if comparison else None
        was = next((scored.scores for scored in comparison.before.scored if scored.id == id), {}) if comparison else {}
        main = case_main(
            run, row, answer, [row.case.id for row in rows], against, views(answer.citations), gold, views(missed),
            before.answer if before else None, views(before.answer.citations) if before else (), was,
        )  # fmt: skip
        return page(f"Case {id}", main)

    @routes.get("/runs/{run}/report.{suffix}")
    def report(run: str, suffix: str, against: str = "", mine: Workspace = Mine) -> Response:
        found = load_run(mine.run_folder(run))
        if suffix not in ("html", "md", "csv") or not found.scored:
            raise NotHere("There is no such report of this run.")
        _, comparison, broken = compared(mine, found, against)
        if suffix == "csv":
            written = results_csv(case_rows(found, comparison)).encode(
                "utf-8-sig"
            )  # the mark tells spreadsheets that it is UTF-8
        else:
            written = (as_html if suffix == "html" else as_markdown)(found, comparison, broken).encode()
        return download(written, f"evaluation-{run}.{suffix}")

    @routes.post("/wrong")
    async def mark(request: Request, mine: Workspace = Mine):
        sent, owner = await fields(request), owner_of(request)
        case = await run_in_threadpool(keep_wrong, mine, owner, sent)
        told = (
            f'<h1>Kept</h1><p class="notice" role="status">Kept as case {case.id}. '
            f'<a href="{EVALUATE}#wrong">See all answers marked as wrong</a></p>'
        )
        return page("Kept", told)

    def keep_wrong(mine: Workspace, owner: str, sent: dict[str, str]) -> Case:
        exchanges = history.open(owner, sent.get("conversation", ""))
        turn = sent.get("turn", "")
        if not turn.isascii() or not turn.isdecimal() or not 1 <= int(turn[:6]) <= len(exchanges):
            raise NotHere("This conversation has no such answer.")
        number = int(turn[:6]) - 1
        try:
            reports = list(library.knowledge().reports.values())
        except KnowledgeBaseError:
            reports = []
        earlier = asked_before(exchanges, number)
        return mine.keep_wrong(
            wrong_case(exchanges[number], earlier, sent.get("reason", ""), sent.get("right", ""), reports)
        )

    @routes.get("/wrong-answers.{suffix}")
    def export(suffix: str, mine: Workspace = Mine) -> Response:
        cases = mine.wrong()
        if suffix not in ("jsonl", "csv") or not cases:
            raise NotHere("No answer is marked as wrong.")
        written = (
            as_csv(cases).encode("utf-8-sig")
            if suffix == "csv"
            else "".join(f"{as_line(case)}\n" for case in cases).encode()
        )
        return download(written, f"wrong-answers.{suffix}")

    @routes.get("/wrong/remove")
    def ask_to_remove_wrong(id: str = "", mine: Workspace = Mine) -> HTMLResponse:
        case = next((case for case in mine.wrong() if case.id == id), None)
        if case is None:
            raise NotHere("There is no such case. It may have been removed.")
        words = "The answer itself stays in your conversation, and can be marked again."
        main = confirm_main("Remove this case?", case.question, words, f"{EVALUATE}/wrong/remove", {"id": id})
        return page("Remove a case", main)

    @routes.post("/wrong/remove")
    async def remove_wrong(request: Request, mine: Workspace = Mine):
        mine.remove_wrong((await fields(request)).get("id", ""))
        return RedirectResponse(f"{EVALUATE}#wrong", 303)

    return routes


def _usual(mine: Workspace, run: Run) -> str:
    """What a run is compared with where nothing is chosen: the last finished run of its set, else the built-in one."""
    for other in mine.runs():
        if other.folder.name < run.name and other.finished and other.config.sets.keys() == run.config.sets.keys():
            return other.folder.name
    return BASELINE if outline(BASELINE_FOLDER).config.sets == run.config.sets else NONE
