"""A clock that moves only when everything else has nothing left to do."""

import asyncio
from datetime import UTC, datetime, timedelta

from tests.fakes.ports import START

_QUIET_TURNS = 40
"""Turns of the event loop after which nothing but sleepers can be waiting."""


class IdleClock:
    """Jumps to the earliest sleeper's deadline once the event loop is quiet.

    So a deadline raced against work that needs no time always loses, and one raced against work
    that never ends always wins, both at once.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed = 0.0
        self._deadlines: list[float] = []

    def now(self) -> datetime:
        return self._start.astimezone(UTC) + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        deadline = self._elapsed + seconds
        self._deadlines.append(deadline)
        try:
            turns = 0
            while self._elapsed < deadline:
                await asyncio.sleep(0)
                turns += 1
                if turns > _QUIET_TURNS and deadline == min(self._deadlines):
                    self._elapsed = deadline
        finally:
            self._deadlines.remove(deadline)

    def advance(self, seconds: float) -> None:
        self._elapsed += seconds
