"""Undoing a payment whose end is unknown or unwanted, whatever its state.

not opened yet       closed under its id; the opening that comes later is refused
OPENED, ROUTED       CANCELLED; the authorization that comes later is refused
AUTHORIZING          the hold is let go, DECLINED; the issuer is told to undo
APPROVED             REVERSED with a ledger row of its own; the issuer is told to undo;
                     not when the risk reserve has paid the payer already
anything else        stays as it is
"""

from dataclasses import dataclass

from clearing_service.audit.entry import AuditKind
from clearing_service.errors import RefusalReason, RequestRefusedError
from clearing_service.ledger.book import transfer_keys
from clearing_service.ledger.rules import Booking, reverse
from clearing_service.payment.answers import Answer
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.payment.duplicate_check import (
    Arrival,
    accept,
    answer_with,
    find_operation,
    require_own,
    stored_answer,
)
from clearing_service.payment.ending import (
    cancel,
    decline_authorizing,
    put_with_audit,
    too_late,
    undo_at_issuer,
)
from clearing_service.payment.limits import give_back_limit
from clearing_service.payment.operation import Operation
from clearing_service.payment.payment import Payment, Verdict
from clearing_service.payment.payment_state import BEFORE_MONEY
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.refund import compensated
from clearing_service.payment.refund_entry import COMPENSATION_PART
from clearing_service.payment.requests import ReversePayment
from facepay.payment_decision import PaymentState


@dataclass(frozen=True, slots=True)
class ReverseWork:
    """One commit; the issuer is told afterwards, until it acknowledges."""

    command: ReversePayment
    arrival: Arrival
    policy: PaymentPolicy

    @property
    def needs(self) -> Needs:
        """The operation, the counter, the payment and its rows."""
        payment_id = self.command.payment_id
        return Needs(
            payments=(payment_id,),
            operations=(self.arrival.key,),
            counters=(self.arrival.header.terminal_id,),
            transfers=transfer_keys(payment_id),
            issuer_reversals=(payment_id,),
            refunds=((payment_id, COMPENSATION_PART),),
            settling=((payment_id, None),),
        )

    def apply(self, book: ClearingBook) -> Answer:
        """Undo, and answer with where the payment stands now."""
        found = find_operation(book, self.arrival)
        stored = stored_answer(found)
        if stored is not None:
            return stored
        operation = found or accept(book, self.arrival, self.policy.clock_window)
        payment = book.payments.get(self.command.payment_id)
        undone = (
            self._foreclose(book, operation)
            if payment is None
            else self._undo(book, operation, require_own(payment, self.arrival))
        )
        return answer_with(book, operation, undone, self.arrival.now)

    def _foreclose(self, book: ClearingBook, operation: Operation) -> Payment:
        header, now = self.arrival.header, self.arrival.now
        if not header.payment_hash:
            raise RequestRefusedError(RefusalReason.PAYMENT_HASH_MISMATCH)
        closed = Payment(
            payment_id=self.command.payment_id,
            terminal_id=header.terminal_id,
            payment_hash=header.payment_hash,
            notice_hash=header.notice_hash,
            state=PaymentState.CANCELLED,
            opened_at=now,
            expires_at=now,
            verdict=Verdict(operation.operation_id, now),
        )
        detail = (("reason", self.command.reason.name), ("before", "opening"))
        return put_with_audit(book, closed, AuditKind.PAYMENT_CANCELLED, now, detail)

    def _undo(self, book: ClearingBook, operation: Operation, payment: Payment) -> Payment:
        now = self.arrival.now
        reason = (("reason", self.command.reason.name),)
        if payment.state in BEFORE_MONEY:
            return cancel(book, payment, Verdict(operation.operation_id, now), reason)
        if payment.state is PaymentState.AUTHORIZING:
            undo_at_issuer(book, payment, now)
            verdict = too_late(operation.operation_id, now)
            return decline_authorizing(book, payment, verdict, reason)
        if payment.state is PaymentState.APPROVED and not compensated(book, payment.payment_id):
            return self._reverse(book, operation, payment)
        return payment

    def _reverse(self, book: ClearingBook, operation: Operation, payment: Payment) -> Payment:
        now = self.arrival.now
        reverse(book, Booking(payment.payment_id, now))
        give_back_limit(book, payment)
        undo_at_issuer(book, payment, now)
        reversed_ = payment.decided(PaymentState.REVERSED, Verdict(operation.operation_id, now))
        detail = (("reason", self.command.reason.name), ("rrn", str(payment.rrn)))
        return put_with_audit(book, reversed_, AuditKind.PAYMENT_REVERSED, now, detail)
