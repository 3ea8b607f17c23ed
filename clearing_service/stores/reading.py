"""Reads, on a few threads beside the writer's."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Row, Select
from sqlalchemy.engine import Connection

from clearing_service.stores.engine import READ_CONNECTIONS, Database, translating_errors

AnswerT = TypeVar("AnswerT")


class Reader:
    """Runs queries on a database off the event loop. Raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(READ_CONNECTIONS, f"{database.name}-reader")

    async def run(self, read: Callable[[Connection], AnswerT]) -> AnswerT:
        """Return what `read` returns, from one consistent view of the database."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._run, read)

    async def rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        """Return every row of a query."""
        return await self.run(lambda connection: connection.execute(query).all())

    async def values(
        self, query: Select[Any], read: Callable[[Row[Any]], AnswerT]
    ) -> Sequence[AnswerT]:
        """Return what `read` makes of every row: thousands would hold up the event loop."""
        return await self.run(lambda connection: list(map(read, connection.execute(query))))

    def close(self) -> None:
        """Stop the threads."""
        self._threads.shutdown()

    def _run(self, read: Callable[[Connection], AnswerT]) -> AnswerT:
        name = self._database.name
        with translating_errors(name, "read"), self._database.reader.begin() as connection:
            return read(connection)
