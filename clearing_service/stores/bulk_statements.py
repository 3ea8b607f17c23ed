"""Statements for many rows at once, as text for the driver.

On a busy writer, building a statement for each batch costs more than running it, so these are built
once for each table and sent past the expression language. Every name in them comes from the
table's definition; every value is a parameter. PostgreSQL takes one array for each column, SQLite
one statement run many times within the process.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Row, Table, Text
from sqlalchemy.engine import Connection

Columns = dict[str, object]
"""Values by column name."""

_POSTGRES_TYPES = {BigInteger: "bigint", Integer: "integer", LargeBinary: "bytea", Text: "text"}


def fetch_rows(
    connection: Connection, wanted: Mapping[Column[Any], Collection[object]]
) -> Sequence[Row[Any]]:
    """Return every row of a table in which each of these columns has one of its values.

    No column may have none. Several columns are matched each for itself: rows of combinations that
    were not asked for come too.
    """
    columns = tuple(wanted)
    if connection.dialect.name == "postgresql":
        arrays = tuple(list(values) for values in wanted.values())
        return connection.exec_driver_sql(_any_selection(columns), arrays).all()
    padded = [_padded(list(values)) for values in wanted.values()]
    query = _in_selection(columns, tuple(len(values) for values in padded))
    return connection.exec_driver_sql(query, tuple(chain.from_iterable(padded))).all()


def write_rows(
    connection: Connection, table: Table, rows: Sequence[Columns], *, replacing: bool
) -> None:
    """Insert rows; `replacing` those with the same primary key, which otherwise is a failure.

    Every row has the columns of the first.
    """
    if not rows:
        return
    names = tuple(rows[0])
    statement = _insertion(table, names, connection.dialect.name, replacing=replacing)
    if connection.dialect.name == "postgresql":
        arrays = tuple([row[name] for row in rows] for name in names)
        connection.exec_driver_sql(statement, arrays)
    else:
        connection.exec_driver_sql(statement, [tuple(row[name] for name in names) for row in rows])


def _padded(values: list[object]) -> list[object]:
    """Repeat the last value up to a power of two of places, so that few statements serve all."""
    places = 1 << (len(values) - 1).bit_length()
    return values + values[-1:] * (places - len(values))


@lru_cache
def _any_selection(columns: tuple[Column[Any], ...]) -> str:
    return _selection(columns, [f"{column.name} = ANY(%s)" for column in columns])


@lru_cache(1024)
def _in_selection(columns: tuple[Column[Any], ...], places: tuple[int, ...]) -> str:
    return _selection(
        columns,
        [
            f"{column.name} IN ({', '.join('?' * count)})"
            for column, count in zip(columns, places, strict=True)
        ],
    )


def _selection(columns: tuple[Column[Any], ...], conditions: list[str]) -> str:
    table = columns[0].table
    names = ", ".join(column.name for column in table.columns)
    return f"SELECT {names} FROM {table} WHERE {' AND '.join(conditions)}"  # noqa: S608 - own names


@lru_cache
def _insertion(table: Table, names: tuple[str, ...], dialect: str, *, replacing: bool) -> str:
    columns = [table.columns[name] for name in names]
    listed = ", ".join(column.name for column in columns)
    into = f"INSERT INTO {table.name} ({listed})"
    if dialect == "postgresql":
        types = [_POSTGRES_TYPES[type(column.type)] for column in columns]
        arrays = ", ".join(f"%s::{type_}[]" for type_ in types)
        source = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - as above
    else:
        source = f"VALUES ({', '.join('?' * len(names))})"
    return f"{into} {source} {_conflict(table, names) if replacing else ''}"


def _conflict(table: Table, names: tuple[str, ...]) -> str:
    keys = [column.name for column in table.primary_key]
    replaced = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    return f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {replaced}"
