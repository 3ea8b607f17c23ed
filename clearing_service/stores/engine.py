"""Opening a database, and turning its failures into `StoreError` with a text for a person.

SQLite runs in write-ahead mode with synchronous=FULL, so that a commit that returned survives a
power cut, and waits rather than failing when another process holds the lock. Statement parameters
never appear in an error or a log.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from clearing_service.errors import StoreError

BUSY_TIMEOUT_MILLISECONDS = 5_000
"""How long SQLite waits for another process's lock before it gives up."""
READ_CONNECTIONS = 4
"""Reads are short look-ups; more connections only queue for the same two cores."""

_DIALECTS = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Database:
    """One opened database. `writer` is for one thread, `reader` for a few."""

    name: str
    writer: Engine
    reader: Engine

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.writer.dialect.name

    def close(self) -> None:
        """Close every connection."""
        self.writer.dispose()
        self.reader.dispose()


def open_database(name: str, url: str) -> Database:
    """Open the database `name` at a SQLAlchemy URL and prove that it answers.

    Raises `StoreError` if it cannot be opened. Tables are made by `migrate.upgrade`.
    """
    with translating_errors(name, "opened"):
        database = Database(name, _writer_engine(url), _reader_engine(url))
        with database.writer.connect() as connection:
            connection.execute(text("SELECT 1"))
        return database


@contextmanager
def translating_errors(name: str, verb: str) -> Iterator[None]:
    """Raise every database failure as `StoreError`: which store, what for, and why."""
    try:
        yield
    except DBAPIError as error:
        cause = str(error.orig).strip().splitlines() or [type(error).__name__]
        raise StoreError(f"the {name} store cannot be {verb}: {cause[0]}") from error
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(f"the {name} store cannot be {verb}: {error}") from error


def _writer_engine(url: str) -> Engine:
    engine = _engine(url, pool_size=1)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin_immediate)
    return engine


def _reader_engine(url: str) -> Engine:
    engine = _engine(url, pool_size=READ_CONNECTIONS)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin_deferred)
    return engine


def _engine(url: str, pool_size: int) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() not in _DIALECTS:
        raise ArgumentError("only sqlite and postgresql stores are known")
    options = {"timeout": BUSY_TIMEOUT_MILLISECONDS / 1000} if _is_sqlite(url) else {}
    engine = create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=not _is_sqlite(url),
        hide_parameters=True,
        connect_args=options,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        raise StoreError("only the sqlite3 driver is known for SQLite")
    connection.isolation_level = None  # transactions are begun by us, not guessed by the driver
    # secure_delete overwrites what is erased, so that a withdrawn consent leaves nothing in a page.
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MILLISECONDS}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
