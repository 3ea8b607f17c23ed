"""Replies to the calls about a payment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from facepay.errors import MalformedFieldError
from facepay.identifiers import PaymentId, RoutingToken
from facepay.pad_challenge import PadChallenge
from facepay.payment_decision import SignedDecision
from facepay.v1 import payment_pb2 as pb
from facepay.wire.pad_challenge import challenge_from_message, challenge_to_message
from facepay.wire.signed import decision_from_message, decision_to_message
from facepay.wire.strict import (
    from_milliseconds,
    require_strict,
    text_or_empty,
    to_milliseconds,
)

ROUTE_REPLY_BYTES = 512
"""Every answer to RouteProbe is padded to this size, so that its length tells nothing."""
MASKED_NAME_MAX_CHARACTERS = 40
PHONE_DIGITS_ALLOWED = (0, 4, 6)

# A padding field costs one byte of tag and, from 128 bytes on, two bytes of length.
_PADDING_OVERHEAD_BYTES = 3


@dataclass(frozen=True, slots=True)
class Declined:
    """A call that ended the payment; the decision is signed and names the response code."""

    decision: SignedDecision


@dataclass(frozen=True, slots=True)
class OpenedPayment:
    """A payment that may go on, and what the payer has to do before the camera."""

    payment_id: PaymentId
    challenge: PadChallenge
    phone_digits: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Routed:
    """The search found an account. Not an approval. `masked_name` is empty without phone digits."""

    routing_token: RoutingToken
    masked_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NotRouted:
    """One answer for every reason a face was not routed."""

    attempts_left: int


@dataclass(frozen=True, slots=True)
class PhoneDigitsNeeded:
    """The search must be narrower: `phone_digits` of them, with a new capture."""

    phone_digits: int
    attempts_left: int


OpenPaymentReply = OpenedPayment | Declined
RouteProbeReply = Routed | NotRouted | PhoneDigitsNeeded | Declined


@dataclass(frozen=True, slots=True)
class AuthorizePaymentReply:
    """The decision; a name with an approval, the tries left with a wrong PIN."""

    decision: SignedDecision
    masked_name: str = ""
    pin_tries_left: int = 0

    def to_message(self) -> pb.AuthorizePaymentResponse:
        """Return the protobuf message."""
        return pb.AuthorizePaymentResponse(
            decision=decision_to_message(self.decision),
            masked_name=self.masked_name,
            pin_tries_left=self.pin_tries_left,
        )

    @classmethod
    def from_message(cls, message: pb.AuthorizePaymentResponse) -> Self:
        """Read a reply strictly; raises `MalformedFieldError`."""
        require_strict(message)
        return cls(
            decision=decision_from_message(message.decision),
            masked_name=_masked_name(message.masked_name),
            pin_tries_left=message.pin_tries_left,
        )


@dataclass(frozen=True, slots=True)
class GetPaymentReply:
    """Where a payment is."""

    decision: SignedDecision
    masked_name: str = ""

    def to_message(self) -> pb.GetPaymentResponse:
        """Return the protobuf message."""
        return pb.GetPaymentResponse(
            decision=decision_to_message(self.decision), masked_name=self.masked_name
        )

    @classmethod
    def from_message(cls, message: pb.GetPaymentResponse) -> Self:
        """Read a reply strictly; raises `MalformedFieldError`."""
        require_strict(message)
        return cls(
            decision=decision_from_message(message.decision),
            masked_name=_masked_name(message.masked_name),
        )


def cancel_reply_to_message(decision: SignedDecision) -> pb.CancelPaymentResponse:
    """Return the reply to CancelPayment."""
    return pb.CancelPaymentResponse(decision=decision_to_message(decision))


def cancel_reply_from_message(message: pb.CancelPaymentResponse) -> SignedDecision:
    """Read the reply to CancelPayment strictly; raises `MalformedFieldError`."""
    require_strict(message)
    return decision_from_message(message.decision)


def reverse_reply_to_message(decision: SignedDecision) -> pb.ReversePaymentResponse:
    """Return the reply to ReversePayment."""
    return pb.ReversePaymentResponse(decision=decision_to_message(decision))


def reverse_reply_from_message(message: pb.ReversePaymentResponse) -> SignedDecision:
    """Read the reply to ReversePayment strictly; raises `MalformedFieldError`."""
    require_strict(message)
    return decision_from_message(message.decision)


def refund_reply_to_message(decision: SignedDecision) -> pb.RefundPaymentResponse:
    """Return the reply to RefundPayment; `decision` is a signed `RefundDecision`."""
    return pb.RefundPaymentResponse(decision=decision_to_message(decision))


def refund_reply_from_message(message: pb.RefundPaymentResponse) -> SignedDecision:
    """Read the reply to RefundPayment strictly; raises `MalformedFieldError`."""
    require_strict(message)
    return decision_from_message(message.decision)


def open_reply_to_message(reply: OpenPaymentReply) -> pb.OpenPaymentResponse:
    """Return the reply to OpenPayment."""
    if isinstance(reply, Declined):
        return pb.OpenPaymentResponse(declined=decision_to_message(reply.decision))
    return pb.OpenPaymentResponse(
        opened=pb.OpenedPayment(
            payment_id=reply.payment_id.value,
            challenge=challenge_to_message(reply.challenge),
            phone_digits=reply.phone_digits,
            expires_at_ms=to_milliseconds(reply.expires_at),
        )
    )


def open_reply_from_message(message: pb.OpenPaymentResponse) -> OpenPaymentReply:
    """Read the reply to OpenPayment strictly; raises `MalformedFieldError`."""
    require_strict(message)
    match message.WhichOneof("outcome"):
        case "opened":
            return _opened_from_message(message.opened)
        case "declined":
            return Declined(decision_from_message(message.declined))
        case _:
            raise MalformedFieldError("a reply without an outcome")


def route_reply_to_message(reply: RouteProbeReply, padding: bytes) -> pb.RouteProbeResponse:
    """Return the reply to RouteProbe, padded to `ROUTE_REPLY_BYTES` from `padding`.

    `padding` is at least `ROUTE_REPLY_BYTES` random bytes; what is not needed is not used.
    """
    message = pb.RouteProbeResponse()
    match reply:
        case Declined(decision):
            message.declined.CopyFrom(decision_to_message(decision))
        case Routed(token, masked_name, expires_at):
            message.routed.routing_token = token.value
            message.routed.masked_name = masked_name
            message.routed.expires_at_ms = to_milliseconds(expires_at)
        case NotRouted(attempts_left):
            message.not_routed.SetInParent()
            message.not_routed.attempts_left = attempts_left
        case PhoneDigitsNeeded(phone_digits, attempts_left):
            message.phone_digits_needed.phone_digits = phone_digits
            message.phone_digits_needed.attempts_left = attempts_left
    missing = ROUTE_REPLY_BYTES - message.ByteSize() - _PADDING_OVERHEAD_BYTES
    if missing < 128 or len(padding) < missing:
        raise MalformedFieldError("a route reply cannot be padded to its size")
    message.padding = padding[:missing]
    return message


def route_reply_from_message(message: pb.RouteProbeResponse) -> RouteProbeReply:
    """Read the reply to RouteProbe strictly; raises `MalformedFieldError`."""
    require_strict(message)
    match message.WhichOneof("outcome"):
        case "routed":
            return _routed_from_message(message.routed)
        case "not_routed":
            return NotRouted(message.not_routed.attempts_left)
        case "phone_digits_needed":
            needed = message.phone_digits_needed
            return PhoneDigitsNeeded(_phone_digits(needed.phone_digits), needed.attempts_left)
        case "declined":
            return Declined(decision_from_message(message.declined))
        case _:
            raise MalformedFieldError("a reply without an outcome")


def _opened_from_message(opened: pb.OpenedPayment) -> OpenedPayment:
    return OpenedPayment(
        payment_id=PaymentId(opened.payment_id),
        challenge=challenge_from_message(opened.challenge),
        phone_digits=_phone_digits(opened.phone_digits),
        expires_at=from_milliseconds(opened.expires_at_ms),
    )


def _routed_from_message(routed: pb.Routed) -> Routed:
    return Routed(
        routing_token=RoutingToken(routed.routing_token),
        masked_name=_masked_name(routed.masked_name),
        expires_at=from_milliseconds(routed.expires_at_ms),
    )


def _phone_digits(count: int) -> int:
    if count not in PHONE_DIGITS_ALLOWED:
        raise MalformedFieldError("phone digits are none, four or six")
    return count


def _masked_name(name: str) -> str:
    return text_or_empty(name, "a masked name", characters=MASKED_NAME_MAX_CHARACTERS)
