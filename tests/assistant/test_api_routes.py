"""The HTTP API: answers, passages and reports as JSON, under the page's limits and rules."""

import asyncio
import dataclasses
import json
import threading
import time

import pytest
from fake_engine import HOSTILE, SEARCHED, WAIT, FakeEngine
from starlette.testclient import TestClient

from assistant.api_routes import OPENING
from assistant.conversing import BROKEN
from assistant.server import create_app
from assistant.understanding import Filters
from ingest.errors import KnowledgeBaseError, SendAssistantError
from ingest.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")
HERE = "http://127.0.0.1:7860"


def served(engine, settings: Settings) -> TestClient:
    return TestClient(create_app(lambda: engine, settings), base_url=HERE)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """One chat for all tests, as making one takes half a second; no knowledge base, so that no answer is kept."""
    engine = FakeEngine()
    with served(engine, Settings(data=tmp_path_factory.mktemp("data"), questions_per_minute=1000)) as client:
        yield engine, client


@pytest.fixture
def engine(app):
    app[0].asked.clear()
    return app[0]


@pytest.fixture
def client(app):
    return app[1]


@pytest.fixture(scope="module")
def real(held, tmp_path_factory):
    """The API over two made-up reports, with the whole answer path."""
    from assistant.answering import Assistant

    with Assistant.open(held) as assistant:
        settings = dataclasses.replace(held, data=tmp_path_factory.mktemp("data"), questions_per_minute=1000)
        with served(assistant, settings) as client:
            yield client


def refused(answer, status: int) -> str:
    """Why a request was refused; every refusal has the same form."""
    told = answer.json()
    assert answer.status_code == status == told["status"], answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "content-security-policy" in answer.headers
    return told["detail"]


def test_an_answer_has_its_points_with_the_numbers_of_its_citations(client):
    answer = client.post("/api/ask", json={"question": "How well?"})
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert (told["question"], told["status"], told["searched"]) == ("How well?", "answered", list(SEARCHED))
    assert told["follow_ups"] == ["What do inspectors recommend in Oxhaven?", "What did parents in Thornley say?"]
    assert told["writing"] is None
    assert [(p["role"], p["heading"], p["item"], p["citations"]) for p in told["points"]] == [
        ("strength", "", None, [1]),
        ("concern", "However", None, [2]),
        ("concern", "However", None, [3]),
        ("recommendation", "Recommended", 1, [4]),
    ]
    assert told["points"][1]["quote"] == told["points"][1]["text"] == WAIT.quote


def test_a_citation_says_where_the_quote_stands_and_links_to_it(client):
    first, second, digest, _ = client.post("/api/ask", json={"question": "How well?"}).json()["citations"]
    assert first["title"] == "Marlshire SEND peer review 2023" and first["file"] == "marlshire-review-2023.pdf"
    assert (first["kind"], first["digest"], first["area"], first["date"]) == (
        "peer review", False, "Marlshire", "November 2023",
    )  # fmt: skip
    assert (first["label"], first["page"]) == ("5.4", 6) and [part["page"] for part in first["parts"]] == [6, 7]
    assert digest["digest"] is True and digest["page"] is None and digest["kind"] == "peer review"
    assert second["link"].startswith(f"{HERE}/reports/marlshire-review-2023?from=0&to={len(WAIT.quote)}&seal=")


def test_words_of_ours_are_no_quote(client):
    told = client.post("/api/ask", json={"question": "What about buses?"}).json()
    assert told["status"] == "not_found" and told["citations"] == []
    assert told["points"][0]["quote"] is None and "do not speak of school buses" in told["points"][0]["text"]


def test_turns_and_filters_reach_the_engine_as_the_page_gives_them(client, engine):
    body = {
        "question": "And now?",
        "turns": ["How well?", {"role": "assistant", "content": "Well."}],
        "areas": ["Oxhaven"],
        "kinds": ["inspection"],
        "years": [2024],
        "reports": ["oxhaven-inspection.pdf"],
    }
    assert client.post("/api/ask", json=body).status_code == 200
    turns = [{"role": "user", "content": "How well?"}, {"role": "assistant", "content": "Well."}]
    assert engine.asked == [("And now?", turns)]
    assert engine.filters == Filters(("Oxhaven",), ("inspection",), (2024,), ("oxhaven-inspection.pdf",))


def test_the_same_question_is_worked_out_once(engine, held, tmp_path):
    with served(engine, dataclasses.replace(held, data=tmp_path)) as client:
        for _ in range(3):
            assert client.post("/api/ask", json={"question": "How well?"}).status_code == 200
        client.post("/api/ask", json={"question": "How well?", "areas": ["Oxhaven"]})
    assert len(engine.asked) == 2


def test_the_reports_own_markup_is_given_as_it_is_and_as_json(client):
    answer = client.post("/api/ask", json={"question": "planted"})
    assert answer.json()["points"][0]["quote"] == HOSTILE
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("body", "field", "problem"),
    [
        ({}, "question", "is required"),
        ({"question": ""}, "question", "at least 1 character"),
        ({"question": "x" * 2001}, "question", "at most 2000 characters"),
        ({"question": 7}, "question", "valid string"),
        ({"question": "a", "written": 1}, "written", "valid boolean"),
        ({"question": "a", "area": "Leeds"}, "area", "there is no such field"),
        ({"question": "a", "areas": "Leeds"}, "areas", "valid list"),
        ({"question": "a", "areas": ["x"] * 51}, "areas", "at most 50 items"),
        ({"question": "a", "areas": ["x" * 201]}, "areas.0", "at most 200 characters"),
        ({"question": "a", "kinds": ["peer"]}, "kinds.0", "'inspection', 'peer review'"),
        ({"question": "a", "years": [23]}, "years.0", "greater than or equal to 1900"),
        ({"question": "a", "turns": ["x"] * 21}, "turns", "at most 20 items"),
        ({"question": "a", "turns": [{"role": "x", "content": "x"}]}, "turns.0.(object).role", "'user' or 'assistant'"),
        ({"question": "a", "turns": ["x" * 2001]}, "turns.0.(string)", "at most 2000 characters"),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_named_with_what_is_right(client, engine, body, field, problem):
    answer = client.post("/api/ask", json=body)
    assert field in refused(answer, 422)
    [error] = answer.json()["errors"]
    assert error["field"] == field and problem in error["problem"]
    assert engine.asked == []


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b"{"},
        {"json": ["How well?"]},
        {"data": {"question": "How well?"}},
        {"content": b'{"question": "How well?"}', "headers": {"content-type": "text/plain"}},
        {},
    ],
)
def test_a_body_that_is_no_json_object_is_refused_with_what_to_send(client, sent):
    sent.setdefault("headers", {} if "json" in sent or "data" in sent else {"content-type": "application/json"})
    assert "content-type: application/json" in refused(client.post("/api/ask", **sent), 400)


def test_a_body_nested_too_deeply_is_refused(client):
    sent = {"content": b"[" * 90_000, "headers": {"content-type": "application/json"}}
    assert refused(client.post("/api/ask", **sent), 400)


def test_half_a_character_is_refused_and_not_echoed(client):
    sent = {"content": b'{"question": "\\ud800"}', "headers": {"content-type": "application/json"}}
    assert "question" in refused(client.post("/api/ask", **sent), 422)


def test_a_large_body_is_refused(client):
    assert "100,000 bytes" in refused(client.post("/api/ask", content=b" " * 100_001), 413)


def test_addresses_and_methods_that_are_not_there_are_told_apart(client):
    wrong = client.get("/api/ask")
    assert "POST only" in refused(wrong, 405) and wrong.headers["allow"] == "POST"
    assert "GET only" in refused(client.delete("/api/reports"), 405)
    assert "/api/openapi.json" in refused(client.get("/api/answers"), 404)


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_what_another_web_site_sends_is_refused(client, engine, headers):
    answer = client.post("/api/ask", json={"question": "How well?"}, headers=headers)
    assert "another web site" in refused(answer, 403) and engine.asked == []


def test_another_hosts_name_and_an_unknown_proxy_are_refused(client):
    assert refused(client.get("/api/reports", headers={"host": "evil.example"}), 400)
    assert "users add" in refused(client.get("/api/reports", headers={"x-forwarded-for": "198.51.100.1"}), 403)


def test_too_many_questions_are_told_when_to_go_on(tmp_path, engine):
    with served(engine, Settings(data=tmp_path, questions_per_minute=2)) as client:
        for question in ("How well?", "And then?"):
            assert client.post("/api/ask", json={"question": question}).status_code == 200
        answer = client.post("/api/ask", json={"question": "And now?"})
        assert "2 questions a minute are the most. Try again in" in refused(answer, 429)
        assert 0 < int(answer.headers["retry-after"]) <= 60
        assert client.post("/api/search", json={"query": "waits"}).status_code == 429
        assert client.get("/api/reports").status_code == 200
        assert len(engine.asked) == 2


def test_a_fault_is_told_in_plain_words_and_no_detail(client):
    assert refused(client.post("/api/ask", json={"question": "broken"}), 500) == BROKEN


def test_while_the_engine_opens_requests_are_told_to_come_again(tmp_path):
    go_on = threading.Event()

    def slowly():
        go_on.wait(10)
        return FakeEngine()

    with TestClient(create_app(slowly, Settings(data=tmp_path)), base_url=HERE) as client:
        answer = client.post("/api/ask", json={"question": "How well?"})
        assert refused(answer, 503) == OPENING and answer.headers["retry-after"] == "5"
        go_on.set()
        until = time.monotonic() + 10
        while client.post("/api/ask", json={"question": "How well?"}).status_code == 503 and time.monotonic() < until:
            time.sleep(0.02)
        assert client.post("/api/ask", json={"question": "How well?"}).status_code == 200


def test_without_a_knowledge_base_it_says_what_to_do(tmp_path):
    def none_yet():
        raise KnowledgeBaseError("knowledge-base: no knowledge base there. Run `send-assistant ingest PATH` first.")

    with TestClient(create_app(none_yet, Settings(data=tmp_path)), base_url=HERE) as client:
        assert "send-assistant ingest" in refused(client.post("/api/ask", json={"question": "How well?"}), 503)


def test_a_slow_question_keeps_nobody_else_waiting(client, engine, monkeypatch):
    go_on, begun, answered = threading.Event(), threading.Event(), engine.ask

    def slow(question, turns=(), filters=None):
        if question == "slow":
            begun.set()
            go_on.wait(10)
        return answered(question, turns, filters)

    monkeypatch.setattr(engine, "ask", slow)
    waiting = threading.Thread(target=lambda: client.post("/api/ask", json={"question": "slow"}))
    waiting.start()
    assert begun.wait(5)
    assert client.post("/api/ask", json={"question": "How well?"}).status_code == 200
    assert client.get("/page.js").status_code == 200
    go_on.set()
    waiting.join(10)


def test_a_filter_that_names_a_report_which_is_not_held_is_refused(client, engine, monkeypatch):
    def not_held(*_):
        raise SendAssistantError("No report x is held. `send-assistant documents` lists what is held.")

    monkeypatch.setattr(engine, "ask", not_held)
    answer = client.post("/api/ask", json={"question": "How well?", "reports": ["x"]})
    assert refused(answer, 422) == "No report x is held. GET /api/reports lists what is held."


def test_the_list_of_reports_says_what_filters_can_name(client):
    reports = client.get("/api/reports").json()["reports"]
    assert [report["id"] for report in reports] == ["marlshire-review-2023", "oxhaven-inspection", "thornley-digest"]
    assert reports[0] | {"publisher": "", "pages": None, "outcome": None, "address": ""} == {
        "id": "marlshire-review-2023", "file": "marlshire-review-2023.pdf", "title": "Marlshire SEND peer review 2023",
        "kind": "peer review", "digest": False, "areas": ["Marlshire"], "date": "November 2023", "publisher": "",
        "pages": None, "outcome": None, "address": "",
    }  # fmt: skip
    assert reports[2]["digest"] is True and reports[2]["kind"] == "peer review"


def test_a_real_question_is_answered_with_a_link_that_shows_the_quote(real):
    body = {"question": "How long do families in Rutland wait for occupational therapy?"}
    told = real.post("/api/ask", json=body).json()
    assert told["status"] == "answered" and "nine weeks" in told["text"]
    citation = told["citations"][0]
    assert citation["report_id"] == "rutland-send-peer-review-2022" and citation["page"] is None
    page = real.get(citation["link"]).text
    assert '<mark id="quote">' in page and "nine weeks" in page


def test_a_follow_up_is_understood_with_the_turns_before_it(real):
    body = {"question": "And in Rutland?", "turns": ["How long do families in Torbay wait for occupational therapy?"]}
    told = real.post("/api/ask", json=body).json()
    assert "nine weeks" in told["text"] and "41 weeks" not in told["text"]


def test_a_search_gives_passages_best_first_with_scores_and_places(real):
    told = real.post("/api/search", json={"query": "occupational therapy waits", "limit": 3}).json()
    assert len(told["passages"]) == 3 and told["not_held"] == [] and len(told["searched"]) == 2
    first = told["passages"][0]
    assert "occupational therap" in first["text"].lower() and first["score"] == first["scores"]["late"]
    assert first["link"].startswith(f"{HERE}/reports/") and first["passage_id"].startswith(first["report_id"])
    assert told["passages"][0]["score"] >= told["passages"][1]["score"]


def test_a_search_keeps_to_its_filters_and_names_what_is_not_held(real):
    told = real.post("/api/search", json={"query": "therapy", "areas": ["Rutland", "Leeds"]}).json()
    assert {passage["area"] for passage in told["passages"]} == {"Rutland"} and told["not_held"] == ["Leeds"]
    nothing = real.post("/api/search", json={"query": "therapy", "areas": ["Leeds"]}).json()
    assert nothing["passages"] == [] and nothing["not_held"] == ["Leeds"]


@pytest.mark.parametrize("path", ["ask", "search"])
def test_unknown_reports_kinds_and_years_are_refused_and_unknown_areas_are_answered(real, path):
    body = {"question": "How many?"} if path == "ask" else {"query": "How many?"}
    for field, value, said in (
        ("reports", "nope.pdf", "No report nope.pdf is held."),
        ("kinds", "guidance", "No guidance is held."),
        ("years", 1999, "No report from 1999 is held."),
    ):
        detail = refused(real.post(f"/api/{path}", json={**body, field: [value]}), 422)
        assert detail == f"{said} GET /api/reports lists what is held."
    assert real.post(f"/api/{path}", json={**body, "areas": ["Narnia"]}).status_code == 200
    told = real.post("/api/ask", json={"question": "How many?", "areas": ["Narnia"]}).json()
    assert told["status"] == "not_found" and told["text"] == "No report on Narnia is in the knowledge base."


def test_a_written_answer_needs_a_language_model(client):
    answer = client.post("/api/ask", json={"question": "How well?", "written": True})
    assert "no language model is set up here" in refused(answer, 422)


def test_a_written_answer_whose_model_fails_is_quoted_and_says_so(held, tmp_path):
    from assistant.answering import Assistant

    settings = dataclasses.replace(held, data=tmp_path, writer="openai:none@http://127.0.0.1:9/v1", writer_seconds=5)
    with Assistant.open(held) as assistant, served(assistant, settings) as client:
        body = {"question": "How long do families in Rutland wait for occupational therapy?"}
        told = client.post("/api/ask", json={**body, "written": True}).json()
        assert told["writing"]["failed"] and "nine weeks" in told["points"][0]["quote"]
        assert client.post("/api/ask", json=body).json()["writing"] is None


def test_a_written_answer_says_which_model_wrote_it_and_what_each_sentence_rests_on(held, tmp_path, monkeypatch):
    from scripted import Scripted

    from assistant.answering import Assistant

    wrote = Scripted.saying("Families in Rutland wait nine weeks for a first appointment [1].")
    monkeypatch.setattr("assistant.writing.open_model", lambda *_, **__: wrote)
    settings = dataclasses.replace(held, data=tmp_path, writer="ollama:small")
    with Assistant.open(held) as assistant, served(assistant, settings) as client:
        body = {"question": "How long do families in Rutland wait for occupational therapy?", "written": True}
        told = client.post("/api/ask", json=body).json()
    assert told["writing"]["model"] == "ollama:small" and told["writing"]["failed"] == ""
    [point] = [point for point in told["points"] if point["written"]]
    assert "nine weeks" in point["text"] and point["quote"] is None
    cited = {citation["number"]: citation["quote"] for citation in told["citations"]}
    assert all("nine weeks" in cited[number] for number in point["citations"])


def test_a_program_that_goes_away_ends_the_model(held, tmp_path):
    from model_server import ModelServer

    from assistant.answering import Assistant

    model = ModelServer("It never comes.")
    settings = dataclasses.replace(held, data=tmp_path, writer=model.name, writer_seconds=30)
    body = {"question": "How long do families in Rutland wait for occupational therapy?", "written": True}
    sent = []

    async def ask_and_go_away(app) -> None:
        waiting = [{"type": "http.request", "body": json.dumps(body).encode()}]

        async def receive():
            while not waiting and not model.asked:
                await asyncio.sleep(0.01)
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        headers = [(b"host", b"127.0.0.1:7860"), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/api/ask", "raw_path": b"/api/ask", "query_string": b""}
        here = {"headers": headers, "scheme": "http", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 7860)}
        await asyncio.wait_for(app({**scope, **here, "http_version": "1.1", "root_path": ""}, receive, send), 15)

    with Assistant.open(held) as assistant:
        asyncio.run(ask_and_go_away(create_app(lambda: assistant, settings)))
        assert model.asked and not model.sent
        deadline = time.monotonic() + 5
        while any(thread.name == "writing" for thread in threading.enumerate()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not any(thread.name == "writing" for thread in threading.enumerate()), "its place is free"
    model.close()
