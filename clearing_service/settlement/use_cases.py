"""What operators and the clock do with windows.

Every change is one commit of a step that looks first where the window stands, so anything here may
be repeated, by anybody, at any time, and after a crash. Raises `StoreError`, of which nothing
remains but what `payment.ports.PaymentStore` says of lost commits.
"""

from collections.abc import Sequence
from datetime import datetime

from clearing_service.ledger.entries import Institution
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.payment.duplicate_check import whole_milliseconds
from clearing_service.settlement.fee_rates import FeeSchedule
from clearing_service.settlement.fees import FeeCharge, FeeMeter, numbers_answered
from clearing_service.settlement.netting import NetPositions
from clearing_service.settlement.ports import WindowBook, WindowRows
from clearing_service.settlement.window_steps import SettlementAnswer, WindowOutcome, not_pending
from clearing_service.settlement.window_works import (
    AbortWindow,
    CloseWindow,
    EnsureWindow,
    PriceWindow,
    RejoinWindow,
    SettleWindows,
)
from facepay.ports import Clock


class Settlement:
    """The use cases of windows."""

    def __init__(
        self, book: WindowBook, schedule: FeeSchedule, institution: Institution, clock: Clock
    ) -> None:
        self._book = book
        self._schedule = schedule
        self._institution = institution
        self._clock = clock

    @property
    def institution(self) -> Institution:
        """Whose book it is."""
        return self._institution

    async def windows(
        self, states: Sequence[WindowState] = tuple(WindowState)
    ) -> Sequence[SettlementWindow]:
        """Return the windows in these states, by number."""
        return await self._book.windows(states)

    async def window(self, number: int) -> SettlementWindow | None:
        """Return one window."""
        return await self._book.window(number)

    async def open_window(self) -> SettlementWindow:
        """Return the window that takes rows now, opening a new book's first one."""
        found = await self._book.windows([WindowState.OPEN])
        return found[0] if found else await self._book.execute(EnsureWindow(self._now()))

    async def net_positions(self, number: int) -> NetPositions | None:
        """Return what a window's rows net to as they stand now, or None if there is no window."""
        window = await self._book.window(number)
        return None if window is None else await self._book.net_positions(window)

    async def charges(self, window: SettlementWindow) -> tuple[FeeCharge, ...]:
        """Return what a window's payments cost each participant, by its rows as they stand now."""
        meter = FeeMeter(self._schedule)
        async for page in WindowRows(self._book, window).pages():
            meter.take(page, await self._book.rows_numbered(numbers_answered(page)))
        return meter.charges()

    async def close(self, number: int) -> WindowOutcome:
        """Close a window; the next opens with it."""
        await self.open_window()
        return await self._book.execute(CloseWindow(number, self._now()))

    async def close_if_due(self) -> bool:
        """Close the open window if its cutover has passed; tell whether it was."""
        window = await self.open_window()
        if not window.is_due(self._now()):
            return False
        return await self.close(window.number) is WindowOutcome.DONE

    async def price(self, number: int) -> WindowOutcome:
        """Book the fees of a closed window, which makes its net positions final."""
        window = await self._book.window(number)
        if window is None:
            return WindowOutcome.NO_SUCH_WINDOW
        is_closed = window.state is WindowState.CLOSED
        charges = await self.charges(window) if is_closed else ()
        return await self._book.execute(
            PriceWindow(number, charges, self._institution, self._now())
        )

    async def settle(self, numbers: Sequence[int]) -> SettlementAnswer:
        """Settle windows together, or abort them all if a participant lacks funds for that."""
        nets: dict[int, NetPositions] = {}
        for number in numbers:
            window = await self._book.window(number)
            if window is None or window.state is not WindowState.PENDING_SETTLEMENT:
                return SettlementAnswer(not_pending(window))
            nets[number] = await self._book.net_positions(window)
        return await self._book.execute(SettleWindows(nets, self._now()))

    async def abort(self, number: int) -> WindowOutcome:
        """Give up a window's settlement; what is owed is owed still."""
        return await self._book.execute(AbortWindow(number, self._now()))

    async def rejoin(self, number: int) -> WindowOutcome:
        """Let an aborted window be settled again, with whatever is pending then."""
        return await self._book.execute(RejoinWindow(number, self._now()))

    def _now(self) -> datetime:
        return whole_milliseconds(self._clock.now())
