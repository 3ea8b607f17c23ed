"""One SQLite connection on one thread, opened when first needed, with typed errors."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from pos_app.checkout.ports import JournalError, JournalErrorReason
from pos_app.journal.schema import STEPS

BUSY_TIMEOUT_MILLISECONDS = 2000
"""Another program may hold the file for a moment (a backup); longer is a fault to be shown."""

_T = TypeVar("_T")

_REASONS = {
    sqlite3.SQLITE_FULL: JournalErrorReason.DISK_FULL,
    sqlite3.SQLITE_BUSY: JournalErrorReason.LOCKED,
    sqlite3.SQLITE_LOCKED: JournalErrorReason.LOCKED,
    sqlite3.SQLITE_CANTOPEN: JournalErrorReason.CANNOT_OPEN,
    sqlite3.SQLITE_READONLY: JournalErrorReason.CANNOT_OPEN,
    sqlite3.SQLITE_PERM: JournalErrorReason.CANNOT_OPEN,
    sqlite3.SQLITE_AUTH: JournalErrorReason.CANNOT_OPEN,
}


class JournalDatabase:
    """Runs transactions one after another, off the event loop.

    A file that cannot be opened is tried again at the next call, so a terminal recovers without a
    restart once the fault is gone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    async def transact(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `work` in one transaction; what it wrote is durable when this returns.

        Raises `JournalError` for every failure of the store. An exception of `work` rolls back and
        is raised as it is. A cancelled caller does not undo a transaction that already runs.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    def close(self) -> None:
        """Close the file. A later call opens it again."""
        self._thread.submit(self._close).result()

    def _run(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            connection = self._connection or self._open()
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                return work(connection)
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise JournalError(_reason_of(error)) from error

    def _open(self) -> sqlite3.Connection:
        # The transactions are explicit; the module's own would begin late.
        connection = sqlite3.connect(
            self._path, isolation_level=None, timeout=BUSY_TIMEOUT_MILLISECONDS / 1000
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            _migrate(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _migrate(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number, step in enumerate(STEPS[version:], start=version + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE; {step}; PRAGMA user_version = {number}; COMMIT;"
        )


def _reason_of(error: sqlite3.Error) -> JournalErrorReason:
    # Extended codes carry the primary code in their low byte.
    primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return _REASONS.get(primary, JournalErrorReason.DAMAGED)
