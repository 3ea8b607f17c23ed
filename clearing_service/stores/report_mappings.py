"""Rows of window digests, and what reports tell of sales."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from clearing_service.errors import StoreError
from clearing_service.settlement.digest import Sale
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.bulk_statements import fetch_rows
from clearing_service.stores.row_mapping import Columns, RowMapping
from facepay.identifiers import ParticipantId, PaymentId
from facepay.settlement_proof.window_digest import WindowDigest


def read_sales(connection: Connection, payment_ids: Collection[PaymentId]) -> dict[PaymentId, Sale]:
    """Return the sales behind payments; raises `StoreError` if one has none."""
    if not payment_ids:
        return {}
    wanted = [payment_id.value for payment_id in payment_ids]
    refunds: dict[bytes, list[tuple[int, str]]] = defaultdict(list)
    for row in fetch_rows(connection, {tables.REFUND.c.payment_id: wanted}):
        refunds[row.payment_id].append((row.part, row.rrn))
    sales = {
        PaymentId(row.payment_id): _read_sale(row, refunds[row.payment_id])
        for row in fetch_rows(connection, {tables.PAYMENT.c.payment_id: wanted})
    }
    if len(sales) != len(payment_ids):
        raise StoreError("the ledger has rows of payments that are not there")
    return sales


def read_unacknowledged(connection: Connection, issuer_id: ParticipantId) -> set[PaymentId]:
    """Return the payments of which an issuer has not acknowledged a reversal or refund."""
    reversal, refund = tables.ISSUER_REVERSAL, tables.REFUND
    queries = (
        select(reversal.c.payment_id)
        .where(reversal.c.acknowledged_at_ms.is_(None))
        .where(reversal.c.issuer_id == issuer_id.value),
        select(refund.c.payment_id)
        .where(refund.c.ended_at_ms.is_(None))
        .where(refund.c.issuer_id == issuer_id.value),
    )
    return {PaymentId(row[0]) for query in queries for row in connection.execute(query)}


def _read_sale(row: Row[Any], refunds: list[tuple[int, str]]) -> Sale:
    return Sale(
        row.rrn,
        ParticipantId(row.acquirer_id),
        row.acceptor_id,
        row.terminal_id,
        row.order_id,
        tuple(rrn for _, rrn in sorted(refunds)),
    )


def _write_digest(window: int, digest: WindowDigest) -> Columns:
    return {"window_number": window, "digest": digest.to_bytes()}


def _read_digest(row: Row[Any]) -> tuple[int, WindowDigest]:
    return row.window_number, WindowDigest.from_bytes(row.digest)


DIGESTS = RowMapping[int, WindowDigest](
    tables.WINDOW_DIGEST,
    tables.WINDOW_DIGEST.c.window_number,
    lambda number: number,
    _read_digest,
    _write_digest,
)
