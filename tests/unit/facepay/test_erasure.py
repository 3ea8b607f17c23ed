"""A statement of erasure is read as it was written, and believed under its own party's key only."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from facepay.canonical import decode_fields, encode_fields
from facepay.erasure import ErasureStatement, verify_erasure
from facepay.errors import MalformedFieldError, SignatureInvalidError
from facepay.identifiers import ReferenceId

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STATEMENT = ErasureStatement(
    party=2,
    reference_ids=(ReferenceId(bytes(16)), ReferenceId(b"\1" * 16)),
    generation=7,
    erased_at=datetime(2026, 3, 2, 2, 5, 31, 250_000, UTC),
)


def test_a_statement_is_read_as_it_was_written() -> None:
    assert ErasureStatement.from_bytes(STATEMENT.to_bytes()) == STATEMENT


@pytest.mark.rule("CON-06")
def test_a_receipt_is_believed_under_its_partys_key_and_no_other() -> None:
    statement = STATEMENT.to_bytes()
    signature = KEY.sign(statement)
    verify_erasure(statement, signature, 2, KEY.public_key())
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    for party, key, signed in ((2, stranger, signature), (2, KEY.public_key(), bytes(64))):
        with pytest.raises(SignatureInvalidError):
            verify_erasure(statement, signed, party, key)
    with pytest.raises(SignatureInvalidError, match="another party"):
        verify_erasure(statement, signature, 3, KEY.public_key())


@pytest.mark.parametrize(
    ("field", "content"),
    [
        (0, b"other"),
        (1, b"\2\2"),
        (2, b"\0"),
        (3, b"soon"),
        (3, b"2026-03-02"),
        (4, b""),
        (4, b"x"),
    ],
)
def test_what_is_no_statement_is_refused(field: int, content: bytes) -> None:
    fields = list(decode_fields(STATEMENT.to_bytes(), count=5))
    fields[field] = content
    with pytest.raises(MalformedFieldError):
        ErasureStatement.from_bytes(encode_fields(fields))
