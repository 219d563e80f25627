"""The reader's model in fewer steps."""

import pytest

from evals.training.reader_graph import one_pair_model


def test_a_model_with_other_steps_is_named(tmp_path):
    from onnx import TensorProto, helper

    given, made = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("attention_mask", "score"))
    graph = helper.make_graph([helper.make_node("Identity", ["attention_mask"], ["score"])], "other", [given], [made])
    file = tmp_path / "reader.onnx"
    file.write_bytes(helper.make_model(graph).SerializeToString())
    with pytest.raises(ValueError, match="reader.onnx has other steps"):
        one_pair_model(file)
