"""The captures of one enrolment: two looks that become the reference, and one that finds it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from pos_app.checkout.enrolment_ports import (
    Enrollee,
    EnrolmentEnd,
    EnrolmentFailed,
    EnrolmentStep,
    HeldLook,
    ReferenceCapture,
)
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.checkout.ports import CaptureFailure, SealedProbe, SealingContext

CAPTURES_MAX: Final = 3
"""Failed captures that end a stage: two slips are forgiven, and nobody tries faces in numbers."""
LOOK_STEPS: Final = (EnrolmentStep.TAKING_FIRST_LOOK, EnrolmentStep.TAKING_SECOND_LOOK)
"""One step for each look of the reference; the person steps back in between."""

_Captured = TypeVar("_Captured")


@dataclass(slots=True)
class _Tries:
    """What is left of a stage's tries, and why the last one failed."""

    left: int = CAPTURES_MAX
    failure: CaptureFailureReason | None = None

    def count(self, failed: CaptureFailure) -> None:
        """Count a failure; who cancelled is not asked again."""
        self.failure = failed.reason
        self.left = 0 if failed.reason is CaptureFailureReason.CANCELLED else self.left - 1

    @property
    def end(self) -> EnrolmentFailed:
        """The end of a stage without tries."""
        return EnrolmentFailed(EnrolmentEnd.CAPTURE_FAILED, capture=self.failure)


class EnrolmentCaptures:
    """Takes the captures of one enrolment. The camera waits for the person's touch every time."""

    def __init__(self, capture: ReferenceCapture, enrollee: Enrollee) -> None:
        self._capture = capture
        self._enrollee = enrollee

    async def reference(self, context: SealingContext) -> SealedProbe | EnrolmentFailed:
        """Take two looks and seal them as one; both are wiped on every way out.

        A look that failed is taken again. If the two are not of one person both are, since nobody
        knows which of them was right.
        """
        tries = _Tries()
        looks: list[HeldLook] = []
        try:
            while tries.left:
                step = LOOK_STEPS[len(looks)]
                taken = await self._take(step, tries, lambda: self._capture.look(context))
                if isinstance(taken, EnrolmentFailed):
                    return taken
                if isinstance(taken, CaptureFailure):
                    continue
                looks.append(taken)
                if len(looks) < len(LOOK_STEPS):
                    continue
                sealed = self._capture.seal_looks(looks, context)
                if not isinstance(sealed, CaptureFailure):
                    return sealed
                tries.count(sealed)
                _wipe(looks)
            return tries.end
        finally:
            _wipe(looks)

    async def confirmation(self, context: SealingContext) -> SealedProbe | EnrolmentFailed:
        """Take the capture that must find the reference."""
        tries = _Tries()
        while tries.left:
            step = EnrolmentStep.CAPTURING_TO_CONFIRM
            taken = await self._take(step, tries, lambda: self._capture.capture(context))
            if not isinstance(taken, CaptureFailure):
                return taken
        return tries.end

    async def _take(
        self,
        step: EnrolmentStep,
        tries: _Tries,
        capture: Callable[[], Awaitable[_Captured | CaptureFailure]],
    ) -> _Captured | CaptureFailure | EnrolmentFailed:
        """Ask for the touch, then capture once; a failure is counted."""
        self._enrollee.step_changed(step)
        if not await self._enrollee.is_ready(step, tries.failure):
            return EnrolmentFailed(EnrolmentEnd.STOPPED)
        tries.failure = None
        taken = await capture()
        if isinstance(taken, CaptureFailure):
            tries.count(taken)
        return taken


def _wipe(looks: list[HeldLook]) -> None:
    while looks:
        looks.pop().wipe()
