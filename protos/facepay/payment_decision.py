"""The clearing service's signed word on a payment.

A terminal shows or prints "approved" only after it has verified this signature, so that nobody on
the way (an acquirer that relays, a proxy, a faulty cache) can turn a decline into an approval.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from facepay.canonical import decode_fields, encode_fields
from facepay.errors import MalformedFieldError, SignatureInvalidError
from facepay.identifiers import ApprovalCode, OperationId, PaymentId, RetrievalReferenceNumber
from facepay.response_code import ResponseCode

_LABEL = b"facepay/payment-decision/1"


class PaymentState(Enum):
    """Where a payment is in its life, as the clearing service knows it.

    "Unknown" is no state of a payment: only a terminal that lost a reply is in doubt.
    """

    OPENED = 1
    ROUTED = 2
    AUTHORIZING = 3
    APPROVED = 4
    DECLINED = 5
    EXPIRED = 6
    CANCELLED = 7
    REVERSED = 8
    REFUNDED_IN_PART = 9
    REFUNDED = 10

    @property
    def is_final_without_money(self) -> bool:
        """Whether the payment has ended and no money stays moved."""
        return self in _FINAL_WITHOUT_MONEY


_FINAL_WITHOUT_MONEY = frozenset(
    {
        PaymentState.DECLINED,
        PaymentState.EXPIRED,
        PaymentState.CANCELLED,
        PaymentState.REVERSED,
    }
)


@dataclass(frozen=True, slots=True)
class PaymentDecision:
    """What the clearing service says of one payment, in answer to one operation.

    `payment_hash` is the blinded hash of the payment's fields, which binds acceptor, order and
    amount. `rrn` and `approval_code` are None unless money moved. `decided_at` is the time of the
    decision in whole milliseconds, not of a repeat.
    """

    payment_id: PaymentId
    payment_hash: bytes
    operation_id: OperationId
    state: PaymentState
    response_code: ResponseCode
    rrn: RetrievalReferenceNumber | None
    approval_code: ApprovalCode | None
    decided_at: datetime

    def to_bytes(self) -> bytes:
        """Return the bytes that the clearing service signs."""
        return encode_fields(
            [
                _LABEL,
                self.payment_id.value,
                self.payment_hash,
                self.operation_id.value,
                bytes([self.state.value]),
                self.response_code.value.encode(),
                self.rrn.value.encode() if self.rrn else b"",
                self.approval_code.value.encode() if self.approval_code else b"",
                round(self.decided_at.timestamp() * 1000).to_bytes(8),
            ]
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read what `to_bytes` wrote; raises `MalformedFieldError` for anything else."""
        parts = decode_fields(encoded, count=9)
        if parts[0] != _LABEL:
            raise MalformedFieldError("not a payment decision")
        try:
            seconds, rest = divmod(int.from_bytes(parts[8]), 1000)
            return cls(
                payment_id=PaymentId(parts[1]),
                payment_hash=parts[2],
                operation_id=OperationId(parts[3]),
                state=PaymentState(int.from_bytes(parts[4])),
                response_code=ResponseCode(parts[5].decode("ascii")),
                rrn=RetrievalReferenceNumber(parts[6].decode("ascii")) if parts[6] else None,
                approval_code=ApprovalCode(parts[7].decode("ascii")) if parts[7] else None,
                decided_at=datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000),
            )
        except (ValueError, OverflowError, OSError) as error:
            raise MalformedFieldError("a decision field is malformed") from error


@dataclass(frozen=True, slots=True)
class SignedDecision:
    """The bytes of a decision, the signature over them, and which key made it."""

    decision: bytes
    signing_key_id: bytes
    signature: bytes

    def verify(self, public_key: Ed25519PublicKey) -> PaymentDecision:
        """Return the decision; raises `SignatureInvalidError` if the signature does not hold."""
        try:
            public_key.verify(self.signature, self.decision)
        except InvalidSignature:
            raise SignatureInvalidError("the decision's signature does not hold") from None
        return PaymentDecision.from_bytes(self.decision)
