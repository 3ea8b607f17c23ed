"""The one writer of a database: whatever waits goes into one durable transaction.

A durable commit costs the same for one row as for hundreds, so the writer takes everything that
waits, up to 256 items, reads what they need with a few set-based statements, applies them in order
to rows in memory, writes what changed, commits, and only then answers. Each item has an answer of
its own; an item that raises leaves nothing behind and does not disturb the others.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from clearing_service.errors import LedgerInvariantError, StoreError
from clearing_service.stores.engine import Database, translating_errors
from clearing_service.stores.recent_rows import RecentRows, Rows

BATCH_MAX = 256
"""Beyond this a commit is no longer the larger part of the cost, and the first item waits longer."""

WorkT = TypeVar("WorkT")
WorkT_contra = TypeVar("WorkT_contra", contravariant=True)
AnswerT = TypeVar("AnswerT")


class Batch(Protocol[WorkT_contra]):
    """The rows of one batch in memory."""

    def do(self, work: WorkT_contra) -> object:
        """Apply one unit of work, in full or not at all, and return its answer."""

    def flush(self) -> None:
        """Write what changed; the writer commits."""


BatchOpener = Callable[[Rows, Sequence[WorkT]], Batch[WorkT]]


@dataclass(slots=True)
class _Item(Generic[WorkT]):
    work: WorkT
    loop: asyncio.AbstractEventLoop
    waiter: asyncio.Future[object]
    answer: object = None
    error: BaseException | None = field(default=None)

    def deliver(self) -> None:
        if self.waiter.done():  # whoever asked has gone
            return
        if self.error is not None:
            self.waiter.set_exception(self.error)
        else:
            self.waiter.set_result(self.answer)


class BatchWriter(Generic[WorkT]):
    """Owns the writing connection of one database, on a thread of its own."""

    def __init__(self, database: Database, open_batch: BatchOpener[WorkT]) -> None:
        self._database = database
        self._open_batch = open_batch
        self.recent = RecentRows()
        self._waiting = SimpleQueue[_Item[WorkT] | None]()
        self._broken: LedgerInvariantError | None = None
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name=f"{database.name}-writer")
        self._thread.start()

    async def execute(self, work: WorkT) -> object:
        """Do the work and return its answer after the commit; raises what the work raised.

        Raises `StoreError` if the batch could not be written: then none of it was done, except that
        a connection lost during COMMIT leaves it unknown; asking again with the same ids tells.
        """
        if self._is_closed:
            raise StoreError(f"the {self._database.name} store is closed")
        loop = asyncio.get_running_loop()
        item = _Item(work, loop, loop.create_future())
        self._waiting.put(item)
        return await item.waiter

    def close(self) -> None:
        """Finish what waits and stop the thread. A repeat does nothing."""
        if not self._is_closed:
            self._is_closed = True
            self._waiting.put(None)
            self._thread.join()

    def _run(self) -> None:
        while batch := self._take():
            try:
                self._process(batch)
            except BaseException as error:  # noqa: BLE001 - each waiter must be told, whatever it is
                for item in batch:
                    item.error = error
            _deliver(batch)

    def _take(self) -> list[_Item[WorkT]]:
        first = self._waiting.get()
        batch: list[_Item[WorkT]] = []
        item = first
        while item is not None:
            batch.append(item)
            if len(batch) == BATCH_MAX:
                break
            try:
                item = self._waiting.get_nowait()
            except Empty:
                break
        if item is None and batch:  # asked to stop: finish this batch first
            self._waiting.put(None)
        return batch

    def _process(self, items: list[_Item[WorkT]]) -> None:
        if self._broken is not None:
            raise LedgerInvariantError(f"posting has stopped: {self._broken}")
        try:
            rows = self._commit(items)
        except BaseException:
            self.recent.forget()
            raise
        rows.keep()

    def _commit(self, items: list[_Item[WorkT]]) -> Rows:
        name = self._database.name
        with translating_errors(name, "written"), self._database.writer.begin() as connection:
            rows = self.recent.on(connection)
            batch = self._open_batch(rows, [item.work for item in items])
            for item in items:
                self._apply(batch, item)
            batch.flush()
        return rows

    def _apply(self, batch: Batch[WorkT], item: _Item[WorkT]) -> None:
        if self._broken is not None:
            item.error = LedgerInvariantError(f"posting has stopped: {self._broken}")
            return
        try:
            item.answer = batch.do(item.work)
        except LedgerInvariantError as error:
            self._broken = error
            item.error = error
        except (StoreError, SQLAlchemyError):
            raise
        except Exception as error:  # noqa: BLE001 - the item's own failure is the item's answer
            item.error = error


def _deliver(batch: Sequence[_Item[WorkT]]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Item[WorkT]]] = {}
    for item in batch:
        by_loop.setdefault(item.loop, []).append(item)
    for loop, items in by_loop.items():
        try:
            loop.call_soon_threadsafe(_deliver_on_loop, items)
        except RuntimeError:  # the loop is closed: nobody waits any more
            continue


def _deliver_on_loop(items: Sequence[_Item[WorkT]]) -> None:
    for item in items:
        item.deliver()
