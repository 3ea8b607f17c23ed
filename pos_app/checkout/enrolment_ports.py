"""What an enrolment needs from the outside, what it is doing, and how it can end.

Every call is made on one event loop, as those of a payment.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from facepay.identifiers import EnrolmentId, ParticipantId
from facepay.pad_challenge import PadChallenge, Presentation
from facepay.pin_block import EncipheredPin
from facepay.ports import Clock, Randomness
from facepay.vocabulary import ConsentScope, EnrolmentRefusal
from facepay.wire.enrolment import (
    Consent,
    EnrolmentActive,
    EnrolmentRefused,
    FacePaymentClosed,
    OpenedEnrolment,
)
from facepay.wire.terminal import Notice
from pos_app.checkout.clearing_answers import ClearingErrorReason
from pos_app.checkout.payment import CaptureFailureReason, Operation
from pos_app.checkout.pin_entry import PinPad
from pos_app.checkout.ports import (
    CaptureFailure,
    FaceCapture,
    Journal,
    SealedProbe,
    SealingContext,
)


@dataclass(frozen=True, slots=True, repr=False)
class IssuerLogin:
    """What the issuer gave the person to prove who they are (simulated); the code works once."""

    issuer_id: ParticipantId
    login: str
    one_time_code: str

    def __repr__(self) -> str:
        """Show neither login nor code."""
        return f"IssuerLogin(issuer {self.issuer_id})"


SignIn = Callable[[EnrolmentRefusal | None], Awaitable[IssuerLogin | None]]
"""Asks the person to sign in, with the refusal of the login before; None means that they stop."""


@dataclass(frozen=True, slots=True)
class EnrolmentIntent:
    """What OpenEnrolment tells the service."""

    enrolment_id: EnrolmentId
    login: IssuerLogin
    consents: tuple[Consent, ...]
    blinding: bytes
    presentation: Presentation = Presentation.WITH_LIGHT


class HeldLook(Protocol):
    """What one passed presentation gave: features, in the terminal's memory alone."""

    def wipe(self) -> None:
        """Overwrite the features. A repeat does nothing."""


class ReferenceCapture(FaceCapture, Protocol):
    """A camera side that can also make one reference of several looks of one person."""

    async def look(self, context: SealingContext) -> HeldLook | CaptureFailure:
        """Run one capture and keep what it gave; the caller wipes it. Otherwise as `capture`."""

    def seal_looks(
        self, looks: Sequence[HeldLook], context: SealingContext
    ) -> SealedProbe | CaptureFailure:
        """Fuse looks that this capture took under `context` and seal them as one probe.

        FACE_CHANGED unless they are of one person. The caller wipes the looks either way.
        """


class EnrolmentGateway(Protocol):
    """The calls of an enrolment. Every one raises `ClearingError` and nothing else when it fails."""

    async def open_enrolment(
        self, operation: Operation, intent: EnrolmentIntent
    ) -> OpenedEnrolment | EnrolmentRefused:
        """Authenticate the person at the issuer and record the consents."""

    def enrolment_context(
        self, operation: Operation, enrolment_id: EnrolmentId, challenge: PadChallenge
    ) -> SealingContext:
        """Return the context for one capture of an enrolment."""

    async def submit_reference(
        self, context: SealingContext, probe: SealedProbe, passcode: EncipheredPin
    ) -> OpenedEnrolment | EnrolmentRefused:
        """Send the reference and the passcode."""

    async def confirm_reference(
        self, context: SealingContext, probe: SealedProbe
    ) -> EnrolmentActive | EnrolmentRefused:
        """Send the capture that must find the reference."""

    async def close_face_payment(
        self, operation: Operation, login: IssuerLogin
    ) -> FacePaymentClosed | EnrolmentRefused:
        """Close face payment and erase the reference. A repeat gets the same receipts."""


class EnrolmentStep(Enum):
    """What an enrolment is doing now."""

    ASKING_CONSENT = "asking_consent"
    SIGNING_IN = "signing_in"
    OPENING = "opening"
    CHOOSING_PASSCODE = "choosing_passcode"
    TAKING_FIRST_LOOK = "taking_first_look"
    TAKING_SECOND_LOOK = "taking_second_look"
    SUBMITTING = "submitting"
    CAPTURING_TO_CONFIRM = "capturing_to_confirm"
    CONFIRMING = "confirming"
    FINISHED = "finished"


class Enrollee(Protocol):
    """The person who is enrolled, and whoever shows them what happens."""

    async def consents(self, notice: Notice, scope: ConsentScope) -> bool:
        """Return whether the person consents to this one thing; nothing is pre-selected."""

    async def is_ready(
        self, step: EnrolmentStep, failure: CaptureFailureReason | None = None
    ) -> bool:
        """Return whether the person touched "start" for this capture; False stops.

        `failure` is why the try before gave nothing; what was captured then is gone.
        """

    def step_changed(self, step: EnrolmentStep) -> None:
        """Take notice, without blocking and without raising."""


class EnrolmentEnd(Enum):
    """Why an enrolment ended at the station. The values are stable names."""

    CONSENT_NOT_GIVEN = "consent_not_given"
    STOPPED = "stopped"
    CAPTURE_FAILED = "capture_failed"
    CLEARING_FAILED = "clearing_failed"
    JOURNAL_FAILED = "journal_failed"
    TERMINAL_FAULT = "terminal_fault"


@dataclass(frozen=True, slots=True)
class EnrolmentFailed:
    """It ended here: nothing of the face was kept. Details as far as there are any."""

    end: EnrolmentEnd
    capture: CaptureFailureReason | None = None
    clearing: ClearingErrorReason | None = None


EnrolmentOutcome = EnrolmentActive | EnrolmentRefused | EnrolmentFailed
ClosingOutcome = FacePaymentClosed | EnrolmentRefused | EnrolmentFailed


@dataclass(frozen=True, slots=True)
class EnrolmentPorts:
    """Everything outside that an enrolment uses."""

    gateway: EnrolmentGateway
    journal: Journal
    capture: ReferenceCapture
    pin_pad: PinPad
    enrollee: Enrollee
    clock: Clock
    randomness: Randomness
    presentation: Presentation = Presentation.WITH_LIGHT
