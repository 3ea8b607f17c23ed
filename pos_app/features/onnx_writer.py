"""Write a small ONNX model, without the onnx package: nodes, weights, one input and one output.

Field numbers are those of onnx.proto3 (IR version 8, operator set 13).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pos_app.features.wire_fields import encode_length_delimited, encode_number

_IR_VERSION, _OPERATOR_SET = 8, 13
_FLOAT = 1
_ATTRIBUTE_INT, _ATTRIBUTE_INTS = 2, 7

Attribute = int | Sequence[int]


class OnnxGraph:
    """Collects nodes in the order in which they run."""

    def __init__(self, input_name: str, input_shape: Sequence[int]) -> None:
        self._input = _value(input_name, input_shape)
        self._nodes: list[bytes] = []
        self._weights: list[bytes] = []

    def weight(self, name: str, values: NDArray[np.float32]) -> str:
        """Add constant numbers and return their name."""
        tensor = b"".join(encode_number(1, side) for side in values.shape)
        tensor += encode_number(2, _FLOAT) + _text(8, name)
        tensor += encode_length_delimited(9, np.ascontiguousarray(values, "<f4").tobytes())
        self._weights.append(encode_length_delimited(5, tensor))
        return name

    def node(
        self, kind: str, inputs: Sequence[str], attributes: Mapping[str, Attribute] | None = None
    ) -> str:
        """Add a node and return the name of its one output."""
        output = f"{kind.lower()}_{len(self._nodes)}"
        fields = b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, kind)
        for name, value in (attributes or {}).items():
            fields += encode_length_delimited(5, _attribute(name, value))
        self._nodes.append(encode_length_delimited(1, fields))
        return output

    def model(self, output: str, output_shape: Sequence[int]) -> bytes:
        """Return the model file that computes `output`."""
        graph = b"".join(self._nodes) + _text(2, "network") + b"".join(self._weights)
        graph += encode_length_delimited(11, self._input)
        graph += encode_length_delimited(12, _value(output, output_shape))
        operator_set = encode_number(2, _OPERATOR_SET)
        model = encode_number(1, _IR_VERSION) + encode_length_delimited(7, graph)
        return model + encode_length_delimited(8, operator_set)


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + encode_number(3, value) + encode_number(20, _ATTRIBUTE_INT)
    numbers = b"".join(encode_number(8, number) for number in value)
    return _text(1, name) + numbers + encode_number(20, _ATTRIBUTE_INTS)


def _value(name: str, shape: Sequence[int]) -> bytes:
    sides = b"".join(encode_length_delimited(1, encode_number(1, side)) for side in shape)
    tensor = encode_number(1, _FLOAT) + encode_length_delimited(2, sides)
    return _text(1, name) + encode_length_delimited(2, encode_length_delimited(1, tensor))


def _text(number: int, words: str) -> bytes:
    return encode_length_delimited(number, words.encode("ascii"))
