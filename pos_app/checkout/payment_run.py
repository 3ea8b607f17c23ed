"""What the steps of one running payment share: its ports, its binding, its stop button."""

from dataclasses import dataclass
from typing import TypeVar

import structlog

from facepay.message_header import Purpose
from facepay.payment_decision import PaymentDecision
from facepay.ports import Clock, Randomness
from facepay.vocabulary import CancelReason
from pos_app.checkout.clearing_answers import SignedOn
from pos_app.checkout.interruption import Interrupted, Interruption
from pos_app.checkout.payment import (
    Ended,
    EndReason,
    Operation,
    PaymentBinding,
    PaymentStep,
    StepDetails,
)
from pos_app.checkout.payment_state import ForbiddenMoveError, TerminalState
from pos_app.checkout.pin_entry import PinPad
from pos_app.checkout.ports import (
    ClearingGateway,
    FaceCapture,
    Journal,
    JournalError,
    Payer,
    PaymentObserver,
)
from pos_app.checkout.sale import Sale

_T = TypeVar("_T")

_log = structlog.get_logger()

_END_OF_STOP = {
    CancelReason.PAYER: EndReason.STOPPED_BY_PAYER,
    CancelReason.CASHIER: EndReason.STOPPED_BY_CASHIER,
    CancelReason.NOT_ME: EndReason.NOT_ME,
    CancelReason.TIMED_OUT: EndReason.EXPIRED,
    CancelReason.CAPTURE_FAILED: EndReason.CAPTURE_FAILED,
}


@dataclass(frozen=True, slots=True)
class CheckoutPorts:
    """Everything outside that a payment uses."""

    gateway: ClearingGateway
    journal: Journal
    capture: FaceCapture
    pin_pad: PinPad
    payer: Payer
    observer: PaymentObserver
    clock: Clock
    randomness: Randomness


@dataclass(frozen=True, slots=True)
class PaymentRun:
    """One payment while it runs."""

    ports: CheckoutPorts
    signed_on: SignedOn
    sale: Sale
    binding: PaymentBinding
    interruption: Interruption

    def announce(self, step: PaymentStep, details: StepDetails = None) -> None:
        """Tell the observer."""
        self.ports.observer.step_changed(step, details)

    async def begin(self, purpose: Purpose) -> Operation:
        """Journal the next call about this payment; raises `JournalError`."""
        return await self.ports.journal.begin_operation(self.binding.payment_id, purpose)

    async def note(self, state: TerminalState, decision: PaymentDecision | None = None) -> bool:
        """Journal a state, and return False if the payment was reversed in the meantime.

        If the journal fails the truth stands as it is: a restart asks the clearing service again.
        """
        try:
            await self.ports.journal.move(self.binding.payment_id, state, decision)
        except JournalError as error:
            _log.error("state_not_journaled", state=state.value, reason=error.reason.value)
        except ForbiddenMoveError:
            return False
        return True

    def ended_if_interrupted(self, value: _T | Interrupted) -> _T | Ended:
        """Turn a stop or a deadline into the way the payment ends."""
        return end_of(value.reason) if isinstance(value, Interrupted) else value

    def stopped_or(self, reason: EndReason) -> Ended:
        """Return the stop, if a person stopped the payment, and `reason` otherwise."""
        stop = self.interruption.reason
        return end_of(stop) if stop else Ended(reason)


def end_of(reason: CancelReason) -> Ended:
    """Return how a payment ends that was stopped for `reason`."""
    return Ended(_END_OF_STOP[reason])
