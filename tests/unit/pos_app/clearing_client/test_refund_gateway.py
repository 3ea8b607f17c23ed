"""A refund is believed only if every part of it is what this terminal asked for."""

from dataclasses import replace

import pytest

from facepay.errors import SignatureInvalidError
from facepay.identifiers import OperationId, PaymentId, RetrievalReferenceNumber
from facepay.message_header import Purpose
from facepay.money import Money
from facepay.payment_decision import PaymentState, SignedDecision
from facepay.refund_decision import RefundDecision, RefundOutcome
from facepay.signed_request import SignedRequest, signing_key_id
from facepay.vocabulary import RefundKind
from pos_app.checkout.payment import JournaledPayment, Operation
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.refund import JournaledRefund, RefundIntent
from pos_app.clearing_client.refund_gateway import verify_answer
from tests.fakes.refunds import RRN
from tests.fakes.terminal_keys import KeyWorld

OURS = OperationId(bytes(16))
ANOTHERS = OperationId(b"\1" * 16)


@pytest.fixture
def world() -> KeyWorld:
    return KeyWorld()


@pytest.fixture
def refund(world: KeyWorld) -> JournaledRefund:
    payment = JournaledPayment(
        world.binding(), TerminalState.APPROVED, world.clock.now(), frozenset()
    )
    intent = RefundIntent(RefundKind.REFUND, Money(5_00))
    operation = Operation(OURS, 7, Purpose.REFUND_PAYMENT)
    message = SignedRequest(b"header", b"body", (), bytes(64))
    return JournaledRefund(operation, payment, RRN, intent, message, world.clock.now())


@pytest.fixture
def decision(world: KeyWorld, refund: JournaledRefund) -> RefundDecision:
    binding = refund.payment.binding
    return RefundDecision(
        OURS,
        binding.payment_id,
        binding.payment_hash,
        RefundOutcome.REFUNDED,
        PaymentState.REFUNDED_IN_PART,
        Money(5_00),
        Money(5_00),
        RetrievalReferenceNumber("606100000002"),
        world.clock.now(),
    )


def signed(world: KeyWorld, decision: RefundDecision) -> SignedDecision:
    content = decision.to_bytes()
    key = world.decision_key
    return SignedDecision(content, signing_key_id(key.public_key()), key.sign(content))


def test_a_genuine_answer_is_believed(
    world: KeyWorld, refund: JournaledRefund, decision: RefundDecision
) -> None:
    found = verify_answer(refund, signed(world, decision), world.keys.decision_key)
    assert found == decision


@pytest.mark.rule("WIR-05")
@pytest.mark.parametrize(
    "change",
    [
        {"payment_id": PaymentId(b"\7" * 16)},
        {"payment_hash": b"\7" * 32},
        {"operation_id": ANOTHERS},
        {"amount": Money(5_01)},
        {"outcome": RefundOutcome.VOIDED},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_signed_answer_to_something_else_is_not_believed(
    world: KeyWorld, refund: JournaledRefund, decision: RefundDecision, change: dict[str, object]
) -> None:
    other = replace(decision, **change)  # type: ignore[arg-type]
    with pytest.raises(SignatureInvalidError):
        verify_answer(refund, signed(world, other), world.keys.decision_key)


def test_another_signer_is_not_believed(
    world: KeyWorld, refund: JournaledRefund, decision: RefundDecision
) -> None:
    stranger = KeyWorld(randomness=type(world.randomness)(seed=9))
    with pytest.raises(SignatureInvalidError):
        verify_answer(refund, signed(stranger, decision), world.keys.decision_key)
