"""Bodies of the calls about a payment."""

from dataclasses import dataclass
from typing import Self

from facepay.identifiers import (
    AcceptorId,
    OrderId,
    ParticipantId,
    PaymentId,
    RetrievalReferenceNumber,
    RoutingToken,
)
from facepay.message_header import HASH_BYTES
from facepay.pad_challenge import Presentation
from facepay.pad_evidence import EVIDENCE_MAX_BYTES
from facepay.payment_fields import BLINDING_BYTES
from facepay.v1 import pad_challenge_pb2
from facepay.v1 import payment_pb2 as pb
from facepay.vocabulary import CancelReason, RefundKind, ReversalReason
from facepay.wire.strict import (
    SALT_BYTES,
    at_most,
    exactly,
    parse_strictly,
    serialize,
    text,
    word,
)


@dataclass(frozen=True, slots=True)
class OpenPaymentBody:
    """What is to be paid, to whom.

    `amount_minor_units` and `currency` are as they came: a zero, negative, huge or foreign amount
    is declined with a response code and not refused as malformed.
    """

    salt: bytes
    payment_id: PaymentId
    blinding: bytes
    acceptor_id: AcceptorId
    order_id: OrderId
    amount_minor_units: int
    currency: str
    acquirer_id: ParticipantId
    notice_version: str
    notice_sha256: bytes
    presentation: Presentation = Presentation.WITH_LIGHT

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(
            pb.OpenPaymentBody(
                salt=self.salt,
                payment_id=self.payment_id.value,
                blinding=self.blinding,
                acceptor_id=self.acceptor_id.value,
                order_id=self.order_id.value,
                amount_minor_units=self.amount_minor_units,
                currency=self.currency,
                acquirer_id=self.acquirer_id.value,
                notice_version=self.notice_version,
                notice_sha256=self.notice_sha256,
                presentation=pad_challenge_pb2.Presentation.ValueType(self.presentation.value),
            )
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.OpenPaymentBody, encoded)
        return cls(
            salt=exactly(body.salt, SALT_BYTES, "a salt"),
            payment_id=PaymentId(body.payment_id),
            blinding=exactly(body.blinding, BLINDING_BYTES, "a blinding"),
            acceptor_id=AcceptorId(body.acceptor_id),
            order_id=OrderId(body.order_id),
            amount_minor_units=body.amount_minor_units,
            currency=text(body.currency, "a currency", characters=3),
            acquirer_id=ParticipantId(body.acquirer_id),
            notice_version=text(body.notice_version, "a notice version", characters=32),
            notice_sha256=exactly(body.notice_sha256, HASH_BYTES, "a notice hash"),
            presentation=word(Presentation, body.presentation),
        )


@dataclass(frozen=True, slots=True)
class RouteProbeBody:
    """Which payment a probe is for, and the evidence that a live person stood there."""

    salt: bytes
    payment_id: PaymentId
    pad_evidence: bytes

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(
            pb.RouteProbeBody(
                salt=self.salt, payment_id=self.payment_id.value, pad_evidence=self.pad_evidence
            )
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.RouteProbeBody, encoded)
        return cls(
            salt=exactly(body.salt, SALT_BYTES, "a salt"),
            payment_id=PaymentId(body.payment_id),
            pad_evidence=at_most(body.pad_evidence, EVIDENCE_MAX_BYTES, "evidence"),
        )


@dataclass(frozen=True, slots=True)
class AuthorizePaymentBody:
    """Which payment the PIN confirms, and the token its PIN block is bound to."""

    salt: bytes
    payment_id: PaymentId
    routing_token: RoutingToken

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(
            pb.AuthorizePaymentBody(
                salt=self.salt,
                payment_id=self.payment_id.value,
                routing_token=self.routing_token.value,
            )
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.AuthorizePaymentBody, encoded)
        return cls(
            salt=exactly(body.salt, SALT_BYTES, "a salt"),
            payment_id=PaymentId(body.payment_id),
            routing_token=RoutingToken(body.routing_token),
        )


@dataclass(frozen=True, slots=True)
class GetPaymentBody:
    """Which payment is asked about."""

    salt: bytes
    payment_id: PaymentId

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(pb.GetPaymentBody(salt=self.salt, payment_id=self.payment_id.value))

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.GetPaymentBody, encoded)
        return cls(
            salt=exactly(body.salt, SALT_BYTES, "a salt"), payment_id=PaymentId(body.payment_id)
        )


@dataclass(frozen=True, slots=True)
class CancelPaymentBody:
    """Which payment ends, and why."""

    salt: bytes
    payment_id: PaymentId
    reason: CancelReason

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(
            pb.CancelPaymentBody(
                salt=self.salt,
                payment_id=self.payment_id.value,
                reason=pb.CancelReason.ValueType(self.reason.value),
            )
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.CancelPaymentBody, encoded)
        return cls(
            salt=exactly(body.salt, SALT_BYTES, "a salt"),
            payment_id=PaymentId(body.payment_id),
            reason=word(CancelReason, body.reason),
        )


@dataclass(frozen=True, slots=True)
class ReversePaymentBody:
    """Which payment is undone, and why; `payment_hash` is the payment's blinded hash."""

    salt: bytes
    payment_id: PaymentId
    reason: ReversalReason
    payment_hash: bytes

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(
            pb.ReversePaymentBody(
                salt=self.salt,
                payment_id=self.payment_id.value,
                reason=pb.ReversalReason.ValueType(self.reason.value),
                payment_hash=self.payment_hash,
            )
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.ReversePaymentBody, encoded)
        return cls(
            salt=exactly(body.salt, SALT_BYTES, "a salt"),
            payment_id=PaymentId(body.payment_id),
            reason=word(ReversalReason, body.reason),
            payment_hash=exactly(body.payment_hash, HASH_BYTES, "a payment hash"),
        )


@dataclass(frozen=True, slots=True)
class RefundPaymentBody:
    """Which payment's money goes back, and how much of it.

    `amount_minor_units` and `currency` are as they came: a zero, negative, huge or foreign amount
    is refused with a named outcome and not as malformed.
    """

    salt: bytes
    payment_id: PaymentId
    original_rrn: RetrievalReferenceNumber
    kind: RefundKind
    amount_minor_units: int
    currency: str

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(
            pb.RefundPaymentBody(
                salt=self.salt,
                payment_id=self.payment_id.value,
                original_rrn=self.original_rrn.value,
                kind=pb.RefundKind.ValueType(self.kind.value),
                amount_minor_units=self.amount_minor_units,
                currency=self.currency,
            )
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.RefundPaymentBody, encoded)
        return cls(
            salt=exactly(body.salt, SALT_BYTES, "a salt"),
            payment_id=PaymentId(body.payment_id),
            original_rrn=RetrievalReferenceNumber(body.original_rrn),
            kind=word(RefundKind, body.kind),
            amount_minor_units=body.amount_minor_units,
            currency=text(body.currency, "a currency", characters=3),
        )
