"""One entry of the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from clearing_service.audit.chain import ChainHead
from facepay.canonical import encode_fields

DETAIL_MAX_CHARACTERS = 256
"""An entry names things by id and code; anything longer has no business in it."""


class AuditKind(Enum):
    """What an entry is about. Stored by name."""

    PAYMENT_OPENED = "payment opened"
    PAYMENT_DECLINED = "payment declined"
    PROBE_ROUTED = "probe routed"
    PROBE_NOT_ROUTED = "probe not routed"
    AUTHORIZATION_BEGUN = "authorization begun"
    PAYMENT_APPROVED = "payment approved"
    PAYMENT_CANCELLED = "payment cancelled"
    PAYMENT_EXPIRED = "payment expired"
    PAYMENT_REVERSED = "payment reversed"
    ISSUER_REVERSAL_QUEUED = "issuer reversal queued"
    ISSUER_REVERSAL_ACKNOWLEDGED = "issuer reversal acknowledged"
    PAYMENT_REFUNDED = "payment refunded"
    REFUND_CREDITED = "refund credited by the issuer"
    REFUND_CREDIT_REFUSED = "refund refused by the issuer: a case for people"
    RISK_ALERT = "a risk rule applies"
    FACE_PAYMENT_STOPPED = "face payment stopped by a loss report"
    FACE_PAYMENT_RESUMED = "loss report lifted"
    ACT_PROPOSED = "an operator proposed an act"
    ACT_APPROVED = "an operator approved an act"
    ACT_REJECTED = "an operator rejected an act, or took it back"
    ACT_EXPIRED = "nobody decided an act in time"
    ACT_EXECUTED = "an approved act was carried out"
    ACT_REFUSED = "an approved act could not be carried out"
    OWN_ACT_REFUSED = "an operator tried to approve an own act"
    PARTICIPANT_SUSPENDED = "participant suspended"
    PARTICIPANT_RESTORED = "participant restored"
    PARTICIPANT_REMOVED = "participant removed"
    NET_DEBIT_CAP_CHANGED = "net debit cap changed"
    WINDOW_OPENED = "settlement window opened"
    WINDOW_CLOSED = "settlement window closed"
    WINDOW_PRICED = "fees of a settlement window booked"
    WINDOW_SETTLED = "settlement window settled"
    WINDOW_ABORTED = "settlement of a window given up"
    WINDOW_REJOINED = "aborted window rejoins settlement"
    FUNDS_IN = "funds brought in"
    FUNDS_OUT = "funds taken out"
    LOSS_COMPENSATED = "loss compensated from the risk reserve"
    COMPENSATION_RECOVERED = "compensation recovered from the liable participant"
    WINDOW_DIGEST_MADE = "digest of a settlement window made"
    CASE_OPENED = "case opened"
    CASE_ASSIGNED = "case has another owner"
    CASE_DISMISSED = "loss dismissed: the payer caused it"
    CASE_DUE = "a loss is due and could not be paid: an alarm"
    CASE_COMPENSATED = "loss paid from the risk reserve"
    CASE_RECOVERED = "a liable participant owes the risk reserve what it paid"
    CASE_CLOSED = "case closed"
    TERMINAL_RECONCILED = "a terminal's totals are the service's"
    TERMINAL_TOTALS_DIFFER = "a terminal's totals are not the service's"
    LATE_ISSUER_ANSWER = "late issuer answer disregarded"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """What is to be written: `subject` is the id of what it is about, `detail` codes and ids.

    `detail` must hold no secret, no feature, no name and no score; the callers' types keep it so.
    """

    kind: AuditKind
    subject: str
    at: datetime
    detail: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if any(len(value) > DETAIL_MAX_CHARACTERS for _, value in self.detail):
            raise ValueError("an audit detail is too long")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A written record with its place in the chain."""

    record: AuditRecord
    head: ChainHead

    def content(self) -> bytes:
        """Return the canonical bytes that the chain covers."""
        return record_content(self.record)


def append(head: ChainHead, record: AuditRecord) -> AuditEntry:
    """Return the entry that follows `head`."""
    return AuditEntry(record, head.link(record_content(record)))


def record_content(record: AuditRecord) -> bytes:
    """Return the canonical bytes of a record."""
    detail = [part.encode() for pair in record.detail for part in pair]
    milliseconds = round(record.at.timestamp() * 1000).to_bytes(8)
    return encode_fields(
        [record.kind.name.encode(), record.subject.encode(), milliseconds, *detail]
    )
