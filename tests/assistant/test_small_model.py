"""A real small language model, end to end: nothing unchecked is shown, however badly it writes."""

import dataclasses

from assistant.answering import Assistant
from assistant.check import problem
from assistant.writing import Writer
from assistant.written import WrittenAssistant
from tests.small_model import Small, served

QUESTIONS = (
    "How long do families in Torbay wait for an occupational therapist?",
    "What does the Rutland minibus cost a year?",
)


def test_a_real_model_ends_in_checked_or_quoted_answers(held):
    name = served()
    model = None if name else Small.load()
    # A window for a few passages keeps it to seconds; the model has minutes, as the machine may be busy.
    settings = dataclasses.replace(held, writer=name or "smollm2:135m", writer_window=1900, writer_seconds=600.0)
    with Assistant.open(held) as assistant:
        for question in QUESTIONS:
            answer = WrittenAssistant(assistant, Writer(settings, model)).ask(question)
            print(f"\n{question}\n{answer.text}\n{answer.writing}")
            assert answer.status == "answered" and answer.citations
            assert not [c for c in answer.citations if problem(c, assistant.view().knowledge.store)]
            assert all(point.citations or point.ours for point in answer.points)
            assert answer.writing.failed or any(point.written for point in answer.points)
