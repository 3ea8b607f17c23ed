"""One payment by face as the terminal sees it: what binds it, what it asks, how it can end."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Self

from facepay.identifiers import OperationId, PaymentId, RoutingToken, Stan
from facepay.message_header import Purpose
from facepay.money import Money
from facepay.pad_challenge import PadChallenge, Presentation
from facepay.payment_fields import PaymentFields, notice_hash
from facepay.response_code import ResponseCode
from facepay.vocabulary import ReversalReason
from facepay.wire.terminal import Acceptor, Notice
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: its id and the terminal's counter, both journaled before the first byte leaves."""

    operation_id: OperationId
    counter: int
    purpose: Purpose

    @property
    def stan(self) -> Stan:
        """ISO 8583 DE 11, from the counter."""
        return Stan.from_counter(self.counter)


@dataclass(frozen=True, slots=True)
class PaymentBinding:
    """What ties every message of one payment together. Hashes only, so it may be journaled."""

    payment_id: PaymentId
    fields: PaymentFields
    payment_hash: bytes
    notice_hash: bytes

    @classmethod
    def bind(
        cls, payment_id: PaymentId, fields: PaymentFields, notice: Notice, blinding: bytes
    ) -> Self:
        """Hash fields and notice under the payment's 32 random bytes."""
        return cls(
            payment_id,
            fields,
            fields.hash(blinding),
            notice_hash(notice.version, notice.sha256, blinding),
        )


@dataclass(frozen=True, slots=True)
class OpeningIntent:
    """What OpenPayment tells the service beside the binding. `blinding` is 32 random bytes."""

    blinding: bytes
    notice: Notice
    presentation: Presentation = Presentation.WITH_LIGHT


@dataclass(frozen=True, slots=True)
class ConfirmedRoute:
    """The route that the payer said yes to, and the payment's challenge nonce (32 bytes)."""

    routing_token: RoutingToken
    challenge_nonce: bytes


@dataclass(frozen=True, slots=True)
class JournaledPayment:
    """A payment as the journal has it, enough to query or reverse it after a restart."""

    binding: PaymentBinding
    state: TerminalState
    started_at: datetime
    operation_ids: frozenset[OperationId]


@dataclass(frozen=True, slots=True)
class QueuedReversal:
    """A reversal waiting to be acknowledged. Times are aware UTC."""

    binding: PaymentBinding
    reason: ReversalReason
    queued_at: datetime
    next_attempt_at: datetime
    attempt_count: int


class PaymentStep(Enum):
    """What a payment by face is doing now; announced to the observer."""

    OPENING = "opening"
    ASKING_DIGITS = "asking_digits"
    OFFERING_RETRY = "offering_retry"
    """The face led nowhere."""
    OFFERING_RECAPTURE = "offering_recapture"
    """The search was cut off, so that nobody knows."""
    CAPTURING = "capturing"
    ROUTING = "routing"
    CONFIRMING = "confirming"
    ENTERING_PIN = "entering_pin"
    AUTHORIZING = "authorizing"
    QUERYING = "querying"
    REVERSING = "reversing"
    CANCELLING = "cancelling"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class CaptureAttempt:
    """Details of CAPTURING: which attempt of how many, and what will be asked."""

    attempt: int
    attempts_max: int
    challenge: PadChallenge


@dataclass(frozen=True, slots=True)
class DigitsRequest:
    """Details of ASKING_DIGITS: 4 or 6 last digits of the payer's phone number."""

    phone_digits: int


@dataclass(frozen=True, slots=True)
class RetryOffer:
    """Details of OFFERING_RETRY and OFFERING_RECAPTURE: a new capture needs the payer's touch."""

    attempts_left: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Details of CONFIRMING and ENTERING_PIN: whom the payer is about to pay, and how much.

    `masked_name` is empty unless the payer gave phone digits.
    """

    payee: Acceptor
    amount: Money
    masked_name: str


@dataclass(frozen=True, slots=True)
class Query:
    """Details of QUERYING: how long the terminal has asked, and when it will reverse."""

    elapsed_seconds: float
    limit_seconds: float


class EndReason(Enum):
    """Why a payment by face ended without a decision on money. The values are stable names."""

    STOPPED_BY_PAYER = "stopped_by_payer"
    STOPPED_BY_CASHIER = "stopped_by_cashier"
    NOT_ME = "not_me"
    NOT_ROUTED = "not_routed"
    CAPTURE_FAILED = "capture_failed"
    PIN_TIMED_OUT = "pin_timed_out"
    EXPIRED = "expired"
    CLEARING_FAILED = "clearing_failed"
    JOURNAL_FAILED = "journal_failed"
    TERMINAL_FAULT = "terminal_fault"


class CaptureFailureReason(Enum):
    """Why a capture gave no probe. The values are stable names."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    POOR_QUALITY = "poor_quality"
    CHALLENGE_FAILED = "challenge_failed"
    FACE_CHANGED = "face_changed"
    FACE_LOST = "face_lost"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    CAMERA_LOST = "camera_lost"
    CAMERA_UNAVAILABLE = "camera_unavailable"
    MODEL_UNAVAILABLE = "model_unavailable"
    PRESENTATION_ATTACK_SUSPECTED = "presentation_attack_suspected"
    LIGHT_UNANSWERED = "light_unanswered"
    """The face did not answer the display's colours as a face before it does."""


@dataclass(frozen=True, slots=True)
class Approved:
    """Money moved, on the word of a verified decision."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Declined:
    """The service or the issuer declined; no money moved. Tries are given with 55 only."""

    response_code: ResponseCode
    pin_tries_left: int | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The payment ended before money could move.

    `capture` is set with CAPTURE_FAILED, `clearing` with CLEARING_FAILED.
    """

    reason: EndReason
    capture: CaptureFailureReason | None = None
    clearing: ClearingErrorReason | None = None


@dataclass(frozen=True, slots=True)
class Reversing:
    """The end was unknown or unwanted, so the payment is being undone.

    If money was taken it comes back. `is_acknowledged` is False while the reversal is queued.
    """

    reason: ReversalReason
    is_acknowledged: bool


PaymentOutcome = Approved | Declined | Ended | Reversing

StepDetails = (
    CaptureAttempt | DigitsRequest | RetryOffer | Confirmation | Query | PaymentOutcome | None
)
"""What goes with a step: CAPTURING, ASKING_DIGITS, OFFERING_RETRY, CONFIRMING and ENTERING_PIN,
QUERYING, FINISHED; None with every other."""
