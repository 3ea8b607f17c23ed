"""A refund as the clearing service keeps it, and how far its credit to the payer has come."""

from dataclasses import dataclass, replace
from datetime import datetime

from clearing_service.payment.policy import PaymentPolicy
from facepay.identifiers import (
    OperationId,
    ParticipantId,
    PaymentId,
    RetrievalReferenceNumber,
)
from facepay.money import Money

COMPENSATION_PART = 100
"""A loss paid from the risk reserve is credited like a refund, beyond the 99 a payment can have."""

RefundKey = tuple[PaymentId, int]
"""A payment and the number of its refund, from 1."""


@dataclass(frozen=True, slots=True)
class RefundEntry:
    """One refund. It is booked when it is made; its issuer is told until it acknowledges.

    An issuer that finds more credits than it debited refuses: `is_refused` then, and people look.
    """

    payment_id: PaymentId
    part: int
    operation_id: OperationId
    rrn: RetrievalReferenceNumber
    amount: Money
    issuer_id: ParticipantId
    queued_at: datetime
    next_attempt_at: datetime
    attempt_count: int = 0
    ended_at: datetime | None = None
    is_refused: bool = False

    @property
    def key(self) -> RefundKey:
        """By what it is found."""
        return (self.payment_id, self.part)

    def retried(self, now: datetime, policy: PaymentPolicy) -> "RefundEntry":
        """Return the entry after an attempt without acknowledgement."""
        next_at = now + policy.retry_delay(self.attempt_count)
        return replace(self, attempt_count=self.attempt_count + 1, next_attempt_at=next_at)

    def ended(self, now: datetime, *, is_refused: bool) -> "RefundEntry":
        """Return the entry after the issuer has answered; nothing more is sent."""
        return replace(self, ended_at=now, is_refused=is_refused)
