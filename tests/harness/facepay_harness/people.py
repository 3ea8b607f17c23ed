"""The decisions of people in a scenario: payer, enrollee, and the fingers on the PIN pad."""

import asyncio
from dataclasses import dataclass, field

from facepay.phone_digits import PhoneDigits
from facepay.vocabulary import ConsentScope
from facepay.wire.terminal import Notice
from pos_app.checkout.enrolment_ports import EnrolmentStep
from pos_app.checkout.payment import CaptureFailureReason, Confirmation, PaymentStep, StepDetails
from pos_app.checkout.ports import PayerWord
from pos_app.pin_pad.simulated_ped import PinEntryView, PinStage, SimulatedPed


@dataclass
class WillingPerson:
    """A payer and enrollee who agrees to everything, and remembers what was shown.

    Implements `Payer`, `Enrollee` and `PaymentObserver`.
    """

    phone_tail: str = ""
    word: PayerWord = PayerWord.CONFIRM
    tries_again: bool = False
    steps: list[PaymentStep] = field(default_factory=list)
    shown: list[Confirmation] = field(default_factory=list)

    async def phone_digits(self, count: int) -> PhoneDigits | None:
        """Give the last digits, or stop if there is no phone."""
        return PhoneDigits(self.phone_tail[-count:].encode()) if self.phone_tail else None

    async def another_capture(self, attempts_left: int) -> bool:
        """Try again if so inclined."""
        return self.tries_again and attempts_left > 0

    async def confirmation(self, shown: Confirmation) -> PayerWord:
        """Look, and say the word."""
        self.shown.append(shown)
        return self.word

    async def consents(self, notice: Notice, scope: ConsentScope) -> bool:
        """Consent."""
        return bool(notice.version and scope)

    async def is_ready(
        self, step: EnrolmentStep, failure: CaptureFailureReason | None = None
    ) -> bool:
        """Be ready for every capture, and try none twice."""
        return failure is None and step is not EnrolmentStep.FINISHED

    def step_changed(self, step: PaymentStep | EnrolmentStep, details: StepDetails = None) -> None:
        """Remember the steps of payments."""
        del details
        if isinstance(step, PaymentStep):
            self.steps.append(step)


class PinFingers:
    """Types a passcode whenever the PIN pad asks. Observes the device as a window would."""

    def __init__(self, pin_pad: SimulatedPed, passcode: str = "") -> None:
        self._pin_pad = pin_pad
        self._stage: PinStage | None = None
        self.passcode = passcode
        pin_pad.observe(self)

    def pin_entry_changed(self, view: PinEntryView | None) -> None:
        """Type once for every stage of an entry; without a passcode, stop."""
        stage = view.stage if view else None
        if stage is self._stage:
            return
        self._stage = stage
        if stage is not None:
            # Not inside the device's own call.
            asyncio.get_running_loop().call_soon(self._type)

    def _type(self) -> None:
        if not self.passcode:
            self._pin_pad.cancel()
            return
        for digit in self.passcode:
            self._pin_pad.press(int(digit))
        self._pin_pad.confirm()
