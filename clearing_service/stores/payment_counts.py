"""How many payments there are in each state, for an operator."""

from collections.abc import Mapping

from sqlalchemy import func, select

from clearing_service.stores.clearing_tables import PAYMENT
from clearing_service.stores.engine import Database
from clearing_service.stores.reading import Reader


class PaymentCounts:
    """Counts payments. `database` is one of its own on the clearing store's URL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = Reader(database)

    async def by_state(self) -> Mapping[str, int]:
        """Return counts by the state's name."""
        query = select(PAYMENT.c.state, func.count()).group_by(PAYMENT.c.state)
        rows = await self._reader.rows(query)
        return {str(state): int(count) for state, count in map(tuple, rows)}

    def close(self) -> None:
        """Close every connection. A repeat does nothing."""
        self._reader.close()
        self._database.close()
