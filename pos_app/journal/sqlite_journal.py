"""The journal's operations as transactions."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from facepay.identifiers import (
    AcceptorId,
    OperationId,
    OrderId,
    ParticipantId,
    PaymentId,
    TerminalId,
)
from facepay.message_header import Purpose
from facepay.money import Currency, Money
from facepay.payment_decision import PaymentDecision
from facepay.payment_fields import PaymentFields
from facepay.ports import Clock, Randomness
from facepay.vocabulary import ReversalReason
from pos_app.checkout.payment import (
    JournaledPayment,
    Operation,
    PaymentBinding,
    QueuedReversal,
)
from pos_app.checkout.payment_state import TerminalState, require_move
from pos_app.journal.database import JournalDatabase

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNFINISHED = (TerminalState.STARTED, TerminalState.AUTHORIZING, TerminalState.UNKNOWN)
_Row = tuple[bytes, str, str, str, str, int, str, bytes, bytes, str, int]
_PAYMENT_COLUMNS = (
    "payment_id, order_id, acceptor_id, terminal_id, acquirer_id, amount_minor_units, currency, "
    "payment_hash, notice_hash, state, started_at_ms"
)


class SqliteJournal:
    """The `Journal` port on one SQLite file (WAL, synchronous FULL)."""

    def __init__(self, path: Path, clock: Clock, randomness: Randomness) -> None:
        """Name the file; it is opened by the first call, so a bad disk does not stop a till."""
        self._database = JournalDatabase(path)
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
            _milliseconds(self._clock.now()),
        )
        statement = f"INSERT INTO payment ({_PAYMENT_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 - a constant
        await self._write(statement, row)

    async def begin_operation(self, payment_id: PaymentId | None, purpose: Purpose) -> Operation:
        """See `Journal.begin_operation`."""
        operation_id = OperationId.generate(self._clock, self._randomness)
        made_at = _milliseconds(self._clock.now())

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
        return await self._database.transact(lambda store: _payment(store, payment_id))

    async def unfinished(self) -> Sequence[JournaledPayment]:
        """See `Journal.unfinished`."""

        def read(store: sqlite3.Connection) -> list[JournaledPayment]:
            rows = store.execute(
                "SELECT payment_id FROM payment WHERE state IN (?,?,?) ORDER BY payment_id",
                [state.value for state in _UNFINISHED],
            ).fetchall()
            return [_payment(store, PaymentId(row[0])) for row in rows]

        return await self._database.transact(read)

    async def queue_reversal(
        self, payment_id: PaymentId, reason: ReversalReason, next_attempt_at: datetime
    ) -> None:
        """See `Journal.queue_reversal`."""
        now = _milliseconds(self._clock.now())

        def queue(store: sqlite3.Connection) -> None:
            _move(store, payment_id, TerminalState.REVERSING)
            store.execute(
                "INSERT INTO reversal VALUES (?,?,?,?,0) ON CONFLICT DO NOTHING",
                (payment_id.value, reason.value, now, _milliseconds(next_attempt_at)),
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
            (_milliseconds(next_attempt_at), payment_id.value),
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


def _payment(store: sqlite3.Connection, payment_id: PaymentId) -> JournaledPayment:
    row: _Row | None = store.execute(
        f"SELECT {_PAYMENT_COLUMNS} FROM payment WHERE payment_id = ?",  # noqa: S608 - a constant
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
        started_at=_moment(row[10]),
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


def _reversal(store: sqlite3.Connection, row: tuple[bytes, int, int, int, int]) -> QueuedReversal:
    payment_id, reason, queued_at, next_attempt_at, attempt_count = row
    return QueuedReversal(
        binding=_payment(store, PaymentId(payment_id)).binding,
        reason=ReversalReason(reason),
        queued_at=_moment(queued_at),
        next_attempt_at=_moment(next_attempt_at),
        attempt_count=attempt_count,
    )


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
