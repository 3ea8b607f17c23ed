"""How many captures a terminal made, and why some gave nothing: failures to acquire, by reason."""

from dataclasses import dataclass

from pos_app.capture.judgement import Judgement
from pos_app.checkout.payment import CaptureFailureReason

_NOBODYS_FAULT = frozenset({CaptureFailureReason.CANCELLED})
"""Ended by a person, so neither acquired nor failed."""


@dataclass(frozen=True, slots=True)
class CaptureEnd:
    """How one capture ended, fit for a log: words and counts, never a score.

    `failure` is None for a capture that gave a probe; `judgement` is None where nothing was decided.
    FTA (ISO/IEC 19795-1) is `failed_to_acquire` over `captures`, both since the program started.
    """

    failure: CaptureFailureReason | None
    judgement: Judgement | None
    failed_to_acquire: int
    captures: int


class CaptureTally:
    """Counts the captures of one session; used by one thread."""

    def __init__(self) -> None:
        self._captures = self._failed = 0

    def count(
        self, failure: CaptureFailureReason | None, judgement: Judgement | None
    ) -> CaptureEnd:
        """Count a capture that gave a probe (`failure` is None) or failed, and return its end."""
        if failure not in _NOBODYS_FAULT:
            self._captures += 1
            self._failed += failure is not None
        return CaptureEnd(failure, judgement, self._failed, self._captures)
