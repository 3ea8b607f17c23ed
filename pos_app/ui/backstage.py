"""What runs behind the windows of a terminal: its thread, and the parts that are built on it."""

from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, Protocol

import structlog
from PySide6.QtCore import QObject, Signal

from pos_app.ui.flow_thread import FlowThread

_CLOSE_SECONDS = 10.0

_log = structlog.get_logger()


class Parts(Protocol):
    """What the rest of the terminal gives a window."""

    @property
    def close(self) -> Callable[[], Awaitable[None]]:
        """What closes cameras, channels and journal."""


class Backstage(QObject):
    """Builds the parts on the thread, watches the work there, and closes both.

    Signals, emitted on the thread and meant for queued slots:
        ready: the parts.
        failed: they could not be built, or work behind the windows ended with an error.
    """

    ready = Signal(object)
    failed = Signal()

    def __init__(self, build: Callable[[], Awaitable[Parts]]) -> None:
        super().__init__()
        self.flow = FlowThread()
        self._build = build
        self._parts: Parts | None = None

    def open(self) -> None:
        """Start the thread and build the parts."""
        self.flow.start()
        self.watch(self._build_parts())

    def watch(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` on the thread for as long as it takes."""
        self.flow.run(work).add_done_callback(self._report_failure)

    def close(self) -> None:
        """Close the parts and end the thread. A repeat is harmless."""
        if self.flow.loop.is_closed():
            return
        try:
            if self._parts is not None:
                self.flow.run(_close(self._parts)).result(_CLOSE_SECONDS)
        finally:
            self.flow.stop()

    async def _build_parts(self) -> None:
        self._parts = await self._build()
        self.ready.emit(self._parts)

    def _report_failure(self, work: "Future[None]") -> None:
        try:
            error = work.exception()
        except CancelledError:
            return
        if error is not None:
            _log.error("terminal_part_out_of_order", error=type(error).__name__)
            self.failed.emit()


async def _close(parts: Parts) -> None:
    await parts.close()
