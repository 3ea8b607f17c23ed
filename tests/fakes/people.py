"""The payer, the PIN pad, the camera side and the observer of a payment, scripted."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from facepay.dukpt import KeySerialNumber
from facepay.phone_digits import PhoneDigits
from facepay.pin_block import EncipheredPin, EncipheredPinBlock
from facepay.sealed_envelope import SealedEnvelope
from pos_app.checkout.enrolment_ports import HeldLook
from pos_app.checkout.payment import CaptureFailureReason, Confirmation, PaymentStep, StepDetails
from pos_app.checkout.pin_entry import PinEntryCancelled, PinEntryTimedOut, PinPrompt
from pos_app.checkout.ports import CaptureFailure, PayerWord, SealedProbe, SealingContext


async def never() -> None:
    """Wait for ever."""
    await asyncio.Event().wait()


@dataclass
class ScriptedPayer:
    """Implements `Payer`. `is_asleep` at a step waits for ever there."""

    digits: bytes | None = b"1234"
    word: PayerWord = PayerWord.CONFIRM
    tries_again: bool = True
    is_asleep: bool = False
    given_digits: list[PhoneDigits] = field(default_factory=list)
    shown: list[Confirmation] = field(default_factory=list)

    async def phone_digits(self, count: int) -> PhoneDigits | None:
        if self.digits is None:
            return None
        given = PhoneDigits(self.digits[:count])
        self.given_digits.append(given)
        return given

    async def another_capture(self, attempts_left: int) -> bool:
        return self.tries_again

    async def confirmation(self, shown: Confirmation) -> PayerWord:
        self.shown.append(shown)
        if self.is_asleep:
            await never()
        return self.word


@dataclass
class ScriptedPinPad:
    """Implements `PinPad`."""

    answer: EncipheredPin | PinEntryCancelled | PinEntryTimedOut = field(
        default_factory=lambda: EncipheredPin(
            EncipheredPinBlock(bytes(16)), KeySerialNumber.from_bytes(bytes(8) + b"\0\0\0\1")
        )
    )
    error: Exception | None = None
    prompts: list[PinPrompt] = field(default_factory=list)

    async def enter_pin(
        self, prompt: PinPrompt
    ) -> EncipheredPin | PinEntryCancelled | PinEntryTimedOut:
        self.prompts.append(prompt)
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass(eq=False)
class ScriptedLook:
    """Implements `HeldLook`."""

    is_wiped: bool = False

    def wipe(self) -> None:
        self.is_wiped = True


@dataclass
class ScriptedCapture:
    """Implements `ReferenceCapture`. Counts captures; `failure` makes it fail, `hangs` never end.

    `hangs_after` lets so many captures pass before. `unlike` is how many times the looks of a reference are not of one person.
    """

    failure: CaptureFailure | None = None
    unlike: int = 0
    looks: list[ScriptedLook] = field(default_factory=list)
    sealed: list[tuple[HeldLook, ...]] = field(default_factory=list)
    hangs: bool = False
    hangs_after: int | None = None
    hanging: asyncio.Event = field(default_factory=asyncio.Event)
    capture_count: int = 0
    is_running: bool = False
    cancel_count: int = 0
    started: asyncio.Event = field(default_factory=asyncio.Event)

    async def capture(self, context: SealingContext) -> SealedProbe | CaptureFailure:
        look = await self.look(context)
        return look if isinstance(look, CaptureFailure) else _sealed(context)

    async def look(self, context: SealingContext) -> ScriptedLook | CaptureFailure:
        self.capture_count += 1
        self.is_running = True
        self.started.set()
        try:
            if self.hangs or self.hangs_after == len(self.looks):
                self.hanging.set()
                await never()
            if self.failure is not None:
                return self.failure
            self.looks.append(ScriptedLook())
            return self.looks[-1]
        finally:
            self.is_running = False

    def seal_looks(
        self, looks: Sequence[HeldLook], context: SealingContext
    ) -> SealedProbe | CaptureFailure:
        if self.unlike:
            self.unlike -= 1
            return CaptureFailure(CaptureFailureReason.FACE_CHANGED)
        self.sealed.append(tuple(looks))
        return _sealed(context)

    def cancel(self) -> None:
        self.cancel_count += 1


@dataclass
class StepRecorder:
    """Implements `PaymentObserver`."""

    seen: list[tuple[PaymentStep, StepDetails]] = field(default_factory=list)

    def step_changed(self, step: PaymentStep, details: StepDetails) -> None:
        self.seen.append((step, details))

    @property
    def steps(self) -> list[PaymentStep]:
        return [step for step, _ in self.seen]


def _sealed(context: SealingContext) -> SealedProbe:
    header = context.header_for((bytes(32),) * 3, b"")
    first, second, third = (SealedEnvelope(key.key_id, b"sealed") for key in context.recipients)
    return SealedProbe(header, (first, second, third))
