"""What a terminal's journal says of its payments and refunds, and what it may say in the end."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clearing_service.payment.payment import Payment
from clearing_service.payment.refund_entry import RefundEntry
from facepay.identifiers import OperationId, OrderId, PaymentId
from facepay.payment_decision import PaymentState
from facepay.refund_decision import RefundDecision
from facepay.vocabulary import RefundKind
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.refund import RefundState
from tests.proof.books import BookRows
from tests.proof.rules import require, stands

_AT_REST = frozenset(
    {
        TerminalState.APPROVED,
        TerminalState.DECLINED,
        TerminalState.ENDED,
        TerminalState.REVERSED,
    }
)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A payment as a journal has it."""

    payment_id: PaymentId
    order_id: OrderId
    state: TerminalState


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund or void as a journal has it."""

    operation_id: OperationId
    payment_id: PaymentId
    is_void: bool
    state: RefundState
    has_moved_money: bool


@dataclass(frozen=True, slots=True)
class JournalRows:
    """Everything a journal says about money."""

    terminal: str
    payments: Sequence[JournalRow]
    refunds: Sequence[RefundRow]
    queued_reversals: int


def read_journal(terminal: str, store: sqlite3.Connection) -> JournalRows:
    """Return what a journal's file says."""
    (queued,) = store.execute("SELECT count(*) FROM reversal").fetchone()
    payments = store.execute("SELECT payment_id, order_id, state FROM payment")
    columns = "operation_id, payment_id, kind, state, decision"
    refunds = store.execute(f"SELECT {columns} FROM refund ORDER BY made_at_ms")
    return JournalRows(
        terminal,
        [JournalRow(PaymentId(row[0]), OrderId(row[1]), TerminalState(row[2])) for row in payments],
        [_refund(row) for row in refunds],
        queued,
    )


def _refund(row: tuple[bytes, bytes, int, str, bytes | None]) -> RefundRow:
    decision = row[4]
    return RefundRow(
        OperationId(row[0]),
        PaymentId(row[1]),
        RefundKind(row[2]) is RefundKind.VOID,
        RefundState(row[3]),
        bool(decision) and RefundDecision.from_bytes(decision or b"").outcome.has_moved_money,
    )


def require_true_journals(journals: Iterable[JournalRows], book: BookRows) -> None:
    """Every journal has come to rest and says what the ledger says."""
    journals = list(journals)
    payments = book.payment_by_id()
    booked = {entry.operation_id: entry for entry in book.refunds}
    for journal in journals:
        _require_payments(journal, payments)
        _require_refunds(journal, payments, booked)
        require(journal.queued_reversals == 0, "no reversal is left", journal.terminal)
    known = {row.operation_id for journal in journals for row in journal.refunds}
    for entry in book.refunds:
        require(
            entry.operation_id in known,
            "nothing is refunded that no cashier asked for",
            str(entry.operation_id),
            entry.payment_id,
        )


def _require_payments(journal: JournalRows, payments: dict[PaymentId, Payment]) -> None:
    voided = {row.payment_id for row in journal.refunds if row.is_void and row.has_moved_money}
    for row in journal.payments:
        payment = payments.get(row.payment_id)
        name = f"{row.payment_id} is {row.state.value} at {journal.terminal}"
        require(
            row.state in _AT_REST,
            "a journal ends without doubt once the line is there",
            name,
            row.payment_id,
        )
        has_money = row.state is TerminalState.APPROVED and row.payment_id not in voided
        require(
            stands(payment) == has_money,
            "a journal says what the ledger says",
            f"{name}, {payment.state.name if payment else 'unknown'} at the service",
            row.payment_id,
        )


def _require_refunds(
    journal: JournalRows,
    payments: dict[PaymentId, Payment],
    booked: dict[OperationId, RefundEntry],
) -> None:
    for row in journal.refunds:
        require(
            row.state is not RefundState.UNSETTLED,
            "a refund ends without doubt once the line is there",
            str(row.operation_id),
            row.payment_id,
        )
        require(
            row.has_moved_money == _was_done(row, booked, payments[row.payment_id]),
            "a journal says of a refund what the ledger says",
            f"{row.operation_id} is {row.state.value}",
            row.payment_id,
        )


def _was_done(row: RefundRow, booked: dict[OperationId, RefundEntry], payment: Payment) -> bool:
    if not row.is_void:
        return row.operation_id in booked
    is_undone = payment.state is PaymentState.REVERSED and payment.verdict is not None
    return is_undone and payment.verdict.operation_id == row.operation_id  # type: ignore[union-attr]
