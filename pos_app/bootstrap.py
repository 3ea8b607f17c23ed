"""Wiring: which real adapter stands behind which port of one terminal. Nothing else decides that."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import grpc.aio
import structlog

from facepay.business_date import business_date
from facepay.dukpt import INITIAL_KEY_ID_LENGTH
from facepay.errors import MalformedFieldError
from facepay.ports import Clock, Randomness, SystemClock, SystemRandomness
from facepay.secret import SecretBytes
from facepay.wire.terminal import Acceptor
from pos_app.calibration.camera_calibration import CameraCalibration, calibration_path
from pos_app.calibration.command import CalibrationOrder, calibrate, calibrated_policy
from pos_app.calibration.words import PROMPTS
from pos_app.capture.camera import Camera, CameraUnavailableError
from pos_app.capture.observer import CaptureObserver
from pos_app.capture.stage import Stage
from pos_app.capture.video_file import VideoFileCamera
from pos_app.capture.webcam import Webcam
from pos_app.checkout.checkout import Checkout
from pos_app.checkout.clearing_answers import SignedOn
from pos_app.checkout.enrolment import EnrolmentFlow
from pos_app.checkout.enrolment_counter import EnrolmentCounter
from pos_app.checkout.enrolment_ports import Enrollee, EnrolmentPorts, ReferenceCapture
from pos_app.checkout.payment_run import CheckoutPorts
from pos_app.checkout.pin_entry import PinPadError
from pos_app.checkout.ports import FaceCapture, Payer, PaymentObserver
from pos_app.checkout.reconciliation import NotReconciled, Reconciled, Reconciliation
from pos_app.checkout.recovery import RecoveredPayment
from pos_app.checkout.refund_flow import RefundFlow
from pos_app.checkout.upkeep import TillUpkeep
from pos_app.clearing_client.channel import open_channel, require_live_certificate
from pos_app.clearing_client.enrolment_gateway import RemoteEnrolment
from pos_app.clearing_client.gateway import RemoteClearing
from pos_app.clearing_client.reconciliation_gateway import RemoteReconciliation
from pos_app.clearing_client.refund_gateway import RemoteRefunds
from pos_app.clearing_client.request_builder import RequestBuilder
from pos_app.clearing_client.terminal_keys import TerminalKeys
from pos_app.config import TerminalConfig
from pos_app.features.face_models import load_once
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_commands import MODEL_MANIFEST
from pos_app.features.model_store import ModelStore, default_folders
from pos_app.journal.sqlite_journal import SqliteJournal
from pos_app.pad.policy import ChallengeUse
from pos_app.pin_pad.simulated_ped import SimulatedPed
from pos_app.probe.capture_policy import load_capture_policy
from pos_app.probe.capture_session import CaptureEquipment, CaptureSession
from pos_app.probe.capture_tally import CaptureEnd

if TYPE_CHECKING:
    from pos_app.ui.checkout_port import Connect, TillParts
    from pos_app.ui.desk import PayerDesk
    from pos_app.ui.enrolment_desk import EnrolleeDesk
    from pos_app.ui.enrolment_port import ConnectStation, StationParts
    from pos_app.ui.phrase import Language
    from pos_app.ui.till_model import Shop
    from pos_app.virtual.registry import CameraListing

_log = structlog.get_logger()

_INITIAL_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Terminal:
    """One terminal's adapters, made on the event loop that uses them."""

    config: TerminalConfig
    clock: Clock
    randomness: Randomness
    journal: SqliteJournal
    channel: grpc.aio.Channel
    clearing: RemoteClearing
    enrolment: RemoteEnrolment
    refunds: RemoteRefunds
    reconciliations: RemoteReconciliation
    pin_pad: SimulatedPed

    def checkout(self, capture: FaceCapture, payer: Payer, observer: PaymentObserver) -> Checkout:
        """Return the checkout of a till."""
        ports = CheckoutPorts(
            gateway=self.clearing,
            journal=self.journal,
            capture=capture,
            pin_pad=self.pin_pad,
            payer=payer,
            observer=observer,
            clock=self.clock,
            randomness=self.randomness,
        )
        return Checkout(ports, self.config.terminal_id)

    def refund_flow(self) -> RefundFlow:
        """Return the flow of refunds and voids."""
        return RefundFlow(self.refunds, self.journal, self.journal.refunds, self.clock)

    def reconciliation(self) -> Reconciliation:
        """Return what compares days with the service."""
        return Reconciliation(self.reconciliations, self.journal, self.journal.days)

    def enrolment_ports(self, capture: ReferenceCapture, enrollee: Enrollee) -> EnrolmentPorts:
        """Return what an enrolment uses."""
        return EnrolmentPorts(
            gateway=self.enrolment,
            journal=self.journal,
            capture=capture,
            pin_pad=self.pin_pad,
            enrollee=enrollee,
            clock=self.clock,
            randomness=self.randomness,
            presentation=self.config.presentation,
        )

    def enrolment_flow(
        self, capture: ReferenceCapture, enrollee: Enrollee, signed_on: SignedOn
    ) -> EnrolmentFlow:
        """Return the flow of an enrolment station under one sign-on."""
        return EnrolmentFlow(self.enrolment_ports(capture, enrollee), signed_on)

    async def close(self) -> None:
        """Close the line and the journal, and wipe the session. A repeat does nothing."""
        self.clearing.close()
        await self.channel.close()
        self.journal.close()


def open_terminal(
    config: TerminalConfig,
    *,
    clock: Clock | None = None,
    randomness: Randomness | None = None,
    interceptors: Sequence[grpc.aio.ClientInterceptor] = (),
) -> Terminal:
    """Open a terminal from its bundle; nothing is sent and no file of the journal is touched yet.

    Raises `TerminalKeysError` and `PinPadError`.
    """
    clock, randomness = clock or SystemClock(), randomness or SystemRandomness()
    keys = TerminalKeys.load(config)
    require_live_certificate(config, clock)
    channel = open_channel(config, interceptors)
    builder = RequestBuilder(config.terminal_id, keys, clock, randomness)
    clearing = RemoteClearing(channel, keys, builder, clock)
    return Terminal(
        config=config,
        clock=clock,
        randomness=randomness,
        journal=SqliteJournal(config.journal_path, clock, randomness),
        channel=channel,
        clearing=clearing,
        enrolment=RemoteEnrolment(channel, clearing, builder, clock, keys.identity_keys),
        refunds=RemoteRefunds(channel, clearing, keys, builder, clock),
        reconciliations=RemoteReconciliation(channel, builder, clock),
        pin_pad=open_pin_pad(config, clock, randomness),
    )


async def reconcile(config: TerminalConfig, day: date | None) -> Reconciled | NotReconciled:
    """Compare a business day, today if none is named, with the service; a till may run meanwhile.

    Raises `TerminalKeysError` and `PinPadError`.
    """
    terminal = open_terminal(config)
    try:
        return await terminal.reconciliation().run(day or business_date(terminal.clock.now()))
    finally:
        await terminal.close()


def open_pin_pad(config: TerminalConfig, clock: Clock, randomness: Randomness) -> SimulatedPed:
    """Open the PIN pad; at its first start it takes the initial key from the bundle and erases it.

    Raises `PinPadError`.
    """
    pin_pad = SimulatedPed(config.pin_pad_path, clock, randomness)
    path = config.initial_pin_key_path
    if pin_pad.is_loaded or not path.exists():
        return pin_pad
    try:
        with SecretBytes(bytearray(path.read_bytes())) as content:
            if len(content.view) != _INITIAL_KEY_BYTES + INITIAL_KEY_ID_LENGTH:
                raise PinPadError(f"{path.name} does not hold an initial key")
            initial_key = SecretBytes(content.view[:_INITIAL_KEY_BYTES])
            with initial_key:
                pin_pad.load_initial_key(initial_key, bytes(content.view[_INITIAL_KEY_BYTES:]))
        path.unlink()
    except (OSError, MalformedFieldError) as error:
        raise PinPadError(f"{path.name} cannot be taken as an initial key") from error
    return pin_pad


def find_camera(name: str, clock: Clock, stage: Stage, *, is_paced: bool = True) -> Camera:
    """Return the camera of this name: a number is a webcam, a file a recording, else a virtual one.

    A virtual camera follows `stage`; unless paced its clock steps as fast as frames are asked for.
    Raises `CameraUnavailableError` if there is none of this name.
    """
    if name.isdigit():
        return Webcam(int(name), clock)
    # A till before a webcam starts without all the people and their scenes.
    from pos_app.virtual.registry import is_virtual, open_virtual_camera  # noqa: PLC0415 - slow

    if is_virtual(name):
        return open_virtual_camera(name, stage, clock, is_paced=is_paced)
    path = Path(name)
    if not path.is_file():
        raise CameraUnavailableError(
            f"there is no camera and no video file named {name}; `facepay-pos cameras` lists cameras"
        )
    return VideoFileCamera(path, is_looped=True)


def face_capture(
    camera: Camera,
    observer: CaptureObserver,
    stage: Stage,
    randomness: Randomness,
    *,
    is_enrolment: bool = False,
    challenge: ChallengeUse | None = None,
) -> CaptureSession:
    """Return the camera side with the policy of this camera; models load at the first capture.

    `challenge` stands in for the policy's own word on when steps are asked. Raises `PolicyError`, `CalibrationError` and `ModelError`.
    """
    policy = calibrated_policy(camera.name)
    if challenge is not None:
        policy = replace(policy, pad=replace(policy.pad, challenge=challenge))
    store = ModelStore(load_manifest(data_folder() / MODEL_MANIFEST), default_folders())
    equipment = CaptureEquipment(camera, load_once(store, policy.detector), policy, stage, observer)
    effort = policy.enrolment if is_enrolment else policy.payment
    return CaptureSession(equipment, randomness, effort=effort, report=_log_capture)


def _log_capture(end: CaptureEnd) -> None:
    told = end.judgement
    _log.info(
        "capture_ended",
        failure=end.failure.value if end.failure else None,
        basis=told.basis if told else None,
        refusal=told.reason if told else None,
        evidence_passed=told.passed if told else (),
        evidence_failed=told.failed if told else (),
        failed_to_acquire=end.failed_to_acquire,
        captures=end.captures,
    )


def calibrate_camera(
    name: str, language: "Language", tell: Callable[[str], None], *, has_light: bool
) -> bool:
    """Guide one person through the calibration of a camera; return whether it was written.

    A virtual camera steps its own time, as fast as the machine; before another one a window lights
    the face where there is a screen. Raises `CameraUnavailableError`, `PolicyError`,
    `CalibrationError` and `ModelError`.
    """
    from pos_app.virtual.registry import is_virtual  # noqa: PLC0415 - slow to import

    stage, clock = Stage(), SystemClock()
    camera = find_camera(name, clock, stage, is_paced=False)
    store = ModelStore(load_manifest(data_folder() / MODEL_MANIFEST), default_folders())
    analysis = load_once(store, load_capture_policy().detector)()
    path = calibration_path(camera.name)
    order = CalibrationOrder(camera.name, camera, stage, path, has_light=has_light)

    def work() -> bool:
        found = calibrate(
            order, analysis, language, tell, clock=clock, randomness=SystemRandomness()
        )
        return isinstance(found, CameraCalibration)

    needs_window = has_light and not is_virtual(name)
    return _beside_light(stage, language, work) if needs_window else work()


def _beside_light(stage: Stage, language: "Language", work: Callable[[], bool]) -> bool:
    """Run `work` beside a window that shows the stage's colours, where there is a screen."""
    from pos_app.ui.light_window import (  # noqa: PLC0415 - Qt only here
        LightWindow,
        run_beside_light,
    )
    from pos_app.ui.screen_platform import has_display  # noqa: PLC0415 - as above
    from pos_app.ui.theme import Theme  # noqa: PLC0415 - as above
    from pos_app.ui.till import application  # noqa: PLC0415 - as above
    from pos_app.ui.typeface import choose_family  # noqa: PLC0415 - as above

    if not has_display():
        return work()
    application(needs_screen=True)
    sentences = {prompt: text.in_language(language) for prompt, text in PROMPTS.items()}
    theme = Theme(choose_family("".join(sentences.values())))
    return run_beside_light(LightWindow(stage, theme, sentences.__getitem__), work)


def connect_till(
    config: TerminalConfig,
    camera: Camera,
    stage: Stage,
    *,
    interceptors: Sequence[grpc.aio.ClientInterceptor] = (),
    challenge: ChallengeUse | None = None,
) -> "Connect":
    """Return what builds the parts of a till around its desk, on the payment's event loop."""

    async def connect(desk: "PayerDesk") -> "TillParts":
        from pos_app.ui.checkout_port import TillParts  # noqa: PLC0415 - Qt only where a window is

        terminal = open_terminal(config, interceptors=interceptors)
        capture = face_capture(camera, desk, stage, terminal.randomness, challenge=challenge)
        terminal.pin_pad.observe(desk)
        checkout = terminal.checkout(capture, desk, desk)
        refunds = terminal.refund_flow()
        upkeep = asyncio.get_running_loop().create_task(
            TillUpkeep(checkout, refunds, terminal.clock, _log_settled).run()
        )

        async def close() -> None:
            upkeep.cancel()
            await asyncio.gather(upkeep, return_exceptions=True)
            await terminal.close()

        async def count_unsent() -> int:
            return len(await terminal.journal.reversals())

        return TillParts(checkout, terminal.pin_pad, refunds, count_unsent, close)

    return connect


def _log_settled(settled: RecoveredPayment) -> None:
    payment_id = str(settled.payment.binding.payment_id)
    _log.warning("payment_settled", payment=payment_id, found=settled.recovery.value)


def connect_station(
    config: TerminalConfig,
    camera: Camera,
    stage: Stage,
    *,
    interceptors: Sequence[grpc.aio.ClientInterceptor] = (),
) -> "ConnectStation":
    """Return what builds the parts of an enrolment station around its desk, on its event loop."""

    async def connect(desk: "EnrolleeDesk") -> "StationParts":
        from pos_app.ui.enrolment_port import StationParts  # noqa: PLC0415 - Qt only at a window

        terminal = open_terminal(config, interceptors=interceptors)
        capture = face_capture(camera, desk, stage, terminal.randomness, is_enrolment=True)
        terminal.pin_pad.observe(desk)
        counter = EnrolmentCounter(terminal.enrolment_ports(capture, desk), terminal.clearing)
        return StationParts(counter, terminal.pin_pad, capture.cancel, terminal.close)

    return connect


def shop_before_sign_on(config: TerminalConfig) -> "Shop":
    """Return what the windows show of the shop until the service has named it."""
    from pos_app.ui.till_model import Shop  # noqa: PLC0415 - Qt only where a window is

    unnamed = Acceptor(config.acceptor_id, "本店", "This shop", config.acquirer_id, "-", "-")
    return Shop(unnamed, config.terminal_id)


def cameras_that_open(webcam_count: int, clock: Clock) -> "tuple[CameraListing, ...]":
    """Return those of the first `webcam_count` webcams that open, and every kind of virtual camera."""
    from pos_app.virtual.registry import CameraListing, list_kinds  # noqa: PLC0415 - slow to import

    numbers = (str(number) for number in range(webcam_count))
    webcams = (CameraListing(n, "webcam") for n in numbers if _opens(Webcam(int(n), clock)))
    return (*webcams, *list_kinds())


def _opens(camera: Camera) -> bool:
    try:
        camera.open()
    except CameraUnavailableError:
        return False
    camera.close()
    return True
