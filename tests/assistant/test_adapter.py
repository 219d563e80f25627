"""The adapter turns a question's vector, and leaves the vectors of other models alone."""

import numpy as np
import pytest

from assistant.adapter import SENTENCES, TITLES, adapted
from ingest.encode import load_encoder


@pytest.fixture(scope="module")
def encoder():
    return load_encoder()


@pytest.mark.parametrize("towards", [SENTENCES, TITLES])
def test_an_adapted_vector_has_length_one(encoder, towards):
    vector = adapted(encoder.encode_queries(["can my son get help to talk?"])[0], encoder.name, towards)
    assert vector.shape == (encoder.dimension,) and np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_another_models_vectors_stay_as_they_are(encoder):
    vector = encoder.encode_queries(["help with talking"])[0]
    assert adapted(vector, "some other model") is vector


def test_everyday_words_come_nearer_to_the_field_s(encoder):
    asked, said, other = encoder.encode_queries([
        "my lad struggles to talk, who will see him?",
        "Access to speech and language therapy is variable across the partnership.",
        "A lad who talks to anyone sells ice cream on the quay."])
    turned = adapted(asked, encoder.name)
    assert turned @ said - turned @ other > asked @ said - asked @ other
