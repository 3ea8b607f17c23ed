"""After a restart: settle what the journal has as not settled, by asking and undoing only.

No probe and no PIN outlives the process, so nothing can be sent again; a payment is either found
approved, found over, or reversed.
"""

from dataclasses import dataclass
from enum import Enum

import structlog

from facepay.message_header import Purpose
from facepay.payment_decision import PaymentDecision, PaymentState
from facepay.vocabulary import CancelReason, ReversalReason
from pos_app.checkout.clearing_answers import ClearingError
from pos_app.checkout.doubt import Doubt
from pos_app.checkout.interruption import Interruption
from pos_app.checkout.payment import JournaledPayment, PaymentStep, StepDetails
from pos_app.checkout.payment_run import CheckoutPorts
from pos_app.checkout.payment_state import LEFT_OVER, TerminalState
from pos_app.checkout.reversal_queue import ReversalQueue

_log = structlog.get_logger()


class Recovery(Enum):
    """What a restart found a payment to be."""

    FOUND_APPROVED = "found_approved"
    FOUND_OVER = "found_over"
    REVERSED = "reversed"
    REVERSAL_QUEUED = "reversal_queued"


@dataclass(frozen=True, slots=True)
class RecoveredPayment:
    """One payment that was left over, what became of it, and the decision if there is one.

    The cashier is shown these: an approved one has had no receipt yet.
    """

    payment: JournaledPayment
    recovery: Recovery
    decision: PaymentDecision | None = None


class _Unobserved:
    """Nobody stands at the till while left-over payments are settled."""

    def step_changed(self, step: PaymentStep, details: StepDetails) -> None:
        """Do nothing."""


class Recoverer:
    """Settles what an earlier process left behind."""

    def __init__(
        self, ports: CheckoutPorts, reversals: ReversalQueue, polling_seconds: float
    ) -> None:
        self._ports = ports
        self._reversals = reversals
        self._polling_seconds = polling_seconds

    async def settle(self, payment: JournaledPayment) -> RecoveredPayment | None:
        """Settle one payment; None if it is settled already. Raises `JournalError`.

        A repeat goes on where an attempt that the journal cut short has stopped.
        """
        current = await self._ports.journal.payment(payment.binding.payment_id)
        return await self._settle(current) if current.state in LEFT_OVER else None

    async def _settle(self, payment: JournaledPayment) -> RecoveredPayment:
        if payment.state is TerminalState.STARTED:
            await self._abandon(payment)
            return RecoveredPayment(payment, Recovery.FOUND_OVER)
        ports = self._ports
        doubt = Doubt(ports.gateway, ports.journal, ports.clock, _Unobserved())
        answer = await doubt.ask_until_known(
            payment, self._polling_seconds, Interruption(ports.clock)
        )
        if answer is None:
            return await self._reverse(payment)
        return await self._record(payment, answer.decision)

    async def _abandon(self, payment: JournaledPayment) -> None:
        """End a payment that never came to moving money; what is not heard expires there."""
        ports, payment_id = self._ports, payment.binding.payment_id
        await ports.journal.move(payment_id, TerminalState.ENDED)
        operation = await ports.journal.begin_operation(payment_id, Purpose.CANCEL_PAYMENT)
        try:
            await ports.gateway.cancel_payment(operation, payment.binding, CancelReason.TIMED_OUT)
        except ClearingError as error:
            _log.warning("cancellation_not_heard", reason=error.reason.value)

    async def _reverse(self, payment: JournaledPayment) -> RecoveredPayment:
        if await self._reversals.reverse(payment, ReversalReason.NO_REPLY):
            return RecoveredPayment(payment, Recovery.REVERSED)
        return RecoveredPayment(payment, Recovery.REVERSAL_QUEUED)

    async def _record(
        self, payment: JournaledPayment, decision: PaymentDecision
    ) -> RecoveredPayment:
        journal, payment_id = self._ports.journal, payment.binding.payment_id
        if decision.state is PaymentState.APPROVED:
            await journal.move(payment_id, TerminalState.APPROVED, decision)
            return RecoveredPayment(payment, Recovery.FOUND_APPROVED, decision)
        await journal.move(payment_id, TerminalState.DECLINED, decision)
        return RecoveredPayment(payment, Recovery.FOUND_OVER, decision)
