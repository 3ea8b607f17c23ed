"""Ends of a payment that more than one use case can bring about."""

from datetime import datetime

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.ledger.rules import Booking, release
from clearing_service.payment.clearing_book import ClearingBook
from clearing_service.payment.issuer_reversal import queue_reversal
from clearing_service.payment.limits import give_back_limit
from clearing_service.payment.payment import Payment, Verdict
from clearing_service.payment.payment_state import BEFORE_MONEY
from facepay.identifiers import OperationId
from facepay.payment_decision import PaymentState
from facepay.response_code import ResponseCode


def expire_if_overdue(book: ClearingBook, payment: Payment, now: datetime) -> Payment:
    """Return the payment, ended as EXPIRED if its time has run out before any money was held."""
    if payment.state not in BEFORE_MONEY or now < payment.expires_at:
        return payment
    expired = payment.decided(PaymentState.EXPIRED, Verdict(None, now))
    return put_with_audit(book, expired, AuditKind.PAYMENT_EXPIRED, now)


def cancel(
    book: ClearingBook, payment: Payment, verdict: Verdict, detail: tuple[tuple[str, str], ...]
) -> Payment:
    """End a payment before any money was held."""
    cancelled = payment.decided(PaymentState.CANCELLED, verdict)
    at = verdict.decided_at
    return put_with_audit(book, cancelled, AuditKind.PAYMENT_CANCELLED, at, detail)


def decline_before_hold(book: ClearingBook, payment: Payment, verdict: Verdict) -> Payment:
    """Decline a routed payment for which nothing was held."""
    declined = payment.moved(PaymentState.AUTHORIZING).decided(PaymentState.DECLINED, verdict)
    detail = (("code", declined.response_code.value),)
    at = verdict.decided_at
    return put_with_audit(book, declined, AuditKind.PAYMENT_DECLINED, at, detail)


def decline_authorizing(
    book: ClearingBook,
    payment: Payment,
    verdict: Verdict,
    detail: tuple[tuple[str, str], ...] = (),
) -> Payment:
    """End an authorization without money: the hold is let go and the day's limit given back."""
    release(book, Booking(payment.payment_id, verdict.decided_at))
    give_back_limit(book, payment)
    declined = payment.decided(PaymentState.DECLINED, verdict)
    at = verdict.decided_at
    with_code = (("code", declined.response_code.value), *detail)
    return put_with_audit(book, declined, AuditKind.PAYMENT_DECLINED, at, with_code)


def undo_at_issuer(book: ClearingBook, payment: Payment, now: datetime) -> None:
    """Queue a reversal to the issuer, unless one is queued."""
    if book.issuer_reversals.get(payment.payment_id) is not None:
        return
    entry = queue_reversal(payment.payment_id, payment.live_route.issuer_id, now)
    book.issuer_reversals.put(payment.payment_id, entry)
    book.audit(AuditRecord(AuditKind.ISSUER_REVERSAL_QUEUED, str(payment.payment_id), now))


def too_late(operation_id: OperationId | None, now: datetime) -> Verdict:
    """Return the verdict of a payment that was ended because its answer would come too late."""
    return Verdict(operation_id, now, decline_code=ResponseCode.RESPONSE_TOO_LATE)


def put_with_audit(
    book: ClearingBook,
    payment: Payment,
    kind: AuditKind,
    now: datetime,
    detail: tuple[tuple[str, str], ...] = (),
) -> Payment:
    """Keep the payment as it is now and write down why."""
    book.payments.put(payment.payment_id, payment)
    book.audit(AuditRecord(kind, str(payment.payment_id), now, detail))
    return payment
