"""The header, the blinded hashes and the signed decision have one encoding each."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from facepay.canonical import decode_fields, encode_fields
from facepay.errors import MalformedFieldError, SignatureInvalidError
from facepay.identifiers import (
    AcceptorId,
    ApprovalCode,
    OperationId,
    OrderId,
    ParticipantId,
    PaymentId,
    RetrievalReferenceNumber,
    TerminalId,
)
from facepay.message_header import MessageHeader, Purpose, truncate_to_milliseconds
from facepay.money import Money
from facepay.payment_decision import PaymentDecision, PaymentState, SignedDecision
from facepay.payment_fields import PaymentFields, notice_hash
from facepay.response_code import ResponseCode

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "message_header.json").read_text(encoding="utf-8")
)

HEADER = MessageHeader(
    suite_id=1,
    purpose=Purpose.ROUTE_PROBE,
    terminal_id=TerminalId("TILL0001"),
    signing_key_id=bytes(range(16)),
    operation_id=OperationId(bytes(range(16, 32))),
    counter=7,
    sent_at=datetime(2026, 3, 2, 2, 0, 0, 123000, tzinfo=UTC),
    nonce=bytes(16),
    challenge_nonce=bytes(32),
    epoch=3,
    model_id="sface-2021dec",
    commitments=(b"\x01" * 32, b"\x02" * 32, b"\x03" * 32),
    payment_hash=b"\x04" * 32,
    notice_hash=b"\x05" * 32,
    body_hash=b"\x06" * 32,
)
FIELDS = PaymentFields(
    acceptor_id=AcceptorId("ACCEPTOR0000001"),
    terminal_id=TerminalId("TILL0001"),
    order_id=OrderId("order-1"),
    amount=Money(1230),
    acquirer_id=ParticipantId("10000001"),
)
DECISION = PaymentDecision(
    payment_id=PaymentId(bytes(range(16))),
    payment_hash=b"\x04" * 32,
    operation_id=OperationId(bytes(range(16, 32))),
    state=PaymentState.APPROVED,
    response_code=ResponseCode.APPROVED,
    rrn=RetrievalReferenceNumber("606100000001"),
    approval_code=ApprovalCode("A1B2C3"),
    decided_at=datetime(2026, 3, 2, 2, 0, 1, 5000, tzinfo=UTC),
)


def test_a_header_has_the_bytes_of_its_vector() -> None:
    assert HEADER.to_bytes().hex() == VECTORS["header"]


def test_a_payment_hash_has_the_bytes_of_its_vector() -> None:
    assert FIELDS.hash(b"\x07" * 32).hex() == VECTORS["payment_hash"]


def test_a_decision_has_the_bytes_of_its_vector() -> None:
    assert DECISION.to_bytes().hex() == VECTORS["decision"]


def test_a_header_is_read_back_as_it_was() -> None:
    assert MessageHeader.from_bytes(HEADER.to_bytes()) == HEADER


def test_a_header_without_optional_parts_is_read_back_as_it_was() -> None:
    bare = replace(
        HEADER, challenge_nonce=b"", commitments=(), payment_hash=b"", notice_hash=b"", model_id=""
    )
    assert MessageHeader.from_bytes(bare.to_bytes()) == bare


@given(st.integers(0, len(HEADER.to_bytes()) - 1))
def test_a_truncated_header_is_refused(length: int) -> None:
    with pytest.raises(MalformedFieldError):
        MessageHeader.from_bytes(HEADER.to_bytes()[:length])


@given(st.integers(0, len(HEADER.to_bytes()) - 1), st.integers(1, 255))
def test_a_changed_byte_gives_another_header_or_none(position: int, change: int) -> None:
    """No two byte strings read as one header: an altered one is refused or different."""
    altered = bytearray(HEADER.to_bytes())
    altered[position] ^= change
    with contextlib.suppress(MalformedFieldError):
        assert MessageHeader.from_bytes(bytes(altered)) != HEADER


@pytest.mark.parametrize(
    "change",
    [
        {"suite_id": -1},
        {"counter": 2**63},
        {"nonce": b""},
        {"challenge_nonce": b"\x00"},
        {"model_id": "x" * 65},
        {"commitments": (b"\x01" * 32,)},
        {"payment_hash": b"\x01"},
        {"body_hash": b""},
        {"sent_at": datetime(2026, 3, 2)},  # noqa: DTZ001 - the missing zone is the point
    ],
)
def test_a_field_out_of_range_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(MalformedFieldError):
        replace(HEADER, **change)  # type: ignore[arg-type]


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=8))
def test_fields_are_read_back_as_they_were(fields: list[bytes]) -> None:
    assert decode_fields(encode_fields(fields), count=len(fields)) == tuple(fields)


def test_one_field_too_many_is_refused() -> None:
    with pytest.raises(MalformedFieldError):
        decode_fields(encode_fields([b"a", b"b"]), count=1)


def test_fields_beyond_any_need_are_refused() -> None:
    with pytest.raises(MalformedFieldError):
        decode_fields(encode_fields([bytes(20_000)]), count=1)


@pytest.mark.rule("AUT-02")
@pytest.mark.parametrize(
    "change",
    [
        {"amount": Money(1231)},
        {"order_id": OrderId("order-2")},
        {"acceptor_id": AcceptorId("ACCEPTOR0000002")},
        {"terminal_id": TerminalId("TILL0002")},
        {"acquirer_id": ParticipantId("10000002")},
    ],
)
def test_every_payment_field_is_bound_by_the_hash(change: dict[str, object]) -> None:
    other = replace(FIELDS, **change)  # type: ignore[arg-type]
    assert other.hash(b"\x07" * 32) != FIELDS.hash(b"\x07" * 32)


def test_the_blinding_hides_equal_payments() -> None:
    assert FIELDS.hash(b"\x07" * 32) != FIELDS.hash(b"\x08" * 32)


def test_a_blinding_of_another_length_is_refused() -> None:
    with pytest.raises(MalformedFieldError):
        FIELDS.hash(b"short")
    with pytest.raises(MalformedFieldError):
        notice_hash("1", bytes(32), b"short")


def test_a_verified_decision_is_read_back_as_it_was() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signed = SignedDecision(DECISION.to_bytes(), bytes(16), key.sign(DECISION.to_bytes()))
    assert signed.verify(key.public_key()) == DECISION


def test_a_decline_turned_into_an_approval_is_refused() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    decline = replace(
        DECISION,
        state=PaymentState.DECLINED,
        response_code=ResponseCode.INSUFFICIENT_FUNDS,
        rrn=None,
        approval_code=None,
    )
    forged = SignedDecision(DECISION.to_bytes(), bytes(16), key.sign(decline.to_bytes()))
    with pytest.raises(SignatureInvalidError):
        forged.verify(key.public_key())


@pytest.mark.parametrize("bad", [b"", b"\x00\x00\x00\x01", encode_fields([b""] * 9)])
def test_bytes_that_are_no_decision_are_refused(bad: bytes) -> None:
    with pytest.raises(MalformedFieldError):
        PaymentDecision.from_bytes(bad)


def test_times_are_carried_in_whole_milliseconds() -> None:
    exact = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)
    assert truncate_to_milliseconds(exact).microsecond == 123000


@pytest.mark.parametrize("state", list(PaymentState))
def test_only_ended_payments_hold_no_money(state: PaymentState) -> None:
    ended = {"DECLINED", "EXPIRED", "CANCELLED", "REVERSED"}
    assert state.is_final_without_money == (state.name in ended)
