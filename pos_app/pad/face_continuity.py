"""One face from first to last: it does not vanish, jump, or turn into somebody else."""

import math
from enum import Enum

from pos_app.capture.detected_face import DetectedFace
from pos_app.pad.policy import ContinuityPolicy


class Continuity(Enum):
    """What a frame means for the unbroken presence of one face."""

    UNBROKEN = "unbroken"
    LOST = "lost"
    CHANGED = "changed"


class FaceContinuity:
    """Follows one face through a capture.

    Attributes: `overlap_smallest` and `similarity_smallest` (both at most 1, higher is more the same
    face) are the worst seen so far; `similarity_smallest` is None before the first comparison.
    """

    def __init__(self, policy: ContinuityPolicy, *, similarity_min: float) -> None:
        """`similarity_min` is the least feature similarity of two frames of one person."""
        self._policy, self._similarity_min = policy, similarity_min
        self._face: DetectedFace | None = None
        self._seen_at = 0.0
        self.overlap_smallest = 1.0
        self.similarity_smallest: float | None = None

    def follow(self, face: DetectedFace | None, captured_at: float) -> Continuity:
        """Take in the payer's face of one frame, None where there is none.

        Short gaps are bridged: a detector misses a frame now and then. After a gap the face must be
        where it was.
        """
        if face is None or self._face is None:
            return self._begin_or_wait(face, captured_at)
        overlap = face.overlap_with(self._face)
        gap, self._face, self._seen_at = captured_at - self._seen_at, face, captured_at
        self.overlap_smallest = min(self.overlap_smallest, overlap)
        if not 0 <= gap <= self._policy.gap_seconds_max:
            return Continuity.LOST
        return Continuity.UNBROKEN if overlap >= self._policy.overlap_min else Continuity.CHANGED

    def compare(self, similarity: float) -> Continuity:
        """Take in the similarity of a later frame's features to the probe's."""
        worst = similarity if math.isfinite(similarity) else -1.0
        known = self.similarity_smallest
        self.similarity_smallest = worst if known is None else min(known, worst)
        return Continuity.UNBROKEN if worst >= self._similarity_min else Continuity.CHANGED

    def _begin_or_wait(self, face: DetectedFace | None, captured_at: float) -> Continuity:
        if face is not None or self._face is None:
            self._face, self._seen_at = face, captured_at
            return Continuity.UNBROKEN
        is_short = captured_at - self._seen_at <= self._policy.gap_seconds_max
        return Continuity.UNBROKEN if is_short else Continuity.LOST
