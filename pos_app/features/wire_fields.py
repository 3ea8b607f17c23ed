"""Read the protobuf wire format field by field, without a schema.

Two model files carry what we need as protobuf: the mesh geometry inside the landmark bundle and the
graph of the feature model. Their schemas would each bring a heavy dependency for a few fields.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from pos_app.errors import PosError


class WireFormatError(PosError):
    """The bytes are not a protobuf message."""


class WireType(IntEnum):
    """How a field's value is laid out."""

    VARINT = 0
    FIXED64 = 1
    LENGTH_DELIMITED = 2
    FIXED32 = 5


@dataclass(frozen=True, slots=True)
class WireField:
    """One field: its number, its value's bytes, and `whole`, the field with its key and length."""

    number: int
    kind: WireType
    value: memoryview
    whole: memoryview


def read_fields(message: bytes | memoryview) -> Iterator[WireField]:
    """Yield the fields of `message` in order, as views of it.

    Raises `WireFormatError` where the message is cut short or uses an unknown layout.
    """
    view = memoryview(message)
    at = 0
    while at < len(view):
        key, value_at = _read_varint(view, at)
        kind = _kind_of(key & 7)
        start, end = _value_span(view, value_at, kind)
        if end > len(view):
            raise WireFormatError("a field reaches past the end of its message")
        yield WireField(key >> 3, kind, view[start:end], view[at:end])
        at = end


def encode_length_delimited(number: int, content: bytes) -> bytes:
    """Return a length-delimited field with `content`."""
    key = number << 3 | WireType.LENGTH_DELIMITED
    return _encode_varint(key) + _encode_varint(len(content)) + content


def encode_number(number: int, value: int) -> bytes:
    """Return a field with a whole number from 0."""
    return _encode_varint(number << 3 | WireType.VARINT) + _encode_varint(value)


def _kind_of(code: int) -> WireType:
    try:
        return WireType(code)
    except ValueError as cause:
        raise WireFormatError("a field has an unknown layout") from cause


def _value_span(view: memoryview, at: int, kind: WireType) -> tuple[int, int]:
    if kind is WireType.VARINT:
        return at, _read_varint(view, at)[1]
    if kind is WireType.LENGTH_DELIMITED:
        length, start = _read_varint(view, at)
        return start, start + length
    return at, at + (8 if kind is WireType.FIXED64 else 4)


def _read_varint(view: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(view[at : at + 10]):
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return value, at + index + 1
    raise WireFormatError("a number does not end")


def _encode_varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
