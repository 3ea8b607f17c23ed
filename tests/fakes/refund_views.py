"""Approved payments of a till, ends of refunds, and one view for each state of a refund."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from facepay.identifiers import (
    ApprovalCode,
    OperationId,
    OrderId,
    PaymentId,
    RetrievalReferenceNumber,
)
from facepay.money import Money
from facepay.payment_decision import PaymentDecision, PaymentState
from facepay.payment_fields import PaymentFields
from facepay.refund_decision import RefundDecision, RefundOutcome
from facepay.response_code import ResponseCode
from facepay.vocabulary import RefundKind
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.payment import JournaledPayment, PaymentBinding
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.refund import (
    ApprovedPayment,
    NotRefunded,
    Refunded,
    RefundIntent,
    RefundReceipt,
    RefundRefused,
    RefundResult,
    RefundStop,
    RefundUnknown,
)
from pos_app.ui.refund_model import RefundStage, RefundView
from pos_app.ui.refund_words import is_open, refund_outcome_view
from tests.fakes.till import ACCEPTOR, TERMINAL_ID

_AT = datetime(2026, 3, 2, 2, 0, 31, tzinfo=UTC)


def _approved(number: int, amount: int) -> ApprovedPayment:
    payment_id = PaymentId(number.to_bytes(16))
    fields = PaymentFields(
        ACCEPTOR.acceptor_id,
        TERMINAL_ID,
        OrderId(f"20260302-1000{number:02d}-00AA"),
        Money(amount),
        ACCEPTOR.acquirer_id,
    )
    binding = PaymentBinding(payment_id, fields, fields.hash(bytes(32)), bytes(32))
    rrn = RetrievalReferenceNumber(f"6061000{number:05d}")
    operation_id = OperationId(number.to_bytes(16))
    at = _AT + timedelta(minutes=number)
    decision = PaymentDecision(
        payment_id,
        binding.payment_hash,
        operation_id,
        PaymentState.APPROVED,
        ResponseCode.APPROVED,
        rrn,
        ApprovalCode("A1B2C3"),
        at,
    )
    payment = JournaledPayment(binding, TerminalState.APPROVED, at, frozenset({operation_id}))
    return ApprovedPayment(payment, decision, rrn)


APPROVED_PAYMENTS: Sequence[ApprovedPayment] = tuple(
    _approved(number, amount) for number, amount in ((47, 12_50), (43, 1_280_00), (42, 39_70))
)
"""Newest first."""
CHOSEN = APPROVED_PAYMENTS[1]
CHECK_DIGITS = CHOSEN.rrn.value[-4:]
WHOLE = CHOSEN.payment.binding.fields.amount
VOID = RefundIntent(RefundKind.VOID, WHOLE)
PART = RefundIntent(RefundKind.REFUND, Money(300_00))


def refunded(intent: RefundIntent) -> Refunded:
    """Return the end of a refund of the chosen payment that was made."""
    is_void = intent.kind is RefundKind.VOID
    decision = RefundDecision(
        operation_id=OperationId(bytes(16)),
        payment_id=CHOSEN.decision.payment_id,
        payment_hash=CHOSEN.decision.payment_hash,
        outcome=RefundOutcome.VOIDED if is_void else RefundOutcome.REFUNDED,
        amount=intent.amount,
        refunded=intent.amount,
        state=PaymentState.REVERSED if is_void else PaymentState.APPROVED,
        rrn=RetrievalReferenceNumber("606100000051"),
        decided_at=_AT + timedelta(hours=1),
    )
    return Refunded(RefundReceipt(CHOSEN.payment, intent, CHOSEN.rrn, decision))


UNKNOWN = RefundUnknown(CHOSEN.decision.payment_id)
LINE_DOWN = NotRefunded(RefundStop.OFFLINE, ClearingErrorReason.UNREACHABLE)


def ended(result: RefundResult) -> RefundView:
    """Return the view of an end."""
    return RefundView(
        RefundStage.ENDED,
        is_online=True,
        payments=tuple(APPROVED_PAYMENTS),
        chosen=CHOSEN,
        kind=RefundKind.REFUND,
        outcome=refund_outcome_view(result),
        receipt=result.receipt if isinstance(result, Refunded) else None,
        may_ask_again=is_open(result),
    )


_LIST = RefundView(RefundStage.LIST, is_online=True, payments=tuple(APPROVED_PAYMENTS))
_KIND = replace(_LIST, stage=RefundStage.KIND, chosen=CHOSEN)
_AMOUNT = replace(_KIND, stage=RefundStage.AMOUNT, kind=RefundKind.REFUND, typed_minor_units=300_00)
_CHECK = replace(_AMOUNT, stage=RefundStage.CHECK)
ONE_OF_EACH_REFUND: dict[str, RefundView] = {
    "refund_loading": RefundView(RefundStage.LOADING, is_online=True),
    "refund_list": _LIST,
    "refund_list_empty": replace(_LIST, payments=()),
    "refund_list_offline": replace(_LIST, is_online=False),
    "refund_kind": _KIND,
    "refund_amount": _AMOUNT,
    "refund_amount_too_much": replace(_AMOUNT, typed_minor_units=3_000_00),
    "refund_check": replace(_CHECK, checked="00"),
    "refund_check_wrong": replace(_CHECK, checked="9999"),
    "refund_check_void": replace(_CHECK, kind=RefundKind.VOID, checked=CHECK_DIGITS),
    "refund_check_offline": replace(_CHECK, checked=CHECK_DIGITS, is_online=False),
    "refund_working": replace(_CHECK, stage=RefundStage.WORKING),
    "refund_done": ended(refunded(PART)),
    "refund_voided": ended(refunded(VOID)),
    "refund_day_is_over": ended(RefundRefused(RefundOutcome.DAY_IS_OVER)),
    "refund_line_down": ended(LINE_DOWN),
    "refund_unknown": ended(UNKNOWN),
}
