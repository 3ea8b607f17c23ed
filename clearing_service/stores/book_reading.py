"""The whole book as it stood at one moment, for proofs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select, text
from sqlalchemy.engine import Connection

from clearing_service.ledger.account import Balance
from clearing_service.ledger.transfer import Transfer
from clearing_service.ledger.window import SettlementWindow
from clearing_service.payment.clearing_book import LEDGER_CHAIN
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.ledger_mappings import read_balance, read_transfer
from clearing_service.stores.window_mappings import WINDOWS


@dataclass(frozen=True, slots=True)
class WholeBook:
    """Windows by number, rows by number, balances by account: all of one moment."""

    windows: Sequence[SettlementWindow]
    transfers: Sequence[Transfer]
    balances: Sequence[Balance]


def read_book(connection: Connection) -> WholeBook:
    """Read everything in one view; on PostgreSQL this must be the transaction's first statement."""
    if connection.dialect.name == "postgresql":  # SQLite's transactions are snapshots by themselves
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))

    def read(query: Select[Any]) -> Sequence[Row[Any]]:
        return connection.execute(query).all()

    return WholeBook(
        [WINDOWS.read(row)[1] for row in read(every_window())],
        [read_transfer(row)[1] for row in read(rows_of_chain(LEDGER_CHAIN))],
        [read_balance(row)[1] for row in read(every_balance())],
    )


def every_window() -> Select[Any]:
    """Select all windows, by number."""
    return select(tables.SETTLEMENT_WINDOW).order_by(tables.SETTLEMENT_WINDOW.c.number)


def every_balance() -> Select[Any]:
    """Select all balances, by account."""
    table = tables.ACCOUNT_BALANCE
    return select(table).order_by(table.c.participant_id, table.c.kind, table.c.currency)


def rows_of_chain(chain: str) -> Select[Any]:
    """Select all ledger rows of a chain, in order."""
    table = tables.TRANSFER
    return select(table).where(table.c.chain == chain).order_by(table.c.number)
