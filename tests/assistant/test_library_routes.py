"""The library page: what is held, adding and removing, who may."""

import re
import time

import pytest
from made_library import LibraryEngine, make_library

from assistant.library_changes import may_change, safe_name
from assistant.server import create_app
from ingest.errors import SendAssistantError
from ingest.settings import Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return make_library(tmp_path_factory.mktemp("held"), real_model=True, upload_megabytes=1)


@pytest.fixture(scope="module")
def client(settings):
    from starlette.testclient import TestClient

    with TestClient(create_app(lambda: LibraryEngine(settings), settings), base_url="http://127.0.0.1") as client:
        yield client


def add(client, *files):
    """The page of the finished change, or the page that refuses."""
    return finished(client, client.post("/library/add", files=[("files", file) for file in files]))


def finished(client, answer):
    for _ in range(200):
        if "data-watch" not in answer.text:
            return answer
        time.sleep(0.05)
        answer = client.get(answer.url)
    raise AssertionError("the change did not finish")


def test_page_lists_every_report_with_what_is_known_of_it(client):
    html = client.get("/library").text
    assert "4 reports on 2 local areas" in html
    row = re.search(r"<tr><th scope=\"row\"><a href=\"/reports/wiltshire-review-2023\".*?</tr>", html)[0]
    for words in (
        "SEND peer review of Wiltshire",
        "wiltshire-review-2023.pdf",
        "<td>Wiltshire</td>",
        "<td>SEND peer review</td>",
        "2023</td>",
        "<td>2</td>",
    ):
        assert words in row
    assert "Remove<span" in row


def test_pictures_of_what_is_covered_have_their_tables(client):
    html = client.get("/library").text
    assert 'aria-label="Reports by area and year. The same figures are in the table below the picture."' in html
    table = html.split("Reports by area and year as a table")[1].split("</table>")[0]
    assert re.search(r'<th scope="row">Wiltshire</th><td></td><td>peer review</td>', table) or "peer review" in table


def test_file_added_is_read_held_and_kept_and_removed_again(client, settings):
    text = "SEND peer review of Somerset, 2022\n\nThe orchard project lets pupils press apples in every autumn term."
    page = add(client, ("somerset apples.txt", text.encode()))
    assert "Finished: 1 of 1 done." in page.text and "<td>Added</td>" in page.text
    assert (settings.upload_folder / "somerset apples.txt").read_text() == text
    assert "somerset apples.txt" in client.get("/library").text
    report_id = re.search(r'href="/library/remove\?report=(somerset-apples[^"]*)"', client.get("/library").text)[1]
    asked = client.get(f"/library/remove?report={report_id}").text
    assert "Remove this report?" in asked and "Keep it" in asked
    assert "somerset apples.txt" in client.get("/library").text
    page = finished(client, client.post("/library/remove", data={"report": report_id}))
    assert "<td>Removed</td>" in page.text
    assert "somerset apples.txt" not in client.get("/library").text
    assert not (settings.upload_folder / "somerset apples.txt").exists()


def test_file_that_cannot_be_read_is_not_kept_and_says_why(client, settings):
    good = b"A note on buses in Wiltshire.\n\nThe buses of Wiltshire carry ramps for wheelchairs on every route since 2021."
    page = add(client, ("broken.pdf", b"<html>sign in first</html>"), ("buses.txt", good))
    assert "Finished: 1 of 2 done." in page.text
    assert "a web page (perhaps an error message)" in page.text
    assert str(settings.upload_folder) not in page.text
    assert sorted(p.name for p in settings.upload_folder.iterdir() if p.is_file()) == ["buses.txt"]


def test_bad_version_of_a_file_leaves_the_good_one(client, settings):
    good = b"A note on ferries in Somerset.\n\nThe ferries of Somerset stop at noon on days when the tide is low."
    add(client, ("ferries.txt", good))
    page = add(client, ("ferries.txt", b""))
    assert "the file is empty" in page.text
    assert (settings.upload_folder / "ferries.txt").read_bytes() == good


def test_file_that_says_what_a_report_held_says_is_not_added_twice(client, settings):
    held = (settings.index.parent / "in" / "plain.txt").read_bytes()
    page = add(client, ("copy.txt", held))
    assert "<td>Not added</td>" in page.text and "the same file as" in page.text
    assert not (settings.upload_folder / "copy.txt").exists()
    assert str(settings.index.parent) not in page.text


@pytest.mark.parametrize(
    ("files", "status", "says"),
    [
        ([("a.exe", b"MZ")], 400, "this kind of file is not read"),
        ([("a.txt", b"x" * 1_200_000)], 413, "more than the 1 MB"),
        ([("a.txt", b"x"), ("a.txt", b"y")], 400, "two of the files have this name"),
        ([(f"{i}.txt", b"x") for i in range(21)], 400, "At most 20 at once"),
    ],
)
def test_wrong_upload_is_refused_with_the_reason_and_leaves_nothing(client, settings, files, status, says):
    page = add(client, *files)
    assert page.status_code == status and says in page.text
    incoming = settings.upload_folder / ".incoming"
    assert not incoming.exists() or not list(incoming.iterdir())


def test_names_of_files_cannot_leave_the_folder():
    assert safe_name("../../etc/My report (1).PDF") == "My report (1).pdf"
    assert safe_name("C:\\Users\\me\\leeds<2023>.docx") == "leeds-2023.docx"
    assert safe_name(".hidden.txt") == "hidden.txt"
    for bad in ("", "pdf", "...pdf", "README.md", "a.toml"):
        with pytest.raises(SendAssistantError):
            safe_name(bad)


def test_setting_says_who_may_change_the_library():
    for owner, may in (("local", True), ("account:anna", False), ("proxy:anna", False)):
        assert may_change(Settings(), owner) is may
        assert may_change(Settings(library_editors=("everyone",)), owner)
        assert not may_change(Settings(library_editors=("nobody",)), owner)
    some = Settings(library_editors=("Anna", "clara@example.org"))
    assert may_change(some, "account:anna") and may_change(some, "proxy:clara@example.org")
    assert not any(may_change(some, owner) for owner in ("account:ben", "proxy:anna", "local", "account:everyone"))
    assert not may_change(Settings(library_editors=("nobody",)), "account:nobody")


def test_those_who_may_not_see_no_form_and_are_refused(settings):
    import dataclasses

    from starlette.testclient import TestClient

    closed = dataclasses.replace(settings, library_editors=("nobody",))
    with TestClient(create_app(lambda: LibraryEngine(closed), closed), base_url="http://127.0.0.1") as client:
        html = client.get("/library").text
        assert "<form" not in html and "Remove" not in html
        assert client.post("/library/add", files={"files": ("a.txt", b"x")}).status_code == 403
        assert client.get("/library/remove?report=plain").status_code == 403
        assert client.post("/library/remove", data={"report": "plain"}).status_code == 403
        assert "plain.txt" in client.get("/library").text


def test_library_without_a_knowledge_base_says_how_to_begin(tmp_path):
    from starlette.testclient import TestClient

    empty = Settings(index=tmp_path / "none", upload_folder=tmp_path / "up", data=tmp_path / "data")
    with TestClient(create_app(lambda: None, empty), base_url="http://127.0.0.1") as client:
        html = client.get("/library").text
        assert "No knowledge base at" in html and "Add reports" in html
