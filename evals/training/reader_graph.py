"""The reader's model with the same weights in fewer steps, for one question and sentence a run.

As exported, attention is some fifty steps a layer (shapes, mask, transposing), and the last layer works out every token,
of which only the first is read. Here attention is one step, onnxruntime's MultiHeadAttention, without a mask, since a
single pair has no padding; and the last layer is worked out for the first token.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx

MASK = "attention_mask"


def one_pair_model(file: Path) -> bytes:
    """The model in `file`, as train_reader quantises it, for runs of one pair: `attention_mask` is no input."""
    import onnx

    model = onnx.load(str(file))
    graph = model.graph
    try:
        for softmax in [node for node in graph.node if node.op_type == "Softmax"]:
            _join_attention(graph, softmax)
        _first_token_alone(graph)
    except (StopIteration, IndexError) as error:
        raise ValueError(f"{file} has other steps than train_reader writes; {__name__} must be taught them.") from error
    _drop_unused(graph)
    graph.input.remove(next(given for given in graph.input if given.name == MASK))
    model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    return model.SerializeToString()


def _maker(graph: onnx.GraphProto, output: str) -> onnx.NodeProto:
    """The step that makes a value."""
    return next(node for node in graph.node if output in node.output)


def _users(graph: onnx.GraphProto, value: str, kind: str) -> list[onnx.NodeProto]:
    """The steps of a kind that take a value."""
    return [node for node in graph.node if node.op_type == kind and value in node.input]


def _number(graph: onnx.GraphProto, name: str) -> float:
    """The first number of a constant."""
    import onnx

    return float(onnx.numpy_helper.to_array(_maker(graph, name).attribute[0].t).ravel()[0])


def _join_attention(graph: onnx.GraphProto, softmax: onnx.NodeProto) -> None:
    """Puts one step in the place of a layer's attention, from the projected queries, keys and values to the heads' results."""
    import onnx

    nearness = _maker(graph, _maker(graph, softmax.input[0]).input[0])
    scale, projected = 1.0, []
    for name in nearness.input:  # query and key, each turned and scaled
        scaled = _maker(graph, name)
        scale *= _number(graph, scaled.input[1])
        reshaped = _maker(graph, _maker(graph, scaled.input[0]).input[0])
        projected.append(reshaped.input[0])
    result = _users(graph, _users(graph, softmax.output[0], "Where")[0].output[0], "MatMul")[0]
    projected.append(_maker(graph, _maker(graph, result.input[1]).input[0]).input[0])
    width_of_head = _number(graph, _maker(graph, reshaped.input[1]).input[-1])
    bias = next(given for given in graph.initializer if given.name in _maker(graph, projected[0]).input)
    for kind in ("Reshape", "Transpose", "Reshape"):
        result = _users(graph, result.output[0], kind)[0]
    joined = onnx.helper.make_node(
        "MultiHeadAttention", projected, [result.output[0]], domain="com.microsoft",
        num_heads=int(bias.dims[0] / width_of_head), scale=scale,
    )  # fmt: skip
    place = list(graph.node).index(result)
    graph.node.remove(result)
    graph.node.insert(place, joined)


def _first_token_alone(graph: onnx.GraphProto) -> None:
    """Has the last layer asked for its first token only; keys and values are those of all tokens."""
    import numpy as np
    import onnx

    last = [node for node in graph.node if node.op_type == "MultiHeadAttention"][-1]
    scaled = _maker(graph, next(name for name in _maker(graph, last.input[0]).input if name.endswith("MatMul_output_0")))
    product = _maker(graph, _maker(graph, scaled.input[0]).input[0])
    quantised = _maker(graph, product.input[0])
    all_tokens = quantised.input[0]
    place = list(graph.node).index(quantised)
    graph.initializer.extend(onnx.numpy_helper.from_array(np.array([n]), f"first_token_{n}") for n in (0, 1))
    added = [
        onnx.helper.make_node("Slice", [all_tokens, "first_token_0", "first_token_1", "first_token_1"], ["first_token"]),
        onnx.helper.make_node("DynamicQuantizeLinear", ["first_token"], [f"first_token_{part}" for part in ("values", "scale", "zero")]),
    ]
    product.input[0], product.input[2] = "first_token_values", "first_token_zero"
    _maker(graph, scaled.input[1]).input[0] = "first_token_scale"
    beside = _users(graph, all_tokens, "Add")[0]  # what the attention's result is added to
    beside.input[list(beside.input).index(all_tokens)] = "first_token"
    for node in reversed(added):
        graph.node.insert(place, node)


def _drop_unused(graph: onnx.GraphProto) -> None:
    """Takes out every step whose result nothing takes any more."""
    needed = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    del graph.node[:]
    graph.node.extend(reversed(kept))
