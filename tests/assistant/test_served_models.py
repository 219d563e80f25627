"""Real clients against servers of the test's own: what goes over the wire, and what a reader is told when it fails."""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assistant.answering import Assistant
from assistant.writing import Writer
from assistant.written import WrittenAssistant

KEY = "sk-secret-of-mine"
QUESTION = "How long do families in Torbay wait for an occupational therapist?"
PIECES = ("Families in Torbay wait", " 41 weeks on average", " for a first appointment [1].")


class Handler(BaseHTTPRequestHandler):
    """Answers as the server of the test says."""

    def do_POST(self):
        self.server.asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.server.answer(self)

    def send(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@contextmanager
def served(answer):
    """A server and its address; `answer` is a function of the request's handler."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.answer, server.asked, server.cut_off = answer, [], threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def openai_stream(handler):
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "mine"}
    lines = [
        chunk | {"choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}]}
        for piece in PIECES
    ]
    lines.append(chunk | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    handler.send(
        200, "text/event-stream", "".join(f"data: {json.dumps(line)}\n\n" for line in lines) + "data: [DONE]\n\n"
    )


def ollama_stream(handler):
    lines = [
        {
            "model": "mine",
            "created_at": "2026-01-01T00:00:00Z",
            "message": {"role": "assistant", "content": piece},
            "done": False,
        }
        for piece in PIECES
    ]
    lines.append(
        {
            "model": "mine",
            "created_at": "2026-01-01T00:00:00Z",
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": "stop",
        }
    )
    handler.send(200, "application/x-ndjson", "".join(json.dumps(line) + "\n" for line in lines))


def refused(handler):
    body = {
        "error": {
            "message": f"Incorrect API key provided: {KEY}",
            "type": "invalid_request_error",
            "code": "invalid_api_key",
        }
    }
    handler.send(401, "application/json", json.dumps(body))


def silent(handler):
    time.sleep(3)


def keeps_alive(handler):
    """Sends nothing but what keeps the connection open, as some servers do while a model is busy."""
    handler.send(200, "text/event-stream", "")
    try:
        for _ in range(200):
            handler.wfile.write(b": busy\n\n")
            time.sleep(0.05)
    except OSError:
        handler.server.cut_off.set()


def another_page(handler):
    handler.send(200, "text/html", "<html>not a model</html>")


@pytest.fixture(scope="module")
def assistant(held):
    with Assistant.open(held) as opened:
        yield opened


def ask(assistant, name, **settings):
    settings = replace(assistant.settings, writer=name, **settings)
    return WrittenAssistant(assistant, Writer(settings)).ask(QUESTION)


def test_a_server_that_speaks_openais_protocol_writes_the_answer(assistant, monkeypatch):
    pytest.importorskip("langchain_openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with served(openai_stream) as (server, address):
        answer = ask(assistant, f"openai:mine@{address}/v1")
    assert answer.points[0].written and answer.writing.model == "openai:mine"
    path, sent = server.asked[0]
    assert path == "/v1/chat/completions" and [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert "tools" not in sent


def test_ollama_is_told_how_large_the_window_is(assistant, monkeypatch):
    pytest.importorskip("langchain_ollama")
    with served(ollama_stream) as (server, address):
        monkeypatch.setenv("OLLAMA_HOST", address)
        answer = ask(assistant, "ollama:mine", writer_window=4096)
    assert answer.points[0].written
    assert server.asked[0][1]["options"]["num_ctx"] == 4096


def test_a_key_that_is_refused_is_never_shown(assistant, monkeypatch, caplog):
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with served(refused) as (_, address):
        answer = ask(assistant, f"openai:mine@{address}/v1")
    assert "The language model openai:mine refused the key." in answer.writing.failed
    assert KEY not in repr(answer) + caplog.text and address not in repr(answer)
    assert answer.text == assistant.ask(QUESTION).text


def test_a_server_that_says_nothing_is_not_waited_for(assistant, monkeypatch):
    pytest.importorskip("langchain_openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with served(silent) as (_, address):
        started = time.monotonic()
        answer = ask(assistant, f"openai:mine@{address}/v1", writer_seconds=0.5)
        took = time.monotonic() - started
    assert "did not finish within 0.5 seconds" in answer.writing.failed and took < 2.5


def test_a_server_that_only_keeps_the_connection_open_is_cut_off_in_time(assistant, monkeypatch):
    pytest.importorskip("langchain_openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with served(keeps_alive) as (server, address):
        answer = ask(assistant, f"openai:mine@{address}/v1", writer_seconds=0.5)
        assert "did not finish within 0.5 seconds" in answer.writing.failed
        assert server.cut_off.wait(3)


@pytest.mark.parametrize("provider", ["openai", "ollama"])
def test_stopping_closes_the_connection_of_a_model_that_has_sent_nothing(assistant, monkeypatch, provider):
    pytest.importorskip(f"langchain_{provider}")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with served(keeps_alive) as (server, address):
        monkeypatch.setenv("OLLAMA_HOST", address)
        settings = replace(assistant.settings, writer="ollama:mine" if provider == "ollama" else f"openai:mine@{address}/v1")
        started = time.monotonic()
        answers = WrittenAssistant(assistant, Writer(settings)).ask_written(QUESTION, stopped=lambda: bool(server.asked))
        assert not any(answer.writing.sentences for answer in answers) and time.monotonic() - started < 3
        assert server.cut_off.wait(3)


def test_an_address_that_is_no_models_is_said_to_be_wrong(assistant, monkeypatch):
    pytest.importorskip("langchain_openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with served(another_page) as (_, address):
        answer = ask(assistant, f"openai:mine@{address}/v1")
    assert "sent nothing that can be read (is its address right?)" in answer.writing.failed
