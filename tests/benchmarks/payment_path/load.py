"""Clients that keep a service busy, and what they saw."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import quantiles

from facepay.ports import SystemClock

Work = Callable[[int], Awaitable[bool]]
"""Does the work of the client with this number once; says whether it was served."""


@dataclass(frozen=True, slots=True)
class Load:
    """What clients saw: seconds of each piece of work that was served, and how many were not."""

    callers: int
    elapsed: float
    seconds: tuple[float, ...]
    unserved: int

    @property
    def asked(self) -> int:
        """How many pieces of work there were."""
        return len(self.seconds) + self.unserved

    @property
    def rate(self) -> float:
        """Pieces of work served a second."""
        return len(self.seconds) / self.elapsed

    def milliseconds(self, percentile: int) -> float:
        """Return the time within which so many percent of what was served were done."""
        if len(self.seconds) < 2:
            return 1000 * sum(self.seconds)
        return 1000 * quantiles(self.seconds, n=100)[percentile - 1]


class _Record:
    def __init__(self) -> None:
        self.clock = SystemClock()
        self.started = self.clock.monotonic()
        self.seconds: list[float] = []
        self.unserved = 0

    async def once(self, work: Work, number: int) -> None:
        began = self.clock.monotonic()
        if await work(number):
            self.seconds.append(self.clock.monotonic() - began)
        else:
            self.unserved += 1

    def load(self, callers: int) -> Load:
        elapsed = self.clock.monotonic() - self.started
        return Load(callers, elapsed, tuple(self.seconds), self.unserved)


async def keep_busy(callers: int, times: int, work: Work) -> Load:
    """Let `callers` clients each do the work `times` times, one after the other."""
    record = _Record()

    async def client(number: int) -> None:
        for _ in range(times):
            await record.once(work, number)

    await asyncio.gather(*(client(number) for number in range(callers)))
    return record.load(callers)


async def arrive(callers: int, count: int, rate: float, work: Work) -> Load:
    """Start the work `count` times, `rate` times a second, whatever still runs.

    Clients take turns; there must be enough of them that none is asked while it is busy, else its
    time includes its own queue, as a shopper's would.
    """
    record = _Record()
    free: asyncio.Queue[int] = asyncio.Queue()
    for number in range(callers):
        free.put_nowait(number)

    async def arrival(position: int) -> None:
        due = record.started + position / rate
        await record.clock.sleep(max(0.0, due - record.clock.monotonic()))
        number = await free.get()
        await record.once(work, number)
        free.put_nowait(number)

    await asyncio.gather(*(arrival(position) for position in range(count)))
    return record.load(callers)
