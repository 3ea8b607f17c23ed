"""Step 1: a terminal opens a payment at the payer's touch, before the camera."""

from dataclasses import dataclass, replace

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.clock import beijing_day
from clearing_service.errors import RefusalReason, RequestRefusedError
from clearing_service.participants.register import Admission, Register, SaleParties
from clearing_service.payment.answers import Answer
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.payment.duplicate_check import (
    Arrival,
    accept,
    answer_with,
    find_operation,
    keep_answer,
    require_own,
    stored_answer,
)
from clearing_service.payment.operation import Operation
from clearing_service.payment.payment import Challenge, Payment, Verdict
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.ports import Notices
from clearing_service.payment.requests import OpenPayment, PaymentOpened, UnusableAmount
from clearing_service.payment.risk_rules import Factor
from clearing_service.payment.watching import watch_opening, watched_terminals
from clearing_service.routing.challenge_drawing import draw_pad_challenge
from clearing_service.routing.narrowing import DigitsNeeded
from facepay.pad_challenge import PadMode
from facepay.payment_decision import PaymentState
from facepay.payment_fields import PaymentFields, notice_hash
from facepay.ports import Randomness
from facepay.response_code import ResponseCode

_DECLINES = {
    Admission.TERMINAL_NOT_LIVE: ResponseCode.NOT_PERMITTED_TO_TERMINAL,
    Admission.BINDING_BROKEN: ResponseCode.NOT_PERMITTED_TO_TERMINAL,
    Admission.ACCEPTOR_NOT_LIVE: ResponseCode.INVALID_MERCHANT,
    Admission.ACQUIRER_NOT_LIVE: ResponseCode.INVALID_MERCHANT,
}


def check_binding(command: OpenPayment, notices: Notices) -> None:
    """Refuse a message whose header does not bind its fields, or a notice that is not in force."""
    header = command.request.header
    if not isinstance(command.fields, UnusableAmount) and (
        command.fields.terminal_id != header.terminal_id
        or command.fields.hash(command.blinding) != header.payment_hash
    ):
        raise RequestRefusedError(RefusalReason.PAYMENT_HASH_MISMATCH)
    shown = notice_hash(command.notice_version, command.notice_sha256, command.blinding)
    if header.notice_hash != shown or not notices.is_in_force(
        command.notice_version, command.notice_sha256
    ):
        raise RequestRefusedError(RefusalReason.NOTICE_MISMATCH)


def draw_challenge(
    command: OpenPayment, digits: DigitsNeeded, policy: PaymentPolicy, randomness: Randomness
) -> Challenge:
    """Draw what the liveness evidence must answer."""
    pad = draw_pad_challenge(PadMode.SILENT_FIRST, command.presentation, policy.pad, randomness)
    return Challenge(pad, digits)


@dataclass(frozen=True, slots=True)
class OpenWork:
    """One commit: operation, counter, payment, audit."""

    command: OpenPayment
    arrival: Arrival
    challenge: Challenge
    register: Register
    policy: PaymentPolicy

    @property
    def needs(self) -> Needs:
        """The operation, the terminal's counter, and the payment if it exists."""
        return Needs(
            payments=(self.command.payment_id,),
            operations=(self.arrival.key,),
            counters=(self.arrival.header.terminal_id,),
            terminal_activity=watched_terminals(self.arrival, self.policy.risk),
        )

    def apply(self, book: ClearingBook) -> Answer:
        """Open, decline, or tell that a reversal was faster."""
        found = find_operation(book, self.arrival)
        stored = stored_answer(found)
        if stored is not None:
            return stored
        operation = accept(book, self.arrival, self.policy.clock_window)
        existing = book.payments.get(self.command.payment_id)
        if existing is not None:
            return self._answer_existing(book, operation, existing)
        decline = self._decline_code()
        if decline is not None:
            return self._decline(book, operation, decline)
        return self._open(book, operation, self._raised(book))

    def _raised(self, book: ClearingBook) -> Challenge:
        """Return the challenge, with phone digits as well if the terminal's risk asks for them."""
        risk = watch_opening(book, self.command.payment_id, self.arrival, self.policy.risk)
        needs_digits = Factor.PHONE_DIGITS in risk.factors
        if needs_digits and self.challenge.digits_needed is DigitsNeeded.NONE:
            return replace(self.challenge, digits_needed=DigitsNeeded.FOUR)
        return self.challenge

    def _answer_existing(
        self, book: ClearingBook, operation: Operation, existing: Payment
    ) -> Answer:
        if existing.fields is not None:
            raise RequestRefusedError(RefusalReason.PAYMENT_ID_TAKEN)
        require_own(existing, self.arrival)
        return answer_with(book, operation, existing, self.arrival.now)

    def _decline_code(self) -> ResponseCode | None:
        fields = self.command.fields
        if isinstance(fields, UnusableAmount):
            return fields.response_code
        if fields.amount.amount_minor_units == 0:
            return ResponseCode.INVALID_AMOUNT
        if fields.amount > self.policy.limits.per_payment:
            return ResponseCode.AMOUNT_LIMIT_EXCEEDED
        now = self.arrival.now
        return _DECLINES.get(self.register.admit(_parties(fields), now, beijing_day(now)))

    def _decline(self, book: ClearingBook, operation: Operation, code: ResponseCode) -> Answer:
        now = self.arrival.now
        verdict = Verdict(operation.operation_id, now, decline_code=code)
        payment = self._payment(PaymentState.DECLINED, verdict)
        book.payments.put(payment.payment_id, payment)
        book.audit(
            AuditRecord(
                AuditKind.PAYMENT_DECLINED, str(payment.payment_id), now, (("code", code.value),)
            )
        )
        return answer_with(book, operation, payment, now)

    def _open(
        self, book: ClearingBook, operation: Operation, challenge: Challenge
    ) -> PaymentOpened:
        payment = replace(self._payment(PaymentState.OPENED, None), challenge=challenge)
        book.payments.put(payment.payment_id, payment)
        detail = (
            ("terminal", payment.terminal_id.value),
            ("notice", payment.notice_hash.hex()),
            ("payment hash", payment.payment_hash.hex()),
        )
        book.audit(
            AuditRecord(
                AuditKind.PAYMENT_OPENED, str(payment.payment_id), payment.opened_at, detail
            )
        )
        opened = PaymentOpened(
            payment.payment_id,
            challenge.pad,
            challenge.digits_needed,
            payment.expires_at,
        )
        keep_answer(book, operation, opened)
        return opened

    def _payment(self, state: PaymentState, verdict: Verdict | None) -> Payment:
        header, now, fields = self.arrival.header, self.arrival.now, self.command.fields
        return Payment(
            payment_id=self.command.payment_id,
            terminal_id=header.terminal_id,
            payment_hash=header.payment_hash,
            notice_hash=header.notice_hash,
            state=state,
            opened_at=now,
            expires_at=now + self.policy.opening_lifetime,
            fields=None if isinstance(fields, UnusableAmount) else fields,
            challenge=self.challenge,
            verdict=verdict,
        )


def _parties(fields: PaymentFields) -> SaleParties:
    return SaleParties(fields.terminal_id, fields.acceptor_id, fields.acquirer_id)
