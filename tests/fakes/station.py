"""An enrolment counter that follows a script, and one view for each state of the station's window."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from facepay.erasure import ErasureStatement
from facepay.identifiers import ParticipantId, ReferenceId, TerminalId
from facepay.vocabulary import ConsentScope, EnrolmentRefusal
from facepay.wire.enrolment import (
    EnrolmentActive,
    EnrolmentRefused,
    FacePaymentClosed,
    SignedErasureReceipt,
)
from pos_app.capture.guidance import Guidance
from pos_app.capture.observer import PreviewImage
from pos_app.capture.stage import Prompt
from pos_app.checkout.clearing_answers import ClearingErrorReason, SignedOn
from pos_app.checkout.enrolment_ports import (
    ClosingOutcome,
    EnrolmentEnd,
    EnrolmentFailed,
    EnrolmentOutcome,
    EnrolmentStep,
    IssuerLogin,
    SignIn,
)
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.checkout.pin_entry import PinStage
from pos_app.config import Issuer
from pos_app.ui.enrolment_desk import EnrolleeDesk
from pos_app.ui.enrolment_model import Errand, StationPage, StationView
from pos_app.ui.enrolment_port import StationParts
from pos_app.ui.enrolment_words import ending_view
from pos_app.ui.till_model import CaptureView, LineState, PinView
from tests.fakes.checkout import SIGNED_ON, FakePinEntry, FakePinPad, LineDownError
from tests.fakes.till import NOTICE

ISSUERS = (
    Issuer(ParticipantId("61010001"), "沙箱第一银行", "First Sandbox Bank"),
    Issuer(ParticipantId("61020001"), "沙箱第二银行", "Second Sandbox Bank"),
)
STATION_ID = TerminalId("ENRL0001")
_NOW = datetime(2026, 3, 2, 2, 5, 31, tzinfo=UTC)
ACTIVE = EnrolmentActive(_NOW, _NOW + timedelta(days=365))
CLOSED = FacePaymentClosed(
    tuple(
        SignedErasureReceipt(
            party,
            ErasureStatement(party, (ReferenceId(bytes(16)),), 7, _NOW).to_bytes(),
            bytes([party]) * 64,
        )
        for party in (1, 2, 3)
    )
)
GOOD_CODE = "482913"
_NOT_AUTHENTICATED = EnrolmentRefused(EnrolmentRefusal.NOT_AUTHENTICATED)


class ChoicePinPad(FakePinPad):
    """Asks for a passcode twice, and can be left; it counts digits and forgets them."""

    def __init__(self, desk: EnrolleeDesk, *, is_first_weak: bool = False) -> None:
        super().__init__(desk)
        self._stages = [PinStage.REPEAT]
        if is_first_weak:
            self._stages.insert(0, PinStage.CHOOSE_NO_RUN)
        self.was_cancelled = False

    async def choose(self) -> bool:
        """Return whether a passcode was chosen."""
        self._ended: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._change(FakePinEntry(PinStage.CHOOSE))
        try:
            return await self._ended
        finally:
            self._change(None)

    def confirm(self) -> None:
        entry = self._entry
        if entry is None or entry.digit_count < 6:
            return
        if self._stages:
            self._change(replace(entry, stage=self._stages.pop(0), digit_count=0))
        else:
            self._end(chosen=True)

    def cancel(self) -> None:
        self.was_cancelled = True
        self._end(chosen=False)

    def _end(self, *, chosen: bool) -> None:
        self._ended.get_loop().call_soon_threadsafe(self._ended.set_result, chosen)


@dataclass
class StationScript:
    """What the scripted counter does. `outcome` None opens face payment."""

    outcome: EnrolmentOutcome | None = None
    closing: ClosingOutcome = CLOSED
    online: bool = True
    capture_failures: list[CaptureFailureReason] = field(default_factory=list)
    is_first_passcode_weak: bool = False
    holds_capture: bool = False


class ScriptedCounter:
    """Implements `Counter`: the path of an enrolment with everything but the window left out."""

    def __init__(self, desk: EnrolleeDesk, script: StationScript) -> None:
        self._desk = desk
        self.script = script
        self.pin_pad = ChoicePinPad(desk, is_first_weak=script.is_first_passcode_weak)
        self.consents: list[tuple[ConsentScope, bool]] = []
        self.logins: list[IssuerLogin] = []
        self.capture_count = 0
        self.capture_stopped = asyncio.Event()
        self.closed = False

    async def sign_on(self) -> SignedOn:
        if not self.script.online:
            raise LineDownError
        return SIGNED_ON

    async def close(self) -> None:
        self.closed = True

    async def close_face_payment(self, login: IssuerLogin) -> ClosingOutcome:
        self.logins.append(login)
        return self.script.closing if login.one_time_code == GOOD_CODE else _NOT_AUTHENTICATED

    async def enrol(self, sign_in: SignIn) -> EnrolmentOutcome:
        outcome = await self._path(sign_in)
        self._desk.step_changed(EnrolmentStep.FINISHED)
        return outcome

    async def _path(self, sign_in: SignIn) -> EnrolmentOutcome:
        desk = self._desk
        desk.step_changed(EnrolmentStep.ASKING_CONSENT)
        for scope in (ConsentScope.FACE_PROCESSING, ConsentScope.NETWORK_TRANSMISSION):
            self.consents.append((scope, await desk.consents(NOTICE, scope)))
            if not self.consents[-1][1]:
                return EnrolmentFailed(EnrolmentEnd.CONSENT_NOT_GIVEN)
        if not await self._signed_in(sign_in):
            return EnrolmentFailed(EnrolmentEnd.STOPPED)
        desk.step_changed(EnrolmentStep.CHOOSING_PASSCODE)
        if not await self.pin_pad.choose():
            return EnrolmentFailed(EnrolmentEnd.STOPPED)
        for step, after in (
            (EnrolmentStep.TAKING_FIRST_LOOK, None),
            (EnrolmentStep.TAKING_SECOND_LOOK, EnrolmentStep.SUBMITTING),
            (EnrolmentStep.CAPTURING_TO_CONFIRM, EnrolmentStep.CONFIRMING),
        ):
            ended = await self._capture(step)
            if ended is not None:
                return ended
            if after is not None:
                desk.step_changed(after)
        return self.script.outcome or ACTIVE

    async def _signed_in(self, sign_in: SignIn) -> bool:
        refusal: EnrolmentRefusal | None = None
        while True:
            self._desk.step_changed(EnrolmentStep.SIGNING_IN)
            login = await sign_in(refusal)
            if login is None:
                return False
            self.logins.append(login)
            self._desk.step_changed(EnrolmentStep.OPENING)
            if login.one_time_code == GOOD_CODE:
                return True
            refusal = EnrolmentRefusal.NOT_AUTHENTICATED

    async def _capture(self, step: EnrolmentStep) -> EnrolmentFailed | None:
        failure: CaptureFailureReason | None = None
        while True:
            self._desk.step_changed(step)
            if not await self._desk.is_ready(step, failure):
                return EnrolmentFailed(EnrolmentEnd.STOPPED)
            self.capture_count += 1
            await self._show_capture()
            if self.capture_stopped.is_set():
                cancelled = CaptureFailureReason.CANCELLED
                return EnrolmentFailed(EnrolmentEnd.CAPTURE_FAILED, capture=cancelled)
            if not self.script.capture_failures:
                return None
            failure = self.script.capture_failures.pop(0)

    async def _show_capture(self) -> None:
        picture = np.full((480, 640, 3), (120, 140, 160), np.uint8)
        for step, prompt in enumerate((Prompt.LOOK, Prompt.BLINK, Prompt.TURN_LEFT)):
            self._desk.prompt(prompt, step, 2)
            self._desk.guidance(Guidance.GOOD)
            self._desk.frame_ready(PreviewImage(picture))
            await asyncio.sleep(0)
        if self.script.holds_capture:
            await self.capture_stopped.wait()


def connect_station_to(
    script: StationScript, made: list[ScriptedCounter]
) -> Callable[[EnrolleeDesk], Awaitable[StationParts]]:
    """Return what `Station` connects with; the counter it makes is added to `made`."""

    async def connect(desk: EnrolleeDesk) -> StationParts:
        counter = ScriptedCounter(desk, script)
        made.append(counter)
        loop = asyncio.get_running_loop()

        def stop_capture() -> None:
            loop.call_soon_threadsafe(counter.capture_stopped.set)

        return StationParts(counter, counter.pin_pad, stop_capture, counter.close)

    return connect


START = StationView(STATION_ID, ISSUERS, LineState.ONLINE, NOTICE)
_OPENING = replace(START, errand=Errand.OPEN, step=EnrolmentStep.ASKING_CONSENT)
_CLOSING = replace(START, errand=Errand.CLOSE)


def _page(page: StationPage, step: EnrolmentStep = EnrolmentStep.ASKING_CONSENT) -> StationView:
    return replace(_OPENING, page=page, step=step)


def ended(view: StationView, outcome: EnrolmentOutcome | ClosingOutcome) -> StationView:
    """Return the view of an ending."""
    return replace(view, page=StationPage.ENDED, outcome=ending_view(outcome, view))


_UNREACHABLE = EnrolmentFailed(
    EnrolmentEnd.CLEARING_FAILED, clearing=ClearingErrorReason.UNREACHABLE
)
ONE_OF_EACH: dict[str, StationView] = {
    "starting": StationView(STATION_ID, ISSUERS),
    "start": START,
    "offline": replace(START, line=LineState.OFFLINE),
    "out_of_order": replace(START, line=LineState.OUT_OF_ORDER),
    "notice": _page(StationPage.NOTICE),
    "consent_face": _page(StationPage.CONSENT_FACE),
    "consent_sending": _page(StationPage.CONSENT_SENDING),
    "sign_in": _page(StationPage.SIGN_IN, EnrolmentStep.SIGNING_IN),
    "sign_in_refused": replace(
        _page(StationPage.SIGN_IN, EnrolmentStep.SIGNING_IN),
        issuer_id=ISSUERS[0].issuer_id,
        login_was_refused=True,
    ),
    "opening": _page(StationPage.WORKING, EnrolmentStep.OPENING),
    "passcode": replace(
        _page(StationPage.PASSCODE, EnrolmentStep.CHOOSING_PASSCODE), pin=PinView(entered=4)
    ),
    "passcode_repeat": replace(
        _page(StationPage.PASSCODE, EnrolmentStep.CHOOSING_PASSCODE), pin_stage=PinStage.REPEAT
    ),
    "passcode_weak": replace(
        _page(StationPage.PASSCODE, EnrolmentStep.CHOOSING_PASSCODE),
        pin_stage=PinStage.CHOOSE_UNREPEATED,
        pin=PinView(0, 1, was_extended=True),
    ),
    "ready": _page(StationPage.READY, EnrolmentStep.TAKING_FIRST_LOOK),
    "ready_second": _page(StationPage.READY, EnrolmentStep.TAKING_SECOND_LOOK),
    "ready_again": replace(
        _page(StationPage.READY, EnrolmentStep.CAPTURING_TO_CONFIRM),
        capture_failure=CaptureFailureReason.PRESENTATION_ATTACK_SUSPECTED,
    ),
    "capture": replace(
        _page(StationPage.CAPTURE, EnrolmentStep.TAKING_FIRST_LOOK),
        capture=CaptureView(Guidance.TOO_DARK, Prompt.TURN_RIGHT, 2, 2),
    ),
    "submitting": _page(StationPage.WORKING, EnrolmentStep.SUBMITTING),
    "active": replace(
        ended(_page(StationPage.WORKING, EnrolmentStep.CONFIRMING), ACTIVE), active=ACTIVE
    ),
    "refused_consent": ended(_OPENING, EnrolmentFailed(EnrolmentEnd.CONSENT_NOT_GIVEN)),
    "stopped_after_sending": ended(
        _page(StationPage.READY, EnrolmentStep.CAPTURING_TO_CONFIRM),
        EnrolmentFailed(EnrolmentEnd.STOPPED),
    ),
    "weak_for_the_bank": ended(_OPENING, EnrolmentRefused(EnrolmentRefusal.WEAK_PASSCODE)),
    "closing_sign_in": replace(_CLOSING, page=StationPage.SIGN_IN),
    "closing": replace(_CLOSING, page=StationPage.WORKING),
    "closed": replace(ended(_CLOSING, CLOSED), receipts=CLOSED.receipts),
    "closing_unknown": ended(_CLOSING, _UNREACHABLE),
}
