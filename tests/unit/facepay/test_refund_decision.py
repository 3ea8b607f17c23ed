"""A refund decision is read back as it was written, and nothing else is taken for one."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from facepay.errors import MalformedFieldError, SignatureInvalidError
from facepay.identifiers import OperationId, PaymentId, RetrievalReferenceNumber
from facepay.money import AMOUNT_MAX_MINOR_UNITS, Money
from facepay.payment_decision import PaymentDecision, PaymentState, SignedDecision
from facepay.refund_decision import RefundDecision, RefundOutcome, verify_refund
from facepay.response_code import ResponseCode
from tests.fakes.ports import START

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
DECISION = RefundDecision(
    OperationId(b"\1" * 16),
    PaymentId(b"\2" * 16),
    bytes(32),
    RefundOutcome.REFUNDED,
    PaymentState.REFUNDED_IN_PART,
    Money(5),
    Money(7),
    RetrievalReferenceNumber("606100000002"),
    START,
)


def signed(content: bytes) -> SignedDecision:
    return SignedDecision(content, bytes(16), KEY.sign(content))


@given(
    st.sampled_from(RefundOutcome),
    st.sampled_from(PaymentState),
    st.integers(min_value=0, max_value=AMOUNT_MAX_MINOR_UNITS),
)
def test_a_decision_survives_the_way(
    outcome: RefundOutcome, state: PaymentState, amount: int
) -> None:
    decision = replace(DECISION, outcome=outcome, state=state, amount=Money(amount), rrn=None)
    assert verify_refund(signed(decision.to_bytes()), KEY.public_key()) == decision


def test_a_changed_byte_breaks_the_signature() -> None:
    more = replace(DECISION, amount=Money(6)).to_bytes()
    forged = replace(signed(DECISION.to_bytes()), decision=more)
    with pytest.raises(SignatureInvalidError):
        verify_refund(forged, KEY.public_key())


def test_a_payment_decision_is_no_refund_decision_and_the_other_way_round() -> None:
    payment = PaymentDecision(
        DECISION.payment_id,
        bytes(32),
        DECISION.operation_id,
        PaymentState.APPROVED,
        ResponseCode.APPROVED,
        None,
        None,
        START,
    )
    with pytest.raises(MalformedFieldError):
        verify_refund(signed(payment.to_bytes()), KEY.public_key())
    with pytest.raises(MalformedFieldError):
        signed(DECISION.to_bytes()).verify(KEY.public_key())


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_a_cut_decision_is_malformed(cut: int) -> None:
    with pytest.raises(MalformedFieldError):
        RefundDecision.from_bytes(DECISION.to_bytes()[:-cut])


def test_only_what_moved_money_is_00() -> None:
    approvals = {item for item in RefundOutcome if item.response_code.is_approval}
    assert approvals == {item for item in RefundOutcome if item.has_moved_money}
    assert approvals == {RefundOutcome.REFUNDED, RefundOutcome.VOIDED}
