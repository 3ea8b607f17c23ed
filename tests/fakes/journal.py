"""A journal in memory that can be told to fail."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

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
from pos_app.checkout.ports import JournalError, JournalErrorReason


class MemoryJournal:
    """Implements `Journal`. `fail_after` writes it fails with `failure` until `repair`.

    `fail_next` lets so many writes fail; while it `is_unreadable` nobody learns what is unfinished.
    """

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness
        self._counter = 0
        self._payments: dict[PaymentId, JournaledPayment] = {}
        self._reversals: dict[PaymentId, QueuedReversal] = {}
        self._writes_left: int | None = None
        self.decisions: dict[PaymentId, PaymentDecision] = {}
        self.operations: list[Operation] = []
        self.failure = JournalErrorReason.DISK_FULL
        self.is_unreadable = False
        self._failures_left = 0

    def fail_after(self, writes: int) -> None:
        self._writes_left = writes

    def fail_next(self, writes: int) -> None:
        self._failures_left = writes

    def repair(self) -> None:
        self._writes_left = None
        self.is_unreadable = False

    def state_of(self, payment_id: PaymentId) -> TerminalState:
        return self._payments[payment_id].state

    def force(self, payment_id: PaymentId, state: TerminalState) -> None:
        self._payments[payment_id] = replace(self._payments[payment_id], state=state)

    @property
    def payment_ids(self) -> list[PaymentId]:
        return list(self._payments)

    async def begin_payment(self, binding: PaymentBinding) -> None:
        self._write()
        self._payments[binding.payment_id] = JournaledPayment(
            binding, TerminalState.STARTED, self._clock.now(), frozenset()
        )

    async def begin_operation(self, payment_id: PaymentId | None, purpose: Purpose) -> Operation:
        self._write()
        self._counter += 1
        operation_id = OperationId.generate(self._clock, self._randomness)
        operation = Operation(operation_id, self._counter, purpose)
        self.operations.append(operation)
        if payment_id is not None:
            payment = self._payments[payment_id]
            known = payment.operation_ids | {operation_id}
            self._payments[payment_id] = replace(payment, operation_ids=known)
        return operation

    async def move(
        self, payment_id: PaymentId, state: TerminalState, decision: PaymentDecision | None = None
    ) -> None:
        self._write()
        self._move(payment_id, state, decision)

    async def payment(self, payment_id: PaymentId) -> JournaledPayment:
        return self._payments[payment_id]

    async def unfinished(self) -> Sequence[JournaledPayment]:
        if self.is_unreadable:
            raise JournalError(self.failure)
        return [payment for payment in self._payments.values() if payment.state in LEFT_OVER]

    async def queue_reversal(
        self, payment_id: PaymentId, reason: ReversalReason, next_attempt_at: datetime
    ) -> None:
        self._write()
        self._move(payment_id, TerminalState.REVERSING, None)
        binding = self._payments[payment_id].binding
        entry = QueuedReversal(binding, reason, self._clock.now(), next_attempt_at, 0)
        self._reversals.setdefault(payment_id, entry)

    async def reversals(self) -> Sequence[QueuedReversal]:
        return list(self._reversals.values())

    async def postpone_reversal(self, payment_id: PaymentId, next_attempt_at: datetime) -> None:
        self._write()
        entry = self._reversals[payment_id]
        self._reversals[payment_id] = replace(
            entry, next_attempt_at=next_attempt_at, attempt_count=entry.attempt_count + 1
        )

    async def end_reversal(
        self, payment_id: PaymentId, state: TerminalState, decision: PaymentDecision | None = None
    ) -> None:
        self._write()
        self._move(payment_id, state, decision)
        self._reversals.pop(payment_id, None)

    def _move(
        self, payment_id: PaymentId, state: TerminalState, decision: PaymentDecision | None
    ) -> None:
        payment = self._payments[payment_id]
        require_move(payment.state, state)
        self._payments[payment_id] = replace(payment, state=state)
        if decision is not None:
            self.decisions[payment_id] = decision

    def _write(self) -> None:
        if self._failures_left:
            self._failures_left -= 1
            raise JournalError(self.failure)
        if self._writes_left is None:
            return
        if self._writes_left == 0:
            raise JournalError(self.failure)
        self._writes_left -= 1
