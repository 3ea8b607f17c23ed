"""The terminal's side of a demonstration: enrol virtual shoppers, then sell something to one."""

from dataclasses import dataclass
from pathlib import Path

from facepay.message_header import Purpose
from facepay.ports import SystemClock
from facepay.response_code import ResponseCode
from facepay.wire.enrolment import EnrolmentActive
from facepay_harness.accounts import SandboxPerson
from facepay_harness.demo_cases import CaseScript, DemoEnd
from facepay_harness.line import WireRecorder
from facepay_harness.people import PinFingers, WillingPerson
from pos_app.bootstrap import (
    connect_till,
    face_capture,
    find_camera,
    open_terminal,
    shop_before_sign_on,
)
from pos_app.capture.judgement import Judgement
from pos_app.capture.observer import SilentObserver
from pos_app.capture.stage import Stage
from pos_app.checkout.catalogue import CATALOGUE
from pos_app.checkout.payment import (
    Approved,
    Declined,
    PaymentOutcome,
    Reversing,
)
from pos_app.config import load_config
from pos_app.errors import PosError
from pos_app.ui.autopilot import Autopilot, AutopilotPlan
from pos_app.ui.checkout_port import Connect
from pos_app.ui.phrase import Language
from pos_app.ui.till import Till, TillOptions, run_till


class DemoError(PosError):
    """The demonstration did not go as it must. The message says where."""


async def enrol_shopper(bundle: Path, camera_name: str, account: SandboxPerson) -> None:
    """Enrol one virtual shopper for one account, on a camera clock that steps as fast as it can.

    Raises `DemoError` if the service or the capture refuses.
    """
    terminal = open_terminal(load_config(bundle))
    person = WillingPerson(phone_tail=account.phone_tail)
    PinFingers(terminal.pin_pad, account.passcode)
    stage = Stage()
    camera = find_camera(camera_name, terminal.clock, stage, is_paced=False)
    capture = face_capture(camera, SilentObserver(), stage, terminal.randomness, is_enrolment=True)
    try:
        signed_on = await terminal.clearing.sign_on(
            await terminal.journal.begin_operation(None, Purpose.SIGN_ON)
        )
        flow = terminal.enrolment_flow(capture, person, signed_on)
        outcome = await flow.enrol(account.issuer_login)
    finally:
        await terminal.close()
    if not isinstance(outcome, EnrolmentActive):
        raise DemoError(f"{camera_name} could not be enrolled: {outcome}")


@dataclass(frozen=True, slots=True)
class DemoRun:
    """How a payment by autopilot ended.

    `judgement` is what the last liveness decision rested on, None if there was none; `findings` what
    was wrong on any screen, by stage.
    """

    outcome: PaymentOutcome | None
    judgement: Judgement | None
    findings: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class TillRun:
    """One run of the till: whose bundle, how it looks, who stands there, and where pictures go."""

    bundle: Path
    language: Language
    script: CaseScript
    account: SandboxPerson
    pictures: Path
    line: WireRecorder

    def by_hand(self) -> int:
        """Open the till for a person; returns when a window is closed."""
        return run_till(self._options(), self._connect())

    def by_autopilot(self) -> "DemoRun":
        """Click one payment through the real widgets, and return how it ended."""
        outcomes: list[PaymentOutcome] = []
        judgements: list[Judgement] = []
        findings: dict[str, list[str]] = {}

        def drive(till: Till) -> int:
            till.presenter.finished.connect(outcomes.append)
            till.desk.judgement_made.connect(judgements.append)
            findings.update(Autopilot(till, self._plan()).pay_by_face().findings)
            return 0

        run_till(self._options(), self._connect(), drive=drive)
        return DemoRun(
            outcome=outcomes[-1] if outcomes else None,
            judgement=judgements[-1] if judgements else None,
            findings=findings,
        )

    def _plan(self) -> AutopilotPlan:
        return AutopilotPlan(
            skus=self.script.skus,
            phone_digits=self.account.phone_tail,
            pin=self.script.pin or self.account.passcode,
            is_calm=self.script.is_calm,
            pictures=self.pictures,
        )

    def _options(self) -> TillOptions:
        config = load_config(self.bundle)
        return TillOptions(shop_before_sign_on(config), CATALOGUE, self.language)

    def _connect(self) -> Connect:
        stage = Stage()
        camera = find_camera(self.script.camera, SystemClock(), stage)
        return connect_till(
            load_config(self.bundle),
            camera,
            stage,
            interceptors=[self.line],
            challenge=self.script.challenge,
        )


def end_of(outcome: PaymentOutcome | None) -> DemoEnd | None:
    """Return the one word by which an ending is told: a response code, or a reason."""
    match outcome:
        case Approved():
            return ResponseCode.APPROVED
        case Declined(response_code=code):
            return code
        case None:
            return None
        case Reversing():
            return ResponseCode.RESPONSE_TOO_LATE
        case ended:
            return ended.capture or ended.reason
