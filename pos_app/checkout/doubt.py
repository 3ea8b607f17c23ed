"""When nobody knows what became of a payment: ask, then undo. Never charge again (OFF-03).

GetPayment after 1, 2 and 4 seconds, then every 5, until 60 seconds have passed; then the payment is
reversed, and the reversal is queued until it is acknowledged.
"""

from collections.abc import Iterator
from itertools import chain, repeat

from facepay.message_header import Purpose
from facepay.payment_decision import PaymentState
from facepay.ports import Clock
from pos_app.checkout.clearing_answers import ClearingError, PaymentAnswer
from pos_app.checkout.interruption import Interrupted, Interruption
from pos_app.checkout.payment import JournaledPayment, PaymentStep, Query
from pos_app.checkout.ports import ClearingGateway, Journal, JournalError, PaymentObserver

UNDECIDED = frozenset({PaymentState.OPENED, PaymentState.ROUTED, PaymentState.AUTHORIZING})
"""States from which money may still move."""


def polling_delays() -> Iterator[float]:
    """Return the seconds between questions: 1, 2, 4, then 5 for ever."""
    return chain((1.0, 2.0, 4.0), repeat(5.0))


class Doubt:
    """Asks what became of payments that left no answer."""

    def __init__(
        self, gateway: ClearingGateway, journal: Journal, clock: Clock, observer: PaymentObserver
    ) -> None:
        self._gateway = gateway
        self._journal = journal
        self._clock = clock
        self._observer = observer

    async def ask_until_known(
        self, payment: JournaledPayment, limit_seconds: float, interruption: Interruption
    ) -> PaymentAnswer | None:
        """Return the verified decision, or None when the time is over or a person stops."""
        started = self._clock.monotonic()
        for delay in polling_delays():
            elapsed = self._clock.monotonic() - started
            if elapsed + delay > limit_seconds:
                return None
            self._observer.step_changed(PaymentStep.QUERYING, Query(elapsed, limit_seconds))
            if isinstance(await interruption.race(self._clock.sleep(delay)), Interrupted):
                return None
            answer = await self._ask(payment)
            if answer is not None and answer.decision.state not in UNDECIDED:
                return answer
        return None

    async def _ask(self, payment: JournaledPayment) -> PaymentAnswer | None:
        payment_id = payment.binding.payment_id
        try:
            operation = await self._journal.begin_operation(payment_id, Purpose.GET_PAYMENT)
            return await self._gateway.get_payment(operation, payment)
        except (ClearingError, JournalError):
            return None
