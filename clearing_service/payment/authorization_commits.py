"""The two commits of an authorization: before the issuer is asked, and after it has spoken."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.clock import beijing_day
from clearing_service.errors import LedgerInvariantError, RefusalReason, RequestRefusedError
from clearing_service.ledger.book import transfer_keys
from clearing_service.ledger.rules import Booking, HoldOutcome, hold, post
from clearing_service.participants.participant import ParticipantRole
from clearing_service.participants.register import Register
from clearing_service.payment.answers import Answer
from clearing_service.payment.clearing_book import ClearingBook, Needs, next_rrn
from clearing_service.payment.duplicate_check import (
    Arrival,
    accept,
    answer_with,
    find_operation,
    require_payment,
    stored_answer,
)
from clearing_service.payment.ending import (
    decline_authorizing,
    decline_before_hold,
    expire_if_overdue,
    put_with_audit,
    undo_at_issuer,
)
from clearing_service.payment.limits import (
    LimitOutcome,
    check_limit,
    give_back_limit,
    usage_key,
    use_limit,
)
from clearing_service.payment.loss_report import is_stopped, payer_of
from clearing_service.payment.operation import Operation
from clearing_service.payment.payment import Payment, Verdict
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.ports import IssuerApproved, IssuerDeclined, IssuerRefusal
from clearing_service.payment.probing import require_challenge_answered
from clearing_service.payment.requests import AuthorizePayment
from clearing_service.payment.watching import watch, watched_terminals
from facepay.payment_decision import PaymentState
from facepay.response_code import ResponseCode


@dataclass(frozen=True, slots=True)
class IssuerSilent:
    """No answer in time, or none known: what the issuer did must be undone."""


@dataclass(frozen=True, slots=True)
class PinNotTranslated:
    """The PIN never left for the issuer. `cause` is for the audit trail.

    A PIN that is not in order is 63; a module that cannot work is nobody's fault here, and 96.
    """

    cause: str
    code: ResponseCode = ResponseCode.SECURITY_VIOLATION


IssuerWord = IssuerApproved | IssuerDeclined | IssuerSilent | PinNotTranslated

REFUSAL_CODES = {
    IssuerRefusal.WRONG_PIN: ResponseCode.VERIFICATION_FAILED,
    IssuerRefusal.FACE_CHANNEL_LOCKED: ResponseCode.PIN_TRIES_EXCEEDED,
    IssuerRefusal.INSUFFICIENT_FUNDS: ResponseCode.INSUFFICIENT_FUNDS,
    IssuerRefusal.ACCOUNT_NOT_PERMITTED: ResponseCode.NOT_PERMITTED_TO_PAYER,
    IssuerRefusal.DO_NOT_HONOUR: ResponseCode.DO_NOT_HONOUR,
    IssuerRefusal.REVERSED_BEFORE: ResponseCode.RESPONSE_TOO_LATE,
}


HOLD_CODES = {
    HoldOutcome.NET_DEBIT_CAP_EXCEEDED: ResponseCode.ISSUER_UNAVAILABLE,
    HoldOutcome.NO_POSITION: ResponseCode.ISSUER_UNAVAILABLE,
    HoldOutcome.DEBTOR_SUSPENDED: ResponseCode.ISSUER_UNAVAILABLE,
    HoldOutcome.CREDITOR_SUSPENDED: ResponseCode.INVALID_MERCHANT,
}


@dataclass(frozen=True, slots=True)
class AuthorizationBegun:
    """The sum is held and the payment AUTHORIZING.

    `is_resumed` if it was so already: an earlier attempt at the same operation was cut off.
    """

    payment: Payment
    is_resumed: bool


@dataclass(frozen=True, slots=True)
class BeginAuthorization:
    """The first commit."""

    command: AuthorizePayment
    arrival: Arrival
    register: Register
    policy: PaymentPolicy

    @property
    def needs(self) -> Needs:
        """The operation, the terminal's counter, the payment and what settles it."""
        return Needs(
            payments=(self.command.payment_id,),
            operations=(self.arrival.key,),
            counters=(self.arrival.header.terminal_id,),
            transfers=transfer_keys(self.command.payment_id),
            settling=((self.command.payment_id, beijing_day(self.arrival.now)),),
            terminal_activity=watched_terminals(self.arrival, self.policy.risk),
        )

    def apply(self, book: ClearingBook) -> AuthorizationBegun | Answer:
        """Hold the sum, or answer without asking the issuer."""
        found = find_operation(book, self.arrival)
        stored = stored_answer(found)
        if stored is not None:
            return stored
        payment = require_payment(book, self.arrival, self.command.payment_id)
        if found is not None:
            return self._resume(book, found, payment)
        operation = accept(book, self.arrival, self.policy.clock_window)
        payment = self._expire(book, payment)
        if payment.state is PaymentState.AUTHORIZING:
            raise RequestRefusedError(RefusalReason.PAYMENT_STATE)
        if payment.state not in (PaymentState.OPENED, PaymentState.ROUTED):
            return answer_with(book, operation, payment, self.arrival.now)
        self._require_live_token(payment)
        code = self._decline_code(book, payment)
        if code is not None:
            return self._decline(book, operation, payment, code)
        return self._hold(book, operation, payment)

    def _resume(
        self, book: ClearingBook, operation: Operation, payment: Payment
    ) -> AuthorizationBegun | Answer:
        if payment.state is PaymentState.AUTHORIZING:
            return AuthorizationBegun(payment, is_resumed=True)
        return answer_with(book, operation, payment, self.arrival.now)

    def _expire(self, book: ClearingBook, payment: Payment) -> Payment:
        route = payment.route
        if payment.state is PaymentState.ROUTED and route and route.expires_at <= self.arrival.now:
            payment = replace(payment, expires_at=min(payment.expires_at, route.expires_at))
        return expire_if_overdue(book, payment, self.arrival.now)

    def _require_live_token(self, payment: Payment) -> None:
        require_challenge_answered(payment, self.arrival)
        if payment.route is None or payment.route.token != self.command.routing_token:
            raise RequestRefusedError(RefusalReason.ROUTING_TOKEN)

    def _decline_code(self, book: ClearingBook, payment: Payment) -> ResponseCode | None:
        """Return why the issuer is not even asked; the limit is used up if it is None."""
        now = self.arrival.now
        if self.command.pin is None:
            return ResponseCode.PASSCODE_NEEDED
        issuer_id = payment.live_route.issuer_id
        if not self.register.is_live_participant(
            issuer_id, ParticipantRole.ISSUER, beijing_day(now)
        ):
            return ResponseCode.ISSUER_UNAVAILABLE
        if is_stopped(book, payer_of(payment)):
            return ResponseCode.NOT_PERMITTED_TO_PAYER
        if check_limit(book, payment, self.policy.limits, now) is not LimitOutcome.WITHIN:
            return ResponseCode.AMOUNT_LIMIT_EXCEEDED
        risk = watch(book, payment, self.arrival, self.register, self.policy.risk)
        if risk.refusal is None:
            use_limit(book, payment, self.policy.limits, now)
        return risk.refusal

    def _decline(
        self, book: ClearingBook, operation: Operation, payment: Payment, code: ResponseCode
    ) -> Answer:
        verdict = Verdict(operation.operation_id, self.arrival.now, decline_code=code)
        declined = decline_before_hold(book, payment, verdict)
        return answer_with(book, operation, declined, self.arrival.now)

    def _hold(
        self, book: ClearingBook, operation: Operation, payment: Payment
    ) -> AuthorizationBegun | Answer:
        now = self.arrival.now
        begun = replace(
            payment.moved(PaymentState.AUTHORIZING),
            rrn=next_rrn(book, now),
            authorizing_since=now,
            authorized_by=operation.operation_id,
            usage_day=beijing_day(now),
        )
        outcome = hold(book, Booking(payment.payment_id, now), payment.movement)
        if outcome is not HoldOutcome.HELD:
            give_back_limit(book, begun)
            return self._decline(book, operation, payment, HOLD_CODES[outcome])
        detail = (("rrn", str(begun.rrn)), ("operation", str(operation.operation_id)))
        put_with_audit(book, begun, AuditKind.AUTHORIZATION_BEGUN, now, detail)
        return AuthorizationBegun(begun, is_resumed=False)


@dataclass(frozen=True, slots=True)
class FinishAuthorization:
    """The second commit. `payment` is as the first commit left it."""

    payment: Payment
    word: IssuerWord
    now: datetime

    @property
    def needs(self) -> Needs:
        """Everything the booking touches; the route is known now."""
        payment, movement = self.payment, self.payment.movement
        return Needs(
            payments=(payment.payment_id,),
            operations=(payment.authorizing_operation,),
            transfers=transfer_keys(payment.payment_id),
            balances=(movement.debit, movement.credit),
            usages=(usage_key(payment),),
            issuer_reversals=(payment.payment_id,),
            loss_reports=(payer_of(payment),),
        )

    def apply(self, book: ClearingBook) -> Answer:
        """Book the issuer's word once, and keep the answer."""
        payment = book.payments.get(self.payment.payment_id)
        operation = book.operations.get(self.payment.authorizing_operation)
        if payment is None or operation is None:
            raise LedgerInvariantError(f"payment {self.payment.payment_id} is gone")
        stored = stored_answer(operation)
        if stored is not None:
            return stored
        if payment.state is not PaymentState.AUTHORIZING:
            return self._too_late(book, operation, payment)
        ended = self._end(book, payment)
        return answer_with(book, operation, ended, self.now, self._pin_tries_left())

    def _end(self, book: ClearingBook, payment: Payment) -> Payment:
        operation_id, word = payment.authorized_by, self.word
        match word:
            case IssuerApproved() if is_stopped(book, payer_of(payment)):
                return self._stop(book, payment)
            case IssuerApproved(approval_code, masked_name):
                return self._approve(
                    book,
                    payment,
                    Verdict(operation_id, self.now, None, approval_code, masked_name),
                )
            case IssuerDeclined(refusal):
                verdict = Verdict(operation_id, self.now, REFUSAL_CODES[refusal])
                return decline_authorizing(book, payment, verdict)
            case PinNotTranslated(cause, code):
                verdict = Verdict(operation_id, self.now, code)
                return decline_authorizing(book, payment, verdict, (("cause", cause[:128]),))
            case IssuerSilent():
                undo_at_issuer(book, payment, self.now)
                verdict = Verdict(operation_id, self.now, ResponseCode.ISSUER_UNAVAILABLE)
                return decline_authorizing(book, payment, verdict)
            case _:
                assert_never(word)

    def _stop(self, book: ClearingBook, payment: Payment) -> Payment:
        """End a payment that a loss report overtook: the issuer's debit is undone."""
        undo_at_issuer(book, payment, self.now)
        code = ResponseCode.NOT_PERMITTED_TO_PAYER
        verdict = Verdict(payment.authorized_by, self.now, code)
        return decline_authorizing(book, payment, verdict, (("cause", "loss report"),))

    def _approve(self, book: ClearingBook, payment: Payment, verdict: Verdict) -> Payment:
        post(book, Booking(payment.payment_id, self.now))
        approved = payment.decided(PaymentState.APPROVED, verdict)
        detail = (("rrn", str(payment.rrn)), ("approval code", str(verdict.approval_code)))
        return put_with_audit(book, approved, AuditKind.PAYMENT_APPROVED, self.now, detail)

    def _too_late(self, book: ClearingBook, operation: Operation, payment: Payment) -> Answer:
        if isinstance(self.word, IssuerApproved):
            undo_at_issuer(book, payment, self.now)
            subject = str(payment.payment_id)
            book.audit(AuditRecord(AuditKind.LATE_ISSUER_ANSWER, subject, self.now))
        return answer_with(book, operation, payment, self.now)

    def _pin_tries_left(self) -> int | None:
        return self.word.pin_tries_left if isinstance(self.word, IssuerDeclined) else None
