"""Programs sign in with an account's name and password, under the page's lock-out and limits, and under /api only."""

import dataclasses
import threading

import pytest
from fake_engine import FakeEngine
from starlette.testclient import TestClient

from assistant.access import account_owner
from assistant.accounts import Accounts
from assistant.history import History
from assistant.server import create_app
from ingest.settings import Settings

PASSWORDS = {"anna": "lantern-otter-gravel", "ben": "teapot-cloud-bicycle"}
SITE = "https://send.example.org"
FAR = ("203.0.113.9", 50000)
QUESTION = {"question": "How well?"}

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")


@pytest.fixture(autouse=True)
def hashed(monkeypatch) -> list:
    """Hashes that cost nothing; gives the list of those that were compared."""
    from argon2 import PasswordHasher

    compared = []

    class Counting(PasswordHasher):
        def verify(self, *given):
            compared.append(given)
            return super().verify(*given)

    monkeypatch.setattr(Accounts, "_hasher", Counting(time_cost=1, memory_cost=8, parallelism=1))
    return compared


@pytest.fixture
def settings(tmp_path) -> Settings:
    settings = Settings(data=tmp_path / "data", host="0.0.0.0", certificate="given", certificate_key="given")
    for name, password in PASSWORDS.items():
        Accounts(settings.data).add(name, password)
    return settings


@pytest.fixture
def far(settings, monkeypatch):
    """A program elsewhere, by https. Without gradio's page, which takes half a second to make and is not needed."""
    monkeypatch.setattr("assistant.server.mount_page", lambda *_, **__: None)
    with TestClient(create_app(FakeEngine, settings), base_url=SITE, client=FAR) as client:
        yield client


def as_(name: str, password: str = "") -> tuple[str, str]:
    return name, password or PASSWORDS[name]


def detail(answer, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["detail"]


def test_a_program_signs_in_with_each_request(far):
    answer = far.post("/api/ask", json=QUESTION, auth=as_("anna"))
    assert answer.status_code == 200 and answer.json()["status"] == "answered"
    assert "set-cookie" not in answer.headers
    assert far.get("/api/reports", auth=as_(" Anna ", PASSWORDS["anna"])).status_code == 200


@pytest.mark.parametrize("path", ["reports", "openapi.json", "nothing"])
def test_without_signing_in_nothing_is_reached_and_a_program_is_told_how(far, path):
    refused = far.get(f"/api/{path}")
    assert "HTTP Basic" in detail(refused, 401)
    assert refused.headers["www-authenticate"].startswith('Basic realm="')


@pytest.mark.parametrize("header", ["Basic", "Basic ???", "Basic bm9jb2xvbg==", "Basic /////w==", "Bearer YTpi", ""])
def test_a_header_that_is_no_name_and_password_is_refused(far, header):
    refused = far.get("/api/reports", headers={"authorization": header})
    assert "not understood" in detail(refused, 401) and "www-authenticate" in refused.headers


def test_many_requests_cost_one_hash_and_count_as_one_sign_in(far, hashed):
    answers = []
    asking = [
        threading.Thread(target=lambda: answers.append(far.get("/api/reports", auth=as_("anna")).status_code))
        for _ in range(12)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(10)
    assert answers == [200] * 12 and len(hashed) == 1


def test_wrong_passwords_lock_the_name_for_programs_and_for_the_page(far):
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        assert left in detail(far.get("/api/reports", auth=as_("anna", "wrong")), 401)
    assert "Too many wrong passwords" in detail(far.get("/api/reports", auth=as_("anna", "wrong")), 401)
    assert "in 15 minutes" in detail(far.get("/api/reports", auth=as_("anna")), 401)
    page = far.post("/sign-in", data={"name": "anna", "password": PASSWORDS["anna"]})
    assert page.status_code == 403 and "in 15 minutes" in page.text
    assert far.get("/api/reports", auth=as_("ben")).status_code == 200


def test_a_name_that_is_locked_is_locked_for_a_program_that_was_let_in_before(far):
    assert far.get("/api/reports", auth=as_("anna")).status_code == 200
    for _ in range(5):
        far.post("/sign-in", data={"name": "anna", "password": "wrong"})
    assert "in 15 minutes" in detail(far.get("/api/reports", auth=as_("anna")), 401)


def test_a_changed_password_and_a_removed_account_count_at_once(far, settings):
    for name in PASSWORDS:
        assert far.get("/api/reports", auth=as_(name)).status_code == 200
    Accounts(settings.data).set_password("anna", "another-long-password")
    Accounts(settings.data).remove("ben")
    for name in PASSWORDS:
        assert "do not go together" in detail(far.get("/api/reports", auth=as_(name)), 401)


def test_one_address_may_not_try_name_after_name_here_and_on_the_page(far):
    for number in range(10):
        far.get("/api/reports", auth=as_(f"name{number}", "wrong"))
        far.post("/sign-in", data={"name": f"other{number}", "password": "wrong"})
    refused = far.get("/api/reports", auth=as_("anna"))
    assert "20 sign-ins a minute are the most" in detail(refused, 429) and refused.headers["retry-after"]


def test_passwords_are_not_taken_over_plain_http_from_elsewhere(settings, hashed):
    app = create_app(FakeEngine, settings)
    with TestClient(app, base_url="http://send.example.org", client=FAR) as client:
        assert "https only" in detail(client.get("/api/reports", auth=as_("anna")), 400)
    assert hashed == []


def test_a_password_with_the_request_opens_no_page(far):
    for path in ("/", "/conversations", "/library", "/config", "/gradio_api/info"):
        refused = far.get(path, auth=as_("anna"))
        assert refused.status_code == 401, path
        assert "www-authenticate" not in refused.headers


def test_who_signed_in_on_the_page_uses_the_api_too(far):
    session = far.post("/sign-in", data={"name": "anna", "password": PASSWORDS["anna"]}, follow_redirects=False)
    far.cookies.clear()
    cookie = {"cookie": session.headers["set-cookie"].split(";")[0]}
    assert far.post("/api/ask", json=QUESTION, headers=cookie).status_code == 200
    assert far.post("/api/ask", json=QUESTION, headers={**cookie, "origin": "https://evil.example"}).status_code == 403
    assert far.get("/api/openapi.json", headers=cookie).json()["security"] == [{"account": []}]


def test_what_one_person_asks_is_neither_kept_nor_counted_for_another(settings):
    slow = dataclasses.replace(settings, questions_per_minute=1)
    engine = FakeEngine()
    with TestClient(create_app(lambda: engine, slow), base_url=SITE, client=FAR) as client:
        assert client.post("/api/ask", json=QUESTION, auth=as_("anna")).status_code == 200
        assert "1 questions a minute" in detail(client.post("/api/ask", json=QUESTION, auth=as_("anna")), 429)
        theirs = client.post("/api/ask", json={"question": "And now?"}, auth=as_("ben"))
        assert theirs.status_code == 200
        # The follow-up of one has nothing of what the other asked.
        assert engine.asked == [("How well?", []), ("And now?", [])]
    history = History(settings.data)
    assert not any(history.list(account_owner(name)) for name in PASSWORDS)


def test_the_same_limit_counts_what_a_person_asks_on_the_page_and_here(settings):
    from test_access import Served, ask

    served = Served(dataclasses.replace(settings, questions_per_minute=1), FakeEngine())
    try:
        ask(served.person("anna"), "How well?", "tab1")
        import httpx

        refused = httpx.post(f"{served.address}/api/ask", json=QUESTION, auth=as_("anna"))
        assert "1 questions a minute" in detail(refused, 429)
    finally:
        served.stop()


def test_a_proxy_names_the_person_and_a_password_is_not_looked_at(tmp_path, hashed):
    settings = Settings(data=tmp_path, user_header="X-User", trusted_proxies=("198.51.100.7",), host="0.0.0.0")
    with TestClient(create_app(FakeEngine, settings), base_url=SITE, client=("198.51.100.7", 1)) as client:
        assert client.post("/api/ask", json=QUESTION, headers={"x-user": "anna"}).status_code == 200
        assert "X-User" in detail(client.post("/api/ask", json=QUESTION, auth=as_("anna")), 401)
    assert hashed == []
