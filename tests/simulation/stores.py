"""The stores of a run: in memory, or the product's own on SQLite without their threads.

Each survives the death of the process that uses it, as a disk does. One commit is one operation on
the disk of that process.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import select

from clearing_service.issuer.account import Account
from clearing_service.issuer.issuer_book import AccountKey, IssuerBook, IssuerPayment, IssuerWork
from clearing_service.ledger.account import AccountId, Balance
from clearing_service.payment.clearing_book import LEDGER_CHAIN, ClearingBook, Needs, Work
from clearing_service.payment.ports import PaymentStore
from clearing_service.settlement.reports import ReportBook
from clearing_service.stores import clearing_tables as tables
from clearing_service.stores.batch_writer import BatchWriter, _Item
from clearing_service.stores.clearing_batch import ClearingBatch
from clearing_service.stores.clearing_store import ClearingStore
from clearing_service.stores.engine import Database, open_database
from clearing_service.stores.migrate import upgrade
from clearing_service.stores.payment_mappings import PAYMENTS
from clearing_service.stores.recent_rows import RecentRows
from facepay.identifiers import PaymentId
from facepay.payment_decision import PaymentState
from tests.fakes.money_stores import MemoryIssuerStore
from tests.proof.books import BookRows, IssuerRows, read_clearing
from tests.simulation.memory_store import MemoryStore, on_disk

T = TypeVar("T")
AnswerT = TypeVar("AnswerT")


class MoneyStore(PaymentStore, ReportBook, Protocol):
    """All that a run wants of the clearing database."""


class ClearingDisk(Protocol):
    """Where the clearing database lives."""

    def connect(self) -> MoneyStore:
        """Return the store as a new process opens it."""

    def join(self) -> MoneyStore:
        """Return the store as the process has it that opened it last."""

    def read(self) -> BookRows:
        """Return what was committed."""

    def authorizing(self) -> Sequence[PaymentId]:
        """Return the payments for which money is held now."""

    def close(self) -> None:
        """Release it."""


@dataclass(frozen=True, slots=True)
class RoomWork:
    """The operator sets an issuer's cap to what it owes now and `room` more.

    `history` is told after which ledger row the cap holds.
    """

    account: AccountId
    room: int
    history: list[tuple[int, AccountId, int]]

    @property
    def needs(self) -> Needs:
        return Needs(balances=(self.account,))

    def apply(self, book: ClearingBook) -> None:
        balance = book.balances.get(self.account) or Balance(self.account, 0)
        cap = max(balance.net_debit_minor_units, 0) + self.room
        book.balances.put(self.account, replace(balance, net_debit_cap_minor_units=cap))
        head = book.heads.get(LEDGER_CHAIN)
        self.history.append((head.number if head else 0, self.account, cap))


@dataclass(frozen=True, slots=True)
class HeadWork:
    """Tell the number of the last row of the ledger."""

    @property
    def needs(self) -> Needs:
        return Needs()

    def apply(self, book: ClearingBook) -> int:
        head = book.heads.get(LEDGER_CHAIN)
        return head.number if head else 0


@dataclass(frozen=True, slots=True)
class NumberedWork:
    """Do some work and tell after which row of the ledger it was done."""

    work: Work[None]

    @property
    def needs(self) -> Needs:
        return self.work.needs

    def apply(self, book: ClearingBook) -> int:
        self.work.apply(book)
        return HeadWork().apply(book)


class MemoryDisk:
    """Implements `ClearingDisk` in memory: fast, and one commit for each unit of work."""

    def __init__(self) -> None:
        self._store = MemoryStore()

    def connect(self) -> MemoryStore:
        return self._store

    def join(self) -> MemoryStore:
        return self._store

    def read(self) -> BookRows:
        rows = self._store.rows.tables
        return BookRows(
            list(rows["payment"].values()),
            self._store.transfers,
            list(rows["balance"].values()),
            self._store.audit,
            rows["usage"],
            list(rows["issuer_reversal"].values()),
            list(rows["refund"].values()),
            list(rows["window"].values()),
            rows["digest"],
        )

    def authorizing(self) -> Sequence[PaymentId]:
        return [
            payment_id
            for payment_id, payment in self._store.undecided.items()
            if payment.state is PaymentState.AUTHORIZING
        ]

    def close(self) -> None:
        """Nothing to release."""


class LoopWriter(BatchWriter[Any]):
    """The product's batch writer without its thread: a batch is one operation on the disk."""

    def __init__(self, database: Database, recent: RecentRows) -> None:
        self._database = database
        self._open_batch = ClearingBatch
        self.recent = recent
        self._broken = None
        self._queue: list[_Item[Any]] = []
        self._writing: asyncio.Task[None] | None = None

    async def execute(self, work: Any) -> object:
        loop = asyncio.get_running_loop()
        item = _Item(work, loop, loop.create_future())
        self._queue.append(item)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.ensure_future(self._write())
        return await item.waiter

    async def _write(self) -> None:
        while self._queue:
            batch, self._queue = self._queue, []
            try:
                await on_disk("clearing", lambda items=batch: self._process(items))  # type: ignore[misc]
            except Exception as error:  # noqa: BLE001 - each waiter is told, whatever it is
                for item in batch:
                    item.error = error
            for item in batch:
                item.deliver()


class SqliteDisk:
    """Implements `ClearingDisk` with the product's own statements and mappings on SQLite."""

    def __init__(self, path: Path) -> None:
        self._database = open_database("clearing", f"sqlite:///{path}")
        upgrade(self._database.writer, "clearing")
        self._recent = RecentRows()

    def connect(self) -> ClearingStore:
        self._recent = RecentRows()
        return self.join()

    def join(self) -> ClearingStore:
        store = ClearingStore(self._database)
        store._writer.close()
        store._writer = LoopWriter(self._database, self._recent)
        return store

    def read(self) -> BookRows:
        return read_clearing(self._database)

    def authorizing(self) -> Sequence[PaymentId]:
        table = tables.PAYMENT
        query = select(table).where(table.c.state == PaymentState.AUTHORIZING.name)
        with self._database.reader.begin() as connection:
            return [PAYMENTS.read(row)[0] for row in connection.execute(query)]

    def close(self) -> None:
        self._database.close()


class IssuerDisk(MemoryIssuerStore):
    """The issuers' database in memory."""

    def rows(self) -> IssuerRows:
        return IssuerRows(self.accounts, self.payments)

    async def execute(self, work: IssuerWork[AnswerT]) -> AnswerT:
        def apply() -> AnswerT:
            book = IssuerBook(self)
            answer = book.do(work)
            self.accounts.update(book.accounts.changed)
            self.payments.update(book.payments.changed)
            self.credits.update(book.credits.changed)
            self.notices.extend(book.new_notices.added)
            return answer

        return await on_disk("issuers", apply)

    async def find_account(self, key: AccountKey) -> Account | None:
        return await on_disk("issuers", lambda: self.accounts.get(key))

    async def find_payment(self, payment_id: PaymentId) -> IssuerPayment | None:
        return await on_disk("issuers", lambda: self.payments.get(payment_id))
