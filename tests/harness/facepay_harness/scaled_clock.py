"""A clock that runs faster than the machine's, so that a minute of waiting costs seconds."""

from datetime import datetime, timedelta

from facepay.ports import Clock


class ScaledClock:
    """Implements `Clock`: `speed` seconds pass here for each of the clock below.

    Parties and terminals of one in-process world share one, since they compare times. Deadlines of
    gRPC run on the machine's own clock and are then longer than they seem here.
    """

    def __init__(self, below: Clock, speed: float) -> None:
        self._below = below
        self._speed = speed
        self._started_at = below.now()
        self._started = below.monotonic()

    def now(self) -> datetime:
        """Return this clock's time of day: the machine's at the start, faster from then on."""
        return self._started_at + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Return seconds of this clock since it was made."""
        return (self._below.monotonic() - self._started) * self._speed

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock."""
        await self._below.sleep(seconds / self._speed)
