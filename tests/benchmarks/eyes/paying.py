"""A till with real windows and a real capture at which a virtual shopper pays, and its heartbeat."""

import time
from typing import Final

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from clearing_service.routing.challenge_drawing import ChallengePolicy, draw_pad_challenge
from facepay.pad_challenge import PadMode, Presentation
from facepay.ports import SystemRandomness
from pos_app.checkout.payment import CaptureAttempt, PaymentStep
from pos_app.checkout.ports import CaptureFailure
from pos_app.probe.capture_session import CaptureSession
from pos_app.ui.autopilot import Autopilot, AutopilotPlan
from pos_app.ui.checkout_port import TillParts
from pos_app.ui.desk import PayerDesk
from pos_app.ui.till import Till, TillOptions, application
from tests.benchmarks.eyes.gui_blocks import Blocks
from tests.benchmarks.eyes.shopper_at_till import (
    SHOPPER,
    BenchContext,
    equipment_before,
)
from tests.fakes.checkout import SIGNED_ON, Script, ScriptedCheckout
from tests.fakes.till import CATALOGUE, SHOP

PAYMENTS: Final = 4
IDLE_SECONDS: Final = 5.0
_BEAT_MILLISECONDS: Final = 1
_PLAN: Final = AutopilotPlan(("tea", "bun", "rice"), "138013", "147258", None)


class CaptureFailedError(Exception):
    """The virtual shopper did not pass; there is nothing to measure."""


class SeeingCheckout(ScriptedCheckout):
    """The scripted checkout with a real capture in it."""

    def __init__(self, desk: PayerDesk) -> None:
        super().__init__(desk, Script())
        self._session = CaptureSession(equipment_before(SHOPPER, desk), SystemRandomness())

    async def _capture(self) -> None:
        challenge = draw_pad_challenge(
            PadMode.SILENT_FIRST, Presentation.WITH_LIGHT, ChallengePolicy(), SystemRandomness()
        )
        self._desk.step_changed(PaymentStep.CAPTURING, CaptureAttempt(1, 3, challenge))
        probe = await self._session.capture(BenchContext(challenge, SIGNED_ON.model_id))
        if isinstance(probe, CaptureFailure):
            raise CaptureFailedError(probe.reason.value)


class Heartbeat(QObject):
    """Beats on the GUI thread and remembers the longest gap, and the most work in a gap."""

    def __init__(self) -> None:
        super().__init__()
        self.gap_milliseconds = self.work_milliseconds = 0.0
        self._last = self._worked = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Forget the gaps so far."""
        self.gap_milliseconds = self.work_milliseconds = 0.0
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer.start(_BEAT_MILLISECONDS)

    def stop(self) -> None:
        """Beat no more; the gaps stay to be read, beyond the beat itself."""
        self._timer.stop()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        gap = (now - self._last) * 1000 - _BEAT_MILLISECONDS
        self.gap_milliseconds = max(self.gap_milliseconds, gap)
        self.work_milliseconds = max(self.work_milliseconds, (worked - self._worked) * 1000)
        self._last, self._worked = now, worked


def blocks_of_a_till() -> Blocks:
    """Open a till, pay once to warm it, let it stand, pay at it, and return the longest gaps."""
    application(needs_screen=False)
    till = Till(TillOptions(SHOP, CATALOGUE), _connect)
    till.open()
    try:
        pay(till)
        heartbeat = Heartbeat()
        heartbeat.start()
        _stand(IDLE_SECONDS)
        heartbeat.stop()
        idle = heartbeat.gap_milliseconds
        heartbeat.start()
        for _ in range(PAYMENTS):
            pay(till)
        heartbeat.stop()
        return Blocks(heartbeat.gap_milliseconds, heartbeat.work_milliseconds, idle)
    finally:
        till.close()


def pay(till: Till) -> None:
    """Ring up, pay by face, and clear the till for the next one."""
    result = Autopilot(till, _PLAN).pay_by_face()
    if result.receipt is None:
        raise CaptureFailedError("the payment was not approved")
    till.presenter.new_sale()


def _stand(seconds: float) -> None:
    deadline = QDeadlineTimer(round(seconds * 1000))
    flags = QEventLoop.ProcessEventsFlag
    while not deadline.hasExpired():
        QApplication.processEvents(flags.AllEvents | flags.WaitForMoreEvents)


async def _connect(desk: PayerDesk) -> TillParts:
    checkout = SeeingCheckout(desk)
    return TillParts(
        checkout, checkout.pin_pad, checkout.refunds, checkout.count_unsent, checkout.close
    )
