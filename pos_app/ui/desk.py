"""Where the threads behind a window meet it.

A payment or an enrolment runs on an asyncio loop, a capture on a thread of its own, and windows on
the GUI thread. A desk takes what the first two report and hands it over as queued signals; and it
carries a person's answers back. Nobody waits for anybody.
"""

import asyncio
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from facepay.phone_digits import PhoneDigits
from pos_app.capture.guidance import Guidance
from pos_app.capture.judgement import Judgement
from pos_app.capture.observer import PreviewImage
from pos_app.capture.stage import ColourRgb, Prompt
from pos_app.checkout.payment import Confirmation, PaymentStep, StepDetails
from pos_app.checkout.pin_entry import PinStage
from pos_app.checkout.ports import PayerWord
from pos_app.ui.preview import LatestFrame

_Answer = TypeVar("_Answer")
_ASKING = frozenset(
    {
        PaymentStep.ASKING_DIGITS,
        PaymentStep.OFFERING_RETRY,
        PaymentStep.OFFERING_RECAPTURE,
        PaymentStep.CONFIRMING,
    }
)


class PinEntry(Protocol):
    """What a PIN pad tells about a running entry: counts, never digits."""

    @property
    def stage(self) -> PinStage:
        """What is asked for."""

    @property
    def digit_count(self) -> int:
        """How many digits were entered."""

    @property
    def extensions_left(self) -> int:
        """How often more time can still be had."""

    @property
    def was_extended(self) -> bool:
        """Whether more time was given."""


class CaptureDesk(QObject):
    """Observes capture and PIN pad, and carries one answer at a time from the GUI thread.

    Implements `CaptureObserver` and the PIN pad's observer.

    Signals:
        guided: Guidance.
        prompted: Prompt or None, step, steps.
        judgement_made: Judgement of the liveness check.
        pin_changed: PinEntry, or None when no entry runs.
    """

    guided = Signal(object)
    prompted = Signal(object, int, int)
    judgement_made = Signal(object)
    pin_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.frames = LatestFrame()
        self._question: asyncio.Future[object] | None = None

    def frame_ready(self, preview: PreviewImage) -> None:
        """Keep a softened copy of the newest frame."""
        self.frames.put(preview.image_bgr)

    def guidance(self, guidance: Guidance) -> None:
        """Report what to tell the person."""
        self.guided.emit(guidance)

    def prompt(self, prompt: Prompt | None, step: int, steps: int) -> None:
        """Report what is asked of the person."""
        self.prompted.emit(prompt, step, steps)

    def light(self, colour_rgb: ColourRgb | None) -> None:
        """Light the display, or stop; straight to the page, since it changes with every frame."""
        self.frames.lit.emit(colour_rgb)

    def judged(self, judgement: Judgement) -> None:
        """Report what the liveness check rested on."""
        self.judgement_made.emit(judgement)

    def pin_entry_changed(self, view: PinEntry | None) -> None:
        """Report how many digits were entered."""
        self.pin_changed.emit(view)

    def answer(self, answer: object) -> None:
        """Give the person's answer to the open question; without one it is dropped. GUI thread."""
        question = self._question
        if question is not None:
            question.get_loop().call_soon_threadsafe(_resolve, question, answer)
        elif isinstance(answer, PhoneDigits):
            answer.wipe()

    def _open_question(self) -> None:
        """Open a question before anybody can see it, so that no answer is lost."""
        self._question = asyncio.get_running_loop().create_future()

    async def _answer_of(self, kind: type[_Answer]) -> _Answer | None:
        if self._question is None:
            self._open_question()
        question = self._question
        try:
            answer = await question if question is not None else None
        finally:
            self._question = None
        return answer if isinstance(answer, kind) else None


class PayerDesk(CaptureDesk):
    """Observes a payment and answers for the payer.

    Implements `Payer` and `PaymentObserver`.

    Signals:
        stepped: PaymentStep and its details.
    """

    stepped = Signal(object, object)

    def step_changed(self, step: PaymentStep, details: StepDetails) -> None:
        """Report a step, on the payment's loop."""
        if step in _ASKING:
            self._open_question()
        self.stepped.emit(step, details)

    # --- questions, on the payment's loop ----------------------------------------------------

    async def phone_digits(self, count: int) -> PhoneDigits | None:
        """Wait for `count` phone digits; None if the payer stops. The asker wipes them."""
        digits = await self._answer_of(PhoneDigits)
        return digits if digits is not None and len(digits) == count else None

    async def another_capture(self, attempts_left: int) -> bool:
        """Wait for the payer's touch on "try again"."""
        del attempts_left
        return await self._answer_of(bool) is True

    async def confirmation(self, shown: Confirmation) -> PayerWord:
        """Wait for what the payer says to payee and amount."""
        del shown
        return await self._answer_of(PayerWord) or PayerWord.STOP


def _resolve(question: "asyncio.Future[object]", answer: object) -> None:
    if not question.done():
        question.set_result(answer)
    elif isinstance(answer, PhoneDigits):
        answer.wipe()
