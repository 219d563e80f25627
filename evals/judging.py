"""A language model as judge: three opinions of each answer, with their spread. Advisory: no gate may rest on it.

Any chat model that langchain's `init_chat_model` knows ("ollama:llama3.1", "openai:gpt-4o-mini"); the model's package must be
installed. Each answer is judged three times because a judge's opinion varies (Zheng et al., "Judging LLM-as-a-Judge", 2023);
a wide spread says how little one opinion means. An opinion that cannot be read is left out, and none at all is unscored.
"""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING

from evals.measures.measure import Measure
from evals.trial import Score, Trial
from ingest.errors import SendAssistantError
from ingest.settings import ROOT

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OPINIONS = 3
WORST, BEST = 1, 5
PROMPT = ROOT / "prompts" / "judge.toml"
PACKAGES = {"ollama": "langchain_ollama", "openai": "langchain_openai", "anthropic": "langchain_anthropic"}

MEASURES = (
    Measure("judge", "Judge (advisory)", lambda trial: None, "A language model's opinion, mean of three, from 0 (useless) to 1.", judges=False),
    Measure("judge_spread", "Judge's spread", lambda trial: None, "Largest difference between its three opinions of one answer.", judges=False),
)


@dataclass(frozen=True)
class Prompt:
    """A prompt file."""

    name: str
    version: int
    template: Template

    @classmethod
    def load(cls) -> Prompt:
        """The judge's prompt; an error names what the file lacks."""
        fields = tomllib.loads(PROMPT.read_text(encoding="utf-8"))
        template = Template(fields["text"])
        if set(template.get_identifiers()) != set(fields["variables"]):
            raise SendAssistantError(f"{PROMPT}: the variables declared are not those of the text. Mend the file.")
        return cls(PROMPT.stem, fields["version"], template)


def judge_with(name: str) -> Callable[[Trial], Mapping[str, Score]]:
    """Judges trials with a model named as `init_chat_model` names it; raises SendAssistantError where that cannot be."""
    provider = name.partition(":")[0]
    if not name.partition(":")[2]:
        raise SendAssistantError(f"--judge {name}: name provider and model, such as ollama:llama3.1")
    package = PACKAGES.get(provider, f"langchain_{provider}")
    if importlib.util.find_spec(package) is None:
        raise SendAssistantError(f"--judge {name}: needs the package {package.replace('_', '-')}. Install it beside this one.")
    from langchain.chat_models import init_chat_model

    try:
        return judge_by(init_chat_model(name))
    except (ImportError, ValueError) as error:
        raise SendAssistantError(f"--judge {name}: cannot be used ({error}). Name provider and model, such as ollama:llama3.1") from error


def judge_by(model: BaseChatModel) -> Callable[[Trial], Mapping[str, Score]]:
    """Judges trials with a langchain chat model."""
    prompt = Prompt.load()

    def judge(trial: Trial) -> Mapping[str, Score]:
        asked = prompt.template.substitute(
            question=trial.case.question,
            earlier="\n".join(trial.case.turns) or "none",
            expected=_expected(trial),
            answer=trial.answer.text,
        )
        found = [opinion for _ in range(OPINIONS) if (opinion := read_opinion(str(model.invoke(asked).content))) is not None]
        return {
            "judge": sum(found) / len(found) if found else None,
            "judge_spread": max(found) - min(found) if len(found) > 1 else None,
        }

    return judge


def read_opinion(reply: str) -> float | None:
    """A mark from 1 to 5 as 0 to 1: the last "SCORE: n" of a reply; None where there is none."""
    found = re.findall(r"score\W{0,5}([1-5])\b(?!\s*[-–.]\s*\d)", reply, re.IGNORECASE)
    return (int(found[-1]) - WORST) / (BEST - WORST) if found else None


def _expected(trial: Trial) -> str:
    if not trial.case.answerable:
        return "The reports do not answer this. A right answer says so."
    facts = [fact if isinstance(fact, str) else " or ".join(fact) for fact in trial.case.facts]
    return "\n".join([f"- says: {fact}" for fact in facts] + [f"- rests on: {gold.quote}" for gold in trial.case.gold])
