"""Rows held in memory while a batch of work is done, and which of them changed.

A store fills a working set before a batch and writes what changed after it. Work sees and changes
rows here only, so that one set of rules runs on every store and on none. Each item of a batch is
kept or discarded as a whole.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")
RowT = TypeVar("RowT")


class WorkingSet(Generic[KeyT, RowT]):
    """Rows by key. A row that is not here yet is fetched, once, by `load`."""

    def __init__(self, load: Callable[[KeyT], RowT | None]) -> None:
        self._load = load
        self._rows: dict[KeyT, RowT | None] = {}
        self._kept: dict[KeyT, RowT] = {}
        self._staged: dict[KeyT, RowT] = {}

    def fill(self, wanted: Iterable[KeyT], found: Mapping[KeyT, RowT]) -> None:
        """Take rows that were fetched together; a wanted key that was not found has no row."""
        for key in wanted:
            self._rows.setdefault(key, found.get(key))

    def get(self, key: KeyT) -> RowT | None:
        """Return the row as this item sees it, or None."""
        if key in self._staged:
            return self._staged[key]
        if key not in self._rows:
            self._rows[key] = self._load(key)
        return self._rows[key]

    def put(self, key: KeyT, row: RowT) -> None:
        """Set the row; it takes effect when the item is kept."""
        self._staged[key] = row

    def keep(self) -> None:
        """Keep what the present item staged."""
        self._rows.update(self._staged)
        self._kept.update(self._staged)
        self._staged.clear()

    def discard(self) -> None:
        """Forget what the present item staged."""
        self._staged.clear()

    @property
    def changed(self) -> Mapping[KeyT, RowT]:
        """The rows that kept items changed."""
        return self._kept


class AppendedRows(Generic[RowT]):
    """Rows that are only ever added."""

    def __init__(self) -> None:
        self._kept: list[RowT] = []
        self._staged: list[RowT] = []

    def add(self, row: RowT) -> None:
        """Add a row; it takes effect when the item is kept."""
        self._staged.append(row)

    def keep(self) -> None:
        """Keep what the present item staged."""
        self._kept.extend(self._staged)
        self._staged.clear()

    def discard(self) -> None:
        """Forget what the present item staged."""
        self._staged.clear()

    @property
    def added(self) -> list[RowT]:
        """The rows that kept items added, in order."""
        return self._kept
