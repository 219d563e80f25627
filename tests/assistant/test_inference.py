"""The option of a model for natural language inference: what of it is used, and what is said where it is none."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from assistant.inference import load_nli
from ingest.errors import SendAssistantError


def put(monkeypatch, labels=None, fails=None):
    """Puts a stand-in in the place of sentence-transformers, whose import alone takes ten seconds."""

    class CrossEncoder:
        def __init__(self, name, device):
            if fails:
                raise fails
            self.model = SimpleNamespace(config=SimpleNamespace(id2label=labels))

        def predict(self, pairs, apply_softmax, show_progress_bar):
            assert apply_softmax and pairs == [("It rains.", "It is wet.")]
            return np.array([[0.1, 0.2, 0.7]])

    monkeypatch.setitem(sys.modules, "sentence_transformers", SimpleNamespace(CrossEncoder=CrossEncoder))


def test_the_probability_is_that_of_entailment_wherever_the_model_has_it(monkeypatch):
    put(monkeypatch, {0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"})
    assert load_nli("a-model")("It rains.", "It is wet.") == pytest.approx(0.7)


def test_a_model_of_another_kind_is_refused(monkeypatch):
    put(monkeypatch, {0: "LABEL_0"})
    with pytest.raises(SendAssistantError, match="no label 'entailment' .its labels: label_0"):
        load_nli("a-model")


def test_a_model_that_is_not_there_is_named(monkeypatch):
    put(monkeypatch, fails=OSError("gone"))
    with pytest.raises(SendAssistantError, match="nli: a-model is not a cross-encoder that can be opened"):
        load_nli("a-model")
