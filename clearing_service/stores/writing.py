"""Small changes that need no batch: one function on one connection, one durable transaction."""

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from sqlalchemy.engine import Connection

from clearing_service.stores.batch_writer import BatchWriter
from clearing_service.stores.engine import Database
from clearing_service.stores.recent_rows import Rows

AnswerT = TypeVar("AnswerT")

Change = Callable[[Connection], object]


class Writer:
    """Makes changes to a database on its writing thread. Raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._writer = BatchWriter[Change](database, _Changes)

    async def run(self, change: Callable[[Connection], AnswerT]) -> AnswerT:
        """Make the change durably and return what it returns."""
        return cast("AnswerT", await self._writer.execute(change))

    def close(self) -> None:
        """Finish what waits and stop the thread."""
        self._writer.close()


class _Changes:
    """A batch whose items write at once."""

    def __init__(self, rows: Rows, _: Sequence[Change]) -> None:
        self._connection = rows.connection

    def do(self, work: Change) -> object:
        with self._connection.begin_nested():
            return work(self._connection)

    def flush(self) -> None:
        """Everything is written already."""
