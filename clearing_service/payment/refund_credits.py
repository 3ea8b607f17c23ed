"""Telling issuers to credit a refund to the payer, until each has answered."""

from dataclasses import dataclass
from datetime import datetime

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.errors import IssuerUnavailableError
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.payment.duplicate_check import whole_milliseconds
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.ports import (
    CreditOutcome,
    IssuerCredit,
    IssuerGateway,
    PaymentStore,
)
from clearing_service.payment.refund_entry import RefundEntry, RefundKey
from facepay.ports import Clock


class RefundCreditSender:
    """Works off the queue of refunds."""

    def __init__(
        self, store: PaymentStore, issuers: IssuerGateway, policy: PaymentPolicy, clock: Clock
    ) -> None:
        self._store = store
        self._issuers = issuers
        self._policy = policy
        self._clock = clock

    async def send_due(self) -> int:
        """Send every refund that is due; return how many were credited."""
        due = await self._store.due_refunds(self._clock.now())
        return sum([await self._send(entry) for entry in due])

    async def _send(self, entry: RefundEntry) -> bool:
        credit = IssuerCredit(entry.operation_id, entry.payment_id, entry.issuer_id, entry.amount)
        try:
            outcome = await self._issuers.credit(credit)
        except IssuerUnavailableError:
            outcome = None
        now = whole_milliseconds(self._clock.now())
        await self._store.execute(CreditAttemptWork(entry.key, outcome, now, self._policy))
        return outcome is CreditOutcome.CREDITED


@dataclass(frozen=True, slots=True)
class CreditAttemptWork:
    """One commit: the issuer answered, or (`outcome` None) the next attempt is set."""

    key: RefundKey
    outcome: CreditOutcome | None
    now: datetime
    policy: PaymentPolicy

    @property
    def needs(self) -> Needs:
        """The refund."""
        return Needs(refunds=(self.key,))

    def apply(self, book: ClearingBook) -> None:
        """Move the entry on; one that was answered stays so."""
        entry = book.refunds.get(self.key)
        if entry is None or entry.ended_at is not None:
            return
        if self.outcome is None:
            book.refunds.put(self.key, entry.retried(self.now, self.policy))
            return
        is_refused = self.outcome is CreditOutcome.REFUSED
        book.refunds.put(self.key, entry.ended(self.now, is_refused=is_refused))
        kind = AuditKind.REFUND_CREDIT_REFUSED if is_refused else AuditKind.REFUND_CREDITED
        detail = (("rrn", str(entry.rrn)),)
        book.audit(AuditRecord(kind, str(entry.payment_id), self.now, detail))
