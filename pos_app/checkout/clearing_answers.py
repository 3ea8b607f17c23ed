"""What the clearing service's answers mean to a checkout, beside the replies of `facepay.wire`.

A decline is an answer. What could not be processed, or not be believed, is a `ClearingError` with a
stable reason that the window has a text for.
"""

from dataclasses import dataclass
from enum import Enum

from facepay.payment_decision import PaymentDecision
from facepay.wire.terminal import Acceptor, Notice, Timers
from pos_app.errors import PosError


class ClearingErrorReason(Enum):
    """Why a call to the clearing service gave no answer. The values are stable names."""

    UNREACHABLE = "unreachable"
    """No connection, or no reply within the deadline."""
    SERVICE_UNAVAILABLE = "service_unavailable"
    """The service answered that it, a matching party or a store is down."""
    CAPTURE_AGAIN = "capture_again"
    """The search was cut off: nobody knows whether the face leads anywhere, and its probe is spent."""
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
class SignedOn:
    """What a terminal knows after signing on. `clock_skew_seconds` is ours minus the service's."""

    acceptor: Acceptor
    notice: Notice
    timers: Timers
    epoch: int
    model_id: str
    clock_skew_seconds: float


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """A verified decision. The name comes with an approval; the tries with a wrong PIN (55)."""

    decision: PaymentDecision
    masked_name: str = ""
    pin_tries_left: int | None = None
