"""What a terminal can ask about a payment, and every answer it can get.

The edge checks, before it calls a use case: TLS peer, live certificate and key, signature. A use
case checks, in this order: stored answer, clock window, counter window, payment; only then is
anything opened. A message that cannot be processed raises `RequestRefusedError` with a reason; what
a payer or cashier must be told is one of the outcomes below.
"""

from dataclasses import dataclass
from datetime import datetime

from clearing_service.routing.narrowing import DigitsNeeded
from facepay.identifiers import PaymentId, RetrievalReferenceNumber, RoutingToken
from facepay.message_header import MessageHeader
from facepay.money import Money
from facepay.pad_challenge import PadChallenge, Presentation
from facepay.pad_evidence import PadEvidence
from facepay.payment_decision import PaymentState, SignedDecision
from facepay.payment_fields import PaymentFields
from facepay.refund_decision import RefundOutcome
from facepay.response_code import ResponseCode
from facepay.sealed_envelope import SealedEnvelope
from facepay.signed_request import SignedRequest
from facepay.vocabulary import CancelReason, RefundKind, ReversalReason


@dataclass(frozen=True, slots=True)
class VerifiedRequest:
    """A terminal's message whose signature holds: the parsed header, and the bytes as they came."""

    header: MessageHeader
    signed: SignedRequest


@dataclass(frozen=True, slots=True)
class UnusableAmount:
    """An amount that `Money` cannot hold: 12 for a foreign currency, 13 for negative or too big."""

    response_code: ResponseCode


@dataclass(frozen=True, slots=True)
class OpenPayment:
    """Open a payment. The payer has touched the notice whose hash is in the header.

    `blinding` is the terminal's 32 random bytes: header.payment_hash must be `fields.hash(blinding)`
    (unless the amount is unusable: the payment is then declined) and header.notice_hash that of `notice_version` and `notice_sha256` under the same blinding. The
    terminal makes `payment_id` and journals it before it sends.
    """

    request: VerifiedRequest
    payment_id: PaymentId
    fields: PaymentFields | UnusableAmount
    blinding: bytes
    notice_version: str
    notice_sha256: bytes
    presentation: Presentation = Presentation.WITH_LIGHT


@dataclass(frozen=True, slots=True)
class PaymentOpened:
    """The payment is open. Times are aware UTC."""

    payment_id: PaymentId
    challenge: PadChallenge
    digits_needed: DigitsNeeded
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RouteProbe:
    """Find the payer's issuer. At most three a payment; each voids the token before it.

    `probe` is sealed to parties 1, 2 and 3 in that order, `digits` to the security module. The
    header and the terminal's evidence of its liveness check both carry the challenge nonce.
    """

    request: VerifiedRequest
    payment_id: PaymentId
    probe: tuple[SealedEnvelope, SealedEnvelope, SealedEnvelope]
    digits: SealedEnvelope | None
    pad_evidence: PadEvidence


@dataclass(frozen=True, slots=True)
class Routed:
    """The face points to one account. This is never an approval.

    The masked name is there only when the payer gave phone digits.
    """

    routing_token: RoutingToken
    expires_at: datetime
    masked_name: str | None


@dataclass(frozen=True, slots=True)
class NotRouted:
    """One answer for unknown, ambiguous, closed, revoked and synthetic.

    On the wire it is padded to the size of `Routed`; here it costs the same steps.
    """

    attempts_left: int


@dataclass(frozen=True, slots=True)
class PhoneDigitsNeeded:
    """The search needs this many phone digits; nothing was searched."""

    digits: DigitsNeeded
    attempts_left: int


@dataclass(frozen=True, slots=True)
class AuthorizePayment:
    """Move the money: payer saw payee and amount and entered the PIN.

    `pin` holds the enciphered PIN block and its key serial number, sealed to the security module.
    Without it the answer is 70 and no issuer is asked.
    """

    request: VerifiedRequest
    payment_id: PaymentId
    routing_token: RoutingToken
    pin: SealedEnvelope | None


@dataclass(frozen=True, slots=True)
class GetPayment:
    """Ask what became of a payment. Changes nothing, may be repeated for ever."""

    request: VerifiedRequest
    payment_id: PaymentId


@dataclass(frozen=True, slots=True)
class CancelPayment:
    """End a payment that is opened or routed; any other is left as it is and told."""

    request: VerifiedRequest
    payment_id: PaymentId
    reason: CancelReason


@dataclass(frozen=True, slots=True)
class ReversePayment:
    """Undo a payment whose end is unknown or unwanted, whatever its state.

    It may overtake the request it reverses, even the opening: the payment is then closed and the
    request refused. The header's payment hash says which payment is meant.
    """

    request: VerifiedRequest
    payment_id: PaymentId
    reason: ReversalReason


@dataclass(frozen=True, slots=True)
class RefundPayment:
    """Give back a part or all of an approved payment, named by id and RRN together."""

    request: VerifiedRequest
    payment_id: PaymentId
    original_rrn: RetrievalReferenceNumber
    kind: RefundKind
    amount: Money | UnusableAmount


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What became of a refund, with the clearing service's signed word on it."""

    decision: SignedDecision
    outcome: RefundOutcome


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """Where the payment stands, with the clearing service's signed word on it.

    `response_code` is 00 if and only if `state` is APPROVED; with any other state it says why no
    money is moved. The masked name comes with an approval only, `pin_tries_left` with 55 only.
    """

    decision: SignedDecision
    state: PaymentState
    response_code: ResponseCode
    masked_name: str | None = None
    pin_tries_left: int | None = None
