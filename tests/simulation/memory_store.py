"""The clearing database of a run in memory: every read and commit is one operation on a disk."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from clearing_service.ledger.account import Balance
from clearing_service.ledger.transfer import Transfer
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.payment.clearing_book import ClearingBook, Work
from clearing_service.payment.issuer_reversal import IssuerReversal
from clearing_service.payment.payment import Payment
from clearing_service.payment.payment_state import UNDECIDED
from clearing_service.payment.refund_entry import RefundEntry, RefundKey
from clearing_service.settlement.digest import Sale
from clearing_service.settlement.netting import NetPositions, net_positions
from facepay.identifiers import PaymentId
from facepay.payment_decision import PaymentState
from facepay.settlement_proof.window_digest import WindowDigest
from tests.fakes.money_stores import MemoryClearingStore

T = TypeVar("T")
AnswerT = TypeVar("AnswerT")


async def on_disk(label: str, work: Callable[[], T]) -> T:
    """Do one operation at the disk of the process that asks."""
    return await asyncio.get_running_loop().run_in_executor(label, work)  # type: ignore[arg-type]


class MemoryStore(MemoryClearingStore):
    """Row n of the ledger stands at place n - 1: a window's rows are a slice, whatever came before."""

    def __init__(self) -> None:
        super().__init__()
        self.undecided: dict[PaymentId, Payment] = {}
        self._unacknowledged: dict[PaymentId, IssuerReversal] = {}
        self._uncredited: dict[RefundKey, RefundEntry] = {}

    async def execute(self, work: Work[AnswerT]) -> AnswerT:
        return await on_disk("clearing", lambda: self._apply(work))

    async def find_payment(self, payment_id: PaymentId) -> Payment | None:
        return await on_disk("clearing-read", lambda: self.rows.tables["payment"].get(payment_id))

    async def authorizing_payments(self, before: datetime) -> Sequence[Payment]:
        def read() -> list[Payment]:
            return [
                payment
                for payment in self.undecided.values()
                if payment.state is PaymentState.AUTHORIZING
                and payment.authorizing_since is not None
                and payment.authorizing_since <= before
            ]

        return await on_disk("clearing-read", read)

    async def overdue_payments(self, now: datetime) -> Sequence[Payment]:
        def read() -> list[Payment]:
            return [
                payment
                for payment in self.undecided.values()
                if payment.state is not PaymentState.AUTHORIZING and payment.expires_at <= now
            ]

        return await on_disk("clearing-read", read)

    async def due_issuer_reversals(self, now: datetime) -> Sequence[IssuerReversal]:
        def read() -> list[IssuerReversal]:
            entries = self._unacknowledged.values()
            return [entry for entry in entries if entry.next_attempt_at <= now]

        return await on_disk("clearing-read", read)

    async def due_refunds(self, now: datetime) -> Sequence[RefundEntry]:
        def read() -> list[RefundEntry]:
            entries = self._uncredited.values()
            return [entry for entry in entries if entry.next_attempt_at <= now]

        return await on_disk("clearing-read", read)

    def _commit(self, book: ClearingBook) -> None:
        super()._commit(book)
        for key, refund in book.refunds.changed.items():
            self._uncredited.pop(key, None)
            if refund.ended_at is None:
                self._uncredited[key] = refund
        for payment_id, payment in book.payments.changed.items():
            self.undecided.pop(payment_id, None)
            if payment.state in UNDECIDED:
                self.undecided[payment_id] = payment
        for payment_id, entry in book.issuer_reversals.changed.items():
            self._unacknowledged.pop(payment_id, None)
            if entry.acknowledged_at is None:
                self._unacknowledged[payment_id] = entry

    async def windows(self, states: Collection[WindowState]) -> Sequence[SettlementWindow]:
        def read() -> list[SettlementWindow]:
            windows = self.rows.tables["window"]
            return [
                windows[number] for number in sorted(windows) if windows[number].state in states
            ]

        return await on_disk("clearing-read", read)

    async def window(self, number: int) -> SettlementWindow | None:
        return await on_disk("clearing-read", lambda: self.rows.tables["window"].get(number))

    async def rows_of(self, window: SettlementWindow, after: int = 0) -> Sequence[Transfer]:
        return await on_disk("clearing-read", lambda: self._rows_of(window, after))

    async def net_positions(self, window: SettlementWindow) -> NetPositions:
        return await on_disk("clearing-read", lambda: net_positions(self._rows_of(window)))

    async def rows_numbered(self, numbers: Collection[int]) -> Mapping[int, Transfer]:
        def read() -> dict[int, Transfer]:
            return {number: self.transfers[number - 1] for number in numbers}

        return await on_disk("clearing-read", read)

    async def sales(self, payment_ids: Collection[PaymentId]) -> Mapping[PaymentId, Sale]:
        def read() -> dict[PaymentId, Sale]:
            return {payment_id: self._sale(payment_id) for payment_id in payment_ids}

        return await on_disk("clearing-read", read)

    async def digest(self, window: int) -> WindowDigest | None:
        return await on_disk("clearing-read", lambda: self.rows.tables["digest"].get(window))

    async def last_digest(self) -> WindowDigest | None:
        digests = self.rows.tables["digest"]
        return await on_disk("clearing-read", lambda: digests[max(digests)] if digests else None)

    async def balances(self) -> Sequence[Balance]:
        return await on_disk("clearing-read", lambda: list(self.rows.tables["balance"].values()))

    def _rows_of(self, window: SettlementWindow, after: int = 0) -> list[Transfer]:
        first = max(after, window.first_row - 1)
        return [
            row for row in self.transfers[first : window.last_row] if row.window == window.number
        ]
