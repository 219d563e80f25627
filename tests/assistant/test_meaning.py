"""How near sentences come to each concept of a question."""

import numpy as np

from assistant.meaning import Meaning
from assistant.understanding import Concept

WHEELCHAIRS = Concept("wheelchairs", ((("wheelchairs",), 1.0),), 0.8)
THERAPY = Concept("slt", ((("slt",), 1.0), (("speech", "therapy"), 1.0)), 0.6)
WAITS = Concept("waits", ((("waits",), 1.0),), 0.2)
TEXT = "waits for wheelchairs and slt (speech therapy)"
OFFSETS = ((0, 5), (6, 9), (10, 15), (15, 21), (22, 25), (26, 29), (31, 37), (38, 45))
"Tokens: waits, for, wheel, chairs, and, slt, speech, therapy."


def test_a_concept_comes_as_near_as_its_nearest_form_and_a_word_as_its_tokens_on_average():
    meaning = Meaning.of((WAITS, WHEELCHAIRS, THERAPY), TEXT, OFFSETS)
    # Sentence 1 speaks of speech therapy, sentence 2 of wheelchairs, both of waits.
    best = np.array([[0.9, 0.9], [0, 0], [0.2, 1.0], [0.4, 0.8], [0, 0], [0.1, 0.1], [0.8, 0.2], [1.0, 0.2]])
    mean, least = meaning.of_sentences(best)
    # (.2 * .9 + .8 * .3 + .6 * .9) / 1.6 and (.2 * .9 + .8 * .9 + .6 * .2) / 1.6
    assert np.allclose(mean, [0.6, 0.6375])
    # Waits tell little: they are not among the concepts of which the least near counts.
    assert np.allclose(least, [0.3, 0.2])


def test_a_question_without_concepts_is_near_to_nothing():
    mean, least = Meaning.of((), "and who", ((0, 3), (4, 7))).of_sentences(np.ones((2, 3)))
    assert mean.tolist() == least.tolist() == [0, 0, 0]
