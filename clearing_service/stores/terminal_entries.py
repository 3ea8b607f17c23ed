"""What stands of a terminal's business day, read from its payments and refunds."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.engine import Connection

from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.columns import to_milliseconds
from facepay.business_date import cutover_of
from facepay.identifiers import PaymentId, RetrievalReferenceNumber, TerminalId
from facepay.money import Currency, Money
from facepay.payment_decision import PaymentState
from facepay.terminal_totals import EntryKind, TotalsEntry

_STANDING = (PaymentState.APPROVED, PaymentState.REFUNDED_IN_PART, PaymentState.REFUNDED)
_EXPIRY_MARGIN = timedelta(days=1)
"""A payment is decided before it expires, or by a recovery that comes no later than this."""


def read_standing_entries(
    connection: Connection, terminal_id: TerminalId, day: date
) -> list[TotalsEntry]:
    """Return payments approved on the day that were not undone, then refunds given on it."""
    span = (to_milliseconds(cutover_of(day - timedelta(days=1))), to_milliseconds(cutover_of(day)))
    payments = _payments(connection, terminal_id, span)
    return payments + _refunds(connection, terminal_id, span)


def _payments(
    connection: Connection, terminal_id: TerminalId, span: tuple[int, int]
) -> list[TotalsEntry]:
    table = tables.PAYMENT
    margin = _EXPIRY_MARGIN // timedelta(milliseconds=1)
    query = (
        select(table.c.payment_id, table.c.rrn, table.c.amount_minor_units, table.c.currency)
        .where(table.c.state.in_([state.name for state in _STANDING]))
        # by the index over state and expiry; when it was decided has none
        .where(table.c.expires_at_ms.between(span[0] - margin, span[1] + margin))
        .where(table.c.terminal_id == terminal_id.value)
        .where(table.c.decided_at_ms >= span[0])
        .where(table.c.decided_at_ms < span[1])
        .order_by(table.c.decided_at_ms, table.c.payment_id)
    )
    return [_entry(EntryKind.PAYMENT, *row) for row in connection.execute(query)]


def _refunds(
    connection: Connection, terminal_id: TerminalId, span: tuple[int, int]
) -> list[TotalsEntry]:
    table, payment = tables.REFUND, tables.PAYMENT
    query = (
        select(table.c.payment_id, table.c.rrn, table.c.amount_minor_units, table.c.currency)
        .join(payment, payment.c.payment_id == table.c.payment_id)
        .where(payment.c.terminal_id == terminal_id.value)
        .where(table.c.queued_at_ms >= span[0])
        .where(table.c.queued_at_ms < span[1])
        .order_by(table.c.queued_at_ms, table.c.rrn)
    )
    return [_entry(EntryKind.REFUND, *row) for row in connection.execute(query)]


def _entry(kind: EntryKind, payment_id: bytes, rrn: str, amount: int, currency: str) -> TotalsEntry:
    number = RetrievalReferenceNumber(rrn)
    return TotalsEntry(kind, PaymentId(payment_id), number, Money(amount, Currency(currency)))
