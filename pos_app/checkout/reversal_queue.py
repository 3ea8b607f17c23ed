"""Reversals wait here until the clearing service acknowledges them (ISO 8583 0400/0410).

An entry is tried at once, then after 5 seconds doubling to 15 minutes. After 24 hours it becomes a
case for people. While the queue is full no payment by face can start, so none is ever lost. Each
attempt is a new signed message: a reversal does the same however often it is sent, and an old
message would fall out of the clock window.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from facepay.identifiers import PaymentId
from facepay.message_header import Purpose
from facepay.ports import Clock
from facepay.vocabulary import ReversalReason
from pos_app.checkout.clearing_answers import ClearingError
from pos_app.checkout.payment import JournaledPayment, QueuedReversal
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.ports import ClearingGateway, Journal, JournalError

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
AGE_MAX = timedelta(hours=24)
ENTRIES_MAX = 500
"""More than a day of a busy till with a broken line: something else is wrong, so stop taking more."""
SWEEP_SECONDS = 5.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many reversals wait, and how many were handed to people in this sweep."""

    waiting: int
    became_cases: int


class ReversalQueue:
    """Sends what is queued, oldest first, one at a time."""

    def __init__(self, gateway: ClearingGateway, journal: Journal, clock: Clock) -> None:
        self._gateway = gateway
        self._journal = journal
        self._clock = clock
        self._unjournaled: dict[PaymentId, tuple[JournaledPayment, ReversalReason]] = {}

    async def add(self, payment: JournaledPayment, reason: ReversalReason) -> None:
        """Queue a reversal. If the journal cannot take it, it is kept in memory and tried on.

        After a restart such a payment is still journaled as not settled, and is queried.
        """
        payment_id = payment.binding.payment_id
        try:
            await self._journal.queue_reversal(payment_id, reason, self._clock.now())
            self._unjournaled.pop(payment_id, None)
        except JournalError as error:
            _log.error("reversal_not_journaled", payment=str(payment_id), reason=error.reason.value)
            self._unjournaled[payment_id] = (payment, reason)

    async def reverse(self, payment: JournaledPayment, reason: ReversalReason) -> bool:
        """Queue a reversal, try it once now, and return whether it was acknowledged."""
        await self.add(payment, reason)
        try:
            return await self._send(payment, reason, attempt_count=0)
        except JournalError:
            return False

    async def sweep(self) -> QueueState:
        """Try everything that is due. Raises `JournalError`."""
        for payment, reason in list(self._unjournaled.values()):
            await self.add(payment, reason)
        became_cases = 0
        for entry in await self._journal.reversals():
            if entry.next_attempt_at <= self._clock.now():
                became_cases += await self._attempt(entry)
        return QueueState(len(await self._journal.reversals()), became_cases)

    async def run(self) -> None:
        """Sweep for ever; a journal or a line that is down only delays it. Ends when cancelled."""
        while True:
            try:
                await self.sweep()
            except JournalError as error:
                _log.error("reversal_sweep_failed", reason=error.reason.value)
            await self._clock.sleep(SWEEP_SECONDS)

    async def _attempt(self, entry: QueuedReversal) -> int:
        payment_id = entry.binding.payment_id
        payment = await self._journal.payment(payment_id)
        if await self._send(payment, entry.reason, entry.attempt_count):
            return 0
        if self._clock.now() - entry.queued_at < AGE_MAX:
            return 0
        await self._journal.end_reversal(payment_id, TerminalState.CASE)
        _log.error("reversal_became_case", payment=str(payment_id))
        return 1

    async def _send(
        self, payment: JournaledPayment, reason: ReversalReason, attempt_count: int
    ) -> bool:
        payment_id = payment.binding.payment_id
        operation = await self._journal.begin_operation(payment_id, Purpose.REVERSE_PAYMENT)
        try:
            answer = await self._gateway.reverse_payment(operation, payment, reason)
        except ClearingError as error:
            _log.warning("reversal_failed", payment=str(payment_id), reason=error.reason.value)
            answer = None
        if answer is not None and answer.decision.state.is_final_without_money:
            await self._journal.end_reversal(payment_id, TerminalState.REVERSED, answer.decision)
            return True
        next_attempt_at = self._clock.now() + delay_after(attempt_count)
        await self._journal.postpone_reversal(payment_id, next_attempt_at)
        return False


def delay_after(attempt_count: int) -> timedelta:
    """Return how long to wait after the attempt that `attempt_count` others came before."""
    doubled: timedelta = FIRST_DELAY * (1 << min(attempt_count, 16))
    return min(doubled, LONGEST_DELAY)
