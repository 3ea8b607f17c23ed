"""A decision is believed only if every bit of it is about this payment, from the pinned key."""

from dataclasses import replace
from datetime import timedelta

import pytest

from facepay.errors import SignatureInvalidError
from facepay.identifiers import (
    ApprovalCode,
    OperationId,
    PaymentId,
    RetrievalReferenceNumber,
)
from facepay.payment_decision import PaymentDecision, PaymentState
from facepay.response_code import ResponseCode
from pos_app.checkout.payment import PaymentBinding
from pos_app.clearing_client.decisions import DecisionVerifier
from tests.fakes.terminal_keys import KeyWorld

OURS = OperationId(bytes(16))
ANOTHERS = OperationId(b"\1" * 16)


@pytest.fixture
def world() -> KeyWorld:
    return KeyWorld()


@pytest.fixture
def binding(world: KeyWorld) -> PaymentBinding:
    return world.binding()


@pytest.fixture
def approval(world: KeyWorld, binding: PaymentBinding) -> PaymentDecision:
    return PaymentDecision(
        payment_id=binding.payment_id,
        payment_hash=binding.payment_hash,
        operation_id=OURS,
        state=PaymentState.APPROVED,
        response_code=ResponseCode.APPROVED,
        rrn=RetrievalReferenceNumber("606100000001"),
        approval_code=ApprovalCode("A1B2C3"),
        decided_at=world.clock.now(),
    )


def verify(world: KeyWorld, binding: PaymentBinding, decision: PaymentDecision) -> PaymentDecision:
    verifier = DecisionVerifier(world.keys.decision_key)
    return verifier.verify(world.signed(decision), binding, {OURS})


def test_a_genuine_approval_is_believed(
    world: KeyWorld, binding: PaymentBinding, approval: PaymentDecision
) -> None:
    assert verify(world, binding, approval) == approval


@pytest.mark.rule("AUT-02")
@pytest.mark.parametrize("change", ["payment", "hash", "operation", "code"])
def test_a_signed_approval_of_something_else_is_not_believed(
    world: KeyWorld, binding: PaymentBinding, approval: PaymentDecision, change: str
) -> None:
    other_id = PaymentId.generate(world.clock, world.randomness)
    changed = {
        "payment": replace(approval, payment_id=other_id),
        "hash": replace(approval, payment_hash=bytes(32)),
        "operation": replace(approval, operation_id=ANOTHERS),
        "code": replace(approval, response_code=ResponseCode.INSUFFICIENT_FUNDS),
    }[change]
    with pytest.raises(SignatureInvalidError):
        verify(world, binding, changed)


def test_a_changed_byte_breaks_the_signature(
    world: KeyWorld, binding: PaymentBinding, approval: PaymentDecision
) -> None:
    later = replace(approval, decided_at=approval.decided_at + timedelta(seconds=1))
    forged = replace(world.signed(approval), decision=later.to_bytes())
    with pytest.raises(SignatureInvalidError):
        DecisionVerifier(world.keys.decision_key).verify(forged, binding, {OURS})


def test_another_signer_is_not_believed(
    world: KeyWorld, binding: PaymentBinding, approval: PaymentDecision
) -> None:
    signed = world.signed(approval)
    stranger = KeyWorld(randomness=type(world.randomness)(seed=9))
    with pytest.raises(SignatureInvalidError):
        DecisionVerifier(stranger.keys.decision_key).verify(signed, binding, {OURS})


def test_an_expiry_that_answers_no_call_of_ours_is_believed(
    world: KeyWorld, binding: PaymentBinding, approval: PaymentDecision
) -> None:
    """No money moved, so nobody gains by it."""
    expired = replace(
        approval,
        operation_id=ANOTHERS,
        state=PaymentState.EXPIRED,
        response_code=ResponseCode.RESPONSE_TOO_LATE,
        rrn=None,
        approval_code=None,
    )
    assert verify(world, binding, expired) == expired
