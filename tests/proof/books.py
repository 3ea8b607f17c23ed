"""What the books of a clearing institution and its issuers hold, read whole for a proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, Table, select
from sqlalchemy.engine import Connection

from clearing_service.audit.entry import AuditEntry
from clearing_service.issuer.account import Account
from clearing_service.issuer.issuer_book import AccountKey, IssuerPayment
from clearing_service.ledger.account import Balance
from clearing_service.ledger.transfer import Transfer
from clearing_service.ledger.window import SettlementWindow
from clearing_service.payment.clearing_book import UsageKey
from clearing_service.payment.issuer_reversal import IssuerReversal
from clearing_service.payment.payment import Payment
from clearing_service.payment.refund_entry import RefundEntry
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores import issuer_tables
from clearing_service.stores.engine import Database
from clearing_service.stores.issuer_store import ACCOUNTS, ISSUER_PAYMENTS
from clearing_service.stores.ledger_mappings import read_audit_entry, read_balance, read_transfer
from clearing_service.stores.payment_mappings import ISSUER_REVERSALS, PAYMENTS, USAGES
from clearing_service.stores.refund_mappings import REFUNDS
from clearing_service.stores.report_mappings import DIGESTS
from clearing_service.stores.window_mappings import WINDOWS
from facepay.identifiers import PaymentId
from facepay.settlement_proof.window_digest import WindowDigest


@dataclass(frozen=True, slots=True)
class BookRows:
    """Everything that the clearing database says about money."""

    payments: Sequence[Payment]
    transfers: Sequence[Transfer]
    balances: Sequence[Balance]
    audit_entries: Sequence[AuditEntry]
    usages: Mapping[UsageKey, int]
    issuer_reversals: Sequence[IssuerReversal]
    refunds: Sequence[RefundEntry]
    windows: Sequence[SettlementWindow] = ()
    digests: Mapping[int, WindowDigest] = field(default_factory=dict)

    def payment_by_id(self) -> dict[PaymentId, Payment]:
        """Return the payments by what all others name them by."""
        return {payment.payment_id: payment for payment in self.payments}


@dataclass(frozen=True, slots=True)
class IssuerRows:
    """Everything that the issuers' database says about money."""

    accounts: Mapping[AccountKey, Account]
    payments: Mapping[PaymentId, IssuerPayment]


def read_clearing(database: Database) -> BookRows:
    """Return the rows of one moment, whoever is writing meanwhile."""
    with database.reader.connect() as connection:
        _read_one_moment(connection)
        with connection.begin():
            return BookRows(
                [PAYMENTS.read(row)[1] for row in _all(connection, tables.PAYMENT)],
                [read_transfer(row)[1] for row in _rows(connection, _in_order(tables.TRANSFER))],
                [read_balance(row)[1] for row in _all(connection, tables.ACCOUNT_BALANCE)],
                [read_audit_entry(row) for row in _rows(connection, _in_order(tables.AUDIT_ENTRY))],
                dict(USAGES.read(row) for row in _all(connection, tables.DAILY_USAGE)),
                [ISSUER_REVERSALS.read(row)[1] for row in _all(connection, tables.ISSUER_REVERSAL)],
                [REFUNDS.read(row)[1] for row in _all(connection, tables.REFUND)],
                [WINDOWS.read(row)[1] for row in _all(connection, tables.SETTLEMENT_WINDOW)],
                dict(DIGESTS.read(row) for row in _all(connection, tables.WINDOW_DIGEST)),
            )


def read_issuers(database: Database) -> IssuerRows:
    """Return the rows of one moment."""
    with database.reader.connect() as connection:
        _read_one_moment(connection)
        with connection.begin():
            return IssuerRows(
                dict(ACCOUNTS.read(row) for row in _all(connection, issuer_tables.ISSUER_ACCOUNT)),
                dict(
                    ISSUER_PAYMENTS.read(row)
                    for row in _all(connection, issuer_tables.ISSUER_PAYMENT)
                ),
            )


def _read_one_moment(connection: Connection) -> None:
    """On SQLite every transaction reads one moment; PostgreSQL must be asked to."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")


def _all(connection: Connection, table: Table) -> Sequence[Any]:
    return _rows(connection, select(table))


def _rows(connection: Connection, query: Select[Any]) -> Sequence[Any]:
    return connection.execute(query).all()


def _in_order(table: Any) -> Select[Any]:
    return select(table).order_by(table.c.number)
