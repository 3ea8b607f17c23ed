"""A checkout, a PIN pad and a camera that follow a script; no service, no face, no secret."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from facepay.identifiers import RetrievalReferenceNumber
from facepay.pad_challenge import PadChallenge, PadMode, Presentation
from facepay.pad_evidence import ChallengeStep
from facepay.vocabulary import CancelReason
from facepay.wire.terminal import Timers
from pos_app.capture.guidance import Guidance
from pos_app.capture.observer import PreviewImage
from pos_app.capture.stage import Prompt
from pos_app.checkout.clearing_answers import SignedOn
from pos_app.checkout.payment import (
    Approved,
    CaptureAttempt,
    Confirmation,
    DigitsRequest,
    Ended,
    EndReason,
    PaymentOutcome,
    PaymentStep,
    RetryOffer,
)
from pos_app.checkout.pin_entry import PinStage
from pos_app.checkout.ports import JournalError, JournalErrorReason, PayerWord
from pos_app.checkout.refund import ApprovedPayment, RefundIntent, RefundResult
from pos_app.checkout.sale import Sale
from pos_app.errors import PosError
from pos_app.ui.checkout_port import TillParts
from pos_app.ui.desk import PayerDesk
from tests.fakes.refund_views import APPROVED_PAYMENTS, refunded
from tests.fakes.till import ACCEPTOR, NOTICE, face_receipt

SIGNED_ON = SignedOn(
    acceptor=ACCEPTOR,
    notice=NOTICE,
    timers=Timers(),
    epoch=1,
    model_id="sface-2021dec",
    clock_skew_seconds=0.0,
)
_CHALLENGE = PadChallenge(
    PadMode.CHALLENGE, bytes(32), (ChallengeStep.BLINK, ChallengeStep.TURN_LEFT), 8
)
_END_OF = {
    CancelReason.PAYER: EndReason.STOPPED_BY_PAYER,
    CancelReason.CASHIER: EndReason.STOPPED_BY_CASHIER,
}


class LineDownError(PosError):
    """The scripted service cannot be reached."""


@dataclass(frozen=True, slots=True)
class FakePinEntry:
    stage: PinStage = PinStage.ENTER
    digit_count: int = 0
    extensions_left: int = 2
    was_extended: bool = False


class FakePinPad:
    """Counts digits and forgets them."""

    def __init__(self, desk: PayerDesk) -> None:
        self._desk = desk
        self._entry: FakePinEntry | None = None
        self._confirmed: asyncio.Future[None] | None = None

    async def enter(self) -> None:
        self._confirmed = asyncio.get_running_loop().create_future()
        self._change(FakePinEntry())
        try:
            await self._confirmed
        finally:
            self._change(None)

    def press(self, digit: int) -> None:
        if self._entry is not None and self._entry.digit_count < 6:
            self._change(replace(self._entry, digit_count=self._entry.digit_count + 1))

    def clear(self) -> None:
        if self._entry is not None:
            self._change(replace(self._entry, digit_count=0))

    def confirm(self) -> None:
        if self._entry is not None and self._confirmed is not None:
            confirmed = self._confirmed
            confirmed.get_loop().call_soon_threadsafe(confirmed.set_result, None)

    def extend(self) -> None:
        entry = self._entry
        if entry is not None and entry.extensions_left:
            left = entry.extensions_left - 1
            self._change(replace(entry, extensions_left=left, was_extended=True))

    def _change(self, entry: FakePinEntry | None) -> None:
        self._entry = entry
        self._desk.pin_entry_changed(entry)


@dataclass
class Script:
    """What the scripted service does. `outcome` None approves; `digits` 0 asks for none."""

    outcome: PaymentOutcome | None = None
    digits: int = 4
    masked_name: str = "*小明"
    retries: int = 0
    online: bool = True
    unsent: int = 0
    ends_before_pin: bool = False
    hold_authorization: bool = False
    picture: np.ndarray = field(
        default_factory=lambda: np.full((480, 640, 3), (120, 140, 160), np.uint8)
    )


class ScriptedRefunds:
    """Implements `Refunding`; gives the results of a script in order, then that it is done."""

    def __init__(self) -> None:
        self.results: deque[RefundResult] = deque()
        self.asked: list[tuple[RetrievalReferenceNumber, RefundIntent]] = []
        self.is_damaged = False

    async def latest(self, count: int) -> Sequence[ApprovedPayment]:
        if self.is_damaged:
            raise JournalError(JournalErrorReason.DAMAGED)
        return APPROVED_PAYMENTS[:count]

    async def refund(self, rrn: RetrievalReferenceNumber, intent: RefundIntent) -> RefundResult:
        self.asked.append((rrn, intent))
        return self.results.popleft() if self.results else refunded(intent)

    async def ask_again(self, rrn: RetrievalReferenceNumber) -> RefundResult:
        return self.results.popleft()


class ScriptedCheckout:
    """Implements `TillCheckout`: the path of a payment with everything but the window left out."""

    def __init__(self, desk: PayerDesk, script: Script) -> None:
        self._desk = desk
        self.script = script
        self.pin_pad = FakePinPad(desk)
        self.refunds = ScriptedRefunds()
        self.sales: list[Sale] = []
        self.presentations: list[Presentation] = []
        self.stops: list[CancelReason] = []
        self.released = asyncio.Event()
        self.closed = False
        self._task: asyncio.Task[PaymentOutcome] | None = None

    async def sign_on(self) -> SignedOn:
        if not self.script.online:
            raise LineDownError
        return SIGNED_ON

    async def count_unsent(self) -> int:
        return self.script.unsent

    async def close(self) -> None:
        self.closed = True

    def stop(self, reason: CancelReason) -> None:
        self.stops.append(reason)
        if self._task is not None:
            self._task.cancel()

    async def pay(
        self, sale: Sale, *, presentation: Presentation = Presentation.WITH_LIGHT
    ) -> PaymentOutcome:
        self.sales.append(sale)
        self.presentations.append(presentation)
        self._task = asyncio.ensure_future(self._path(sale))
        try:
            outcome = await self._task
        except asyncio.CancelledError:
            outcome = Ended(_END_OF[self.stops[-1]])
        self._task = None
        self._desk.step_changed(PaymentStep.FINISHED, outcome)
        return outcome

    async def _path(self, sale: Sale) -> PaymentOutcome:
        desk, script = self._desk, self.script
        desk.step_changed(PaymentStep.OPENING, None)
        if script.digits:
            desk.step_changed(PaymentStep.ASKING_DIGITS, DigitsRequest(script.digits))
            digits = await desk.phone_digits(script.digits)
            if digits is None:
                return Ended(EndReason.STOPPED_BY_PAYER)
            digits.wipe()
        for attempts_left in range(script.retries, -1, -1):
            await self._capture()
            desk.step_changed(PaymentStep.ROUTING, None)
            if attempts_left:
                desk.step_changed(PaymentStep.OFFERING_RETRY, RetryOffer(attempts_left))
                if not await desk.another_capture(attempts_left):
                    return Ended(EndReason.NOT_ROUTED)
        if script.ends_before_pin and script.outcome is not None:
            return script.outcome
        return await self._pay_routed(sale)

    async def _pay_routed(self, sale: Sale) -> PaymentOutcome:
        desk, script = self._desk, self.script
        shown = Confirmation(ACCEPTOR, sale.amount, script.masked_name)
        desk.step_changed(PaymentStep.CONFIRMING, shown)
        if await desk.confirmation(shown) is not PayerWord.CONFIRM:
            return Ended(EndReason.NOT_ME)
        desk.step_changed(PaymentStep.ENTERING_PIN, shown)
        await self.pin_pad.enter()
        desk.step_changed(PaymentStep.AUTHORIZING, None)
        if script.hold_authorization:
            await self.released.wait()
        receipt = replace(face_receipt(sale.cart), order_id=sale.order_id)
        return script.outcome or Approved(receipt)

    async def _capture(self) -> None:
        attempt = CaptureAttempt(1, 3, _CHALLENGE)
        self._desk.step_changed(PaymentStep.CAPTURING, attempt)
        for step, prompt in enumerate((Prompt.LOOK, Prompt.BLINK, Prompt.TURN_LEFT)):
            self._desk.prompt(prompt, step, 2)
            self._desk.guidance(Guidance.GOOD)
            for _ in range(3):
                self._desk.frame_ready(PreviewImage(self.script.picture.copy()))
                await asyncio.sleep(0)
        self._desk.prompt(None, 2, 2)


def connect_to(
    script: Script, made: list[ScriptedCheckout]
) -> Callable[[PayerDesk], Awaitable[TillParts]]:
    """Return what `run_till` connects with; the checkout it makes is added to `made`."""

    async def connect(desk: PayerDesk) -> TillParts:
        checkout = ScriptedCheckout(desk, script)
        made.append(checkout)
        return TillParts(
            checkout, checkout.pin_pad, checkout.refunds, checkout.count_unsent, checkout.close
        )

    return connect
