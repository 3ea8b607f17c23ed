"""The service's side of refunds in memory: it does each operation once, and can lose messages."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto

from facepay.errors import MalformedFieldError
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
from facepay.message_header import Purpose
from facepay.money import Money
from facepay.payment_decision import PaymentDecision, PaymentState
from facepay.payment_fields import PaymentFields
from facepay.ports import Clock, Randomness
from facepay.refund_decision import RefundDecision, RefundOutcome
from facepay.response_code import ResponseCode
from facepay.signed_request import SignedRequest
from facepay.vocabulary import RefundKind
from pos_app.checkout.clearing_answers import ClearingError, ClearingErrorReason, PaymentAnswer
from pos_app.checkout.payment import JournaledPayment, Operation, PaymentBinding
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.ports import Journal, JournalError, JournalErrorReason
from pos_app.checkout.refund import (
    ApprovedPayment,
    JournaledRefund,
    KeptRefund,
    RefundIntent,
    RefundState,
)

RRN = RetrievalReferenceNumber("606100000001")
WHOLE = Money(100_00)


async def approve(journal: Journal, clock: Clock, randomness: Randomness) -> PaymentDecision:
    """Write an approved payment of 100 yuan into a journal, as a till does."""
    fields = PaymentFields(
        AcceptorId("ACCEPTOR0000001"),
        TerminalId("TERM0001"),
        OrderId("20260302-100000-00AA"),
        WHOLE,
        ParticipantId("12345678"),
    )
    payment_id = PaymentId.generate(clock, randomness)
    binding = PaymentBinding(payment_id, fields, fields.hash(bytes(32)), bytes(32))
    await journal.begin_payment(binding)
    operation = await journal.begin_operation(payment_id, Purpose.AUTHORIZE_PAYMENT)
    await journal.move(payment_id, TerminalState.AUTHORIZING)
    decision = PaymentDecision(
        payment_id,
        binding.payment_hash,
        operation.operation_id,
        PaymentState.APPROVED,
        ResponseCode.APPROVED,
        RRN,
        ApprovalCode("A1B2C3"),
        clock.now(),
    )
    await journal.move(payment_id, TerminalState.APPROVED, decision)
    return decision


class NoRefunds:
    """Implements `RefundJournal` for a till that never refunded anything."""

    async def approved(self, rrn: RetrievalReferenceNumber) -> ApprovedPayment | None:
        return None

    async def latest_approved(self, count: int) -> Sequence[ApprovedPayment]:
        return ()

    async def begin_refund(self, refund: JournaledRefund) -> None:
        raise JournalError(JournalErrorReason.DISK_FULL)

    async def unsettled_refunds(self) -> Sequence[JournaledRefund]:
        return ()

    async def last_refund(self, rrn: RetrievalReferenceNumber) -> KeptRefund | None:
        return None

    async def end_refund(
        self, refund: JournaledRefund, state: RefundState, decision: RefundDecision | None = None
    ) -> None:
        raise JournalError(JournalErrorReason.DISK_FULL)


class RefundFault(Enum):
    """What happens to one message."""

    LOSE_REQUEST = auto()
    LOSE_REPLY = auto()
    REFUSE = auto()


class FakeRefunds:
    """Implements `RefundGateway`. Every sent message is kept in `sent`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[OperationId, RefundDecision] = {}
        self.faults: deque[RefundFault] = deque()
        self.sent: list[bytes] = []
        self.is_down = False
        self.refunded = 0

    async def get_payment(self, operation: Operation, payment: JournaledPayment) -> PaymentAnswer:
        if self.is_down:
            raise ClearingError(ClearingErrorReason.UNREACHABLE, is_outcome_unknown=True)
        decision = PaymentDecision(
            payment.binding.payment_id,
            payment.binding.payment_hash,
            operation.operation_id,
            PaymentState.APPROVED,
            ResponseCode.APPROVED,
            RRN,
            None,
            self._clock.now(),
        )
        return PaymentAnswer(decision)

    def prepare_refund(
        self, operation: Operation, found: ApprovedPayment, intent: RefundIntent
    ) -> SignedRequest:
        header = operation.operation_id.value + found.rrn.value.encode()
        return SignedRequest(header, intent.kind.name.encode(), (), bytes(64))

    async def send_refund(self, refund: JournaledRefund) -> RefundDecision:
        self.sent.append(refund.request.header + refund.request.body + refund.request.signature)
        fault = self.faults.popleft() if self.faults else None
        if self.is_down or fault is RefundFault.LOSE_REQUEST:
            raise ClearingError(ClearingErrorReason.UNREACHABLE, is_outcome_unknown=True)
        if fault is RefundFault.REFUSE:
            raise ClearingError(ClearingErrorReason.REFUSED, is_outcome_unknown=False)
        decision = self._answers.get(refund.operation.operation_id) or self._decide(refund)
        if fault is RefundFault.LOSE_REPLY:
            raise ClearingError(ClearingErrorReason.UNREACHABLE, is_outcome_unknown=True)
        return decision

    def _decide(self, refund: JournaledRefund) -> RefundDecision:
        if (self._clock.now() - refund.made_at).total_seconds() > 120:
            raise ClearingError(ClearingErrorReason.CLOCK_OFF, is_outcome_unknown=False)
        binding, amount = refund.payment.binding, refund.intent.amount
        try:
            self.refunded += amount.amount_minor_units
            WHOLE - Money(self.refunded)
        except MalformedFieldError:
            self.refunded -= amount.amount_minor_units
            outcome = RefundOutcome.MORE_THAN_IS_LEFT
        else:
            is_void = refund.intent.kind is RefundKind.VOID
            outcome = RefundOutcome.VOIDED if is_void else RefundOutcome.REFUNDED
        decision = RefundDecision(
            refund.operation.operation_id,
            binding.payment_id,
            binding.payment_hash,
            outcome,
            PaymentState.REFUNDED_IN_PART,
            amount,
            Money(self.refunded),
            RetrievalReferenceNumber("606100000002"),
            self._clock.now(),
        )
        if not outcome.has_moved_money:
            decision = replace(decision, amount=Money(0), rrn=None)
        self._answers[refund.operation.operation_id] = decision
        return decision
