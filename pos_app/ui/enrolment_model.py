"""What the window of an enrolment station shows, as plain values. Nothing here knows Qt.

A login and its code are in none of these values: they go from the text fields to whoever asked.
"""

from dataclasses import dataclass, field
from enum import Enum

from facepay.identifiers import ParticipantId, TerminalId
from facepay.wire.enrolment import EnrolmentActive, SignedErasureReceipt
from facepay.wire.terminal import Notice
from pos_app.checkout.enrolment_ports import EnrolmentStep
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.checkout.pin_entry import PinStage
from pos_app.config import Issuer
from pos_app.ui.phrase import LocalName
from pos_app.ui.till_model import CaptureView, LineState, OutcomeView, PinView


class Errand(Enum):
    """What somebody came for."""

    OPEN = "open"
    CLOSE = "close"


class StationPage(Enum):
    """What the window asks or tells."""

    START = "start"
    NOTICE = "notice"
    CONSENT_FACE = "consent_face"
    CONSENT_SENDING = "consent_sending"
    SIGN_IN = "sign_in"
    PASSCODE = "passcode"
    READY = "ready"
    CAPTURE = "capture"
    WORKING = "working"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class StationView:
    """Everything that the window shows."""

    terminal_id: TerminalId
    issuers: tuple[Issuer, ...] = ()
    line: LineState = LineState.STARTING
    notice: Notice | None = None
    page: StationPage = StationPage.START
    errand: Errand | None = None
    step: EnrolmentStep | None = None
    issuer_id: ParticipantId | None = None
    """The issuer that was touched; none at first."""
    login_was_refused: bool = False
    pin_stage: PinStage = PinStage.CHOOSE
    pin: PinView = field(default_factory=PinView)
    capture: CaptureView = field(default_factory=CaptureView)
    capture_failure: CaptureFailureReason | None = None
    """Why the try before gave nothing."""
    outcome: OutcomeView | None = None
    active: EnrolmentActive | None = None
    receipts: tuple[SignedErasureReceipt, ...] = ()

    @property
    def is_open_for_business(self) -> bool:
        """Whether somebody can be taken: there is a line, and a notice to show."""
        return self.line is LineState.ONLINE and self.notice is not None


def issuer_name(issuer: Issuer) -> LocalName:
    """Return the name of an issuer in both languages."""
    return LocalName(issuer.name_zh, issuer.name_en)
