"""The journal's operations as transactions."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from facepay.identifiers import OperationId, PaymentId
from facepay.message_header import Purpose
from facepay.payment_decision import PaymentDecision
from facepay.ports import Clock, Randomness
from facepay.vocabulary import ReversalReason
from pos_app.checkout.payment import (
    JournaledPayment,
    Operation,
    PaymentBinding,
    QueuedReversal,
)
from pos_app.checkout.payment_state import LEFT_OVER, TerminalState, require_move
from pos_app.journal.database import JournalDatabase
from pos_app.journal.payment_rows import PAYMENT_COLUMNS, milliseconds, moment, read_payment
from pos_app.journal.sqlite_days import SqliteDays
from pos_app.journal.sqlite_refunds import SqliteRefunds


class SqliteJournal:
    """The `Journal` port on one SQLite file (WAL, synchronous FULL).

    `refunds` is the `RefundJournal` on the same file, `days` the `ReconciliationJournal`.
    """

    def __init__(self, path: Path, clock: Clock, randomness: Randomness) -> None:
        """Name the file; it is opened by the first call, so a bad disk does not stop a till."""
        self._database = JournalDatabase(path)
        self.refunds = SqliteRefunds(self._database)
        self.days = SqliteDays(self._database)
        self._clock = clock
        self._randomness = randomness

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    async def begin_payment(self, binding: PaymentBinding) -> None:
        """See `Journal.begin_payment`."""
        fields = binding.fields
        row = (
            binding.payment_id.value,
            fields.order_id.value,
            fields.acceptor_id.value,
            fields.terminal_id.value,
            fields.acquirer_id.value,
            fields.amount.amount_minor_units,
            fields.amount.currency.value,
            binding.payment_hash,
            binding.notice_hash,
            TerminalState.STARTED.value,
            milliseconds(self._clock.now()),
        )
        statement = f"INSERT INTO payment ({PAYMENT_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 - a constant
        await self._write(statement, row)

    async def begin_operation(self, payment_id: PaymentId | None, purpose: Purpose) -> Operation:
        """See `Journal.begin_operation`."""
        operation_id = OperationId.generate(self._clock, self._randomness)
        made_at = milliseconds(self._clock.now())

        def advance(store: sqlite3.Connection) -> Operation:
            (counter,) = store.execute(
                "UPDATE counter SET last_used = last_used + 1 RETURNING last_used"
            ).fetchone()
            store.execute(
                "INSERT INTO operation VALUES (?,?,?,?,?)",
                (
                    operation_id.value,
                    payment_id.value if payment_id else None,
                    purpose.value,
                    counter,
                    made_at,
                ),
            )
            return Operation(operation_id, counter, purpose)

        return await self._database.transact(advance)

    async def move(
        self, payment_id: PaymentId, state: TerminalState, decision: PaymentDecision | None = None
    ) -> None:
        """See `Journal.move`."""
        await self._database.transact(lambda store: _move(store, payment_id, state, decision))

    async def payment(self, payment_id: PaymentId) -> JournaledPayment:
        """See `Journal.payment`."""
        return await self._database.transact(lambda store: read_payment(store, payment_id))

    async def unfinished(self) -> Sequence[JournaledPayment]:
        """See `Journal.unfinished`."""

        def read(store: sqlite3.Connection) -> list[JournaledPayment]:
            rows = store.execute(
                "SELECT payment_id FROM payment WHERE state IN (?,?,?) ORDER BY payment_id",
                [state.value for state in LEFT_OVER],
            ).fetchall()
            return [read_payment(store, PaymentId(row[0])) for row in rows]

        return await self._database.transact(read)

    async def queue_reversal(
        self, payment_id: PaymentId, reason: ReversalReason, next_attempt_at: datetime
    ) -> None:
        """See `Journal.queue_reversal`."""
        now = milliseconds(self._clock.now())

        def queue(store: sqlite3.Connection) -> None:
            _move(store, payment_id, TerminalState.REVERSING)
            store.execute(
                "INSERT INTO reversal VALUES (?,?,?,?,0) ON CONFLICT DO NOTHING",
                (payment_id.value, reason.value, now, milliseconds(next_attempt_at)),
            )

        await self._database.transact(queue)

    async def reversals(self) -> Sequence[QueuedReversal]:
        """See `Journal.reversals`."""

        def read(store: sqlite3.Connection) -> list[QueuedReversal]:
            rows = store.execute("SELECT * FROM reversal ORDER BY queued_at_ms, payment_id")
            return [_reversal(store, row) for row in rows.fetchall()]

        return await self._database.transact(read)

    async def postpone_reversal(self, payment_id: PaymentId, next_attempt_at: datetime) -> None:
        """See `Journal.postpone_reversal`."""
        await self._write(
            "UPDATE reversal SET attempt_count = attempt_count + 1, next_attempt_at_ms = ?"
            " WHERE payment_id = ?",
            (milliseconds(next_attempt_at), payment_id.value),
        )

    async def end_reversal(
        self, payment_id: PaymentId, state: TerminalState, decision: PaymentDecision | None = None
    ) -> None:
        """See `Journal.end_reversal`."""

        def end(store: sqlite3.Connection) -> None:
            _move(store, payment_id, state, decision)
            store.execute("DELETE FROM reversal WHERE payment_id = ?", (payment_id.value,))

        await self._database.transact(end)

    async def _write(self, statement: str, values: tuple[bytes | str | int, ...]) -> None:
        def write(store: sqlite3.Connection) -> None:
            store.execute(statement, values)

        await self._database.transact(write)


def _move(
    store: sqlite3.Connection,
    payment_id: PaymentId,
    state: TerminalState,
    decision: PaymentDecision | None = None,
) -> None:
    row = store.execute(
        "SELECT state FROM payment WHERE payment_id = ?", (payment_id.value,)
    ).fetchone()
    if row is None:
        raise KeyError(str(payment_id))
    require_move(TerminalState(row[0]), state)
    store.execute(
        "UPDATE payment SET state = ?, decision = coalesce(?, decision) WHERE payment_id = ?",
        (state.value, decision.to_bytes() if decision else None, payment_id.value),
    )


def _reversal(store: sqlite3.Connection, row: tuple[bytes, int, int, int, int]) -> QueuedReversal:
    payment_id, reason, queued_at, next_attempt_at, attempt_count = row
    return QueuedReversal(
        binding=read_payment(store, PaymentId(payment_id)).binding,
        reason=ReversalReason(reason),
        queued_at=moment(queued_at),
        next_attempt_at=moment(next_attempt_at),
        attempt_count=attempt_count,
    )
