"""Keeps the terminal signed on, and says whether the line is up."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from PySide6.QtCore import QObject, Signal

from facepay.ports import Clock
from pos_app.checkout.clearing_answers import SignedOn
from pos_app.errors import PosError
from pos_app.ui.till_model import LineState

RETRY_SECONDS = 5.0
"""Often enough that face payment is back soon, seldom enough not to trouble a service that is up."""

SigningOn = Callable[[], Awaitable[SignedOn]]
"""Signs on once; raises `PosError` when that is not possible now."""
Counting = Callable[[], Awaitable[int]]
"""Counts the reversals that wait to be heard; raises `PosError`."""

_log = structlog.get_logger()


class Connection(QObject):
    """Signs on, and again whenever a payment found the line down.

    Signals:
        line_changed: LineState and, when online, SignedOn.
        unsent_counted: how many reversals wait to be heard.
    """

    line_changed = Signal(object, object)
    unsent_counted = Signal(int)

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._lost = asyncio.Event()

    async def keep(self, sign_on: SigningOn, count_unsent: Counting | None = None) -> None:
        """Run until cancelled, on the loop behind the windows."""
        while True:
            if await self._sign_on(sign_on, count_unsent):
                self._lost.clear()
                await self._lost.wait()
            else:
                await self._clock.sleep(RETRY_SECONDS)

    def report_lost(self) -> None:
        """Say that something found the line down; on the loop behind the windows."""
        self.line_changed.emit(LineState.OFFLINE, None)
        self._lost.set()

    async def count(self, count_unsent: Counting) -> None:
        """Count what waits to be sent."""
        try:
            self.unsent_counted.emit(await count_unsent())
        except PosError as error:
            _log.warning("unsent_not_counted", error=type(error).__name__)

    async def _sign_on(self, sign_on: SigningOn, count_unsent: Counting | None) -> bool:
        try:
            signed_on = await sign_on()
        except PosError as error:
            _log.warning("not_signed_on", error=type(error).__name__)
            self.line_changed.emit(LineState.OFFLINE, None)
            return False
        self.line_changed.emit(LineState.ONLINE, signed_on)
        if count_unsent is not None:
            await self.count(count_unsent)
        return True
