"""Words that both sides speak: enumerations of the contract that belong to no single module.

Numbers are those of the protobuf enumerations; zero, "unspecified", has no word on purpose, so that
a field somebody forgot to set is refused.
"""

from enum import Enum


class KemKeyOwner(Enum):
    """Whose public key a sealing key is. Each owner has one, and keys are never shared."""

    PARTY_1 = 1
    PARTY_2 = 2
    PARTY_3 = 3
    CLEARING = 4
    SECURITY_MODULE = 5


class CancelReason(Enum):
    """Why a payment ended before it was authorized."""

    PAYER = 1
    CASHIER = 2
    NOT_ME = 3
    TIMED_OUT = 4
    CAPTURE_FAILED = 5


class ReversalReason(Enum):
    """Why a payment is undone."""

    NO_REPLY = 1
    CASHIER = 2
    RECEIPT_FAILED = 3


class RefundKind(Enum):
    """How money goes back to the payer of an approved payment."""

    REFUND = 1
    """A part or all of it, at any time."""
    VOID = 2
    """All of it, while the business day of the payment lasts: as if it had never been."""


class LossReporter(Enum):
    """Who said that face payment of an account must stop."""

    PAYER = 1
    OPERATOR = 2


class ConsentScope(Enum):
    """What one act of consent is about. Each is given, recorded and withdrawn on its own."""

    FACE_PROCESSING = 1
    NETWORK_TRANSMISSION = 2


class EnrolmentRefusal(Enum):
    """Why an enrolment, or a closing, did not go ahead."""

    NOT_AUTHENTICATED = 1
    CONSENT_MISSING = 2
    UNDER_AGE = 3
    ALREADY_ENROLLED = 4
    FACE_ENROLLED_ELSEWHERE = 5
    WEAK_PASSCODE = 6
    CAPTURES_DIFFER = 7
    EXPIRED = 8
