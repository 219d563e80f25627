"""Who gets in, and that one person never reaches what is another's: over HTTP, through page, queue and file routes."""

import io
import json
import threading
import zipfile

import httpx
import pytest
from fake_engine import FakeEngine
from starlette.testclient import TestClient

from assistant.access import COOKIE, LOCAL, account_owner, mode_of
from assistant.accounts import Accounts
from assistant.cli import main
from assistant.history import History
from assistant.server import create_app, listen, serve
from ingest.errors import SettingsError
from ingest.settings import Settings

PASSWORDS = {"anna": "lantern-otter-gravel", "ben": "teapot-cloud-bicycle"}
SITE = "https://send.example.org"
FAR = ("203.0.113.9", 50000)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Hashes that cost nothing; their strength is the library's default and not tested here."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(Accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def with_accounts(tmp_path) -> Settings:
    """Settings of a chat that two people have accounts of."""
    settings = Settings(data=tmp_path / "data", host="0.0.0.0", certificate="given", certificate_key="given")
    for name, password in PASSWORDS.items():
        Accounts(settings.data).add(name, password)
    return settings


def sign_in(client: httpx.Client, name: str, password: str | None = None, **fields) -> httpx.Response:
    form = {"name": name, "password": password or PASSWORDS[name], **fields}
    return client.post("/sign-in", data=form, follow_redirects=False)


def dialogue(engine: FakeEngine) -> list[int]:
    """How many earlier turns each question came with."""
    return [len(turns) for _, turns in engine.asked]


class Served:
    """A chat on a real socket of this machine, and people who reach it by http."""

    def __init__(self, settings: Settings, engine: FakeEngine) -> None:
        import uvicorn

        self.engine = engine
        self._socket = listen("127.0.0.1", 8060)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = create_app(lambda: engine, settings)
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning", proxy_headers=False))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def person(self, name: str) -> httpx.Client:
        """Someone signed in. Browsers send Secure cookies to this machine by http; httpx has to be told."""
        client = httpx.Client(base_url=self.address, timeout=20)
        answer = sign_in(client, name)
        assert answer.status_code == 303, answer.text
        client.headers["cookie"] = answer.headers["set-cookie"].split(";")[0]
        return client


@pytest.fixture
def served(with_accounts):
    served = Served(with_accounts, FakeEngine())
    yield served
    served.stop()


def ask(client: httpx.Client, question: str, session: str) -> list[dict]:
    """Puts a question through the queue as the page does; gives the messages until it is done."""
    config = client.get("/config").json()
    parts = {part["id"]: part for part in config["components"]}
    named = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
    [event] = [d for d in config["dependencies"] if [named["send"], "click"] in [list(t) for t in d["targets"]]]
    data = [question if i == named["question"] else parts[i]["props"].get("value") for i in event["inputs"]]
    body = {
        "data": data,
        "fn_index": event["id"],
        "session_hash": session,
        "trigger_id": named["send"],
        "event_data": None,
    }
    client.post("/gradio_api/queue/join", json=body).raise_for_status()
    return listen_to(client, session)


def listen_to(client: httpx.Client, session: str) -> list[dict]:
    messages = []
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:"):
                messages.append(json.loads(line.removeprefix("data:")))
                if messages[-1]["msg"] in ("process_completed", "unexpected_error", "heartbeat"):
                    break
    return messages


def kept_of(served: Served, settings: Settings, name: str):
    return History(settings.data).list(account_owner(name))


def test_an_answer_through_the_queue_is_kept_for_the_person_who_asked(served, with_accounts):
    done = ask(served.person("anna"), "How well?", "tab1")
    assert done[-1]["success"] and "Young people said" in json.dumps(done)
    [kept] = kept_of(served, with_accounts, "anna")
    assert kept.title == "How well?"
    assert kept_of(served, with_accounts, "ben") == []


def test_a_page_session_goes_on_for_its_person_and_begins_anew_for_another(served, with_accounts):
    anna, ben = served.person("anna"), served.person("ben")
    ask(anna, "How well?", "tab1")
    ask(anna, "And in Oxhaven?", "tab1")
    ask(ben, "And here?", "tab1")
    assert dialogue(served.engine) == [0, 2, 0]
    assert [kept.questions for kept in kept_of(served, with_accounts, "anna")] == [2]
    assert [kept.title for kept in kept_of(served, with_accounts, "ben")] == ["And here?"]


def test_messages_of_a_page_session_reach_nobody_else(served):
    anna, ben = served.person("anna"), served.person("ben")
    release = threading.Event()
    answered, asked = served.engine.ask, threading.Event()

    def slow(question, turns=(), filters=None):
        asked.set()
        release.wait(10)
        return answered(question, turns)

    served.engine.ask = slow
    heard = []
    waiting = threading.Thread(target=lambda: heard.extend(ask(anna, "A private matter?", "tab1")))
    waiting.start()
    assert asked.wait(10)
    overheard = listen_to(ben, "tab1")
    ben.post("/gradio_api/cancel", json={"session_hash": "tab1", "fn_index": 0, "event_id": "0"})
    release.set()
    waiting.join(15)
    assert "A private matter" in json.dumps(heard) and heard[-1]["success"]
    assert "A private matter" not in json.dumps(overheard) and overheard[-1].get("session_not_found")


def test_files_of_a_conversation_are_for_its_owner_only(served, with_accounts):
    anna, ben = served.person("anna"), served.person("ben")
    ask(anna, "How well?", "tab1")
    [kept] = kept_of(served, with_accounts, "anna")
    address = f"/conversations/{kept.id}/paper"
    own = anna.get(f"{address}.docx")
    assert own.status_code == 200 and "attachment" in own.headers["content-disposition"]
    assert own.headers["cache-control"] == "no-store"
    assert b"Young people said" in zipfile.ZipFile(io.BytesIO(own.content)).read("word/document.xml")
    assert f"<{served.address}/?q=How+well%3F>" in anna.get(f"{address}.md").text
    assert anna.get(f"{address}.html").headers["content-type"].startswith("text/html")
    nobody = httpx.Client(base_url=served.address)
    for suffix in ("docx", "md", "html"):
        theirs = ben.get(f"{address}.{suffix}")
        assert theirs.status_code == 404 and "no such conversation" in theirs.text
        assert theirs.text == ben.get(f"/conversations/made-up/paper.{suffix}").text
        assert nobody.get(f"{address}.{suffix}").status_code == 401


def test_one_answer_of_a_conversation_can_be_taken(served, with_accounts):
    anna = served.person("anna")
    ask(anna, "How well?", "tab1")
    ask(anna, "What about buses?", "tab1")
    [kept] = kept_of(served, with_accounts, "anna")
    address = f"/conversations/{kept.id}/paper.md"
    assert anna.get(address).text.startswith("# Evidence on 2 questions")
    second = anna.get(address, params={"turn": 2}).text
    assert second.startswith("# What about buses?") and "?q=What+about+buses%3F&after=How+well%3F>" in second
    for turn in ("0", "3", "x", "²"):
        assert anna.get(address, params={"turn": turn}).status_code == 404
    assert anna.get(address.replace(".md", ".exe")).status_code == 404


def test_gradios_own_ways_to_store_and_fetch_files_are_closed_to_everyone(served):
    anna, ben = served.person("anna"), served.person("ben")
    uploaded = anna.post("/gradio_api/upload", files={"files": ("mine.txt", b"private")})
    assert uploaded.status_code == 404
    for path in (
        "file=/etc/hostname",
        "file=mine.txt",
        "file/mine.txt",
        "upload_progress?upload_id=1",
        "stream/a/1/2/playlist-file",
        "api/ask",
        "call/ask",
        "call/v2/ask",
        "component_server",
        "queue/status",
        "proxy=http://x/",
        "runs",
        "deep_link",
    ):
        assert ben.get(f"/gradio_api/{path}").status_code == 404, path
        assert ben.post(f"/gradio_api/{path}", json={}).status_code == 404, path
    for path in ("/login", "/logout", "/monitoring", "/monitoring/summary"):
        assert ben.get(path).status_code == 404, path


def test_the_way_around_the_queue_is_closed_for_questions(served):
    anna = served.person("anna")
    events = anna.get("/config").json()["dependencies"]
    for event in events:
        body = {"data": ["How well?", None, None], "fn_index": event["id"], "session_hash": "tab1"}
        answer = anna.post("/gradio_api/run/predict", json=body)
        # The menus do without the queue; no answer comes of them.
        assert answer.status_code in (404, 500) or event["targets"][0][1] == "choose"
    assert served.engine.asked == []


def test_without_signing_in_nothing_is_reached(served):
    nobody = httpx.Client(base_url=served.address, follow_redirects=False)
    for path in (
        "/config",
        "/page.js",
        "/theme.css",
        "/gradio_api/info",
        "/gradio_api/queue/data?session_hash=a",
        "/nothing",
        "/gradio_api/heartbeat/a",
    ):
        refused = nobody.get(path)
        assert refused.status_code == 401 and "not signed in" in refused.json()["detail"], path
    assert (
        nobody.post("/gradio_api/queue/join", json={"session_hash": "a", "fn_index": 0, "data": []}).status_code == 401
    )
    page = nobody.get("/?q=How+well%3F&area=Marlshire", headers={"accept": "text/html,*/*"})
    assert page.status_code == 303
    assert page.headers["location"] == "/sign-in?next=%2F%3Fq%3DHow%2Bwell%253F%26area%3DMarlshire"
    assert "content-security-policy" in page.headers


def test_a_made_up_session_is_nobodys(served):
    for cookie in (f"{COOKIE}=", f"{COOKIE}=made-up", f"{COOKIE}=anna"):
        assert httpx.get(f"{served.address}/config", headers={"cookie": cookie}).status_code == 401


def test_after_signing_out_the_session_opens_nothing(served):
    anna = served.person("anna")
    assert anna.get("/config").status_code == 200
    gone = anna.post("/sign-out", follow_redirects=False)
    assert gone.status_code == 303 and gone.headers["location"] == "/sign-in"
    assert anna.get("/config").status_code == 401


@pytest.fixture
def far(with_accounts):
    """A browser elsewhere, by https."""
    with TestClient(create_app(FakeEngine, with_accounts), base_url=SITE, client=FAR) as client:
        yield client


def test_the_cookie_is_secure_for_this_host_and_out_of_reach_of_scripts(far):
    cookie = sign_in(far, "anna").headers["set-cookie"]
    name, _, attributes = cookie.partition("=")
    assert name.startswith("__Host-")
    given = {part.strip().lower() for part in attributes.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/", "max-age=43200"} <= given
    assert "domain" not in cookie.lower()


def test_signing_in_leads_to_the_page_that_was_wanted_but_never_elsewhere(far):
    assert sign_in(far, "anna", next="/?q=How").headers["location"] == "/?q=How"
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "", "/a\r\nb: c"):
        assert sign_in(far, "anna", next=elsewhere).headers["location"] == "/"


def test_the_page_to_sign_in_has_labels_and_repeats_no_markup(far):
    page = far.get("/sign-in?next=/%3Fq%3D%22%3E%3Cscript%3E").text
    assert '<label for="name">' in page and '<label for="password">' in page
    assert "<script" not in page
    failed = sign_in(far, '"><script>', "wrong").text
    assert "<script" not in failed and 'role="alert"' in failed


def test_wrong_passwords_lock_the_name_with_a_plain_message(far):
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        refused = sign_in(far, "anna", "wrong")
        assert refused.status_code == 403 and left in refused.text
    assert "Too many wrong passwords" in sign_in(far, "anna", "wrong").text
    locked = sign_in(far, "anna")
    assert locked.status_code == 403 and "in 15 minutes" in locked.text and "set-cookie" not in locked.headers
    assert sign_in(far, "ben").status_code == 303


def test_one_address_may_not_try_name_after_name(far):
    for number in range(20):
        sign_in(far, f"name{number}", "wrong")
    refused = sign_in(far, "anna")
    assert refused.status_code == 429 and "20 sign-ins a minute are the most" in refused.text


def test_passwords_are_not_taken_over_plain_http_from_elsewhere(with_accounts):
    with TestClient(create_app(FakeEngine, with_accounts), base_url="http://send.example.org", client=FAR) as client:
        refused = sign_in(client, "anna")
        assert refused.status_code == 400 and "https" in refused.text


def test_a_form_that_is_no_form_is_refused(far):
    assert far.post("/sign-in", content=b"x" * 20_000).status_code == 413
    assert far.post("/sign-in", content=b"\xff\xfe").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "https://other.example.org"},
    ],
)
def test_what_another_web_site_sends_is_refused(far, headers):
    sign_in(far, "anna")
    body = {"session_hash": "a", "fn_index": 0, "data": []}
    assert far.post("/gradio_api/queue/join", json=body, headers=headers).status_code == 403
    assert far.post("/sign-out", headers=headers).status_code == 403


def test_a_link_from_another_web_site_opens_the_page(far):
    sign_in(far, "anna")
    assert far.get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code == 200
    assert far.post("/sign-out", headers={"origin": SITE}, follow_redirects=False).status_code == 303


def test_too_many_requests_to_the_queue_are_told_when_to_go_on(with_accounts):
    import dataclasses

    slow = dataclasses.replace(with_accounts, questions_per_minute=1)
    with TestClient(create_app(FakeEngine, slow), SITE, raise_server_exceptions=False, client=FAR) as client:
        sign_in(client, "anna")
        body = {"session_hash": "a", "fn_index": 10_000, "data": []}
        for session in "abcd":  # another session of the same person counts as well
            assert client.post("/gradio_api/queue/join", json={**body, "session_hash": session}).status_code != 429
        refused = client.post("/gradio_api/queue/join", json=body)
        assert refused.status_code == 429 and refused.headers["retry-after"]
        assert "4 requests a minute are the most. Try again in" in refused.json()["detail"]
        sign_in(client, "ben")
        assert client.post("/gradio_api/queue/join", json=body).status_code != 429


def test_too_many_questions_are_answered_with_when_to_go_on_and_are_not_kept(with_accounts):
    import dataclasses

    served = Served(dataclasses.replace(with_accounts, questions_per_minute=1), FakeEngine())
    try:
        anna = served.person("anna")
        ask(anna, "How well?", "tab1")
        told = json.dumps(ask(anna, "And now?", "tab1"))
        assert "1 questions a minute are the most" in told
        assert dialogue(served.engine) == [0]
        assert [kept.questions for kept in kept_of(served, with_accounts, "anna")] == [1]
    finally:
        served.stop()


@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b'"x"'])
def test_a_request_that_names_no_session_is_refused(far, content):
    sign_in(far, "anna")
    assert far.post("/gradio_api/queue/join", content=content).status_code == 400


def test_an_oversized_request_is_refused(far):
    sign_in(far, "anna")
    assert far.post("/gradio_api/queue/join", content=b" " * 2_000_001).status_code == 413


def test_on_the_machine_itself_nobody_signs_in(tmp_path):
    settings = Settings(data=tmp_path)
    with TestClient(create_app(FakeEngine, settings), base_url="http://127.0.0.1") as client:
        assert client.get("/config").status_code == 200
        assert client.get("/sign-in").status_code == 404
        kept, _ = History(tmp_path).save(LOCAL, _exchange())
        assert client.get(f"/conversations/{kept}/paper.md").status_code == 200


def _exchange():
    from fake_engine import topic

    from assistant.page import Exchange

    return Exchange("q", topic("q"))


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_what_comes_through_a_proxy_is_refused_where_nobody_signs_in(tmp_path, header):
    with TestClient(create_app(FakeEngine, Settings(data=tmp_path)), base_url="http://127.0.0.1") as client:
        refused = client.get("/", headers={header: "198.51.100.1"})
        assert refused.status_code == 403 and "users add" in refused.text
        assert "content-security-policy" in refused.headers


@pytest.mark.parametrize(
    "changes", [{"host": "0.0.0.0"}, {"host": "::"}, {"host": "192.0.2.5"}, {"hosts": ("send.example.org",)}]
)
def test_it_does_not_start_for_other_machines_without_accounts(tmp_path, changes):
    with pytest.raises(SettingsError, match="users add NAME"):
        create_app(FakeEngine, Settings(data=tmp_path, **changes))


def test_the_command_refuses_to_serve_other_machines_without_accounts(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["chat", "--host", "0.0.0.0"]) == 1
    assert "--host 0.0.0.0" in capsys.readouterr().err


def test_accounts_are_asked_for_on_the_machine_itself_once_there_are_any(with_accounts):
    import dataclasses

    assert mode_of(dataclasses.replace(with_accounts, host="127.0.0.1"), Accounts(with_accounts.data)) == "accounts"


def proxied(tmp_path, **changes):
    settings = Settings(**{"data": tmp_path, "user_header": "X-User", "trusted_proxies": ("198.51.100.7",), **changes})
    return create_app(FakeEngine, settings)


def test_a_trusted_proxy_says_who_it_is(tmp_path):
    app = proxied(tmp_path, host="0.0.0.0")
    kept, _ = History(tmp_path).save("proxy:anna@example.org", _exchange())
    address = f"/conversations/{kept}/paper.md"
    with TestClient(app, base_url=SITE, client=("198.51.100.7", 1)) as client:
        assert client.get(address, headers={"x-user": "anna@example.org"}).status_code == 200
        assert client.get(address, headers={"x-user": "ben@example.org"}).status_code == 404
        refused = client.get(address)
        assert refused.status_code == 401 and "X-User" in refused.text
        twice = [("x-user", "anna@example.org"), ("x-user", "ben@example.org")]
        assert client.get(address, headers=twice).status_code == 401


def test_the_header_is_not_believed_from_anyone_else(tmp_path):
    with TestClient(proxied(tmp_path, host="0.0.0.0"), base_url=SITE, client=FAR) as client:
        for headers in ({"x-user": "anna"}, {"x-user": "anna", "x-forwarded-for": "198.51.100.7"}):
            assert client.get("/config", headers=headers).status_code == 401


def test_a_proxys_host_name_is_the_one_that_links_and_forms_are_compared_with(tmp_path):
    app = proxied(tmp_path, hosts=("send.example.org",))
    kept, _ = History(tmp_path).save("proxy:anna", _exchange())
    forwarded = {
        "x-user": "anna",
        "x-forwarded-host": "send.example.org",
        "x-forwarded-proto": "https",
        "x-forwarded-for": "203.0.113.9",
    }
    with TestClient(app, base_url="http://127.0.0.1:7860", client=("198.51.100.7", 1)) as client:
        paper = client.get(f"/conversations/{kept}/paper.md", headers=forwarded)
        assert "<https://send.example.org/?q=q>" in paper.text
        assert client.get("/config", headers={**forwarded, "x-forwarded-host": "evil.example"}).status_code == 400
        own = {**forwarded, "origin": "https://send.example.org"}
        assert (
            client.post("/gradio_api/queue/join", json={}, headers=own).status_code == 400
        )  # past the check of origin


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"trusted_proxies": ()}, "trusted_proxies is empty"), ({"trusted_proxies": ("my-proxy",)}, "'my-proxy'")],
)
def test_a_header_without_a_proxy_to_trust_is_refused_at_the_start(tmp_path, changes, said):
    with pytest.raises(SettingsError, match=said):
        proxied(tmp_path, **changes)


def test_half_a_certificate_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="go together"):
        serve(Settings(data=tmp_path, certificate="a.pem"))


def test_users_are_added_listed_changed_and_removed_from_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def users(*arguments, typed=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return main(["users", *arguments]), capsys.readouterr()

    assert users("add", "Anna", typed="short\n")[0] == 1
    assert users("add", "Anna", typed=PASSWORDS["anna"] + "\n")[0] == 0
    assert users("password", "anna", typed=PASSWORDS["ben"] + "\n")[0] == 0
    status, said = users("list")
    assert status == 0 and "anna\n" in said.out and "never signed in" in said.out and "1 account\n" in said.out
    accounts = Accounts(tmp_path / "assistant-data")
    accounts.sign_in("anna", PASSWORDS["ben"])
    History(tmp_path / "assistant-data").save(account_owner("anna"), _exchange())
    assert users("remove", "anna")[0] == 1 and len(accounts.list()) == 1
    status, said = users("remove", "anna", "--yes")
    assert status == 0 and "1 conversation." in said.out
    assert accounts.list() == [] and History(tmp_path / "assistant-data").list(account_owner("anna")) == []
