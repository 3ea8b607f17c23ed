"""Running a process until it is told to stop, then letting its work end."""

import asyncio
import signal
from typing import Protocol


class Process(Protocol):
    """Something that starts, and ends in order."""

    async def start(self) -> None:
        """Serve. Raises a `ClearingError` that says why it cannot."""

    async def stop(self) -> None:
        """Refuse new calls, finish running ones, close everything."""


async def run_until_stopped(process: Process) -> None:
    """Start `process`, wait for SIGTERM or SIGINT, stop it. A second signal changes nothing."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        await process.start()
        await stopping.wait()
    finally:
        await process.stop()
