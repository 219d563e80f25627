"""The judge: what it is asked, what of its replies counts."""

import pytest
from langchain_core.language_models import FakeListChatModel

from evals.cases import Case, Gold
from evals.judging import judge_by, judge_with, read_opinion
from evals.trial import Trial
from ingest.errors import SendAssistantError
from tests.evals.made_answers import cited, quoted

GULL = "The keeper counts every gull."
CASE = Case(id="a", question="How many gulls?", facts=(("12", "twelve"),), gold=(Gold(document="islands", quote=GULL),))


@pytest.mark.parametrize(
    "reply, opinion",
    [("Good. SCORE: 5", 1.0), ("**Score**: 3", 0.5), ("Score: 2, no: SCORE: 1", 0.0), ("SCORE: 7", None), ("fine", None), ("SCORE: 1-5", None)],
)
def test_an_opinion_is_the_last_mark_of_a_reply(reply, opinion):
    assert read_opinion(reply) == opinion


def test_three_opinions_are_averaged_and_their_spread_is_kept():
    judge = judge_by(FakeListChatModel(responses=["SCORE: 5", "SCORE: 3", "SCORE: 4"]))
    assert judge(Trial(CASE, quoted(cited(GULL)), 0.1)) == {"judge": 0.75, "judge_spread": 0.5}


def test_a_model_that_cannot_be_read_leaves_the_case_unscored():
    judge = judge_by(FakeListChatModel(responses=["Well…"]))
    assert judge(Trial(CASE, quoted(cited(GULL)), 0.1)) == {"judge": None, "judge_spread": None}


def test_the_prompt_holds_the_question_what_is_right_and_the_answer():
    asked = []

    class Listening(FakeListChatModel):
        def invoke(self, given, *rest, **more):
            asked.append(given)
            return super().invoke(given, *rest, **more)

    judge_by(Listening(responses=["SCORE: 5"]))(Trial(CASE, quoted(cited(GULL)), 0.1))
    assert len(asked) == 3
    for words in ("How many gulls?", "says: 12 or twelve", f"rests on: {GULL}", f"“{GULL}” [1]"):
        assert words in asked[0]


@pytest.mark.parametrize("name, says", [("llama", "name provider and model"), ("nobody:x", "needs the package langchain-nobody")])
def test_a_model_that_cannot_be_used_says_what_to_do(name, says):
    with pytest.raises(SendAssistantError, match=says):
        judge_with(name)
