"""A language model as judge: three opinions of each answer, with their spread. Advisory: no gate may rest on it.

Any chat model that langchain's `init_chat_model` knows ("ollama:llama3.1", "openai:gpt-4o-mini"); the model's package must be
installed. Each answer is judged three times because a judge's opinion varies (Zheng et al., "Judging LLM-as-a-Judge", 2023);
a wide spread says how little one opinion means. An opinion that cannot be read is left out, and none at all is unscored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from assistant.models import ModelError, failure, open_model
from assistant.prompts import load_prompt
from evals.measures.measure import Measure
from evals.trial import Score, Trial
from ingest.errors import SendAssistantError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OPINIONS = 3
WORST, BEST = 1, 5

MEASURES = (
    Measure("judge", "Judge (advisory)", lambda trial: None, "A language model's opinion, mean of three, from 0 (useless) to 1.", judges=False),
    Measure("judge_spread", "Judge's spread", lambda trial: None, "Largest difference between its three opinions of one answer.", judges=False),
)


def judge_with(name: str) -> Callable[[Trial], Mapping[str, Score]]:
    """Judges trials with a model named as `init_chat_model` names it; raises SendAssistantError where that cannot be."""
    try:
        return judge_by(open_model(name), name)
    except ModelError as error:
        raise SendAssistantError(f"--judge: {error}") from error


def judge_by(model: BaseChatModel, name: str = "that judges") -> Callable[[Trial], Mapping[str, Score]]:
    """Judges trials with a langchain chat model; an opinion that it fails to give raises ModelError."""
    prompt = load_prompt("judge")

    def reply_to(asked: str) -> str:
        try:
            return str(model.invoke(asked).content)
        except Exception as error:
            raise failure(error, name) from None

    def judge(trial: Trial) -> Mapping[str, Score]:
        asked = prompt.fill(
            question=trial.case.question,
            earlier="\n".join(trial.case.turns) or "none",
            expected=_expected(trial),
            answer=trial.answer.text,
        )
        found = [opinion for _ in range(OPINIONS) if (opinion := read_opinion(reply_to(asked))) is not None]
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
