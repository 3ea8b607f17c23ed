"""How a payment and a time stand in the journal's rows."""

import sqlite3
from datetime import UTC, datetime, timedelta

from facepay.identifiers import (
    AcceptorId,
    OperationId,
    OrderId,
    ParticipantId,
    PaymentId,
    TerminalId,
)
from facepay.money import Currency, Money
from facepay.payment_fields import PaymentFields
from pos_app.checkout.payment import JournaledPayment, PaymentBinding
from pos_app.checkout.payment_state import TerminalState

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_Row = tuple[bytes, str, str, str, str, int, str, bytes, bytes, str, int]
PAYMENT_COLUMNS = (
    "payment_id, order_id, acceptor_id, terminal_id, acquirer_id, amount_minor_units, currency, "
    "payment_hash, notice_hash, state, started_at_ms"
)


def read_payment(store: sqlite3.Connection, payment_id: PaymentId) -> JournaledPayment:
    """Return a payment; raises `KeyError` for an unknown one."""
    row: _Row | None = store.execute(
        f"SELECT {PAYMENT_COLUMNS} FROM payment WHERE payment_id = ?",  # noqa: S608 - a constant
        (payment_id.value,),
    ).fetchone()
    if row is None:
        raise KeyError(str(payment_id))
    operations = store.execute(
        "SELECT operation_id FROM operation WHERE payment_id = ?", (payment_id.value,)
    )
    return JournaledPayment(
        binding=_binding(row),
        state=TerminalState(row[9]),
        started_at=moment(row[10]),
        operation_ids=frozenset(OperationId(found[0]) for found in operations.fetchall()),
    )


def _binding(row: _Row) -> PaymentBinding:
    fields = PaymentFields(
        acceptor_id=AcceptorId(row[2]),
        terminal_id=TerminalId(row[3]),
        order_id=OrderId(row[1]),
        amount=Money(row[5], Currency(row[6])),
        acquirer_id=ParticipantId(row[4]),
    )
    return PaymentBinding(PaymentId(row[0]), fields, payment_hash=row[7], notice_hash=row[8])


def milliseconds(when: datetime) -> int:
    """Return the time as it is stored."""
    return (when - _EPOCH) // timedelta(milliseconds=1)


def moment(milliseconds: int) -> datetime:
    """Return a stored time, in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
