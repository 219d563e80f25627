"""The reader, over the model that is shipped."""

import pytest

from assistant.reading import FOLDER, load_reader

QUESTION = "How long do families wait for speech therapy?"
SENTENCES = (
    "Families wait 41 weeks for speech therapy.",
    "Health: Children see a speech and language therapist within six weeks of being referred, which parents welcome.",
    "Buses are late.",
    "Leaders publish a booklet on toilet training that nurseries across the bay find useful, and they ask parents about it every term.",
)


@pytest.fixture(scope="module")
def reader():
    return load_reader()


def test_what_answers_scores_above_0_and_what_does_not_below(reader):
    waits, _, buses, booklet = reader.scores(QUESTION, SENTENCES)
    assert waits > 0 > max(buses, booklet)


def test_a_sentences_score_is_the_same_in_any_company(reader):
    together = reader.scores(QUESTION, SENTENCES)
    assert reader.scores(QUESTION, SENTENCES[::-1]) == together[::-1]
    assert [score for sentence in SENTENCES for score in reader.scores(QUESTION, [sentence])] == together


def test_the_model_takes_no_mask_and_does_attention_in_one_step_a_layer():
    import onnx

    graph = onnx.load(str(FOLDER / "reader.onnx")).graph
    kinds = [node.op_type for node in graph.node]
    assert kinds.count("MultiHeadAttention") == 6 and not {"Softmax", "Where", "Transpose"} & set(kinds)
    assert {given.name for given in graph.input} == {"input_ids", "token_type_ids"}
