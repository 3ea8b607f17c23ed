"""A reversal that an issuer has not acknowledged yet."""

from dataclasses import dataclass, replace
from datetime import datetime

from clearing_service.payment.policy import PaymentPolicy
from facepay.identifiers import ParticipantId, PaymentId


@dataclass(frozen=True, slots=True)
class IssuerReversal:
    """Sent until acknowledged; the issuer undoes its debit, or refuses it if it comes later."""

    payment_id: PaymentId
    issuer_id: ParticipantId
    queued_at: datetime
    next_attempt_at: datetime
    attempt_count: int = 0
    acknowledged_at: datetime | None = None

    def retried(self, now: datetime, policy: PaymentPolicy) -> "IssuerReversal":
        """Return the entry after an attempt without acknowledgement."""
        next_at = now + policy.retry_delay(self.attempt_count)
        return replace(self, attempt_count=self.attempt_count + 1, next_attempt_at=next_at)

    def acknowledged(self, now: datetime) -> "IssuerReversal":
        """Return the entry after the issuer acknowledged."""
        return replace(self, acknowledged_at=now)


def queue_reversal(
    payment_id: PaymentId, issuer_id: ParticipantId, now: datetime
) -> IssuerReversal:
    """Return a new entry that is due at once."""
    return IssuerReversal(payment_id, issuer_id, now, now)
