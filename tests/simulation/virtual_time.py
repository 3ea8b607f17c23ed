"""Time that only the simulation moves, and processes that can die at any await.

`VirtualLoop` is an asyncio event loop without a selector, threads or a real clock: when nothing is
ready it jumps to the next timer. What product code hands to a thread runs on the loop instead, at a
moment the simulation chose, so that one seed gives one order of events.

`Process` is one life of a program. Every task it starts belongs to it; `kill` ends them all at
whatever they await, and whatever they still try to write is lost, as after a power cut.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tests.fakes.ports import START

T = TypeVar("T")

_current: ContextVar["Process | None"] = ContextVar("simulated_process", default=None)


class SimulationStalledError(Exception):
    """Nothing is ready and no timer is set: somebody waits for what never comes."""


class _NoSelector(selectors.SelectSelector):
    """Watches nothing; waiting for files is waiting for virtual time."""

    def __init__(self, advance: Callable[[float], None]) -> None:
        super().__init__()
        self._advance = advance

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise SimulationStalledError
        if timeout > 0:
            self._advance(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that owns its time. Seconds begin at 0."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_NoSelector(self._advance))
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self._now

    def _advance(self, seconds: float) -> None:
        self._now += seconds

    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)

    def create_task(  # type: ignore[override]
        self,
        coro: Coroutine[Any, Any, T],
        *,
        name: str | None = None,
        context: Context | None = None,
    ) -> asyncio.Task[T]:
        task = super().create_task(coro, name=name, context=context)
        process = (context or copy_context()).get(_current)
        if process is not None:
            process.adopt(task)
        return task

    def run_in_executor(  # type: ignore[override]
        self, executor: object, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Run blocking work on the loop: at the disk of the process that asks for it."""
        process = _current.get()
        if process is None:
            raise RuntimeError("blocking work belongs to a process")
        name = executor if isinstance(executor, str) else executor._thread_name_prefix  # type: ignore[attr-defined]
        return process.disk.submit(self, process, name, lambda: func(*args))


class Disk:
    """Where a process writes: each operation takes time, may fail, and may be the last one."""

    def __init__(self, name: str, errors: Mapping[str, Callable[[], Exception]]) -> None:
        self._name = name
        self._errors = errors
        self._count = 0
        self.full_until = 0.0
        """Until then nothing works; until `read_only_until` only reading does."""
        self.read_only_until = 0.0
        self.lost_answers = 0
        """So many of the next operations happen, and are reported as failed all the same."""
        self._planned: list[PlannedStrike] = []

    def plan(self, strike: "PlannedStrike") -> None:
        """Let something happen at one of the next writes."""
        self._planned.append(strike)

    def forget_plans(self) -> None:
        """Let nothing of the kind happen."""
        self._planned.clear()

    def mend(self) -> None:
        """End every fault."""
        self.full_until = self.read_only_until = 0.0
        self.lost_answers = 0
        self.forget_plans()

    def submit(
        self, loop: VirtualLoop, process: "Process", label: str, work: Callable[[], T]
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = loop.create_future()
        if not process.is_alive:
            future.cancel()
            return future
        self._count += 1
        # Uneven on purpose: what was asked first need not be done first.
        delay = 0.0005 + 0.0007 * (self._count * 7919 % 13)
        loop.call_later(delay, self._carry_out, loop, process, label, work, future)
        return future

    def _carry_out(
        self,
        loop: VirtualLoop,
        process: "Process",
        label: str,
        work: Callable[[], T],
        future: asyncio.Future[T],
    ) -> None:
        if not process.is_alive:
            return
        due = self._due_strikes(label)
        for planned in due:
            if not planned.is_after:
                planned.strike()
        if not process.is_alive:
            return
        is_full = loop.time() < self.full_until
        is_unwritable = loop.time() < self.read_only_until and not _is_read(label)
        outcome, error = self._outcome(is_full or is_unwritable, label, work)
        for planned in due:
            if planned.is_after:
                loop.call_later(planned.later, planned.strike)
        loop.call_later(0.0003, _resolve, future, outcome, error)

    def _outcome(
        self, is_full: bool, label: str, work: Callable[[], T]
    ) -> tuple[T | None, Exception | None]:
        if is_full and label in self._errors:
            return None, self._errors[label]()
        try:
            outcome = work()
        except Exception as failure:  # noqa: BLE001 - whoever asked is told, whatever it is
            return None, failure
        if self.lost_answers and label in self._errors:
            self.lost_answers -= 1
            return None, self._errors[label]()
        return outcome, None

    def _due_strikes(self, label: str) -> list["PlannedStrike"]:
        """Count a write, and return what is due at it."""
        if _is_read(label):
            return []
        for planned in self._planned:
            planned.writes_left -= 1
        due = [planned for planned in self._planned if planned.writes_left <= 0]
        self._planned = [planned for planned in self._planned if planned.writes_left > 0]
        return due


def _is_read(label: str) -> bool:
    return label.endswith(("reader", "read"))


@dataclass
class PlannedStrike:
    """What happens at the `writes_left`-th write: before it, or `later` seconds after it."""

    writes_left: int
    is_after: bool
    later: float
    strike: Callable[[], None]


def _resolve(future: asyncio.Future[T], outcome: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(outcome)
    else:
        future.set_exception(error)


class Process:
    """One life of one program."""

    def __init__(self, loop: VirtualLoop, name: str, disk: Disk) -> None:
        self._loop = loop
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self._at_death: dict[object, Callable[[], None]] = {}
        self._context = copy_context()
        self._context.run(_current.set, self)
        self.name = name
        self.disk = disk
        self.is_alive = True

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin a task of this process."""
        return self._loop.create_task(work, context=self._context.copy())

    def build(self, make: Callable[[], T]) -> T:
        """Run `make` inside the process."""
        return self._context.copy().run(make)

    def adopt(self, task: asyncio.Task[Any]) -> None:
        self._tasks[task] = None
        task.add_done_callback(self._forget)
        if not self.is_alive:
            task.cancel()

    def at_death(self, connection: object, notice: Callable[[], None]) -> None:
        """Let somebody who is connected to the process see the connection break."""
        self._at_death[connection] = notice

    def disconnect(self, connection: object) -> None:
        """Forget a connection that has ended."""
        self._at_death.pop(connection, None)

    def kill(self) -> None:
        """End the process where it stands. A repeat does nothing."""
        if not self.is_alive:
            return
        self.is_alive = False
        for task in list(self._tasks):
            task.cancel()
        for notice in list(self._at_death.values()):
            notice()

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled():
            task.exception()


class VirtualClock:
    """One machine's clock: virtual time, with an error of its own that can jump."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self.offset_seconds = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self._loop.time() + self.offset_seconds)

    def monotonic(self) -> float:
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
