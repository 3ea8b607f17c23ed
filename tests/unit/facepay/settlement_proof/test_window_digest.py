"""A window digest is read back as it was written, and nothing else is taken for one."""

from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from facepay.canonical import decode_fields, encode_fields
from facepay.errors import MalformedFieldError, SignatureInvalidError
from facepay.money import Money
from facepay.payment_decision import SignedDecision
from facepay.settlement_proof.position_commitment import zero_sum_opening
from facepay.settlement_proof.transfer_leaf import SharedFacts, Side, SideFacts, transfer_leaf
from facepay.settlement_proof.window_digest import (
    AccountTotals,
    WindowDigest,
    hash_accounts,
    positions_sum_to_zero,
    verify_window_digest,
)
from tests.fakes.ports import START

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
DIGEST = WindowDigest(
    window=7,
    business_date=date(2026, 3, 2),
    previous=b"\1" * 32,
    transfer_count=5,
    transfers_root=b"\2" * 32,
    accounts_hash=b"\3" * 32,
    zero_sum=b"\4" * 384,
)
FACTS = SharedFacts(42, "POST", "payment", "606100000002", Money(12_50), 41, 0, START)
DEBIT = SideFacts(Side.DEBIT, "30000001/POSITION/CNY")
CREDIT = SideFacts(Side.CREDIT, "20000001/POSITION/CNY", "ACCEPTOR0000001", "POS00001", "O-1")


def signed(content: bytes) -> SignedDecision:
    return SignedDecision(content, bytes(16), KEY.sign(content))


@given(
    st.integers(1, 2**63), st.dates(), st.integers(0, 2**63), st.binary(min_size=32, max_size=32)
)
def test_a_digest_is_read_back(window: int, day: date, count: int, root: bytes) -> None:
    digest = replace(
        DIGEST, window=window, business_date=day, transfer_count=count, transfers_root=root
    )
    assert verify_window_digest(signed(digest.to_bytes()), KEY.public_key()) == digest


@settings(derandomize=True)
@given(st.integers(0, len(DIGEST.to_bytes()) - 1), st.integers(1, 255))
def test_one_byte_changed_breaks_the_signature(place: int, mask: int) -> None:
    content = bytearray(DIGEST.to_bytes())
    content[place] ^= mask
    tampered = replace(signed(DIGEST.to_bytes()), decision=bytes(content))
    with pytest.raises(SignatureInvalidError):
        verify_window_digest(tampered, KEY.public_key())


@pytest.mark.parametrize(
    ("field", "content"),
    [
        (0, b"facepay/payment-decision/1"),
        (1, bytes(8)),
        (1, b"\7"),
        (2, b"20260302"),
        (2, b"yesterday"),
        (2, b"\xff"),
        (3, b""),
        (7, bytes(383)),
    ],
)
def test_what_is_no_digest_is_refused(field: int, content: bytes) -> None:
    fields = list(decode_fields(DIGEST.to_bytes(), count=8))
    fields[field] = content
    with pytest.raises(MalformedFieldError):
        WindowDigest.from_bytes(encode_fields(fields))


def test_digests_name_each_other_by_hash() -> None:
    assert DIGEST.hash != replace(DIGEST, window=8).hash


def test_accounts_stand_in_order_each_once() -> None:
    totals = [AccountTotals(name, 1, 5, 0) for name in ("a", "b")]
    entries = [item.entry(bytes(32)) for item in totals]
    assert hash_accounts(entries) != hash_accounts(entries[:1])
    for wrong in (entries[::-1], [entries[0], entries[0]]):
        with pytest.raises(MalformedFieldError):
            hash_accounts(wrong)


def test_positions_open_to_zero_under_the_digest() -> None:
    blindings = [b"\5" * 32, b"\6" * 32]
    entries = [
        AccountTotals("a", 1, 5_00, 0).entry(blindings[0]),
        AccountTotals("b", 1, 0, 5_00).entry(blindings[1]),
    ]
    digest = replace(DIGEST, zero_sum=zero_sum_opening(blindings))
    assert positions_sum_to_zero(digest, entries)
    assert not positions_sum_to_zero(digest, entries[:1])


def test_a_side_is_hidden_without_its_blinding() -> None:
    assert DEBIT.commitment(b"\1" * 32) != DEBIT.commitment(b"\2" * 32)
    assert DEBIT.commitment(bytes(32)) != replace(DEBIT, side=Side.CREDIT).commitment(bytes(32))
    with pytest.raises(MalformedFieldError):
        DEBIT.commitment(bytes(31))


def test_a_leaf_binds_both_sides_in_their_places() -> None:
    debit, credit = DEBIT.commitment(b"\1" * 32), CREDIT.commitment(b"\2" * 32)
    leaf = transfer_leaf(FACTS, debit, credit)
    assert leaf != transfer_leaf(FACTS, credit, debit)
    assert leaf != transfer_leaf(replace(FACTS, amount=Money(12_51)), debit, credit)
    with pytest.raises(MalformedFieldError):
        transfer_leaf(FACTS, debit, credit[:-1])
