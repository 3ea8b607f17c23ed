"""Where the payment's own threads meet the windows.

A payment runs on an asyncio loop, a capture on a thread of its own, and windows on the GUI thread.
The desk takes what the first two report and hands it over as queued signals; and it carries the
payer's answers back. Nobody waits for anybody.
"""

import asyncio
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from facepay.phone_digits import PhoneDigits
from pos_app.capture.guidance import Guidance
from pos_app.capture.observer import PreviewImage
from pos_app.capture.stage import Prompt
from pos_app.checkout.payment import Confirmation, PaymentStep, StepDetails
from pos_app.checkout.ports import PayerWord
from pos_app.ui.preview import LatestFrame

_Answer = TypeVar("_Answer")
_ASKING = frozenset({PaymentStep.ASKING_DIGITS, PaymentStep.OFFERING_RETRY, PaymentStep.CONFIRMING})


class PinEntry(Protocol):
    """What a PIN pad tells about a running entry: counts, never digits."""

    @property
    def digit_count(self) -> int:
        """How many digits were entered."""

    @property
    def extensions_left(self) -> int:
        """How often more time can still be had."""

    @property
    def was_extended(self) -> bool:
        """Whether more time was given."""


class PayerDesk(QObject):
    """Observes payment, capture and PIN pad; answers for the payer.

    Implements `Payer`, `PaymentObserver`, `CaptureObserver` and the PIN pad's observer.

    Signals:
        stepped: PaymentStep and its details.
        guided: Guidance.
        prompted: Prompt or None, step, steps.
        pin_changed: PinEntry, or None when no entry runs.
    """

    stepped = Signal(object, object)
    guided = Signal(object)
    prompted = Signal(object, int, int)
    pin_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.frames = LatestFrame()
        self._question: asyncio.Future[object] | None = None

    # --- reports, on the payment's loop or the capture's thread ------------------------------

    def step_changed(self, step: PaymentStep, details: StepDetails) -> None:
        """Report a step. A question is open before anybody can see it, so no answer is lost."""
        if step in _ASKING:
            self._question = asyncio.get_running_loop().create_future()
        self.stepped.emit(step, details)

    def frame_ready(self, preview: PreviewImage) -> None:
        """Keep a softened copy of the newest frame."""
        self.frames.put(preview.image_bgr)

    def guidance(self, guidance: Guidance) -> None:
        """Report what to tell the person."""
        self.guided.emit(guidance)

    def prompt(self, prompt: Prompt | None, step: int, steps: int) -> None:
        """Report what is asked of the person."""
        self.prompted.emit(prompt, step, steps)

    def pin_entry_changed(self, view: PinEntry | None) -> None:
        """Report how many digits were entered."""
        self.pin_changed.emit(view)

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

    async def _answer_of(self, kind: type[_Answer]) -> _Answer | None:
        if self._question is None:
            self._question = asyncio.get_running_loop().create_future()
        question = self._question
        try:
            answer = await question
        finally:
            self._question = None
        return answer if isinstance(answer, kind) else None

    # --- answers, on the GUI thread ----------------------------------------------------------

    def answer(self, answer: PhoneDigits | PayerWord | bool) -> None:  # noqa: FBT001 - an answer
        """Give the payer's answer to the open question; without one it is dropped."""
        question = self._question
        if question is not None:
            question.get_loop().call_soon_threadsafe(_resolve, question, answer)
        elif isinstance(answer, PhoneDigits):
            answer.wipe()


def _resolve(question: "asyncio.Future[object]", answer: object) -> None:
    if not question.done():
        question.set_result(answer)
    elif isinstance(answer, PhoneDigits):
        answer.wipe()
