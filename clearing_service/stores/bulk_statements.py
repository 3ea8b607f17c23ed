"""Statements for many rows at once, as text for the driver.

On a busy writer, building a statement for each batch costs more than running it, so these are built
once for each table and sent past the expression language. Every name in them comes from the
table's definition; every value is a parameter. PostgreSQL takes one array for each column, SQLite
one statement run many times within the process.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Row, Table, Text
from sqlalchemy.engine import Connection

Columns = dict[str, object]
"""Values by column name."""

_POSTGRES_TYPES = {BigInteger: "bigint", Integer: "integer", LargeBinary: "bytea", Text: "text"}


def fetch_rows(
    connection: Connection, lookup: Column[Any], values: Collection[object]
) -> Sequence[Row[Any]]:
    """Return every row whose `lookup` column is one of `values`, which are not none."""
    wanted = list(values)
    if connection.dialect.name == "postgresql":
        query = f"{_selection(lookup)} = ANY(%s)"
        return connection.exec_driver_sql(query, (wanted,)).all()
    # a power of two of places, the last value repeated, so that few statements serve all sizes
    places = 1 << (len(wanted) - 1).bit_length()
    padded = (*wanted, *wanted[-1:] * (places - len(wanted)))
    query = f"{_selection(lookup)} IN ({', '.join('?' * places)})"
    return connection.exec_driver_sql(query, padded).all()


def write_rows(
    connection: Connection, table: Table, rows: Sequence[Columns], *, replacing: bool
) -> None:
    """Insert rows; `replacing` those with the same primary key, which otherwise is a failure."""
    if not rows:
        return
    names = [column.name for column in table.columns if column.name in rows[0]]
    statement = _insertion(table, tuple(names), connection.dialect.name, replacing=replacing)
    if connection.dialect.name == "postgresql":
        arrays = tuple([row[name] for row in rows] for name in names)
        connection.exec_driver_sql(statement, arrays)
    else:
        connection.exec_driver_sql(statement, [tuple(row[name] for name in names) for row in rows])


@lru_cache
def _selection(lookup: Column[Any]) -> str:
    table = lookup.table
    names = ", ".join(column.name for column in table.columns)
    return f"SELECT {names} FROM {table} WHERE {lookup.name}"  # noqa: S608 - names of our own


@lru_cache
def _insertion(table: Table, names: tuple[str, ...], dialect: str, *, replacing: bool) -> str:
    listed = ", ".join(names)
    into = f"INSERT INTO {table.name} ({listed})"
    if dialect == "postgresql":
        types = [_POSTGRES_TYPES[type(table.columns[name].type)] for name in names]
        arrays = ", ".join(f"%s::{type_}[]" for type_ in types)
        source = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - as above
    else:
        source = f"VALUES ({', '.join('?' * len(names))})"
    return f"{into} {source} {_conflict(table, names) if replacing else ''}"


def _conflict(table: Table, names: tuple[str, ...]) -> str:
    keys = [column.name for column in table.primary_key]
    replaced = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    return f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {replaced}"
