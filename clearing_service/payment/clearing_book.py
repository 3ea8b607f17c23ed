"""The rows of the clearing database as work sees them, and what a unit of work is.

Every change of a payment, its holds, limits, counters, stored answers and audit entries is one unit
of work, done in full or not at all. Work is plain synchronous code over rows in memory: the store
fetches what the work says it needs (and, one by one, what it forgot to say), applies a batch of
work in order and writes what changed in one durable transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from clearing_service.approval.proposal import Proposal
from clearing_service.audit.chain import ChainHead
from clearing_service.audit.entry import AuditEntry, AuditRecord, append
from clearing_service.cases.case import Case
from clearing_service.clock import BEIJING
from clearing_service.ledger.account import AccountId, Balance
from clearing_service.ledger.book import TransferKey
from clearing_service.ledger.transfer import Transfer
from clearing_service.ledger.window import SettlementWindow
from clearing_service.ledger.working_set import AppendedRows, WorkingSet
from clearing_service.participants.participant import Participant, ParticipantKey
from clearing_service.payment.activity import PayerActivity, TerminalActivity
from clearing_service.payment.issuer_reversal import IssuerReversal
from clearing_service.payment.operation import Operation, OperationKey, TerminalCounter
from clearing_service.payment.payment import Payment
from clearing_service.payment.policy import AmountLimits
from clearing_service.payment.refund_entry import RefundEntry, RefundKey
from facepay.identifiers import (
    AccountAlias,
    ParticipantId,
    PaymentId,
    RetrievalReferenceNumber,
    TerminalId,
)
from facepay.settlement_proof.window_digest import WindowDigest
from facepay.vocabulary import LossReporter

AnswerT = TypeVar("AnswerT")
AnswerT_co = TypeVar("AnswerT_co", covariant=True)

LEDGER_CHAIN = "ledger/0"
AUDIT_CHAIN = "audit/0"
"""Chains of the one writer of this store; another shard's writer has chains of its own."""

RRN_SEQUENCE = "rrn"

PayerKey = tuple[ParticipantId, AccountAlias]
"""An account without its number."""

UsageKey = tuple[ParticipantId, AccountAlias, date]


@dataclass(frozen=True, slots=True)
class LossReport:
    """Face payment of an account was stopped; it stays so until the report is lifted."""

    reporter: LossReporter
    reported_at: datetime
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """Which rows a unit of work will look at, as far as is known before: a hint for fetching.

    `settling` names payments whose balances and payer's rows follow from their route, with the
    Beijing day whose limit is touched (None: the day the payment has used).
    """

    payments: tuple[PaymentId, ...] = ()
    operations: tuple[OperationKey, ...] = ()
    counters: tuple[TerminalId, ...] = ()
    transfers: tuple[TransferKey, ...] = ()
    balances: tuple[AccountId, ...] = ()
    usages: tuple[UsageKey, ...] = ()
    payer_limits: tuple[PayerKey, ...] = ()
    issuer_reversals: tuple[PaymentId, ...] = ()
    refunds: tuple[RefundKey, ...] = ()
    payer_activity: tuple[PayerKey, ...] = ()
    terminal_activity: tuple[TerminalId, ...] = ()
    loss_reports: tuple[PayerKey, ...] = ()
    windows: tuple[int, ...] = ()
    settling: tuple[tuple[PaymentId, date | None], ...] = ()


class ClearingBook:
    """All rows of one batch of work. `usages` are minor units used of a day's limit."""

    ledger_chain = LEDGER_CHAIN

    def __init__(self, rows: "RowSource") -> None:
        self.payments = WorkingSet(rows.payment)
        self.operations = WorkingSet(rows.operation)
        self.counters = WorkingSet(rows.counter)
        self.transfers = WorkingSet(rows.transfer)
        self.balances = WorkingSet(rows.balance)
        self.usages = WorkingSet(rows.usage)
        self.payer_limits = WorkingSet(rows.payer_limits)
        self.issuer_reversals = WorkingSet(rows.issuer_reversal)
        self.refunds = WorkingSet(rows.refund)
        self.payer_activity = WorkingSet(rows.payer_activity)
        self.terminal_activity = WorkingSet(rows.terminal_activity)
        self.loss_reports = WorkingSet(rows.loss_report)
        self.participants = WorkingSet(rows.participant)
        self.cases = WorkingSet(rows.case)
        self.case_numbers = WorkingSet(rows.case_number)
        self.proposals = WorkingSet(rows.proposal)
        self.proposal_numbers = WorkingSet(rows.proposal_number)
        self.windows = WorkingSet(rows.window)
        self.digests = WorkingSet(rows.digest)
        self.heads = WorkingSet(rows.head)
        self.sequences = WorkingSet(rows.sequence)
        self.new_transfers = AppendedRows[Transfer]()
        self.new_audit_entries = AppendedRows[AuditEntry]()
        self._all: tuple[_Staged, ...] = (
            self.payments,
            self.operations,
            self.counters,
            self.transfers,
            self.balances,
            self.usages,
            self.payer_limits,
            self.issuer_reversals,
            self.refunds,
            self.payer_activity,
            self.terminal_activity,
            self.loss_reports,
            self.participants,
            self.cases,
            self.case_numbers,
            self.proposals,
            self.proposal_numbers,
            self.windows,
            self.digests,
            self.heads,
            self.sequences,
            self.new_transfers,
            self.new_audit_entries,
        )

    def do(self, work: "Work[AnswerT]") -> AnswerT:
        """Apply one unit of work; if it raises, nothing of it remains."""
        try:
            answer = work.apply(self)
        except BaseException:
            for rows in self._all:
                rows.discard()
            raise
        for rows in self._all:
            rows.keep()
        return answer

    def rehearse(self, attempt: Callable[["ClearingBook"], AnswerT]) -> AnswerT:
        """Return what `attempt` would answer and keep nothing of it.

        Only at the start of a unit of work: whatever it staged before is discarded as well.
        """
        try:
            return attempt(self)
        finally:
            for rows in self._all:
                rows.discard()

    def audit(self, record: AuditRecord) -> None:
        """Append to the audit trail."""
        head = self.heads.get(AUDIT_CHAIN) or ChainHead(AUDIT_CHAIN)
        entry = append(head, record)
        self.heads.put(AUDIT_CHAIN, entry.head)
        self.new_audit_entries.add(entry)

    def next_in_sequence(self, name: str) -> int:
        """Return the next number of a sequence; the first is 1."""
        number = (self.sequences.get(name) or 0) + 1
        self.sequences.put(name, number)
        return number


def next_rrn(book: ClearingBook, now: datetime) -> RetrievalReferenceNumber:
    """Return the next reference number, of the calendar day in Beijing."""
    sequence = book.next_in_sequence(RRN_SEQUENCE)
    return RetrievalReferenceNumber.from_sequence(now.astimezone(BEIJING), sequence)


class Work(Protocol[AnswerT_co]):
    """A unit of work on the clearing database."""

    @property
    def needs(self) -> Needs:
        """Rows to fetch together with those of other work."""

    def apply(self, book: ClearingBook) -> AnswerT_co:
        """Do the work on rows in memory. An exception undoes all of it."""


class RowSource(Protocol):
    """Fetches one row each, by key; None if there is none."""

    def payment(self, key: PaymentId) -> Payment | None:
        """Return a payment."""

    def operation(self, key: OperationKey) -> Operation | None:
        """Return an operation."""

    def counter(self, key: TerminalId) -> TerminalCounter | None:
        """Return a terminal's counter window."""

    def transfer(self, key: TransferKey) -> Transfer | None:
        """Return a payment's transfer of a kind."""

    def balance(self, key: AccountId) -> Balance | None:
        """Return an account's balance."""

    def usage(self, key: UsageKey) -> int | None:
        """Return how much of a day's limit is used, in minor units."""

    def payer_limits(self, key: PayerKey) -> AmountLimits | None:
        """Return the limits a payer set."""

    def issuer_reversal(self, key: PaymentId) -> IssuerReversal | None:
        """Return a queued reversal."""

    def refund(self, key: RefundKey) -> RefundEntry | None:
        """Return a refund."""

    def payer_activity(self, key: PayerKey) -> PayerActivity | None:
        """Return a payer's latest payments."""

    def terminal_activity(self, key: TerminalId) -> TerminalActivity | None:
        """Return a terminal's latest payments."""

    def loss_report(self, key: PayerKey) -> LossReport | None:
        """Return the latest loss report about an account."""

    def participant(self, key: ParticipantKey) -> Participant | None:
        """Return an institution in a role."""

    def case(self, key: int) -> Case | None:
        """Return a case by its number."""

    def case_number(self, key: str) -> int | None:
        """Return the number of the case about a source."""

    def proposal(self, key: int) -> Proposal | None:
        """Return an operator's act by its number."""

    def proposal_number(self, key: bytes) -> int | None:
        """Return the number of the act that a request asked for."""

    def window(self, key: int) -> SettlementWindow | None:
        """Return a settlement window."""

    def digest(self, key: int) -> WindowDigest | None:
        """Return a window's digest."""

    def head(self, key: str) -> ChainHead | None:
        """Return a chain's head."""

    def sequence(self, key: str) -> int | None:
        """Return the last number of a sequence."""


class _Staged(Protocol):
    def keep(self) -> None: ...

    def discard(self) -> None: ...
