"""From rows of a table to values and back, many at a time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Insert, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from clearing_service.stores.bulk_statements import Columns as RowColumns
from clearing_service.stores.bulk_statements import fetch_rows, write_rows

KeyT = TypeVar("KeyT")
RowT = TypeVar("RowT")

Columns = RowColumns
"""Values by column name."""


@dataclass(frozen=True)
class RowMapping(Generic[KeyT, RowT]):
    """How rows of `table` are found and read, and how values become rows.

    Rows are fetched together by `lookup`, one column that nearly identifies them; `read` gives key
    and value of each, and only those that were asked for are kept. Where it finds more and more rows
    the longer the service runs, `narrowed_by` has the other columns of the primary key.
    """

    table: Table
    lookup: Column[Any]
    lookup_of: Callable[[KeyT], object]
    read: Callable[[Row[Any]], tuple[KeyT, RowT]]
    write: Callable[[KeyT, RowT], Columns]
    is_kept: bool = False
    """Whether rows are kept in memory: only if nothing writes them but batches, by this mapping."""
    narrowed_by: Mapping[Column[Any], Callable[[KeyT], object]] = field(default_factory=dict)

    def fetch(self, connection: Connection, keys: Iterable[KeyT]) -> dict[KeyT, RowT]:
        """Return the rows with these keys, in one query; none for none."""
        wanted = set(keys)
        if not wanted:
            return {}
        columns = {self.lookup: self.lookup_of, **self.narrowed_by}
        values = {column: {of(key) for key in wanted} for column, of in columns.items()}
        found = map(self.read, fetch_rows(connection, values))
        return {key: row for key, row in found if key in wanted}

    def fetch_one(self, connection: Connection, key: KeyT) -> RowT | None:
        """Return one row, or None."""
        return self.fetch(connection, [key]).get(key)

    def read_value(self, row: Row[Any]) -> RowT:
        """Return a row's value without its key."""
        return self.read(row)[1]

    def save(self, connection: Connection, rows: Mapping[KeyT, RowT]) -> None:
        """Insert the rows, or replace those with the same primary key."""
        written = [self.write(key, row) for key, row in rows.items()]
        write_rows(connection, self.table, written, replacing=True)


def upsert(table: Table, dialect: str) -> Insert:
    """Return the statement that inserts a row or replaces the one with its primary key."""
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = make(table)
    replaced = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_=replaced
    )


def append(connection: Connection, table: Table, rows: list[Columns]) -> None:
    """Insert rows that are never changed; one that is there already is a failure."""
    write_rows(connection, table, rows, replacing=False)
