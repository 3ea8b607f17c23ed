"""What the clock does with windows: closes what is due, books its fees, and settles it.

It is run at start, before any call is taken, and every few moments after. Each step is one commit;
whatever a crash cuts off is found and taken up by the next run.
"""

from datetime import timedelta

import structlog

from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.settlement.use_cases import Settlement
from clearing_service.settlement.window_steps import WindowOutcome
from facepay.ports import Clock

_WAITING = (WindowState.CLOSED, WindowState.PENDING_SETTLEMENT)

_log = structlog.get_logger("settlement")

SETTLE_AFTER = timedelta(minutes=15)
"""How long after its close a window is settled by itself: time to bring funds, or to abort."""


class SettlementRun:
    """Takes every window as far as it can go now."""

    def __init__(
        self, settlement: Settlement, clock: Clock, settle_after: timedelta = SETTLE_AFTER
    ) -> None:
        self._settlement = settlement
        self._clock = clock
        self._settle_after = settle_after

    async def run(self) -> int:
        """Do every step that is due; return how many. Raises `StoreError`; run it again then."""
        steps = int(await self._settlement.close_if_due())
        waiting = await self._settlement.windows(_WAITING)
        for window in waiting:
            if window.state is WindowState.CLOSED:
                outcome = await self._settlement.price(window.number)
                steps += outcome is WindowOutcome.DONE
        due = [window.number for window in waiting if self._is_due(window)]
        if due:
            answer = await self._settlement.settle(due)
            if answer.shortfalls:
                _log.warning("settlement aborted", count=len(answer.shortfalls))
            steps += 1
        return steps

    def _is_due(self, window: SettlementWindow) -> bool:
        closed_at = window.closed_at
        return closed_at is not None and closed_at + self._settle_after <= self._clock.now()
