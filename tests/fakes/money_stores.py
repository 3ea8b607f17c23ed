"""The clearing, issuer and directory databases in memory, with the same units of work.

They can be told to fail, before or after a unit of work took effect, as a real database can.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from clearing_service.approval.proposal import Proposal
from clearing_service.cases.case import Case, CaseKind, CaseState
from clearing_service.directory.entry import DirectoryEntry
from clearing_service.errors import LedgerInvariantError, StoreError
from clearing_service.issuer.account import Account
from clearing_service.issuer.issuer_book import (
    AccountKey,
    IssuerBook,
    IssuerCredited,
    IssuerPayment,
    IssuerWork,
    OwnerNotice,
)
from clearing_service.ledger.account import AccountId, Balance
from clearing_service.ledger.transfer import Transfer
from clearing_service.ledger.window import SettlementWindow, WindowState
from clearing_service.payment.clearing_book import ClearingBook, Work
from clearing_service.payment.issuer_reversal import IssuerReversal
from clearing_service.payment.payment import Payment
from clearing_service.payment.payment_state import BEFORE_MONEY
from clearing_service.payment.refund_entry import RefundEntry
from clearing_service.settlement.digest import Sale
from clearing_service.settlement.netting import NetPositions, net_positions
from facepay.business_date import business_date
from facepay.identifiers import (
    AccountAlias,
    OperationId,
    ParticipantId,
    PaymentId,
    ReferenceId,
    RetrievalReferenceNumber,
    TerminalId,
)
from facepay.operator_act import ActState
from facepay.payment_decision import PaymentState
from facepay.settlement_proof.window_digest import WindowDigest
from facepay.terminal_totals import EntryKind, TotalsEntry

AnswerT = TypeVar("AnswerT")

STANDING = (PaymentState.APPROVED, PaymentState.REFUNDED_IN_PART, PaymentState.REFUNDED)


class MemoryRows:
    """Committed rows of the clearing database; `payment` and so on fetch one."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[Any, Any]] = {
            name: {}
            for name in (
                "payment",
                "operation",
                "counter",
                "transfer",
                "balance",
                "usage",
                "payer_limits",
                "issuer_reversal",
                "refund",
                "payer_activity",
                "terminal_activity",
                "loss_report",
                "participant",
                "case",
                "case_number",
                "proposal",
                "proposal_number",
                "window",
                "digest",
                "head",
                "sequence",
            )
        }

    def __getattr__(self, name: str) -> Any:
        return self.tables[name].get


class MemoryClearingStore:
    """Implements `payment.ports.PaymentStore` and `settlement.reports.ReportBook`.

    Each of `failures` makes the next unit of work of that class raise `StoreError`; with
    `is_lost=True` the work has happened all the same.
    """

    def __init__(self) -> None:
        self.rows = MemoryRows()
        self.transfers: list[Transfer] = []
        self.audit: list[Any] = []
        self.failures: list[tuple[type, bool]] = []
        self.executed = 0
        self.rows_page = 3  # so that tests turn pages
        self._broken = False

    def fail_next(self, work: type, *, is_lost: bool = False) -> None:
        self.failures.append((work, is_lost))

    async def execute(self, work: Work[AnswerT]) -> AnswerT:
        await asyncio.sleep(0)
        if self._broken:
            raise LedgerInvariantError("posting has stopped")
        failure = next((item for item in self.failures if isinstance(work, item[0])), None)
        if failure is not None:
            self.failures.remove(failure)
        if failure == (type(work), False):
            raise StoreError("the clearing store cannot be written: told to fail")
        answer = self._apply(work)
        if failure is not None:
            raise StoreError("the clearing store cannot be written: told to fail afterwards")
        return answer

    def _apply(self, work: Work[AnswerT]) -> AnswerT:
        book = ClearingBook(self.rows)
        try:
            answer = book.do(work)
        except LedgerInvariantError:
            self._broken = True
            raise
        self._commit(book)
        self.executed += 1
        return answer

    def _commit(self, book: ClearingBook) -> None:
        changed: dict[str, Mapping[Any, Any]] = {
            "payment": book.payments.changed,
            "operation": book.operations.changed,
            "counter": book.counters.changed,
            "transfer": book.transfers.changed,
            "balance": book.balances.changed,
            "usage": book.usages.changed,
            "payer_limits": book.payer_limits.changed,
            "issuer_reversal": book.issuer_reversals.changed,
            "refund": book.refunds.changed,
            "payer_activity": book.payer_activity.changed,
            "terminal_activity": book.terminal_activity.changed,
            "loss_report": book.loss_reports.changed,
            "participant": book.participants.changed,
            "case": book.cases.changed,
            "case_number": book.case_numbers.changed,
            "proposal": book.proposals.changed,
            "proposal_number": book.proposal_numbers.changed,
            "window": book.windows.changed,
            "digest": book.digests.changed,
            "head": book.heads.changed,
            "sequence": book.sequences.changed,
        }
        for name, rows in changed.items():
            self.rows.tables[name].update(rows)
        self.transfers.extend(book.new_transfers.added)
        self.audit.extend(book.new_audit_entries.added)

    async def find_payment(self, payment_id: PaymentId) -> Payment | None:
        return self.rows.tables["payment"].get(payment_id)

    async def authorizing_payments(self, before: datetime) -> Sequence[Payment]:
        return [
            payment
            for payment in self.rows.tables["payment"].values()
            if payment.state is PaymentState.AUTHORIZING and payment.authorizing_since <= before
        ]

    async def overdue_payments(self, now: datetime) -> Sequence[Payment]:
        return [
            payment
            for payment in self.rows.tables["payment"].values()
            if payment.state in BEFORE_MONEY and payment.expires_at <= now
        ]

    async def due_issuer_reversals(self, now: datetime) -> Sequence[IssuerReversal]:
        return [
            entry
            for entry in self.rows.tables["issuer_reversal"].values()
            if entry.acknowledged_at is None and entry.next_attempt_at <= now
        ]

    async def due_refunds(self, now: datetime) -> Sequence[RefundEntry]:
        return [
            entry
            for entry in self.rows.tables["refund"].values()
            if entry.ended_at is None and entry.next_attempt_at <= now
        ]

    async def cases(self, states: Sequence[CaseState], after: int = 0) -> Sequence[Case]:
        found = self.rows.tables["case"].values()
        return [item for item in found if item.state in states and item.number > after]

    async def due_losses(self, now: datetime) -> Sequence[int]:
        return [
            item.number
            for item in self.rows.tables["case"].values()
            if item.claim.kind is CaseKind.LOSS and item.is_overdue(now)
        ]

    async def find_payment_by_rrn(self, rrn: RetrievalReferenceNumber) -> Payment | None:
        found = [item for item in self.rows.tables["payment"].values() if item.rrn == rrn]
        return found[-1] if found else None

    async def proposal(self, number: int) -> Proposal | None:
        return self.rows.tables["proposal"].get(number)

    async def proposals(self, states: Sequence[ActState], before: int = 0) -> Sequence[Proposal]:
        every = self.rows.tables["proposal"].values()
        found = [
            item for item in every if item.state in states and item.number < (before or 1 << 62)
        ]
        return sorted(found, key=lambda item: item.number, reverse=True)

    async def windows(self, states: Collection[WindowState]) -> Sequence[SettlementWindow]:
        windows = self.rows.tables["window"]
        return [windows[number] for number in sorted(windows) if windows[number].state in states]

    async def window(self, number: int) -> SettlementWindow | None:
        return self.rows.tables["window"].get(number)

    async def rows_of(self, window: SettlementWindow, after: int = 0) -> Sequence[Transfer]:
        found = [
            row for row in self.transfers if row.window == window.number and row.number > after
        ]
        return found[: self.rows_page]

    async def net_positions(self, window: SettlementWindow) -> NetPositions:
        return net_positions(row for row in self.transfers if row.window == window.number)

    async def rows_numbered(self, numbers: Collection[int]) -> Mapping[int, Transfer]:
        return {row.number: row for row in self.transfers if row.number in numbers}

    async def sales(self, payment_ids: Collection[PaymentId]) -> Mapping[PaymentId, Sale]:
        return {payment_id: self._sale(payment_id) for payment_id in payment_ids}

    def _sale(self, payment_id: PaymentId) -> Sale:
        payment: Payment = self.rows.tables["payment"][payment_id]
        fields = payment.known_fields
        refunds = self.rows.tables["refund"]
        rrns = [str(refunds[payment_id, 1 + n].rrn) for n in range(payment.refund_count)]
        return Sale(
            str(payment.rrn),
            fields.acquirer_id,
            str(fields.acceptor_id),
            str(fields.terminal_id),
            str(fields.order_id),
            tuple(rrns),
        )

    async def unacknowledged(self, issuer_id: ParticipantId) -> Collection[PaymentId]:
        reversals = self.rows.tables["issuer_reversal"].values()
        refunds = self.rows.tables["refund"].values()
        return {
            item.payment_id
            for item in (*reversals, *refunds)
            if item.issuer_id == issuer_id
            and (item.acknowledged_at if hasattr(item, "acknowledged_at") else item.ended_at)
            is None
        }

    async def standing_entries(self, terminal_id: TerminalId, day: date) -> Sequence[TotalsEntry]:
        payments: list[Payment] = [
            payment
            for payment in self.rows.tables["payment"].values()
            if payment.terminal_id == terminal_id and payment.state in STANDING
        ]
        refunds: list[RefundEntry] = [
            entry
            for entry in self.rows.tables["refund"].values()
            if self.rows.tables["payment"][entry.payment_id].terminal_id == terminal_id
        ]
        found = [
            TotalsEntry(EntryKind.PAYMENT, item.payment_id, item.rrn, item.known_fields.amount)
            for item in payments
            if item.rrn and item.verdict and business_date(item.verdict.decided_at) == day
        ]
        return found + [
            TotalsEntry(EntryKind.REFUND, item.payment_id, item.rrn, item.amount)
            for item in refunds
            if business_date(item.queued_at) == day
        ]

    async def digest(self, window: int) -> WindowDigest | None:
        return self.rows.tables["digest"].get(window)

    async def last_digest(self) -> WindowDigest | None:
        digests = self.rows.tables["digest"]
        return digests[max(digests)] if digests else None

    async def balances(self) -> Sequence[Balance]:
        return [row for _, row in sorted(self.rows.tables["balance"].items(), key=_by_account)]


def _by_account(item: tuple[AccountId, Balance]) -> tuple[str, int]:
    return (item[0].participant_id.value, item[0].kind.value)


class MemoryIssuerStore:
    """Implements `issuer.issuer_book.IssuerStore`; also the source of its rows."""

    def __init__(self) -> None:
        self.accounts: dict[AccountKey, Account] = {}
        self.payments: dict[PaymentId, IssuerPayment] = {}
        self.credits: dict[OperationId, IssuerCredited] = {}
        self.notices: list[OwnerNotice] = []

    def account(self, key: AccountKey) -> Account | None:
        return self.accounts.get(key)

    def payment(self, key: PaymentId) -> IssuerPayment | None:
        return self.payments.get(key)

    def credited(self, key: OperationId) -> IssuerCredited | None:
        return self.credits.get(key)

    async def execute(self, work: IssuerWork[AnswerT]) -> AnswerT:
        await asyncio.sleep(0)
        book = IssuerBook(self)
        answer = book.do(work)
        self.accounts.update(book.accounts.changed)
        self.payments.update(book.payments.changed)
        self.credits.update(book.credits.changed)
        self.notices.extend(book.new_notices.added)
        return answer

    async def find_account(self, key: AccountKey) -> Account | None:
        return self.accounts.get(key)

    async def find_by_login(self, issuer_id: ParticipantId, login: str) -> Account | None:
        found = [
            account
            for account in self.accounts.values()
            if (account.issuer_id, account.login) == (issuer_id, login)
        ]
        return found[0] if found else None

    async def find_payment(self, payment_id: PaymentId) -> IssuerPayment | None:
        return self.payments.get(payment_id)

    async def payments_between(
        self, issuer_id: ParticipantId, start: datetime, end: datetime
    ) -> Sequence[IssuerPayment]:
        return [
            item
            for item in self.payments.values()
            if item.issuer_id == issuer_id
            and any(at and start <= at < end for at in (item.answered_at, item.reversed_at))
        ]

    async def credits_between(
        self, issuer_id: ParticipantId, start: datetime, end: datetime
    ) -> Sequence[IssuerCredited]:
        return [
            item
            for item in self.credits.values()
            if self.payments[item.payment_id].issuer_id == issuer_id
            and start <= item.answered_at < end
        ]


class MemoryDirectory:
    """Implements `directory.ports.Directory` and counts look-ups."""

    def __init__(self) -> None:
        self.entries: dict[ReferenceId, DirectoryEntry] = {}
        self.look_ups = 0

    async def find(self, reference_id: ReferenceId) -> DirectoryEntry | None:
        self.look_ups += 1
        return self.entries.get(reference_id)

    async def find_by_account(
        self, issuer_id: ParticipantId, account_alias: AccountAlias
    ) -> Sequence[DirectoryEntry]:
        found = [
            entry
            for entry in self.entries.values()
            if (entry.issuer_id, entry.account_alias) == (issuer_id, account_alias)
        ]
        return sorted(found, key=lambda entry: entry.created_at, reverse=True)

    async def save(self, entry: DirectoryEntry) -> None:
        self.entries[entry.reference_id] = entry

    async def erase(self, reference_id: ReferenceId) -> None:
        self.entries.pop(reference_id, None)
