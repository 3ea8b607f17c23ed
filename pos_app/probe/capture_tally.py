"""How many captures a terminal made, and why some gave nothing: failures to acquire, by reason."""

from collections import Counter
from collections.abc import Mapping

from pos_app.checkout.payment import CaptureFailureReason

_NOBODYS_FAULT = frozenset({CaptureFailureReason.CANCELLED})
"""Ended by a person, so neither acquired nor failed."""


class CaptureTally:
    """Counts captures since the terminal was started; used by one thread."""

    def __init__(self) -> None:
        self.acquired = 0
        self._failures: Counter[CaptureFailureReason] = Counter()

    def count(self, failure: CaptureFailureReason | None) -> None:
        """Count a capture that gave a probe (None) or failed."""
        if failure is None:
            self.acquired += 1
        elif failure not in _NOBODYS_FAULT:
            self._failures[failure] += 1

    @property
    def failures(self) -> Mapping[CaptureFailureReason, int]:
        """Failures by reason."""
        return dict(self._failures)

    @property
    def failure_to_acquire(self) -> tuple[int, int]:
        """Failures, and captures in all: FTA is their ratio (ISO/IEC 19795-1)."""
        failed = self._failures.total()
        return failed, failed + self.acquired
