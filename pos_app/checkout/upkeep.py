"""What a till does beside selling, for as long as it runs.

1. settle the payments that an earlier process left, until none is left
2. ask again about refunds whose end nobody knows
3. send queued reversals (`reversal_queue`)

A journal or a line that is down only delays it.
"""

import asyncio
from collections.abc import Callable

import structlog

from facepay.ports import Clock
from pos_app.checkout.checkout import Checkout
from pos_app.checkout.ports import JournalError
from pos_app.checkout.recovery import RecoveredPayment
from pos_app.checkout.refund_flow import SETTLE_SECONDS, RefundFlow

SETTLE_AGAIN_SECONDS = 60.0
"""How long what could not be settled waits for the next round."""

_log = structlog.get_logger()


class TillUpkeep:
    """Settles and undoes what is left of a till's payments and refunds."""

    def __init__(
        self,
        checkout: Checkout,
        refunds: RefundFlow,
        clock: Clock,
        on_settled: Callable[[RecoveredPayment], None],
    ) -> None:
        """`on_settled` is told of each payment that was settled: the cashier has not seen it."""
        self._checkout = checkout
        self._refunds = refunds
        self._clock = clock
        self._on_settled = on_settled

    async def run(self) -> None:
        """Do it for ever. Ends when cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._settle_for_ever())
            tasks.create_task(self._checkout.reversals.run())

    async def _settle_for_ever(self) -> None:
        older_than_seconds = 0.0
        while True:
            try:
                await self._settle(older_than_seconds)
            except JournalError as error:
                _log.error("left_over_not_settled", reason=error.reason.value)
            # From now on a refund may be one that a cashier of this process waits for.
            older_than_seconds = SETTLE_SECONDS
            await self._clock.sleep(SETTLE_AGAIN_SECONDS)

    async def _settle(self, older_than_seconds: float) -> None:
        for settled in await self._checkout.recover():
            self._on_settled(settled)
        for refund in await self._refunds.settle_all(older_than_seconds):
            _log.warning("refund_asked_again", found=type(refund).__name__)
