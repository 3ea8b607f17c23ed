"""Protobuf is read field by field; whatever is not protobuf is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.features.onnx_graph import without_initialiser_inputs
from pos_app.features.wire_fields import (
    WireFormatError,
    WireType,
    encode_length_delimited,
    read_fields,
)


def test_every_layout_is_read_in_order() -> None:
    message = b"\x08\x96\x01" + b"\x12\x02hi" + b"\x1d\x00\x00\x80\x3f" + b"\x21" + bytes(8)
    fields = list(read_fields(message))
    assert [(field.number, field.kind) for field in fields] == [
        (1, WireType.VARINT),
        (2, WireType.LENGTH_DELIMITED),
        (3, WireType.FIXED32),
        (4, WireType.FIXED64),
    ]
    assert bytes(fields[1].value) == b"hi"
    assert b"".join(field.whole for field in fields) == message


@given(st.integers(1, 5000), st.binary(max_size=300))
def test_what_is_written_is_read_back(number: int, content: bytes) -> None:
    (field,) = read_fields(encode_length_delimited(number, content))
    assert (field.number, bytes(field.value)) == (number, content)


@given(st.binary(max_size=60))
def test_noise_is_read_or_refused_but_never_anything_else(noise: bytes) -> None:
    try:
        whole = b"".join(field.whole for field in read_fields(noise))
    except WireFormatError:
        return
    assert whole == noise


@pytest.mark.parametrize("message", [b"\x12\x05hi", b"\x0b", b"\xff" * 12, b"\x08"])
def test_a_truncated_or_odd_message_is_refused(message: bytes) -> None:
    with pytest.raises(WireFormatError):
        list(read_fields(message))


def test_weights_leave_the_inputs_of_a_graph_and_nothing_else_changes() -> None:
    def named(number: int, name: bytes) -> bytes:
        return encode_length_delimited(number, name)

    weight = encode_length_delimited(5, named(8, b"w"))
    inputs = [encode_length_delimited(11, named(1, name)) for name in (b"data", b"w")]
    output = encode_length_delimited(12, named(1, b"out"))
    version = b"\x08\x06"
    model = version + encode_length_delimited(7, b"".join([weight, *inputs, output]))
    tidy = version + encode_length_delimited(7, weight + inputs[0] + output)
    assert without_initialiser_inputs(model) == tidy
