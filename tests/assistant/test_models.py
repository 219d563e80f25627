"""Opening a chat model: every way in which it cannot be used is said in plain words, without keys."""

import httpx
import pytest

from assistant import models
from assistant.models import ModelError, failure, open_model, shown
from assistant.server import _warn_of_writer
from ingest.settings import Settings

KEY = "sk-secret-of-mine"


@pytest.fixture(autouse=True)
def no_keys(monkeypatch):
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "name, says",
    [
        ("llama3.1", "name provider and model, such as ollama:llama3.1"),
        ("ollama:", "name provider and model"),
        ("nobody:x", "needs the package langchain-nobody"),
        ("../evil:x", "needs the package"),
    ],
)
def test_a_model_that_cannot_be_named_says_what_to_do(name, says):
    with pytest.raises(ModelError, match=says):
        open_model(name)


@pytest.mark.parametrize("provider", sorted(models.PACKAGES))
def test_a_missing_provider_package_is_named_with_the_extra_that_brings_it(provider, monkeypatch):
    monkeypatch.setattr(models.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=rf"needs the package langchain-{provider}\. It comes with: pip install .*\[models\]"):
        open_model(f"{provider}:x")


@pytest.mark.parametrize("provider, variable", [("openai", "OPENAI_API_KEY"), ("anthropic", "ANTHROPIC_API_KEY")])
def test_a_missing_key_is_named(provider, variable, monkeypatch):
    monkeypatch.setattr(models.importlib.util, "find_spec", lambda name: True)
    with pytest.raises(ModelError, match=f"needs a key. Set {variable}"):
        open_model(f"{provider}:x")


def test_an_address_of_ones_own_needs_no_key():
    pytest.importorskip("langchain_openai")
    model = open_model("openai:mine@http://127.0.0.1:9/v1", seconds=5)
    assert model.openai_api_base == "http://127.0.0.1:9/v1" and model.model_name == "mine"


@pytest.mark.parametrize("name", ["openai:mine@http://127.0.0.1:9/v1", "ollama:llama3.1"])
def test_a_server_that_does_not_run_is_said_to_be_out_of_reach(name, monkeypatch):
    pytest.importorskip(models.PACKAGES[name.partition(":")[0]])
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    with pytest.raises(Exception) as raised:
        list(open_model(name, seconds=5).stream("hello"))
    assert "cannot be reached (is its server running?)" in str(failure(raised.value, name))


class Refused(Exception):
    def __init__(self, status_code):
        super().__init__(f"Incorrect API key provided: {KEY}")
        self.status_code = status_code


@pytest.mark.parametrize(
    "error, says",
    [
        (Refused(401), "refused the key"),
        (Refused(404), "knows no model of this name"),
        (Refused(429), "too many requests"),
        (Refused(500), "status 500"),
        (httpx.ReadTimeout(KEY), "did not finish within 7 seconds"),
        (httpx.ConnectError(KEY), "is its server running"),
        (ConnectionRefusedError(KEY), "is its server running"),
        (ZeroDivisionError(KEY), r"failed \(ZeroDivisionError\)"),
    ],
)
def test_a_failure_is_told_in_plain_words_that_hold_no_key(error, says):
    told = failure(error, "openai:gpt", 7)
    assert KEY not in str(told)
    with pytest.raises(ModelError, match=says):
        raise told


def test_readers_do_not_see_where_a_server_is():
    assert shown("openai:mine@http://10.0.0.7:8000/v1") == "openai:mine"


def test_whoever_starts_the_chat_is_told_at_once_what_the_model_lacks(monkeypatch, capsys):
    monkeypatch.setattr(models.importlib.util, "find_spec", lambda name: True)
    _warn_of_writer(Settings(writer="openai:x"))
    told = "The language model openai:x needs a key. Set OPENAI_API_KEY in the environment. "
    assert capsys.readouterr().out == told + "Until that is put right all answers are made of quotes.\n"
