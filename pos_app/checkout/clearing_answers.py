"""What the clearing service can answer a terminal, in the checkout's own words.

A decline is an answer. What could not be processed, or not be believed, is a `ClearingError` with a
stable reason that the window has a text for.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from facepay.identifiers import AcceptorId, ParticipantId, PaymentId, RoutingToken
from facepay.payment_decision import PaymentDecision
from pos_app.errors import PosError


class ClearingErrorReason(Enum):
    """Why a call to the clearing service gave no answer. The values are stable names."""

    UNREACHABLE = "unreachable"
    """No connection, or no reply within the deadline."""
    SERVICE_UNAVAILABLE = "service_unavailable"
    """The service answered that it, a matching party or a store is down."""
    NOT_SIGNED_ON = "not_signed_on"
    CLOCK_OFF = "clock_off"
    NOT_ADMITTED = "not_admitted"
    """Certificate, key, terminal or role is not live."""
    EPOCH_STALE = "epoch_stale"
    """Keys or epoch changed: the terminal must sign on again."""
    TOO_MANY_REQUESTS = "too_many_requests"
    REFUSED = "refused"
    """The service found the message malformed, unsigned or out of order."""
    NOT_FOUND = "not_found"
    REPLY_NOT_GENUINE = "reply_not_genuine"
    """A reply whose signature, payment or operation does not hold. Never believed."""


class ClearingError(PosError):
    """A call gave no answer that can be believed.

    `is_outcome_unknown` is True unless the service itself said that it did not act on the request
    and no earlier send of it can have arrived.
    """

    def __init__(self, reason: ClearingErrorReason, *, is_outcome_unknown: bool) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.is_outcome_unknown = is_outcome_unknown


@dataclass(frozen=True, slots=True)
class AcceptorDetails:
    """The shop, as the clearing institution has registered it."""

    acceptor_id: AcceptorId
    name_zh: str
    name_en: str
    acquirer_id: ParticipantId
    complaint_phone: str
    complaint_url: str


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What a person is told before capture, in one language; no field is empty."""

    processor: str
    contact: str
    purpose: str
    method: str
    scope: str
    storage_period: str
    necessity: str
    effect_on_rights: str
    how_to_use_rights: str
    recipients: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice in force. `sha256` is what the payer's touch is recorded against."""

    version: str
    sha256: bytes
    chinese: NoticeText
    english: NoticeText


@dataclass(frozen=True, slots=True)
class Timers:
    """Policy of the clearing institution, in whole seconds."""

    camera_seconds: int = 60
    opening_seconds: int = 300
    routing_token_seconds: int = 120
    pin_entry_seconds: int = 60
    pin_entry_extensions: int = 2
    route_probe_deadline_seconds: int = 3
    authorize_deadline_seconds: int = 12
    polling_seconds: int = 60
    clock_window_seconds: int = 120


@dataclass(frozen=True, slots=True)
class SignedOn:
    """What a terminal knows after signing on. `clock_skew_seconds` is ours minus the service's."""

    acceptor: AcceptorDetails
    notice: Notice
    timers: Timers
    epoch: int
    model_id: str
    clock_skew_seconds: float


class ChallengeStep(Enum):
    """What the capture subject is asked to do. Left and right are the subject's own."""

    BLINK = "blink"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    OPEN_MOUTH = "open_mouth"


@dataclass(frozen=True, slots=True)
class PadChallenge:
    """What proves a live presentation: the steps in order and the service's 32 random bytes."""

    steps: tuple[ChallengeStep, ...]
    nonce: bytes
    step_deadline_seconds: float


@dataclass(frozen=True, slots=True)
class PaymentOpened:
    """The payment is open. `phone_digits` is 0, 4 or 6: how many the search needs."""

    payment_id: PaymentId
    challenge: PadChallenge
    phone_digits: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Routed:
    """The face points to one account; never an approval. The name is empty without phone digits."""

    routing_token: RoutingToken
    masked_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NotRouted:
    """The one answer for every reason a face was not routed."""

    attempts_left: int


@dataclass(frozen=True, slots=True)
class PhoneDigitsNeeded:
    """The search needs more digits; a new capture must follow."""

    phone_digits: int
    attempts_left: int


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """A verified decision. The name comes with an approval; the tries with a wrong PIN (55)."""

    decision: PaymentDecision
    masked_name: str = ""
    pin_tries_left: int | None = None
