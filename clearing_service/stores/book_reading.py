"""The book as it stood at one moment: all of it for proofs, or a window of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.engine import Connection

from clearing_service.ledger.account import AccountId, AccountKind, Balance
from clearing_service.ledger.transfer import Transfer
from clearing_service.ledger.window import SettlementWindow
from clearing_service.payment.clearing_book import LEDGER_CHAIN
from clearing_service.settlement.netting import NETTED_KINDS, NetPositions
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.ledger_mappings import BALANCES, TRANSFERS
from clearing_service.stores.window_mappings import WINDOWS
from facepay.identifiers import ParticipantId
from facepay.money import Currency


@dataclass(frozen=True, slots=True)
class WholeBook:
    """Windows by number, rows by number, balances by account: all of one moment."""

    windows: Sequence[SettlementWindow]
    transfers: Sequence[Transfer]
    balances: Sequence[Balance]


def read_book(connection: Connection) -> WholeBook:
    """Read everything in one view; the transaction must be new."""
    _take_snapshot(connection)

    return WholeBook(
        [WINDOWS.read_value(row) for row in connection.execute(every_window())],
        [TRANSFERS.read_value(row) for row in connection.execute(rows_of_chain(LEDGER_CHAIN))],
        [BALANCES.read_value(row) for row in connection.execute(every_balance())],
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


def in_window(window: SettlementWindow, after: int = 0) -> tuple[ColumnElement[bool], ...]:
    """Select the window's rows above `after`; they are found by the chain's own key."""
    table = tables.TRANSFER
    is_in = (
        table.c.chain == LEDGER_CHAIN,
        table.c.number >= max(window.first_row, after + 1),
        table.c.window_number == window.number,
    )
    return is_in if window.last_row is None else (*is_in, table.c.number <= window.last_row)


def read_net_positions(connection: Connection, window: SettlementWindow) -> NetPositions:
    """Add up what each account was credited and debited in a window; the transaction must be new.

    An open window takes rows while it is read, and both sides must be of one moment.
    """
    _take_snapshot(connection)
    columns = tables.TRANSFER.c
    net = defaultdict[AccountId, int](int)
    sides = (
        (columns.credit_participant_id, columns.credit_kind, 1),
        (columns.debit_participant_id, columns.debit_kind, -1),
    )
    kinds = [kind.value for kind in NETTED_KINDS]
    for participant, kind, sign in sides:
        account = (participant, kind, columns.currency)
        query = (
            select(*account, func.sum(columns.amount_minor_units))
            .where(*in_window(window), columns.kind.in_(kinds))
            .group_by(*account)
        )
        for number, of_kind, currency, total in connection.execute(query):
            found = AccountId(ParticipantId(number), AccountKind(of_kind), Currency(currency))
            net[found] += sign * int(total)
    return NetPositions(dict(net))


def _take_snapshot(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite's transactions are snapshots by themselves
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
