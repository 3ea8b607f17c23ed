"""Stopping at any moment: a person's stop, or a deadline, against whatever is being awaited."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from facepay.ports import Clock
from facepay.vocabulary import CancelReason

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Interrupted:
    """What was awaited did not finish, because of this."""

    reason: CancelReason


class Interruption:
    """One payment's stop button. Used on one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stopped = asyncio.Event()
        self._reason: CancelReason | None = None

    @property
    def reason(self) -> CancelReason | None:
        """Who stopped the payment, or None. Deadlines do not show here."""
        return self._reason

    def stop(self, reason: CancelReason) -> None:
        """Stop the payment. The first reason stays; a repeat does nothing."""
        self._reason = self._reason or reason
        self._stopped.set()

    async def race(
        self, work: Coroutine[Any, Any, _T], deadline: datetime | None = None
    ) -> _T | Interrupted:
        """Return what `work` returns, unless a stop or the deadline comes first.

        `work` is then cancelled and has ended, cleaned up after itself, when this returns. What
        `work` raises is raised here.
        """
        if self._reason is not None:
            work.close()
            return Interrupted(self._reason)
        task = asyncio.ensure_future(work)
        waiters: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._stopped.wait())]
        if deadline is not None:
            remaining = (deadline - self._clock.now()).total_seconds()
            waiters.append(asyncio.ensure_future(self._clock.sleep(max(remaining, 0.0))))
        try:
            await asyncio.wait([task, *waiters], return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            return Interrupted(self.reason or CancelReason.TIMED_OUT)
        finally:
            await _end([task, *waiters])


async def _end(tasks: list[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
