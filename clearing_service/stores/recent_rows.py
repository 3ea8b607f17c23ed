"""Rows that the one writer of a database saw last, so that it need not read them again.

Of a payment's statements most only read back what the same thread wrote a moment before. As nobody
else writes these tables, a row that was read or committed stays true until the next commit; what a
failed commit leaves behind is unknown, so everything is forgotten then. "There is no such row" is
remembered too. Bounded: of each table the rows used last.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from clearing_service.stores.row_mapping import RowMapping

ROWS_MAX = 4_096
"""Of one table: several times what a full batch touches, a few megabytes at most."""

KeyT = TypeVar("KeyT")
RowT = TypeVar("RowT")

_Known = OrderedDict[Any, Any]


class RecentRows:
    """What is known of each table. Only the writer's thread changes it."""

    def __init__(self) -> None:
        self._tables: dict[str, _Known] = {}

    def on(self, connection: Connection) -> "Rows":
        """Return access to rows within one transaction."""
        return Rows(connection, self)

    def known(self, mapping: RowMapping[KeyT, RowT]) -> OrderedDict[KeyT, RowT | None]:
        """Return the rows of a table that are known as last committed; None: there is none."""
        return self._tables.setdefault(mapping.table.name, OrderedDict())

    def forget(self) -> None:
        """Forget everything: nobody knows whether the last commit took place."""
        self._tables.clear()


class Rows:
    """Rows within one transaction, read from memory where they are known."""

    def __init__(self, connection: Connection, recent: RecentRows) -> None:
        self.connection = connection
        self._recent = recent
        self._saved: list[tuple[RowMapping[Any, Any], Mapping[Any, Any]]] = []

    def fetch(self, mapping: RowMapping[KeyT, RowT], keys: Iterable[KeyT]) -> dict[KeyT, RowT]:
        """Return the rows with these keys, in one query at most."""
        wanted = set(keys)
        if not mapping.is_kept:
            return mapping.fetch(self.connection, wanted)
        known = self._recent.known(mapping)
        # One look-up a key: subtracting the view of all known keys would go through every one.
        missing = [key for key in wanted if key not in known]
        read = mapping.fetch(self.connection, missing)
        known.update((key, read.get(key)) for key in missing)
        found = {}
        for key in wanted:
            known.move_to_end(key)
            row = known[key]
            if row is not None:
                found[key] = row
        return found

    def fetch_one(self, mapping: RowMapping[KeyT, RowT], key: KeyT) -> RowT | None:
        """Return one row, or None."""
        return self.fetch(mapping, [key]).get(key)

    def save(self, mapping: RowMapping[KeyT, RowT], rows: Mapping[KeyT, RowT]) -> None:
        """Insert the rows, or replace those with the same primary key."""
        mapping.save(self.connection, rows)
        self.wrote(mapping, rows)

    def wrote(self, mapping: RowMapping[KeyT, RowT], rows: Mapping[KeyT, RowT]) -> None:
        """Take note of rows that were written past `save`."""
        self._saved.append((mapping, rows))

    def keep(self) -> None:
        """After the commit: what was saved is what later batches find."""
        for mapping, rows in self._saved:
            if mapping.is_kept:
                known = self._recent.known(mapping)
                known.update(rows)
                while len(known) > ROWS_MAX:
                    known.popitem(last=False)
