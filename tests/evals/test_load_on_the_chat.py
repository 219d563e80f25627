"""Many people ask the chat at once."""

import asyncio
import threading

import pytest
from fake_engine import FakeEngine
from made_library import make_library

from assistant.server import create_app, listen
from evals.load import all_ask, main, questions_for
from ingest.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")


@pytest.fixture
def address(tmp_path):
    import uvicorn

    sock = listen("127.0.0.1", 7960)
    config = uvicorn.Config(create_app(FakeEngine, Settings(data=tmp_path)), log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
    thread.start()
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def test_everyone_gets_an_answer_and_a_question_that_fails_costs_the_others_nothing(address):
    found = asyncio.run(all_ask(address, [["How well?"] * 20 + ["broken"]]))
    assert [wrong for _, wrong in found] == [""] * 20 + ["an error as answer"]
    assert all(0 < seconds < 10 for seconds, _ in found)


def test_questions_are_about_the_areas_held(tmp_path):
    first, second = questions_for(make_library(tmp_path).index, 5, 2)
    questions = first + second
    assert len(set(questions)) == 10
    assert any("Somerset" in question for question in questions) and any(
        "Wiltshire" in question for question in questions
    )


def test_without_a_knowledge_base_it_says_what_to_do(tmp_path, capsys):
    assert main(["--index", str(tmp_path / "none")]) == 1
    assert "send-assistant ingest" in capsys.readouterr().err
