"""The pages of kept conversations: listed, searched, deleted after a question; what an address opens."""

import dataclasses

import pytest
from fake_engine import FakeEngine, topic
from starlette.testclient import TestClient

from assistant.access import LOCAL
from assistant.conversing import EngineLoader, converse, keep
from assistant.history import History
from assistant.page import Exchange, asked_before, conversation_html, conversation_named, on_page
from assistant.server import create_app
from assistant.understanding import Filters
from ingest.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    return Settings(index=folder / "none", data=folder / "data")


@pytest.fixture(scope="module")
def client(settings):
    with TestClient(create_app(FakeEngine, settings), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def history(settings):
    history = History(settings.data)
    history.delete_all(LOCAL)
    return history


def exchange(question: str, **changes) -> Exchange:
    return Exchange(question, topic(question), **changes)


def test_list_names_each_conversation_and_leads_to_it_its_files_and_its_end(client, history):
    kept, _ = history.save(LOCAL, exchange("How <well>?"))
    history.save(LOCAL, exchange("And then?"), kept)
    html = client.get("/conversations").text
    assert f'<a href="/?conversation={kept}">How &lt;well&gt;?</a>' in html and "2 questions" in html
    for address in (f"/conversations/{kept}/paper.docx", f"/conversations/{kept}/delete", "/conversations/delete"):
        assert f'href="{address}"' in html
    assert "Whoever uses this computer sees them" in html


def test_list_without_a_conversation_says_how_one_comes(client, history):
    html = client.get("/conversations").text
    assert "No conversation has been kept yet" in html and "<form" not in html


def test_search_shows_what_was_found_and_what_was_not(client, history):
    history.save(LOCAL, exchange("What of Quillon?"))
    history.save(LOCAL, exchange("What of buses?"))
    html = client.get("/conversations", params={"find": "quillon"}).text
    assert "1 conversation with “quillon”" in html and "buses" not in html
    assert "No conversation holds all of these words: &lt;xyz&gt;" in client.get("/conversations?find=<xyz>").text


def test_deleting_asks_first_and_then_leads_back(client, history):
    kept, _ = history.save(LOCAL, exchange("What of Quillon?"))
    asked = client.get(f"/conversations/{kept}/delete")
    assert "Delete this conversation?" in asked.text and len(history.list(LOCAL)) == 1
    done = client.post(f"/conversations/{kept}/delete", follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/conversations") and history.list(LOCAL) == []
    assert client.post(f"/conversations/{kept}/delete").status_code == 404
    history.save(LOCAL, exchange("One?"))
    assert "Delete all your conversations?" in client.get("/conversations/delete").text
    client.post("/conversations/delete")
    assert history.list(LOCAL) == []


def test_another_web_site_cannot_delete(client, history):
    history.save(LOCAL, exchange("One?"))
    refused = client.post("/conversations/delete", headers={"sec-fetch-site": "cross-site"})
    assert refused.status_code == 403 and len(history.list(LOCAL)) == 1


def test_an_answer_is_kept_in_its_turn_and_a_failed_one_is_not(history):
    loader = EngineLoader(FakeEngine)
    shown, kept = keep(history, LOCAL, converse(loader, "How well?", []), None)
    shown, kept = keep(history, LOCAL, converse(loader, "broken", shown), kept)
    shown, kept = keep(history, LOCAL, converse(loader, "And now?", shown), kept)
    assert [one.turn for one in shown] == [1, 0, 2]
    html = conversation_html(shown, kept=kept)
    assert f"/conversations/{kept}/paper.docx?turn=2" in html and "turn=3" not in html
    assert "The whole conversation (2 answers)" in html


def test_a_corrected_answer_is_kept_in_the_place_of_the_one_before(history):
    loader = EngineLoader(FakeEngine)
    shown, kept = keep(history, LOCAL, converse(loader, "How well?", []), None)
    again = converse(loader, "How well?", [], Filters(areas=("Oxhaven",)))
    shown, kept = keep(history, LOCAL, again, kept, shown[-1].turn)
    assert [one.filters.areas for one in history.open(LOCAL, kept)] == [("Oxhaven",)]


def test_what_was_deleted_meanwhile_stays_deleted_when_the_page_goes_on(history):
    loader = EngineLoader(FakeEngine)
    shown, kept = keep(history, LOCAL, converse(loader, "How well?", []), None)
    history.delete(LOCAL, kept)
    shown, another = keep(history, LOCAL, converse(loader, "And now?", shown), kept)
    assert another != kept and [one.turn for one in shown] == [0, 1]
    assert [one.question for one in history.open(LOCAL, another)] == ["And now?"]


def test_an_answer_that_cannot_be_kept_is_shown_all_the_same(history, monkeypatch, settings):
    monkeypatch.setattr(history, "_file", settings.data / "nowhere" / "x")
    shown, kept = keep(history, LOCAL, converse(EngineLoader(FakeEngine), "How well?", []), None)
    assert shown[-1].answer.status == "answered" and (shown[-1].turn, kept) == (0, None)
    html = conversation_html(shown)
    assert "paper.docx" not in html and 'data-copy="/?q=How+well%3F"' in html


def test_questions_that_a_link_names_come_before_the_question_in_turns_and_links():
    engine = FakeEngine()
    shown = converse(EngineLoader(lambda: engine), "And in Oxhaven?", [], before=("How well?",))
    assert engine.asked[-1][1] == [{"role": "user", "content": "How well?"}]
    shown = converse(EngineLoader(lambda: engine), "And now?", shown)
    assert [turn["content"] for turn in engine.asked[-1][1]][:2] == ["How well?", "And in Oxhaven?"]
    assert asked_before(shown, 0) == ["How well?"] and asked_before(shown, 1) == ["How well?", "And in Oxhaven?"]


def test_address_names_a_conversation_or_none():
    assert conversation_named("?conversation=abc") == "abc"
    assert conversation_named("q=x") == ""


def test_errors_for_the_terminal_name_the_library_on_the_page():
    words = "No report on Leeds is held. `send-assistant documents` lists what is held."
    assert on_page(words) == "No report on Leeds is held. The library lists what is held."


def test_a_saved_filter_stands_in_the_links_of_a_paper(client, history):
    kept, _ = history.save(LOCAL, dataclasses.replace(exchange("How well?"), filters=Filters(areas=("Oxhaven",))))
    assert "/?q=How+well%3F&area=Oxhaven" in client.get(f"/conversations/{kept}/paper.md").text
