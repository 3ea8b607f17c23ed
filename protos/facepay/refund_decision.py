"""The clearing service's signed word on one refund or void.

It is signed by the key of payment decisions under a label of its own, so that neither can be taken
for the other. Money goes back by the number of the payment; a face plays no part in it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from facepay.canonical import decode_fields, encode_fields
from facepay.errors import MalformedFieldError, SignatureInvalidError
from facepay.identifiers import OperationId, PaymentId, RetrievalReferenceNumber
from facepay.money import Money
from facepay.payment_decision import PaymentState, SignedDecision
from facepay.response_code import ResponseCode

_LABEL = b"facepay/refund-decision/1"
_FIELD_COUNT = 10


class RefundOutcome(Enum):
    """What became of a refund or void. Every outcome but the first two changed nothing."""

    REFUNDED = 1
    VOIDED = 2
    AMOUNT_NOT_POSITIVE = 3
    """Zero, negative, or more than any message can carry."""
    CURRENCY_NOT_ACCEPTED = 4
    MORE_THAN_IS_LEFT = 5
    """More than the payment less what was refunded of it before."""
    NOT_APPROVED = 6
    """No money has moved for this payment, or its end is not known yet."""
    REVERSED_BEFORE = 7
    """The payment was reversed or voided: all of it has gone back already."""
    REFUNDED_BEFORE = 8
    """All of it was refunded before; or, of a void, a part was."""
    IS_A_REFUND = 9
    """The number is that of a refund, which cannot itself be refunded."""
    OTHER_NUMBER = 10
    """The number is not this payment's."""
    DAY_IS_OVER = 11
    """A void after the business day of its payment; a refund is the way then."""
    NOT_THE_WHOLE = 12
    """A void of another sum than the payment's."""
    TOO_MANY = 13
    TERMINAL_NOT_LIVE = 14
    ACCEPTOR_NOT_LIVE = 15
    """The acceptor or its acquirer is suspended, or its licence or agreement has ended."""
    ISSUER_NOT_LIVE = 16

    @property
    def has_moved_money(self) -> bool:
        """Whether money goes back to the payer."""
        return self in (RefundOutcome.REFUNDED, RefundOutcome.VOIDED)

    @property
    def response_code(self) -> ResponseCode:
        """The ISO 8583 code that goes with it; 00 if and only if money goes back."""
        return _CODES.get(self, ResponseCode.INVALID_TRANSACTION)


_CODES = {
    RefundOutcome.REFUNDED: ResponseCode.APPROVED,
    RefundOutcome.VOIDED: ResponseCode.APPROVED,
    RefundOutcome.AMOUNT_NOT_POSITIVE: ResponseCode.INVALID_AMOUNT,
    RefundOutcome.MORE_THAN_IS_LEFT: ResponseCode.INVALID_AMOUNT,
    RefundOutcome.NOT_THE_WHOLE: ResponseCode.INVALID_AMOUNT,
    RefundOutcome.DAY_IS_OVER: ResponseCode.RESPONSE_TOO_LATE,
    RefundOutcome.TOO_MANY: ResponseCode.COUNT_LIMIT_EXCEEDED,
    RefundOutcome.TERMINAL_NOT_LIVE: ResponseCode.NOT_PERMITTED_TO_TERMINAL,
    RefundOutcome.ACCEPTOR_NOT_LIVE: ResponseCode.INVALID_MERCHANT,
    RefundOutcome.ISSUER_NOT_LIVE: ResponseCode.ISSUER_UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class RefundDecision:
    """The answer to one refund operation.

    `amount` is what goes back by this operation, nothing with a refusal; `refunded` is what has
    gone back of the payment altogether, and `state` where the payment stands now. `rrn` is the
    refund's own number, None with a refusal. `decided_at` is UTC in whole milliseconds.
    """

    operation_id: OperationId
    payment_id: PaymentId
    payment_hash: bytes
    outcome: RefundOutcome
    state: PaymentState
    amount: Money
    refunded: Money
    rrn: RetrievalReferenceNumber | None
    decided_at: datetime

    def to_bytes(self) -> bytes:
        """Return the bytes that the clearing service signs."""
        return encode_fields(
            [
                _LABEL,
                self.operation_id.value,
                self.payment_id.value,
                self.payment_hash,
                bytes([self.outcome.value]),
                bytes([self.state.value]),
                self.amount.amount_minor_units.to_bytes(8),
                self.refunded.amount_minor_units.to_bytes(8),
                self.rrn.value.encode() if self.rrn else b"",
                round(self.decided_at.timestamp() * 1000).to_bytes(8),
            ]
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read what `to_bytes` wrote; raises `MalformedFieldError` for anything else."""
        parts = decode_fields(encoded, count=_FIELD_COUNT)
        if parts[0] != _LABEL:
            raise MalformedFieldError("not a refund decision")
        try:
            seconds, rest = divmod(int.from_bytes(parts[9]), 1000)
            return cls(
                operation_id=OperationId(parts[1]),
                payment_id=PaymentId(parts[2]),
                payment_hash=parts[3],
                outcome=RefundOutcome(int.from_bytes(parts[4])),
                state=PaymentState(int.from_bytes(parts[5])),
                amount=Money(int.from_bytes(parts[6])),
                refunded=Money(int.from_bytes(parts[7])),
                rrn=RetrievalReferenceNumber(parts[8].decode("ascii")) if parts[8] else None,
                decided_at=datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000),
            )
        except (ValueError, OverflowError, OSError) as error:
            raise MalformedFieldError("a refund decision's field is malformed") from error


def verify_refund(signed: SignedDecision, public_key: Ed25519PublicKey) -> RefundDecision:
    """Return the decision; raises `SignatureInvalidError` if the signature does not hold."""
    try:
        public_key.verify(signed.signature, signed.decision)
    except InvalidSignature:
        raise SignatureInvalidError("the refund's signature does not hold") from None
    return RefundDecision.from_bytes(signed.decision)
