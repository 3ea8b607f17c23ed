"""What an issuer states of one business day, from its own books alone."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from clearing_service.issuer.issuer_book import IssuerCredited, IssuerPayment
from clearing_service.payment.ports import CreditOutcome
from clearing_service.settlement.statement import StatementKind, StatementLine
from facepay.business_date import business_date, cutover_of
from facepay.identifiers import ParticipantId
from facepay.money import Money


class StatementRows(Protocol):
    """The issuers' database as statements see it. Raises `StoreError`."""

    async def payments_between(
        self, issuer_id: ParticipantId, start: datetime, end: datetime
    ) -> Sequence[IssuerPayment]:
        """Return the payments that an issuer answered or undid from `start` until before `end`."""

    async def credits_between(
        self, issuer_id: ParticipantId, start: datetime, end: datetime
    ) -> Sequence[IssuerCredited]:
        """Return the refunds that an issuer answered from `start` until before `end`."""


async def statement_of(
    rows: StatementRows, issuer_id: ParticipantId, day: date
) -> tuple[StatementLine, ...]:
    """Return an issuer's statement of a business day, in the order of its bookings.

    The same whenever it is asked for, once the day is over. Raises `StoreError`.
    """
    span = (cutover_of(day - timedelta(days=1)), cutover_of(day))
    payments = await rows.payments_between(issuer_id, *span)
    credits_ = await rows.credits_between(issuer_id, *span)
    found = [line for payment in payments for line in _lines_of(payment)]
    found += [_credit_line(issuer_id, item) for item in credits_ if _is_credited(item)]
    of_day = (line for line in found if line.business_date == day)
    return tuple(sorted(of_day, key=_place))


def _lines_of(payment: IssuerPayment) -> Iterator[StatementLine]:
    if payment.approval_code is None or payment.amount is None:
        return
    code = payment.approval_code.value
    yield _line(payment, StatementKind.DEBIT, payment.amount, payment.answered_at, code)
    left = payment.amount - Money(payment.credited_minor_units, payment.amount.currency)
    if payment.reversed_at is not None and left.amount_minor_units:
        yield _line(payment, StatementKind.UNDO, left, payment.reversed_at)


def _line(
    payment: IssuerPayment, kind: StatementKind, amount: Money, at: datetime, reference: str = ""
) -> StatementLine:
    day = business_date(at)
    return StatementLine(payment.issuer_id, day, kind, payment.payment_id, reference, amount, at)


def _credit_line(issuer_id: ParticipantId, item: IssuerCredited) -> StatementLine:
    return StatementLine(
        issuer_id,
        business_date(item.answered_at),
        StatementKind.CREDIT,
        item.payment_id,
        str(item.operation_id),
        item.amount,
        item.answered_at,
    )


def _is_credited(item: IssuerCredited) -> bool:
    return item.outcome is CreditOutcome.CREDITED


def _place(line: StatementLine) -> tuple[datetime, str, str, str]:
    return (line.booked_at, line.kind.value, str(line.payment_id), line.reference)
