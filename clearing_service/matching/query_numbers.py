"""Numbers of queries, each used once for ever, because masks and permutations follow from them.

Party 1 reserves them durably in blocks; after a crash the rest of a block is skipped. Parties 2 and
3 keep a mark and refuse whatever is at or below it.
"""

from clearing_service.matching.store import GalleryStore
from clearing_service.matching.worker import Worker

BLOCK = 1000
"""One durable write serves this many queries."""


class QueryNumbers:
    """Party 1's supply. Used by one task at a time."""

    def __init__(self, store: GalleryStore, worker: Worker) -> None:
        self._store = store
        self._worker = worker
        self._next = 0
        self._end = 0

    async def take(self, count: int) -> range:
        """Return `count` (at most `BLOCK`) consecutive numbers that were never returned before."""
        if self._end - self._next < count:
            await self._reserve(BLOCK)
        taken = range(self._next, self._next + count)
        self._next += count
        return taken

    async def skip_to(self, mark: int) -> None:
        """Never return a number at or below `mark`: a peer would refuse it."""
        if mark >= self._end:
            await self._reserve(mark - self._end + 1 + BLOCK)
        self._next = max(self._next, mark + 1)

    async def _reserve(self, count: int) -> None:
        first = await self._worker.run(lambda: self._store.reserve_query_numbers(count))
        self._next, self._end = first, first + count


class QueryMark:
    """The highest number that party 2 or 3 has accepted.

    Stored ahead by a block, so that a durable write is needed once in a thousand queries; after a
    restart the rest of that block counts as used.
    """

    def __init__(self, stored: int) -> None:
        self._mark = stored
        self._stored = stored

    @property
    def mark(self) -> int:
        """The number at or below which everything is refused."""
        return self._mark

    def claim(self, number: int) -> bool:
        """Tell whether `number` is above the mark, and raise the mark to it."""
        if number <= self._mark:
            return False
        self._mark = number
        return True

    def unsaved(self) -> int | None:
        """Return the mark to be stored before anything leaves, or None if it is stored already."""
        return None if self._mark <= self._stored else self._mark + BLOCK

    def saved(self, stored: int) -> None:
        """Take note that `stored` is durable. Until then every batch stores the mark itself."""
        self._stored = max(self._stored, stored)
