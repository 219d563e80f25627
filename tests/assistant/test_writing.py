"""Answers that a scripted language model writes over made-up reports: what is shown, and what a reader is told."""

import dataclasses
import time

import pytest

from assistant.answering import Assistant
from assistant.render import as_markdown, as_text
from assistant.writing import Writer
from assistant.written import WrittenAssistant
from tests.scripted import Scripted

WAITS = "How long do families in Torbay wait for an occupational therapist?"
TRUE = "Families in Torbay wait 41 weeks on average for a first appointment [{}]."


@pytest.fixture(scope="module")
def assistant(held):
    with Assistant.open(held) as opened:
        yield opened


def number(messages, begins: str) -> int:
    """The number under which the model was given the passage with some words."""
    given = messages[1].content.split("<passage ")
    return next(n for n, passage in enumerate(given) if begins in passage)


def saying(text: str):
    """A reply in which {} is the number of the passage on 41 weeks, {bus} that on the minibus, and so on."""

    def reply(messages):
        numbers = {}
        for name, begins in (
            ("waits", "41 weeks"),
            ("village", "village hall"),
            ("bus", "minibus"),
            ("count", "count the pupils"),
            ("know", "does not know how many"),
        ):
            if begins in messages[1].content:
                numbers[name] = number(messages, begins)
        return text.replace("{}", str(numbers.get("waits", 1))).format(**numbers)

    return reply


def written(assistant, model, question=WAITS, turns=(), **settings):
    settings = dataclasses.replace(assistant.settings, writer="scripted:one", **settings)
    return WrittenAssistant(assistant, Writer(settings, model)).ask(question, turns)


def test_a_supported_sentence_is_shown_with_the_quote_it_rests_on(assistant):
    answer = written(assistant, Scripted.saying(saying(TRUE)))
    (point,) = answer.points
    assert point.written and point.text == "Families in Torbay wait 41 weeks on average for a first appointment."
    assert [c.quote for c in point.citations] == [
        "Families wait 41 weeks on average for a first appointment with an occupational therapist."
    ]
    assert answer.citations == point.citations and answer.citations[0].number == 1
    assert answer.text == "Families in Torbay wait 41 weeks on average for a first appointment. [1]"
    assert (answer.writing.model, answer.writing.sentences, answer.writing.failed) == ("scripted:one", 1, "")
    assert [(used.name, used.version, len(used.sha256)) for used in answer.writing.prompts] == [("answer", 2, 64)]


def test_written_words_are_told_from_quotes(assistant):
    for told in (as_text, as_markdown):
        shown = told(written(assistant, Scripted.saying(saying(TRUE))))
        assert "“Families in Torbay" not in shown and "Families in Torbay wait 41 weeks" in shown
        assert "“Families wait 41 weeks on average for a first appointment with an occupational therapist.”" in shown
        assert "Written by scripted:one; each sentence was checked against the quotes it cites." in shown


def test_a_wrong_figure_is_taken_out_and_the_reader_told(assistant):
    answer = written(assistant, Scripted.saying(saying(TRUE + " Others wait 90 weeks [{}].")))
    assert "90" not in answer.text and answer.writing.removed == 1
    assert "One sentence was taken out: the reports do not support it." in answer.writing.notices


def test_an_unsupported_sentence_gives_way_to_the_quote_it_should_have_rested_on(assistant):
    answer = written(
        assistant,
        Scripted.saying(saying(TRUE + " In Rutland families wait two weeks for occupational therapy [{village}].")),
        "How long do families wait for occupational therapy in Torbay and in Rutland?",
    )
    quotes = [point for point in answer.points if not point.written and not point.ours]
    assert "two weeks" not in answer.text
    assert [("nine weeks" in point.text, len(point.citations)) for point in quotes] == [(True, 1)]
    assert answer.writing.replaced == 1 and "“" in answer.text


def test_numbers_that_no_passage_has_are_taken_out_and_counted(assistant):
    answer = written(assistant, Scripted.saying(saying(TRUE.replace("[{}]", "[{}, 77][88]"))))
    assert answer.writing.unknown_citations == 2 and "77" not in answer.text and "88" not in answer.text
    assert "2 citations were taken out: no passage has those numbers." in answer.writing.notices


def test_a_sentence_without_a_citation_is_not_shown(assistant):
    answer = written(assistant, Scripted.saying(saying(TRUE + " The partnership is admired across England.")))
    assert "admired" not in answer.text and answer.writing.removed == 1


def test_a_model_that_cites_nothing_gives_the_quoted_answer(assistant):
    answer = written(assistant, Scripted.saying("Families in Torbay wait 41 weeks on average for a first appointment."))
    assert not any(point.written for point in answer.points)
    assert answer.text == assistant.ask(WAITS).text
    assert (
        "did not say which passages its sentences rest on. The answer is made of quotes instead."
        in answer.writing.failed
    )


def test_words_in_quotation_marks_are_the_reports_or_the_sentence_goes(assistant):
    right = written(
        assistant,
        Scripted.saying(saying("Families in Torbay “wait 41 weeks on average” for a first appointment [{}].")),
    )
    wrong = written(
        assistant,
        Scripted.saying(saying(TRUE + " Families in Torbay “wait 41 endless weeks” for a first appointment [{}].")),
    )
    assert right.points[0].written and "“wait 41 weeks on average”" in right.text
    assert "endless" not in wrong.text


def test_the_first_line_answers_even_where_the_model_begins_elsewhere(assistant):
    answer = written(
        assistant,
        Scripted.saying(
            saying("The partnership does not know how many pupils are on part-time timetables [{know}]. " + TRUE)
        ),
    )
    assert "41 weeks" in answer.points[0].text


def test_answers_grow_by_sentences_that_are_checked(assistant):
    model = Scripted.saying(
        saying(TRUE + " Others wait 90 weeks [{}]. Many families buy private help [{}]. That is all.")
    )
    settings = dataclasses.replace(assistant.settings, writer="scripted:one")
    sizes, taken = [], []
    for answer in WrittenAssistant(assistant, Writer(settings, model)).ask_written(WAITS):
        assert all(point.citations for point in answer.points) and "90" not in answer.text
        sizes.append(len(answer.points))
        taken.append(len(model.streamed))
    assert sizes == [1, 2, 2]
    assert taken[0] < taken[1] < taken[2], "a sentence is shown while the model still writes"


def ended_early(model, seconds: float = 5.0) -> bool:
    """Whether the one stream of a model was ended before it was done, which takes a moment."""
    end = time.monotonic() + seconds
    while not model.closed and time.monotonic() < end:
        time.sleep(0.01)
    return model.closed == 1


def test_closing_the_answer_stops_the_model(assistant):
    model = Scripted.saying(saying(TRUE + " Many buy private help instead [{}]." * 40))
    growing = WrittenAssistant(
        assistant, Writer(dataclasses.replace(assistant.settings, writer="scripted:one"), model)
    ).ask_written(WAITS)
    next(growing)
    growing.close()
    assert ended_early(model) and len(model.streamed) < 30


def test_sentences_that_rest_on_parts_of_one_quote_share_its_number(assistant):
    first = "Families in Torbay wait 41 weeks on average for a first appointment, and many buy private help [{}]."
    answer = written(assistant, Scripted.saying(saying(f"{first} {TRUE}")))
    assert [point.written for point in answer.points] == [True, True]
    assert [[c.number for c in point.citations] for point in answer.points] == [[1], [1]] and len(answer.citations) == 1


def test_a_model_that_goes_on_and_on_is_stopped(assistant):
    model = Scripted.saying(saying(TRUE + " ".join(f"Sentence {n} says nothing [{{}}]." for n in range(500))))
    answer = written(assistant, model)
    assert answer.writing.sentences <= 14 and ended_early(model)


def test_a_model_that_says_the_same_twice_is_shown_once(assistant):
    answer = written(assistant, Scripted.saying(saying(TRUE + " " + TRUE)))
    assert len(answer.points) == 1 and answer.writing.sentences == 1


@pytest.mark.parametrize(
    "reply, says",
    [
        (ConnectionRefusedError("sk-secret"), "cannot be reached (is its server running?)"),
        (TimeoutError("sk-secret"), "did not finish within 60 seconds"),
        ("", "wrote nothing"),
        ("The passages do not answer this.", "found no answer in the passages"),
        ("Families wait 99 weeks [1].", "could be checked against the reports"),
    ],
)
def test_a_model_that_fails_gives_the_quoted_answer_with_the_reason(assistant, reply, says):
    answer = written(assistant, Scripted.saying(reply))
    assert says in answer.writing.failed and "sk-secret" not in repr(answer)
    assert dataclasses.replace(answer, writing=None, timings={}) == dataclasses.replace(
        assistant.ask(WAITS), timings={}
    )


def test_a_model_that_fails_midway_leaves_no_half_answer(assistant):
    def halfway(messages):
        raise OSError("cut off")

    class Broken(Scripted):
        def _stream(self, messages, **more):
            yield from list(super()._stream(messages, **more))
            raise OSError("cut off")

    answer = written(assistant, Broken.saying(saying(TRUE + " Many buy")))
    assert answer.writing.failed and not any(point.written for point in answer.points)


def test_a_package_that_is_not_installed_gives_the_quoted_answer(assistant):
    settings = dataclasses.replace(assistant.settings, writer="nobody:large")
    answer = WrittenAssistant(assistant, Writer(settings)).ask(WAITS)
    assert "needs the package langchain-nobody" in answer.writing.failed and answer.points


def test_a_slow_model_runs_out_of_time(assistant):
    answer = written(assistant, Scripted.saying(saying(TRUE * 3)), writer_seconds=1e-9)
    assert "did not finish within" in answer.writing.failed


@pytest.mark.parametrize(
    "question",
    [
        "List the recommendations for Rutland.",
        "What did the peers say about schools in Leeds?",
        "How many dragons live in Torbay harbour?",
        "",
    ],
)
def test_lists_and_refusals_stay_as_they_are_and_no_model_is_asked(assistant, question):
    model = Scripted.saying("Nonsense [1].")
    answer = written(assistant, model, question)
    assert answer.writing is None and model.asked == []
    assert answer.text == assistant.ask(question).text


def test_long_evidence_is_given_by_whole_passages_and_what_is_left_out_is_said(assistant):
    full, short = Scripted.saying(saying(TRUE)), Scripted.saying(saying(TRUE))
    whole = written(assistant, full)
    cut = written(assistant, short, writer_window=1400)
    given = short.asked[0][1].content
    assert whole.writing.left_out == 0
    assert cut.writing.left_out == full.asked[0][1].content.count("<passage ") - given.count("<passage ") > 0
    assert given.count("<passage ") == given.count("</passage>") > 0
    assert f"{cut.writing.left_out} passages" in " ".join(cut.writing.notices)


def test_a_window_too_small_for_any_passage_is_said(assistant):
    answer = written(assistant, Scripted.saying("x"), writer_window=900)
    assert "setting writer_window" in answer.writing.failed


def test_the_model_is_given_the_passages_as_data_with_where_they_are_from(assistant):
    model = Scripted.saying(saying(TRUE))
    written(assistant, model)
    system, human = model.asked[0]
    assert "Families wait" not in system.content and '<passage number="1" from="Torbay' in human.content
    assert human.content.strip().endswith(f"Question: {WAITS}")


THERAPY = [
    {"role": "user", "content": "How long do families wait for occupational therapy in Torbay?"},
    {"role": "assistant", "content": "41 weeks. Ask about Leeds."},
]


def test_a_follow_up_is_rewritten_from_the_persons_own_words(assistant):
    model = Scripted.saying(
        "How long do families wait for occupational therapy in Rutland?",
        saying("In Rutland, families wait nine weeks for an appointment [{village}]."),
    )
    answer = written(assistant, model, "And in Rutland?", THERAPY)
    assert "nine weeks" in answer.text and answer.question == "And in Rutland?"
    assert "Leeds" not in model.asked[0][1].content, "earlier answers hold the reports' words"
    assert "Question: How long do families wait for occupational therapy in Rutland?" in model.asked[1][1].content
    assert [used.name for used in answer.writing.prompts] == ["answer", "rewrite"]


@pytest.mark.parametrize(
    "rewritten",
    [
        "How long do families wait in Leeds?",
        "Is www.evil.example any good in Rutland?",
        "Who won the 1966 cup final in Rutland?",
        "",
    ],
)
def test_a_rewritten_question_that_asks_something_else_is_not_used(assistant, rewritten):
    model = Scripted.saying(rewritten, saying("In Rutland, families wait nine weeks for an appointment [{village}]."))
    answer = written(assistant, model, "And in Rutland?", THERAPY)
    asked = model.asked[1][1].content
    assert "Question: And in Rutland? (" in asked and "therapy" in asked.rpartition("Question:")[2]
    assert not rewritten or rewritten not in asked
    assert "nine weeks" in answer.text


def test_a_first_question_is_not_rewritten(assistant):
    model = Scripted.saying(saying(TRUE))
    written(assistant, model)
    assert len(model.asked) == 1


def test_a_comparison_keeps_what_is_said_of_the_side_that_is_not_held(assistant):
    model = Scripted.saying(saying("In Rutland, families wait nine weeks for a first appointment [{village}]."))
    answer = written(assistant, model, "Compare waits for occupational therapy in Leeds and Rutland.")
    assert [point.written for point in answer.points] == [True, False]
    assert answer.points[1].ours and answer.points[1].text == "Leeds: No report on this area is held."
    assert answer.status == "partial"
