"""What a checkout needs from the outside: the camera side, the service, the journal, the people.

Every call is made on one event loop. The checkout itself knows no window, camera, array or socket.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from facepay.identifiers import PaymentId
from facepay.message_header import Purpose
from facepay.pad_challenge import PadChallenge
from facepay.payment_decision import PaymentDecision
from facepay.phone_digits import PhoneDigits
from facepay.rotation import EpochKey
from facepay.sealed_envelope import RecipientKey, SealedEnvelope
from facepay.vocabulary import CancelReason, ReversalReason
from facepay.wire.payment_replies import NotRouted, OpenedPayment, PhoneDigitsNeeded, Routed
from pos_app.checkout.clearing_answers import PaymentAnswer, SignedOn
from pos_app.checkout.payment import (
    CaptureFailureReason,
    Confirmation,
    ConfirmedRoute,
    JournaledPayment,
    OpeningIntent,
    Operation,
    PaymentBinding,
    PaymentStep,
    QueuedReversal,
    StepDetails,
)
from pos_app.checkout.payment_state import TerminalState
from pos_app.checkout.pin_entry import EncipheredPin
from pos_app.errors import PosError

# --- The camera side (pos_app.probe) --------------------------------------------------------------


class SealingContext(Protocol):
    """Everything one capture needs to seal its probe to the three parties. Good for one message."""

    @property
    def recipients(self) -> tuple[RecipientKey, RecipientKey, RecipientKey]:
        """The sealing keys of parties 1, 2 and 3, each vouched for by its pinned identity key."""

    @property
    def epoch_key(self) -> EpochKey:
        """The epoch's secret; owned by the session, which wipes it. Never kept by the capture."""

    @property
    def epoch(self) -> int:
        """Number of the epoch."""

    @property
    def model_id(self) -> str:
        """The feature model that references of this epoch were made with."""

    @property
    def challenge(self) -> PadChallenge:
        """What the presentation must answer."""

    @property
    def attempt(self) -> int:
        """The number of this capture within its payment, from 1; it picks the colours to show."""

    def header_for(self, commitments: tuple[bytes, bytes, bytes], pad_evidence: bytes) -> bytes:
        """Return the header under which the three envelopes are sealed, and remember its body.

        The header's time is now, so it is called when the probe is ready. A second call raises
        `ValueError`: one message, one header. `pad_evidence` is at most 2 KiB.
        """


@dataclass(frozen=True, slots=True)
class SealedProbe:
    """A probe that nobody but the three parties together can use, under the header it is bound to."""

    header: bytes
    envelopes: tuple[SealedEnvelope, SealedEnvelope, SealedEnvelope]


@dataclass(frozen=True, slots=True)
class CaptureFailure:
    """The capture gave no probe; every buffer was wiped."""

    reason: CaptureFailureReason


class FaceCapture(Protocol):
    """Camera to sealed probe. What the payer sees meanwhile goes from it straight to the window."""

    async def capture(self, context: SealingContext) -> SealedProbe | CaptureFailure:
        """Run one capture; camera off and buffers wiped when it returns, also when cancelled.

        Ends by itself after at most the camera time of the timers, on the camera's own clock.
        """

    def cancel(self) -> None:
        """Make a running capture return CANCELLED soon; any thread. Nothing runs: no effect."""


# --- The clearing service (pos_app.clearing_client) ------------------------------------------------


class ClearingGateway(Protocol):
    """The calls of a payment. Every one raises `ClearingError` and nothing else when it fails.

    A call retries by itself, with identical bytes, while its deadline lasts. Every decision it
    returns was verified: signature, payment, payment hash and operation.
    """

    async def sign_on(self, operation: Operation) -> SignedOn:
        """Fetch and verify keys, epoch, notice and timers; replaces what an earlier call fetched."""

    async def open_payment(
        self, operation: Operation, binding: PaymentBinding, intent: OpeningIntent
    ) -> OpenedPayment | PaymentAnswer:
        """Open the payment, or return the decline."""

    def sealing_context(
        self, operation: Operation, binding: PaymentBinding, challenge: PadChallenge, attempt: int
    ) -> SealingContext:
        """Return the context for one RouteProbe, of capture number `attempt` from 1.

        Raises `ClearingError` when not signed on.
        """

    async def route_probe(
        self, context: SealingContext, probe: SealedProbe, digits: PhoneDigits | None
    ) -> Routed | NotRouted | PhoneDigitsNeeded | PaymentAnswer:
        """Send the probe sealed under `context`. `digits` are sealed here; the caller wipes them."""

    async def authorize_payment(
        self,
        operation: Operation,
        binding: PaymentBinding,
        confirmed: ConfirmedRoute,
        pin: EncipheredPin,
    ) -> PaymentAnswer:
        """Ask to move the money along the route that the payer confirmed."""

    async def get_payment(self, operation: Operation, payment: JournaledPayment) -> PaymentAnswer:
        """Ask where a payment is. Works without signing on, also after a restart."""

    async def cancel_payment(
        self, operation: Operation, binding: PaymentBinding, reason: CancelReason
    ) -> PaymentAnswer:
        """End a payment that was not authorized."""

    async def reverse_payment(
        self, operation: Operation, payment: JournaledPayment, reason: ReversalReason
    ) -> PaymentAnswer:
        """Undo a payment. Works without signing on, also after a restart."""


# --- The journal (pos_app.journal) ----------------------------------------------------------------


class JournalErrorReason(Enum):
    """Why the journal could not be written or read. The values are stable names."""

    CANNOT_OPEN = "cannot_open"
    DISK_FULL = "disk_full"
    LOCKED = "locked"
    DAMAGED = "damaged"
    QUEUE_FULL = "queue_full"


class JournalError(PosError):
    """The journal could not do what was asked. Nothing was sent on the strength of it."""

    def __init__(self, reason: JournalErrorReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Journal(Protocol):
    """The terminal's memory across a power cut. Every method raises `JournalError`.

    A method has returned only when what it wrote is durable. It never sees a probe or a PIN.
    """

    async def begin_payment(self, binding: PaymentBinding) -> None:
        """Write a new payment in state STARTED."""

    async def begin_operation(self, payment_id: PaymentId | None, purpose: Purpose) -> Operation:
        """Advance the counter and write a new operation id; None for a call about no payment."""

    async def move(
        self, payment_id: PaymentId, state: TerminalState, decision: PaymentDecision | None = None
    ) -> None:
        """Write the payment's new state; raises `ForbiddenMoveError` for one not permitted."""

    async def payment(self, payment_id: PaymentId) -> JournaledPayment:
        """Read one payment. Raises `KeyError` for an unknown one."""

    async def unfinished(self) -> Sequence[JournaledPayment]:
        """Read the payments that a restart must settle: STARTED, AUTHORIZING and UNKNOWN."""

    async def queue_reversal(
        self, payment_id: PaymentId, reason: ReversalReason, next_attempt_at: datetime
    ) -> None:
        """Move to REVERSING and queue the reversal, in one step. A repeat changes nothing."""

    async def reversals(self) -> Sequence[QueuedReversal]:
        """Read the queue, oldest first."""

    async def postpone_reversal(self, payment_id: PaymentId, next_attempt_at: datetime) -> None:
        """Count an attempt and write when the next is due."""

    async def end_reversal(
        self, payment_id: PaymentId, state: TerminalState, decision: PaymentDecision | None = None
    ) -> None:
        """Take the reversal off the queue: REVERSED, or CASE when it was given up."""


# --- The people -----------------------------------------------------------------------------------


class PaymentObserver(Protocol):
    """Who wants to know what a payment is doing: a window, a log, a test."""

    def step_changed(self, step: PaymentStep, details: StepDetails) -> None:
        """Take notice, on the event loop's thread, without blocking and without raising."""


class PayerWord(Enum):
    """What the payer says when shown payee and amount."""

    CONFIRM = "confirm"
    NOT_ME = "not_me"
    STOP = "stop"


class Payer(Protocol):
    """The payer's decisions. Each waits as long as it takes; the flow ends it with a cancellation."""

    async def phone_digits(self, count: int) -> PhoneDigits | None:
        """Return the last `count` digits of the phone number, or None if the payer stops.

        The flow wipes what it gets.
        """

    async def another_capture(self, attempts_left: int) -> bool:
        """Return whether the payer touched "try again"; the camera never starts by itself."""

    async def confirmation(self, shown: Confirmation) -> PayerWord:
        """Return what the payer says to this payee and amount."""
