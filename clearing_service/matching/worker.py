"""Where heavy work runs: away from the event loop in a service, inline in a simulation."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")


class Worker(Protocol):
    """Runs one piece of blocking work at a time, in the order given."""

    async def run(self, work: Callable[[], T]) -> T:
        """Return what `work` returns; its exceptions come through."""

    def close(self) -> None:
        """Wait for running work and accept no more."""


class ThreadWorker:
    """One thread of its own: the event loop goes on while matrices are read or a disk is flushed."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, work: Callable[[], T]) -> T:
        """Run `work` on the thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Wait for the thread to end."""
        self._pool.shutdown(wait=True)


class InlineWorker:
    """Runs work at once on the event loop, so that a simulation is the same every time."""

    async def run(self, work: Callable[[], T]) -> T:
        """Run `work`, giving others a turn first as a thread would."""
        await asyncio.sleep(0)
        return work()

    def close(self) -> None:
        """Nothing to wait for."""
