"""Opens a chat model by name, and says in plain words why one cannot be used."""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING

from ingest.errors import SendAssistantError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PACKAGES = {"ollama": "langchain_ollama", "openai": "langchain_openai", "anthropic": "langchain_anthropic"}
"Providers that are tried and tested; others of `init_chat_model` work where their package is installed."
KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
"Where a provider's key is read from, and nowhere else."
EXAMPLE = "ollama:llama3.1, openai:gpt-4o-mini or openai:my-model@http://127.0.0.1:8000/v1"
LONGEST_ANSWER = 800
"Tokens that are kept free for what a model writes."
STATUS = {
    401: "refused the key",
    403: "refused the key",
    404: "knows no model of this name",
    429: "has had too many requests, or the account is used up",
}
"What a server's status means to a reader."


class ModelError(SendAssistantError):
    """A language model that cannot be used, or that failed."""


def open_model(name: str, seconds: float = 60.0, window: int = 8192, retries: int = 2) -> BaseChatModel:
    """The chat model of a name, 'provider:model' or 'openai:model@address'; raises ModelError. Nothing is sent yet.

    `seconds`: how long a server may be silent; `window`: tokens of question and answer together, for servers that must
    be told; `retries`: how often a client may ask again by itself.
    """
    provider, _, model = name.partition(":")
    if not provider or not model:
        raise ModelError(f"{name!r} names no language model: name provider and model, such as {EXAMPLE}.")
    model, _, address = model.partition("@http") if provider == "openai" else (model, "", "")
    package = PACKAGES.get(provider, f"langchain_{provider}")
    if not package.isidentifier() or importlib.util.find_spec(package) is None:
        missing = f"The language model {shown(name)} needs the package {package.replace('_', '-')}."
        extra = 'pip install -c .constraints.txt -e ".[models]"'
        how = f"It comes with: {extra}" if provider in PACKAGES else "Install it beside this one."
        raise ModelError(f"{missing} {how}")
    options: dict[str, object] = {}
    if provider == "ollama":
        # Without num_ctx its server cuts what does not fit a window of its own, and says nothing.
        options = {
            "client_kwargs": {"timeout": seconds},
            "num_ctx": window,
            "num_predict": LONGEST_ANSWER,
            "temperature": 0,
        }
    elif provider in PACKAGES:
        options = {"timeout": seconds, "max_retries": retries}
    if address:
        options["base_url"] = "http" + address
    if provider in KEYS and not os.environ.get(KEYS[provider]):
        if not address and not os.environ.get("OPENAI_BASE_URL" if provider == "openai" else ""):
            raise ModelError(f"The language model {shown(name)} needs a key. Set {KEYS[provider]} in the environment.")
        options["api_key"] = "none"  # a server of one's own asks for none, but the client insists on one
    from langchain.chat_models import init_chat_model

    try:
        return init_chat_model(model, model_provider=provider, **options)
    except Exception as error:  # providers raise what they like; their words may hold a key or an address
        why = f"cannot be opened ({type(error).__name__})"
        raise ModelError(f"The language model {shown(name)} {why}. Name provider and model, such as {EXAMPLE}.") from None


def shown(name: str) -> str:
    """A model's name as readers see it: without the address of its server."""
    return name.partition("@http")[0]


def failure(error: Exception, name: str, seconds: float = 60.0) -> ModelError:
    """What a reader is told of an error that a model raised; never the error's own words, which may hold a key."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    status = getattr(error, "status_code", None)
    if isinstance(error, ModelError):
        return error
    if status in STATUS:
        what = STATUS[status]
    elif any("Timeout" in kind for kind in kinds):
        what = f"did not finish within {seconds:g} seconds"
    elif isinstance(status, int) and status > 0:
        what = f"failed (status {status})"
    elif isinstance(error, OSError) or kinds & {"ConnectError", "APIConnectionError", "TransportError"}:
        what = "cannot be reached (is its server running?)"
    elif isinstance(error, ValueError):
        what = "sent nothing that can be read (is its address right?)"
    else:
        what = f"failed ({type(error).__name__})"
    return ModelError(f"The language model {shown(name)} {what}.")
