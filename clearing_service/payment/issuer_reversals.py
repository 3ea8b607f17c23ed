"""Telling issuers to undo a debit, until each has acknowledged."""

from dataclasses import dataclass
from datetime import datetime

from clearing_service.audit.entry import AuditKind, AuditRecord
from clearing_service.errors import IssuerUnavailableError
from clearing_service.payment.clearing_book import ClearingBook, Needs
from clearing_service.payment.duplicate_check import whole_milliseconds
from clearing_service.payment.issuer_reversal import IssuerReversal
from clearing_service.payment.policy import PaymentPolicy
from clearing_service.payment.ports import IssuerGateway, PaymentStore
from facepay.identifiers import PaymentId
from facepay.ports import Clock


class IssuerReversalSender:
    """Works off the queue of reversals."""

    def __init__(
        self, store: PaymentStore, issuers: IssuerGateway, policy: PaymentPolicy, clock: Clock
    ) -> None:
        self._store = store
        self._issuers = issuers
        self._policy = policy
        self._clock = clock

    async def send_due(self) -> int:
        """Send every reversal that is due; return how many were acknowledged."""
        due = await self._store.due_issuer_reversals(self._clock.now())
        return sum([await self._send(entry) for entry in due])

    async def _send(self, entry: IssuerReversal) -> bool:
        try:
            await self._issuers.reverse(entry.issuer_id, entry.payment_id)
        except IssuerUnavailableError:
            await self._keep(entry.payment_id, is_acknowledged=False)
            return False
        await self._keep(entry.payment_id, is_acknowledged=True)
        return True

    async def _keep(self, payment_id: PaymentId, *, is_acknowledged: bool) -> None:
        now = whole_milliseconds(self._clock.now())
        work = AttemptWork(payment_id, is_acknowledged, now, self._policy)
        await self._store.execute(work)


@dataclass(frozen=True, slots=True)
class AttemptWork:
    """One commit: an attempt was acknowledged, or the next one is set."""

    payment_id: PaymentId
    is_acknowledged: bool
    now: datetime
    policy: PaymentPolicy

    @property
    def needs(self) -> Needs:
        """The queue's entry."""
        return Needs(issuer_reversals=(self.payment_id,))

    def apply(self, book: ClearingBook) -> None:
        """Move the entry on; one that was acknowledged stays so."""
        entry = book.issuer_reversals.get(self.payment_id)
        if entry is None or entry.acknowledged_at is not None:
            return
        if not self.is_acknowledged:
            book.issuer_reversals.put(self.payment_id, entry.retried(self.now, self.policy))
            return
        book.issuer_reversals.put(self.payment_id, entry.acknowledged(self.now))
        kind = AuditKind.ISSUER_REVERSAL_ACKNOWLEDGED
        book.audit(AuditRecord(kind, str(self.payment_id), self.now))
