"""What runs ever after beside the calls. One failure is logged and does not end the rounds."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from clearing_service.errors import ClearingError
from facepay.errors import FacepayError
from facepay.ports import Clock

_log = structlog.get_logger("upkeep")


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do every `seconds`; it returns how much it did."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[int]]


class Upkeep:
    """Does its duties until stopped."""

    def __init__(self, duties: tuple[Duty, ...], clock: Clock) -> None:
        self._duties = duties
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin the rounds."""
        self._tasks = [asyncio.ensure_future(self._go_on(duty)) for duty in self._duties]

    async def stop(self) -> None:
        """End them; a duty in progress is cut off between its own steps."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _go_on(self, duty: Duty) -> None:
        while True:
            await self._clock.sleep(duty.seconds)
            try:
                count = await duty.run()
            except (ClearingError, FacepayError) as error:
                _log.warning("upkeep failed", service=duty.name, error_type=type(error).__name__)
            else:
                if count:
                    _log.info("upkeep", service=duty.name, count=count)
