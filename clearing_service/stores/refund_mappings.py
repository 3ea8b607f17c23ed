"""Rows of refunds."""

from typing import Any

from sqlalchemy import Row

from clearing_service.payment.refund_entry import RefundEntry, RefundKey
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.columns import (
    from_milliseconds,
    from_milliseconds_or_none,
    to_milliseconds,
    to_milliseconds_or_none,
)
from clearing_service.stores.row_mapping import Columns, RowMapping
from facepay.identifiers import (
    OperationId,
    ParticipantId,
    PaymentId,
    RetrievalReferenceNumber,
)
from facepay.money import Currency, Money


def _write_refund(_: RefundKey, entry: RefundEntry) -> Columns:
    return {
        "payment_id": entry.payment_id.value,
        "part": entry.part,
        "operation_id": entry.operation_id.value,
        "rrn": entry.rrn.value,
        "amount_minor_units": entry.amount.amount_minor_units,
        "currency": entry.amount.currency.value,
        "issuer_id": entry.issuer_id.value,
        "queued_at_ms": to_milliseconds(entry.queued_at),
        "next_attempt_at_ms": to_milliseconds(entry.next_attempt_at),
        "attempt_count": entry.attempt_count,
        "ended_at_ms": to_milliseconds_or_none(entry.ended_at),
        "is_refused": int(entry.is_refused),
    }


def _read_refund(row: Row[Any]) -> tuple[RefundKey, RefundEntry]:
    entry = RefundEntry(
        PaymentId(row.payment_id),
        row.part,
        OperationId(row.operation_id),
        RetrievalReferenceNumber(row.rrn),
        Money(row.amount_minor_units, Currency(row.currency)),
        ParticipantId(row.issuer_id),
        from_milliseconds(row.queued_at_ms),
        from_milliseconds(row.next_attempt_at_ms),
        row.attempt_count,
        from_milliseconds_or_none(row.ended_at_ms),
        bool(row.is_refused),
    )
    return entry.key, entry


REFUNDS = RowMapping[RefundKey, RefundEntry](
    tables.REFUND,
    tables.REFUND.c.payment_id,
    lambda key: key[0].value,
    _read_refund,
    _write_refund,
)
