"""Is this a live camera's stream: pictures that never repeat, at times that are never exact.

Sensor noise makes two live frames differ; a frozen stream repeats the last frame, a looped recording
repeats an old one. Injected stills often come with perfectly even times; so do virtual cameras,
which is why even times only add risk.
"""

import hashlib
import math

import numpy as np

from pos_app.capture.frame import Frame

_SAMPLING_STEP = 8
_DIGEST_BYTES = 16


class StreamWatch:
    """Follows the frames of one capture. It keeps digests, never pictures."""

    def __init__(self) -> None:
        self._digests: set[bytes] = set()
        self._frame_count = 0
        self._times: list[float] = []

    def follow(self, frame: Frame) -> None:
        """Take in one frame."""
        sampled = np.ascontiguousarray(frame.image_bgr[::_SAMPLING_STEP, ::_SAMPLING_STEP])
        self._digests.add(hashlib.blake2b(sampled.data, digest_size=_DIGEST_BYTES).digest())
        self._frame_count += 1
        self._times.append(frame.captured_at)

    @property
    def fresh_fraction(self) -> float:
        """The part of the frames that had not been seen before, 0-1; 0 before the first frame."""
        return len(self._digests) / self._frame_count if self._frame_count else 0.0

    @property
    def timing_irregularity(self) -> float:
        """Standard deviation of the frame intervals over their mean; 0 is perfectly even."""
        intervals = np.diff(self._times)
        if len(intervals) < 2 or not intervals.min() > 0:
            return 0.0
        irregularity = float(intervals.std() / intervals.mean())
        return irregularity if math.isfinite(irregularity) else 0.0

    def clear(self) -> None:
        """Forget everything."""
        self._digests.clear()
        self._times.clear()
        self._frame_count = 0
