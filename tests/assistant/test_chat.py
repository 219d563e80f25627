"""From a question on the page to what is shown, and what the server gives and refuses."""

import dataclasses
import logging
import re
import socket
import threading

import pytest
from fake_engine import DIGEST, INSPECTION, REVIEW, FakeEngine, topic

from assistant.conversing import BROKEN, LONGEST_QUESTION, EngineLoader, converse, opening, turns
from assistant.page import Exchange, conversation_html, opening_html, opening_questions, panel_html
from assistant.server import create_app, listen
from ingest.errors import KnowledgeBaseError, SettingsError
from ingest.settings import Settings


def loader(engine=None) -> EngineLoader:
    return EngineLoader(lambda: engine or FakeEngine())


def no_knowledge_base():
    raise KnowledgeBaseError("knowledge-base: nothing is there yet. Run: send-assistant ingest PATH")


def test_question_is_answered_with_a_view_of_each_citation():
    (exchange,) = converse(loader(), "How well?", [])
    assert exchange.answer.status == "answered"
    assert [view.citation.number for view in exchange.views] == [1, 2, 3, 4]


def test_follow_up_gives_the_engine_the_whole_conversation_oldest_first():
    engine = FakeEngine()
    first = converse(loader(engine), "How well?", [])
    second = converse(loader(engine), "And in Oxhaven?", first)
    assert len(second) == 2
    assert engine.asked == [
        ("How well?", []),
        (
            "And in Oxhaven?",
            [{"role": "user", "content": "How well?"}, {"role": "assistant", "content": first[0].answer.text}],
        ),
    ]


def test_missing_knowledge_base_is_answered_in_the_words_of_its_error():
    (exchange,) = converse(EngineLoader(no_knowledge_base), "How well?", [])
    assert exchange.answer.status == "error"
    assert exchange.answer.text == "knowledge-base: nothing is there yet. Run: send-assistant ingest PATH"


def test_internal_fault_is_answered_plainly_and_logged(caplog):
    with caplog.at_level(logging.ERROR):
        (exchange,) = converse(loader(), "broken", [])
    assert exchange.answer.status == "error"
    assert exchange.answer.text == BROKEN
    assert "secret detail" in caplog.text
    assert "secret detail" not in conversation_html([exchange])


def test_question_that_is_too_long_is_refused_before_the_engine_sees_it():
    engine = FakeEngine()
    (exchange,) = converse(loader(engine), "x" * (LONGEST_QUESTION + 1), [])
    assert exchange.answer.status == "error"
    assert "2,001 characters; the most is 2,000" in exchange.answer.text
    assert not engine.asked


def test_fault_leaves_the_conversation_as_it_was():
    first = converse(loader(), "How well?", [])
    assert converse(loader(), "broken", first)[0] is first[0]


def test_engine_opens_once_and_early_questions_wait_for_it():
    opened, release = [], threading.Event()

    def slow() -> FakeEngine:
        release.wait(5)
        opened.append(1)
        return FakeEngine()

    held = EngineLoader(slow)
    held.start()
    answers = []
    asking = [threading.Thread(target=lambda: answers.append(converse(held, "How well?", []))) for _ in range(3)]
    for thread in asking:
        thread.start()
    assert not answers
    release.set()
    for thread in asking:
        thread.join(5)
    assert len(answers) == 3
    assert opened == [1]


def test_opening_that_failed_is_tried_again_at_the_next_question():
    tries = []

    def second_time_lucky() -> FakeEngine:
        tries.append(1)
        return FakeEngine() if len(tries) > 1 else no_knowledge_base()

    held = EngineLoader(second_time_lucky)
    assert converse(held, "How well?", [])[0].answer.status == "error"
    assert converse(held, "How well?", [])[0].answer.status == "answered"


def test_turns_alternate_question_and_answer():
    conversation = [Exchange("one", topic("one")), Exchange("two", topic("two"))]
    assert [turn["role"] for turn in turns(conversation)] == ["user", "assistant", "user", "assistant"]
    assert all(isinstance(turn["content"], str) for turn in turns(conversation))


def test_empty_page_counts_and_names_what_is_held_and_suggests_questions():
    html = opening(loader())
    questions = tuple(re.findall(r'data-offer="(.*?)"', html))
    assert "Held here: 3 reports on 3 local areas." in html
    assert REVIEW.title in html
    assert questions == (
        "What should Oxhaven improve, according to the inspectors?",
        "What did the peer review recommend in Marlshire?",
        "What did the peer review recommend in Thornley?",
    )


def test_suggestions_name_each_area_once_and_no_replaced_digest():
    replaced = dataclasses.replace(DIGEST, superseded_by="thornley-review-2022")
    older = dataclasses.replace(INSPECTION, id="older", areas=("Marlshire",), visit_start="2019-01-01")
    assert opening_questions([REVIEW, replaced, older], 4) == ("What did the peer review recommend in Marlshire?",)
    assert DIGEST.title not in opening_html([REVIEW, replaced])


def test_empty_knowledge_base_says_how_to_fill_it():
    assert "send-assistant ingest" in opening_html([])


def test_empty_page_without_a_knowledge_base_says_why():
    html = opening(EngineLoader(no_knowledge_base))
    assert "nothing is there yet" in html
    assert "data-offer" not in html


def test_panel_shows_newest_sources_and_folds_those_of_earlier_answers():
    held = loader()
    html = panel_html(converse(held, "And now?", converse(held, "How well?", [])))
    newest, earlier = html.split("Earlier answers")
    assert 'id="source-2-1"' in newest and 'id="source-1-1"' not in newest
    assert 'id="source-1-1"' in earlier and "Sources for “How well?”" in earlier


def test_pending_question_is_shown_while_it_is_answered():
    html = conversation_html([], pending="How <well>?")
    assert "How &lt;well&gt;?" in html
    assert "Looking in the reports" in html


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    from starlette.testclient import TestClient

    with TestClient(create_app(FakeEngine, Settings(data=tmp_path_factory.mktemp("data"))), base_url="http://127.0.0.1") as client:
        yield client


def test_every_response_carries_a_policy_without_outside_hosts(client):
    for path in ("/", "/page.js", "/config", "/nothing-here"):
        policy = client.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")
        assert "http" not in policy and "*" not in policy


def test_routes_that_store_or_fetch_for_a_caller_are_closed(client):
    assert client.post("/gradio_api/upload", files={"files": ("a.txt", b"x")}).status_code == 404
    assert client.get("/gradio_api/proxy=http://example.org/").status_code == 404
    assert client.get("/gradio_api/file=pyproject.toml").status_code == 404
    assert client.get("/docs").status_code == 404


def test_another_host_name_is_refused_on_loopback(client):
    assert client.get("/", headers={"host": "attacker.example"}).status_code == 400


def test_page_is_english_without_analytics_share_or_gradio_links(client):
    assert '<html\n\tlang="en"' in client.get("/").text
    config = client.get("/config").json()
    assert config["analytics_enabled"] is False
    assert config["footer_links"] == []
    assert "fonts.googleapis" not in str(config) + client.get("/theme.css").text


def test_a_port_in_use_gives_way_to_the_next_free_one():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with listen("127.0.0.1", port) as chosen:
            assert port < chosen.getsockname()[1] <= port + 100


def test_an_address_of_another_machine_is_an_error_that_says_what_next():
    with pytest.raises(SettingsError, match="--host"):
        listen("192.0.2.1", 7860)
