"""The Evaluate page over HTTP: sets, runs, cases, comparison, reports to take away, wrong answers, who sees what."""

import csv
import dataclasses
import io
import time

import pytest
from made_evaluation import HEARING, LINES, SetEngine, as_set
from made_library import make_library
from starlette.testclient import TestClient

from assistant.access import LOCAL
from assistant.answer import Answer
from assistant.cli import main
from assistant.history import History
from assistant.library import Library
from assistant.page import Exchange
from assistant.understanding import Filters
from evals.cases import read_set
from evals.checking import check_set
from evals.held import Held
from evals.in_chat import InChat
from evals.page_routes import open_evaluation
from evals.workspace import Workspace
from ingest.knowledge import KnowledgeBase
from ingest.settings import Settings


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    return make_library(tmp_path_factory.mktemp("held"))


@pytest.fixture
def settings(held, tmp_path):
    return dataclasses.replace(held, data=tmp_path / "data", evaluators=("everyone",))


@pytest.fixture
def engine(settings):
    return SetEngine(settings)


def served(settings, engine) -> TestClient:
    """The addresses of the evaluation alone; the header x-owner says who asks."""
    from fastapi import FastAPI

    library = Library(settings)
    evaluation = open_evaluation(settings, lambda: engine, lambda: engine.busy, library, History(settings.data))
    app = FastAPI()
    app.include_router(evaluation.routes)

    @app.middleware("http")
    async def named(request, call_next):
        request.state.owner = request.headers.get("x-owner", LOCAL)
        return await call_next(request)

    return TestClient(app, base_url="http://127.0.0.1")


@pytest.fixture
def client(settings, engine):
    with served(settings, engine) as client:
        yield client
        engine.release()


def add(client, content=None, name="made.jsonl", **more):
    return client.post("/evaluate/sets", files={"file": (name, as_set() if content is None else content)}, **more)


def finished(client, answer, **more):
    for _ in range(200):
        if "data-watch" not in answer.text:
            return answer
        time.sleep(0.02)
        answer = client.get(answer.url, **more)
    raise AssertionError("the run did not end")


def run(client, key="own/made.jsonl", **more):
    """The page of the finished run."""
    return finished(client, client.post("/evaluate/runs", data={"set": key}, **more), **more)


def address(page) -> str:
    return page.url.path


def case(client, page, name: str, **more) -> str:
    return client.get(f"{address(page)}/case", params={"id": name, **more}).text


def test_a_set_is_added_checked_and_run(client):
    page = add(client)
    assert page.url.path == "/evaluate/set" and "4 cases, added by you: fact 2" in page.text
    assert "Good: all that it calls right stands in the 4 reports held." in page.text
    page = run(client)
    assert "3 of 4 right" in page.text and "made.jsonl over 4 reports" in page.text
    listed = client.get("/evaluate").text
    assert "3 of 4 right" in listed and "made.jsonl" in listed and "starter.jsonl" in listed


def test_what_a_set_calls_right_and_no_report_says_is_named(client):
    wrong = LINES[0] | {"gold": [HEARING | {"page": 1}]}
    lacking = LINES[1] | {"documents": ["atlantis-2024"]}
    page = add(client, as_set([wrong, lacking])).text
    assert "2 things in this set do not fit the 4 reports held" in page
    assert "page 2, not at page 1" in page and "no report &#x27;atlantis-2024&#x27; is in the knowledge base" in page
    assert "Run</button>" in page


MANY = b"\n".join(b'{"id": "%d", "question": "?"}' % n for n in range(2001))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "a.jsonl",
            b'{"id": "a", "question": "?"}\n{"id": "b"}\n{"id": "c", "question": "?", "colour": 1}',
            ["2</th><td>question: Field required", "3</th><td>colour: no such field", "2 lines cannot be read"],
        ),
        ("a.csv", b"id,question\n=1,?\nb,", ["3</th><td>question: Field required"]),
        ("a.csv", b"id,colour\na,red", ["a.csv, line 1: unknown column(s) colour"]),
        ("a.jsonl", b"\xff\xfe", ["a.jsonl: cannot be read as UTF-8 text"]),
        ("a.jsonl", b"", ["a.jsonl: no cases in it"]),
        ("a.xlsx", b"PK", ["a.xlsx: is not a question set by its name"]),
        ("a.jsonl", MANY, ["has 2,001 cases; 2,000 are the most"]),
        ("a.jsonl", b" " * 6_000_000, ["5 MB are the most"]),
    ],
)
def test_a_malformed_set_says_line_and_field_and_is_not_kept(client, settings, name, content, says):
    page = add(client, content, name)
    assert page.status_code in (400, 413)
    for words in says:
        assert words in page.text
    assert 'role="alert"' in page.text and str(settings.data) not in page.text
    assert "added by you" not in client.get("/evaluate").text
    assert not [path for path in settings.data.rglob("sets/*")]


def test_a_file_name_cannot_leave_the_folder_of_sets(client, settings):
    add(client, name="../../evil.jsonl")
    assert [path.name for path in settings.data.rglob("sets/*")] == ["evil.jsonl"]
    assert client.get("/evaluate/set", params={"key": "own/../../x"}).status_code == 404
    for wrong in ("2026", "..%2f..%2fsets", "%2e%2e%2f2026"):
        assert client.get(f"/evaluate/runs/{wrong}").status_code == 404


def test_a_case_stands_beside_its_sources_with_what_was_missed(client):
    add(client)
    page = run(client)
    right = case(client, page, "hearing")
    assert "<mark>Waits for a hearing test have grown to thirty weeks.</mark>" in right
    assert (
        "<strong>Quoted:</strong> <q>Waits for a hearing test" in right and "(wiltshire-review-2023, page 2)" in right
    )
    wrong = case(client, page, "toys/1")
    assert "<strong>Not said:</strong> from a van" in wrong and "Not in the reports" in wrong
    assert "<strong>Not quoted:</strong>" in wrong and '<a href="#source-2-1">Show where it stands</a>' in wrong
    assert (
        "What it should have quoted" in wrong
        and "<mark>Its workers visit at home and lend toys from a van</mark>" in wrong
    )
    assert "lending of &lt;b&gt;toys&lt;/b&gt;" in wrong and "<b>toys" not in wrong
    assert "Asked in other words" in wrong and "Gold quoted" in wrong
    assert "Next case" in wrong and "1 of 4" in wrong and "Previous case" not in wrong
    assert client.get(f"{address(page)}/case", params={"id": "nobody"}).status_code == 404


def test_a_run_is_compared_with_the_one_before_flips_first(client, engine):
    add(client)
    first = run(client)
    assert "What turned" not in first.text
    engine.finds_nothing = {"ferry times"}
    second = run(client)
    turned = second.text.split("What turned")[1]
    assert "Newly wrong (1)" in turned and turned.index("ferry") < turned.index("Newly right (0)") < turned.index(
        "Averages of both runs"
    )
    assert "newly wrong (1)" in second.text and "1 other case" not in second.text
    listed = client.get(address(second), params={"show": "newly wrong"}).text.split('id="held"')[1].split("</table>")[0]
    assert "ferry" in listed and "hearing" not in listed
    flipped = case(client, second, "ferry")
    assert "It was right in the run compared with" in flipped
    assert (
        "What the run compared with answered" in flipped
        and "stops at noon" in flipped.split("What the run compared with answered")[1]
    )
    assert "What turned" not in client.get(address(second), params={"against": "none"}).text
    other = client.get(address(first), params={"against": second.url.path.rsplit("/")[-1]}).text
    assert "Newly right (1)" in other and "Newly wrong (0)" in other
    assert client.get(address(first), params={"against": "nothing-here"}).status_code == 404


def test_the_built_in_set_has_its_baseline_and_its_gate(client):
    page = run(client, "built-in/starter.jsonl")
    assert 'value="built-in" selected' in page.text and "Gate: breached" in page.text
    assert "Changed since: the reports in the knowledge base" in page.text
    assert "do not fit the 4 reports held" in client.get("/evaluate/set", params={"key": "built-in/starter.jsonl"}).text
    assert client.post("/evaluate/set/remove", data={"key": "built-in/starter.jsonl"}).status_code == 404


def test_the_report_is_given_as_page_markdown_and_csv(client):
    add(client, as_set([*LINES, {"id": "sum", "question": "=1+1", "facts": ["2"]}]))
    page = run(client)
    html = client.get(f"{address(page)}/report.html")
    assert html.headers["content-disposition"].startswith("attachment") and "<!doctype html>" in html.text
    assert "lending of &lt;b&gt;toys&lt;/b&gt;" in html.text and "http://" not in html.text
    assert client.get(f"{address(page)}/report.md").text.startswith("# Run ")
    written = client.get(f"{address(page)}/report.csv").content.decode("utf-8-sig")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(written, newline=""))}
    assert (
        rows["hearing"]["verdict"] == "right"
        and rows["hearing"]["fact_recall"] == "1.0"
        and rows["hearing"]["refused"] == ""
    )
    assert rows["toys/1"]["not_said"] == "from a van" and rows["toys/1"]["gold_not_quoted"].startswith(
        "Its workers visit"
    )
    assert rows["sum"]["question"] == "'=1+1"
    assert client.get(f"{address(page)}/report.exe").status_code == 404


def test_a_run_can_be_stopped_keeps_what_was_scored_and_is_gone_on_with(client, engine):
    add(client)
    engine.hold("boats")
    page = client.post("/evaluate/runs", data={"set": "own/made.jsonl"})
    assert engine.waiting.wait(5)
    page = client.get(page.url)
    assert "2 of 4 asked, 2 right" in page.text and 'max="4" value="2"' in page.text and "Stop this run" in page.text
    assert "Running: 2 of 4 asked" in client.get("/evaluate").text
    assert client.post(f"{address(page)}/delete").status_code == 409
    again = client.post("/evaluate/runs", data={"set": "own/made.jsonl"})
    assert again.status_code == 409 and "A run of yours is under way" in again.text
    assert "Stopping after the case" in client.post(f"{address(page)}/cancel").text
    engine.release()
    page = finished(client, page)
    assert (
        "Stopped: 3 of 4 asked, 3 right. What was scored is kept." in page.text and "Go on with this run" in page.text
    )
    page = finished(client, client.post(f"{address(page)}/resume"))
    assert "3 of 4 right" in page.text and "Go on" not in page.text
    assert [question for question, *_ in engine.asked].count("hearing tests") == 1
    assert client.post(f"{address(page)}/resume").status_code == 409


def test_a_run_that_the_server_left_undone_is_there_after_a_restart(client, engine, settings):
    add(client)
    engine.hold("boats")
    page = client.post("/evaluate/runs", data={"set": "own/made.jsonl"})
    assert engine.waiting.wait(5)
    with served(settings, engine) as later:
        assert "Stopped: 2 of 4 asked" in later.get("/evaluate").text
        assert "Go on with this run" in later.get(page.url.path).text
    engine.release()


def test_what_changed_since_a_run_began_keeps_it_from_going_on(client, engine, settings):
    add(client)
    engine.hold("boats")
    page = client.post("/evaluate/runs", data={"set": "own/made.jsonl"})
    assert engine.waiting.wait(5)
    client.post(f"{address(page)}/cancel")
    engine.release()
    finished(client, client.get(page.url))
    (config,) = settings.data.rglob("run.json")
    config.write_text(config.read_text().replace('"code": "', '"code": "0'))
    page = finished(client, client.post(f"{address(page)}/resume"))
    assert "This run: the code changed since the run began" in page.text and str(settings.data) not in page.text


def test_runs_and_sets_are_removed_after_a_question(client, settings):
    add(client)
    page = run(client)
    assert "Delete this run?" in client.get(f"{address(page)}/delete").text
    client.post(f"{address(page)}/delete")
    assert not list(settings.data.rglob("run.json")) and client.get(address(page)).status_code == 404
    assert "Remove this set?" in client.get("/evaluate/set/remove", params={"key": "own/made.jsonl"}).text
    client.post("/evaluate/set/remove", data={"key": "own/made.jsonl"})
    assert "made.jsonl" not in client.get("/evaluate").text
    assert client.post("/evaluate/runs", data={"set": "own/made.jsonl"}).status_code == 404


def keep(settings, engine, question: str, owner=LOCAL, conversation=None, filters=Filters()) -> str:
    """A conversation with an answer, as the chat keeps it; its id."""
    answer = engine.ask(question)
    return History(settings.data).save(owner, Exchange(question, answer, filters=filters), conversation)[0]


def mark(client, conversation: str, reason="beside", turn="1", right="", **more):
    return client.post(
        "/evaluate/wrong", data={"conversation": conversation, "turn": turn, "reason": reason, "right": right}, **more
    )


def test_a_wrong_answer_becomes_a_case_that_can_be_exported_and_checked(client, engine, settings, tmp_path):
    kept = keep(settings, engine, "hearing tests")
    keep(settings, engine, "and boats", conversation=kept)
    assert "Kept as case wrong-1" in mark(client, kept).text
    assert "Kept as case wrong-2" in mark(client, kept, turn="2", right="twelve boats").text
    assert (
        "Kept as case wrong-1" in mark(client, kept, reason="missing", right="thirty weeks").text
    )  # the same answer again
    assert "Kept as case wrong-3" in mark(client, keep(settings, engine, "ferry | times"), reason="beside").text
    page = client.get("/evaluate").text
    assert "The answer was wrong: It leaves out what the reports say" in page and "answers you marked as wrong" in page
    for suffix in ("jsonl", "csv"):
        path = tmp_path / f"wrong.{suffix}"
        path.write_bytes(client.get(f"/evaluate/wrong-answers.{suffix}").content)
        assert check_set(path, Held(KnowledgeBase(settings.index))) == []
        cases = {one.id: one for one in read_set(path)}
        assert cases["wrong-1"].facts == ("thirty weeks",) and not cases["wrong-1"].forbidden
        assert (
            cases["wrong-2"].kind == "followup"
            and cases["wrong-2"].turns == ("hearing tests",)
            and cases["wrong-2"].facts == ("twelve boats",)
        )
        assert cases["wrong-3"].forbidden == ("Members asked why the ferry to the special school stops at noon.",)
    page = run(client, "wrong/wrong-answers.jsonl")
    assert "1 of 3 right" in page.text
    assert "Remove this case?" in client.get("/evaluate/wrong/remove", params={"id": "wrong-1"}).text
    client.post("/evaluate/wrong/remove", data={"id": "wrong-1"})
    assert [one.id for one in Workspace(settings.data, LOCAL).wrong()] == ["wrong-2", "wrong-3"]


def test_an_answer_that_should_have_been_a_refusal_becomes_an_unanswerable_case(client, engine, settings):
    mark(client, keep(settings, engine, "ferry times", filters=Filters(areas=("Somerset",))), reason="unanswerable")
    (one,) = Workspace(settings.data, LOCAL).wrong()
    assert not one.answerable and one.kind == "unanswerable" and not one.facts
    assert "It was asked of Somerset only; a run asks it of all reports" in one.notes


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"reason": "missing"}, 409, "Say what is left out"),
        ({"reason": "nonsense"}, 409, "Say what is wrong with the answer"),
        ({"right": "x" * 601}, 409, "601 characters; 600 are the most"),
        ({"turn": "2"}, 404, "no such answer"),
        ({"turn": "²"}, 404, "no such answer"),
        ({"conversation": "made-up"}, 404, "no such conversation"),
        ({"right": "x" * 30_000}, 409, "holds too much"),
    ],
)
def test_what_is_not_a_case_is_refused_in_plain_words(client, engine, settings, fields, status, says):
    sent = {"conversation": keep(settings, engine, "ferry times")} | fields
    answer = mark(client, **sent)
    assert answer.status_code == status and says in answer.text
    assert not Workspace(settings.data, LOCAL).wrong()


def test_one_evaluator_never_sees_anothers_sets_runs_or_cases(client, engine, settings):
    anna, ben = {"headers": {"x-owner": "account:anna"}}, {"headers": {"x-owner": "account:ben"}}
    add(client, **anna)
    page = run(client, **anna)
    kept = keep(settings, engine, "ferry times", owner="account:anna")
    assert mark(client, kept, **anna).status_code == 200
    mine = client.get("/evaluate", **anna).text
    assert "made.jsonl" in mine and "wrong-1" in mine and "3 of 4 right" in mine
    theirs = client.get("/evaluate", **ben).text
    assert "made.jsonl" not in theirs and "wrong-1" not in theirs and "No run has been kept yet" in theirs
    here = address(page)
    own_set, export = "/evaluate/set?key=own/made.jsonl", "/evaluate/wrong-answers.jsonl"
    parts = [f"{here}{part}" for part in ("", "/case?id=ferry", "/report.html", "/report.csv", "/delete")]
    for path in (*parts, own_set, own_set.replace("?", "/download?"), export, "/evaluate/wrong/remove?id=wrong-1"):
        assert client.get(path, **anna).status_code == 200, path
        assert client.get(path, **ben).status_code == 404, path
    for path, sent in {
        f"{here}/cancel": {},
        f"{here}/resume": {},
        f"{here}/delete": {},
        "/evaluate/runs": {"set": "own/made.jsonl"},
        "/evaluate/set/remove": {"key": "own/made.jsonl"},
        "/evaluate/wrong/remove": {"id": "wrong-1"},
    }.items():
        assert client.post(path, data=sent, **ben).status_code == 404, path
    assert mark(client, kept, **ben).status_code == 404
    run_of_anna = here.rsplit("/")[-1]
    add(client, **ben)
    own = run(client, **ben)
    assert run_of_anna not in own.text
    assert client.get(address(own), params={"against": run_of_anna}, **ben).status_code == 404
    assert client.get(here, **anna).status_code == 200


def test_runs_of_several_people_wait_for_each_other(client, engine):
    anna, ben = {"headers": {"x-owner": "account:anna"}}, {"headers": {"x-owner": "account:ben"}}
    add(client, **anna)
    add(client, **ben)
    engine.hold("boats")
    first = client.post("/evaluate/runs", data={"set": "own/made.jsonl"}, **anna)
    assert engine.waiting.wait(5)
    second = client.post("/evaluate/runs", data={"set": "own/made.jsonl"}, **ben)
    assert "Waiting for an earlier run to end" in client.get(second.url, **ben).text
    engine.release()
    assert (
        "3 of 4 right" in finished(client, second, **ben).text
        and "3 of 4 right" in finished(client, first, **anna).text
    )


def test_who_may_evaluate_is_a_setting(held, tmp_path):
    closed = dataclasses.replace(held, data=tmp_path, evaluators=("nobody",))
    with served(closed, SetEngine(closed)) as client:
        for path in (
            "/evaluate",
            "/evaluate/example.csv",
            "/evaluate/runs/2026",
            "/evaluate/set?key=built-in/starter.jsonl",
        ):
            answer = client.get(path)
            assert answer.status_code == 403 and "setting evaluators" in answer.text
        for path in ("/evaluate/sets", "/evaluate/runs", "/evaluate/wrong", "/evaluate/runs/2026/delete"):
            assert client.post(path).status_code == 403


def test_removing_an_account_removes_what_it_evaluated(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO("lantern-otter-gravel\n"))
    assert main(["users", "add", "anna"]) == 0
    anna, ben = (Workspace(Settings().data, f"account:{name}") for name in ("anna", "ben"))
    anna.add_set("a.jsonl", as_set())
    ben.add_set("b.jsonl", as_set())
    assert main(["users", "remove", "anna", "--yes"]) == 0
    assert not anna.folder.exists() and ben.set("own/b.jsonl").count() == 4


def test_without_a_knowledge_base_the_page_opens_and_a_run_says_how_to_begin(tmp_path):
    empty = Settings(index=tmp_path / "none", data=tmp_path / "data")
    with served(empty, SetEngine) as client:
        assert "starter.jsonl" in client.get("/evaluate").text
        answer = client.post("/evaluate/runs", data={"set": "built-in/starter.jsonl"})
        assert answer.status_code == 409 and "No knowledge base at" in answer.text
        assert not list(tmp_path.rglob("run.json"))


def test_the_example_is_a_set(client, tmp_path):
    (tmp_path / "example.csv").write_bytes(client.get("/evaluate/example.csv").content)
    (one,) = read_set(tmp_path / "example.csv")
    assert one.facts == (("110", "a hundred and ten"),)


def test_form_under_an_answer_is_shown_to_evaluators_for_answers_that_are_kept():
    shown = Exchange("Why?", Answer("Why?", "answered", "Because."), turn=2)
    mine, theirs = InChat(Settings()), InChat(Settings(evaluators=("anna",)))
    assert 'value="abc"' in mine.under_answer("local", "abc", shown) and "This answer is wrong" in mine.under_answer(
        "local", "abc", shown
    )
    assert (
        mine.under_answer("local", "", shown) == ""
        and mine.under_answer("local", "abc", dataclasses.replace(shown, turn=0)) == ""
    )
    assert theirs.under_answer("account:ben", "abc", shown) == "" and theirs.links("account:ben") == ()
    assert theirs.links("account:anna") == (("/evaluate", "Evaluate"),)
    refusal = dataclasses.replace(shown, answer=Answer("Why?", "not_found", "Nothing."))
    form = mine.under_answer("local", "abc", refusal)
    assert "The reports do answer this" in form and "radio" not in form


def test_a_run_gives_way_to_peoples_questions(client, engine):
    add(client)
    engine.busy = True
    page = client.post("/evaluate/runs", data={"set": "own/made.jsonl"})
    time.sleep(0.3)
    assert "0 of 4 asked" in client.get(page.url).text
    engine.busy = False
    assert "3 of 4 right" in finished(client, page).text
