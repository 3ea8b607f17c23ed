"""Time and randomness that a test owns."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Ten in the morning in Beijing, on a Monday."""


class ManualClock:
    """A clock that moves only when the test says so; sleeping moves it."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        self._elapsed += seconds
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self._elapsed += seconds


class SeededRandomness:
    """Bytes that follow from a seed, so that a failure can be reproduced."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed
        self._count = 0

    def bytes(self, count: int) -> bytes:
        self._count += 1
        label = f"{self.seed}:{self._count}".encode()
        return hashlib.shake_256(label).digest(count)
