"""Keeps the terminal signed on, and says whether the line is up."""

import asyncio

import structlog
from PySide6.QtCore import QObject, Signal

from facepay.ports import Clock
from pos_app.errors import PosError
from pos_app.ui.checkout_port import TillParts
from pos_app.ui.till_model import LineState

RETRY_SECONDS = 5.0
"""Often enough that face payment is back soon, seldom enough not to trouble a service that is up."""

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

    async def keep(self, parts: TillParts) -> None:
        """Run until cancelled, on the payment's loop."""
        while True:
            if await self._sign_on(parts):
                self._lost.clear()
                await self._lost.wait()
            else:
                await self._clock.sleep(RETRY_SECONDS)

    def report_lost(self) -> None:
        """Say that a payment found the line down; on the payment's loop."""
        self.line_changed.emit(LineState.OFFLINE, None)
        self._lost.set()

    async def count(self, parts: TillParts) -> None:
        """Count what waits to be sent."""
        try:
            self.unsent_counted.emit(await parts.count_unsent())
        except PosError as error:
            _log.warning("unsent_not_counted", error=type(error).__name__)

    async def _sign_on(self, parts: TillParts) -> bool:
        try:
            signed_on = await parts.checkout.sign_on()
        except PosError as error:
            _log.warning("not_signed_on", error=type(error).__name__)
            self.line_changed.emit(LineState.OFFLINE, None)
            return False
        self.line_changed.emit(LineState.ONLINE, signed_on)
        await self.count(parts)
        return True
