"""Fixed-order, length-prefixed fields: the one encoding of everything that is hashed or signed.

Each field is a four-byte big-endian length and its bytes. Order is fixed by the caller, nothing is
optional (an absent field is empty), and nothing may follow, so one value has exactly one encoding.
"""

from collections.abc import Sequence

from facepay.errors import MalformedFieldError

ENCODED_MAX_BYTES = 16_384
"""More than any header or decision needs; a longer input is refused before it is read."""


def encode_fields(fields: Sequence[bytes]) -> bytes:
    """Return `fields` one after another, each behind its length."""
    return b"".join([len(field).to_bytes(4) + field for field in fields])


def decode_fields(encoded: bytes, *, count: int) -> tuple[bytes, ...]:
    """Return exactly `count` fields.

    Raises `MalformedFieldError` if the input is too long, truncated, or holds fewer or more.
    """
    fields = decode_field_list(encoded, count_max=count)
    if len(fields) != count:
        raise MalformedFieldError(f"expected {count} fields")
    return fields


def decode_field_list(encoded: bytes, *, count_max: int) -> tuple[bytes, ...]:
    """Return however many fields there are, at most `count_max`; raises as `decode_fields`."""
    if len(encoded) > ENCODED_MAX_BYTES:
        raise MalformedFieldError("encoded fields are too long")
    fields: list[bytes] = []
    rest = encoded
    while rest:
        length = int.from_bytes(rest[:4])
        if len(rest) < 4 + length or len(fields) == count_max:
            raise MalformedFieldError("encoded fields are truncated or too many")
        fields.append(rest[4 : 4 + length])
        rest = rest[4 + length :]
    return tuple(fields)
