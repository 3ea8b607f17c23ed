"""Giving money back for an approved payment, by its number and never by a face.

A refund is a part or all of the payment, at any time, as often as something is left; its ledger row
stands in the window that is open now. A void is all of it while the business day of the payment
lasts, and is a reversal: the payment counts as never made. The credit to the payer is sent to the
issuer afterwards, until it acknowledges (`refund_credits`).

A refund gives no headroom of the day's limit back, because the payer did pay by face that day and
money that went round and round would pass every limit. A void or reversal gives it back, once.

Each refusal has a name and changes nothing. Checks, in this order: amount, number, state, what the
kind asks for, parties.
"""

from dataclasses import dataclass, replace

from clearing_service.audit.entry import AuditKind
from clearing_service.clock import beijing_day
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.book import transfer_keys
from clearing_service.ledger.rules import (
    Booking,
    RefundPart,
    post_of,
    refund,
    reverse,
)
from clearing_service.participants.participant import ParticipantRole
from clearing_service.participants.register import Admission, Register, SaleParties
from clearing_service.payment.answers import RefundDecided
from clearing_service.payment.clearing_book import ClearingBook, Needs, next_rrn
from clearing_service.payment.duplicate_check import (
    Arrival,
    accept,
    find_operation,
    keep_answer,
    require_payment,
    stored_answer,
)
from clearing_service.payment.ending import put_with_audit, undo_at_issuer
from clearing_service.payment.limits import give_back_limit
from clearing_service.payment.operation import Operation
from clearing_service.payment.payment import Payment, Verdict
from clearing_service.payment.payment_state import GIVING_BACK
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.refund_entry import COMPENSATION_PART, RefundEntry
from clearing_service.payment.requests import RefundPayment, UnusableAmount
from facepay.business_date import business_date
from facepay.errors import MalformedFieldError
from facepay.identifiers import PaymentId, RetrievalReferenceNumber
from facepay.money import Money
from facepay.payment_decision import PaymentState
from facepay.refund_decision import RefundDecision, RefundOutcome
from facepay.response_code import ResponseCode
from facepay.vocabulary import RefundKind

_STATES = {
    PaymentState.REVERSED: RefundOutcome.REVERSED_BEFORE,
    PaymentState.REFUNDED: RefundOutcome.REFUNDED_BEFORE,
}

_PARTIES = {
    Admission.TERMINAL_NOT_LIVE: RefundOutcome.TERMINAL_NOT_LIVE,
    Admission.BINDING_BROKEN: RefundOutcome.TERMINAL_NOT_LIVE,
    Admission.ACCEPTOR_NOT_LIVE: RefundOutcome.ACCEPTOR_NOT_LIVE,
    Admission.ACQUIRER_NOT_LIVE: RefundOutcome.ACCEPTOR_NOT_LIVE,
}


def compensated(book: ClearingBook, payment_id: PaymentId) -> int:
    """Return what the risk reserve paid for the payment: it does not go back a second time."""
    entry = book.refunds.get((payment_id, COMPENSATION_PART))
    return 0 if entry is None else entry.amount.amount_minor_units


@dataclass(frozen=True, slots=True)
class RefundWork:
    """One commit: duplicate check, ladder of refusals, ledger row, state, queue, stored answer."""

    command: RefundPayment
    arrival: Arrival
    register: Register
    policy: PaymentPolicy

    @property
    def needs(self) -> Needs:
        """The operation, the counter, the payment, its rows and what they settle."""
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

    def apply(self, book: ClearingBook) -> RefundDecided:
        """Give back, or say why not."""
        found = find_operation(book, self.arrival)
        stored = stored_answer(found)
        if stored is not None:
            if not isinstance(stored, RefundDecided):
                raise MalformedFieldError("the stored answer belongs to another kind of call")
            return stored
        payment = require_payment(book, self.arrival, self.command.payment_id)
        operation = found or accept(book, self.arrival, self.policy.clock_window)
        refusal = self._refusal(book, payment)
        if refusal is not None:
            return self._answer(book, operation, payment, refusal)
        if self.command.kind is RefundKind.VOID:
            return self._void(book, operation, payment)
        return self._refund(book, operation, payment)

    def _refusal(self, book: ClearingBook, payment: Payment) -> RefundOutcome | None:
        amount = self.command.amount
        if isinstance(amount, UnusableAmount):
            is_foreign = amount.response_code is ResponseCode.INVALID_TRANSACTION
            currency = RefundOutcome.CURRENCY_NOT_ACCEPTED
            return currency if is_foreign else RefundOutcome.AMOUNT_NOT_POSITIVE
        if amount.amount_minor_units == 0:
            return RefundOutcome.AMOUNT_NOT_POSITIVE
        if payment.rrn is None:
            return RefundOutcome.NOT_APPROVED
        if payment.rrn != self.command.original_rrn:
            return self._other_number(book, payment)
        if payment.state not in GIVING_BACK:
            return _STATES.get(payment.state, RefundOutcome.NOT_APPROVED)
        if self.command.kind is RefundKind.VOID:
            return self._void_refusal(book, payment, amount) or self._party_refusal(payment)
        return self._part_refusal(book, payment, amount) or self._party_refusal(payment)

    def _other_number(self, book: ClearingBook, payment: Payment) -> RefundOutcome:
        for part in range(1, payment.refund_count + 1):
            entry = book.refunds.get((payment.payment_id, part))
            if entry is not None and entry.rrn == self.command.original_rrn:
                return RefundOutcome.IS_A_REFUND
        return RefundOutcome.OTHER_NUMBER

    def _void_refusal(
        self, book: ClearingBook, payment: Payment, amount: Money
    ) -> RefundOutcome | None:
        if payment.refund_count or compensated(book, payment.payment_id):
            return RefundOutcome.REFUNDED_BEFORE
        if amount != payment.known_fields.amount:
            return RefundOutcome.NOT_THE_WHOLE
        posted = post_of(book, payment.payment_id)
        if posted is None:
            raise LedgerInvariantError(f"payment {payment.payment_id} is approved and not posted")
        is_same_day = posted.business_date == business_date(self.arrival.now)
        return None if is_same_day else RefundOutcome.DAY_IS_OVER

    def _part_refusal(
        self, book: ClearingBook, payment: Payment, amount: Money
    ) -> RefundOutcome | None:
        left = payment.refundable.amount_minor_units - compensated(book, payment.payment_id)
        if amount.amount_minor_units > left:
            return RefundOutcome.MORE_THAN_IS_LEFT
        if payment.refund_count >= self.policy.refunds_max:
            return RefundOutcome.TOO_MANY
        return None

    def _party_refusal(self, payment: Payment) -> RefundOutcome | None:
        fields, now = payment.known_fields, self.arrival.now
        today = beijing_day(now)
        parties = SaleParties(fields.terminal_id, fields.acceptor_id, fields.acquirer_id)
        refusal = _PARTIES.get(self.register.admit_refund(parties, now, today))
        if refusal is not None:
            return refusal
        issuer_id = payment.live_route.issuer_id
        may_go = self.register.may_give_back(issuer_id, ParticipantRole.ISSUER, today)
        return None if may_go else RefundOutcome.ISSUER_NOT_LIVE

    def _void(self, book: ClearingBook, operation: Operation, payment: Payment) -> RefundDecided:
        now = self.arrival.now
        reverse(book, Booking(payment.payment_id, now))
        give_back_limit(book, payment)
        undo_at_issuer(book, payment, now)
        voided = payment.decided(PaymentState.REVERSED, Verdict(operation.operation_id, now))
        detail = (("reason", RefundKind.VOID.name), ("rrn", str(payment.rrn)))
        put_with_audit(book, voided, AuditKind.PAYMENT_REVERSED, now, detail)
        return self._answer(book, operation, voided, RefundOutcome.VOIDED)

    def _refund(self, book: ClearingBook, operation: Operation, payment: Payment) -> RefundDecided:
        now, amount, part = self.arrival.now, self._amount, payment.refund_count + 1
        before = Money(payment.refunded_minor_units, amount.currency)
        refund(book, Booking(payment.payment_id, now), RefundPart(part, amount, before))
        rrn = next_rrn(book, now)
        issuer_id = payment.live_route.issuer_id
        entry = RefundEntry(
            payment.payment_id, part, operation.operation_id, rrn, amount, issuer_id, now, now
        )
        book.refunds.put(entry.key, entry)
        is_all = amount == payment.refundable
        state = PaymentState.REFUNDED if is_all else PaymentState.REFUNDED_IN_PART
        refunded = replace(
            payment.moved(state),
            refunded_minor_units=(before + amount).amount_minor_units,
            refund_count=part,
        )
        detail = (("rrn", str(rrn)), ("original", str(payment.rrn)), ("part", str(part)))
        put_with_audit(book, refunded, AuditKind.PAYMENT_REFUNDED, now, detail)
        return self._answer(book, operation, refunded, RefundOutcome.REFUNDED, rrn)

    @property
    def _amount(self) -> Money:
        amount = self.command.amount
        if isinstance(amount, UnusableAmount):
            raise LedgerInvariantError("an amount that cannot be moved was to be moved")
        return amount

    def _answer(
        self,
        book: ClearingBook,
        operation: Operation,
        payment: Payment,
        outcome: RefundOutcome,
        rrn: RetrievalReferenceNumber | None = None,
    ) -> RefundDecided:
        decision = RefundDecision(
            operation_id=operation.operation_id,
            payment_id=payment.payment_id,
            payment_hash=payment.payment_hash,
            outcome=outcome,
            state=payment.state,
            amount=self._amount if outcome.has_moved_money else Money(0),
            refunded=payment.given_back,
            rrn=rrn,
            decided_at=self.arrival.now,
        )
        decided = RefundDecided(decision)
        keep_answer(book, operation, decided)
        return decided
