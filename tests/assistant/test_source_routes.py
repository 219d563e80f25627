"""The pages of a report: its text with the quote marked, its printed pages, its original."""

import pytest
from made_library import LibraryEngine, make_library

from assistant.addresses import quote_address
from assistant.server import create_app


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    return make_library(tmp_path_factory.mktemp("held"))


@pytest.fixture(scope="module")
def engine(held):
    return LibraryEngine(held)


@pytest.fixture(scope="module")
def client(held, engine):
    from starlette.testclient import TestClient

    with TestClient(create_app(lambda: engine, held), base_url="http://127.0.0.1") as client:
        yield client


def quoted(engine, word: str):
    return engine.ask(word).citations[0]


def test_source_page_shows_the_whole_text_with_the_quote_marked_and_its_printed_page(client, engine):
    citation = quoted(engine, "hearing")
    html = client.get(quote_address(citation)).text
    assert f'<mark id="quote">{citation.quote}</mark>' in html
    assert "Families praised the portage service" in html
    assert "Page 2 of 2, the quote is marked" in html
    assert "Peer team · SEND peer review · " in html and "2023 · " in html and " · page 2</p>" in html


def test_printed_page_has_a_way_on_and_back(client, engine):
    address = quote_address(quoted(engine, "hearing"), "/sheet")
    first = client.get(f"{address}&page=1").text
    assert "Page 1 of 2" in first and "Back to the quote" in first and '<span class="turn off">Previous page' in first
    assert "quote is marked" not in first
    assert '<span class="turn off">Next page' in client.get(f"{address}&page=2").text


def test_picture_of_a_page_is_served_by_us(client, engine):
    address = quote_address(quoted(engine, "hearing"), "/pages/2.png")
    answer = client.get(address)
    assert answer.headers["content-type"] == "image/png"
    assert answer.content != client.get(address.split("?")[0]).content
    assert client.get(address.replace("/2.png", "/7.png")).status_code == 404


@pytest.mark.parametrize(
    ("word", "says"), [("sensory", "Word document"), ("ferry", "web page"), ("taxis", "plain text")]
)
def test_report_without_pages_shows_its_text_and_says_why(client, engine, word, says):
    citation = quoted(engine, word)
    html = client.get(quote_address(citation)).text
    assert f'<mark id="quote">{citation.quote}</mark>' in html
    assert says in html and "Download the original" in html and "<img" not in html


def test_original_comes_as_a_download_that_no_browser_runs(client):
    answer = client.get("/reports/somerset-committee/original")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert b"<script>" in answer.content


def test_link_to_a_quote_that_has_changed_marks_nothing_and_says_so(client, engine):
    citation = quoted(engine, "hearing")
    address = quote_address(citation).replace("seal=", "seal=0")
    html = client.get(address).text
    assert "<mark" not in html and "has changed since this link was made" in html


def test_unknown_report_and_wrong_address_are_told_plainly(client):
    answer = client.get("/reports/nothing")
    assert answer.status_code == 404 and "not in the knowledge base any more" in answer.text
    answer = client.get("/reports/plain?from=x")
    assert answer.status_code == 400 and "address is not complete" in answer.text
    assert client.get("/reports/..%2f..%2fetc%2fpasswd/original").status_code == 404
