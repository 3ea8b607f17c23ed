"""What every frame after the neutral face adds to the evidence, whatever is being asked meanwhile."""

from typing import Final

import numpy as np

from pos_app.capture.frame import Frame
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.features.extractor import similarity
from pos_app.features.face_models import FaceAnalysis
from pos_app.pad.depth import DepthWatch
from pos_app.pad.face_continuity import Continuity, FaceContinuity
from pos_app.pad.policy import PadPolicy
from pos_app.pad.screen_cues import ScreenWatch
from pos_app.pad.stream_watch import StreamWatch
from pos_app.probe.face_finder import FoundFace
from pos_app.probe.seeking import Sought

_FAILURES: Final = {
    Continuity.LOST: CaptureFailureReason.FACE_LOST,
    Continuity.CHANGED: CaptureFailureReason.FACE_CHANGED,
}


class Gathering:
    """Follows one face and its stream; used by one thread.

    `sought` stays its owner's to wipe. Attributes: `is_check_due` says that the features of a frame
    are to be compared with the probe's before anything may be decided.
    """

    def __init__(
        self,
        sought: Sought,
        analysis: FaceAnalysis,
        policy: PadPolicy,
        stream: StreamWatch,
        *,
        started_at: float,
    ) -> None:
        """`started_at` is the camera time of the neutral face."""
        self._sought, self._analysis, self._stream = sought, analysis, stream
        self._limits = policy.continuity
        self._same_face_min = policy.cue("same_face").threshold_milli / 1000
        self._continuity = FaceContinuity(policy.continuity, similarity_min=self._same_face_min)
        self._screen = ScreenWatch(policy.screen)
        self._depth = DepthWatch(sought.neutral, policy.depth)
        self._passive: list[float] = []
        self._checked_at = started_at
        self.is_check_due = True

    @property
    def passive_count(self) -> int:
        """In how many frames a passive network had its say; 0 where none is installed."""
        return len(self._passive)

    def follow(self, frame: Frame, found: FoundFace | None) -> CaptureFailureReason | None:
        """Take in one frame; a reason if it is not the same face any more."""
        face = found.face if found else None
        moved = self._continuity.follow(face, frame.captured_at)
        if found is None or moved is not Continuity.UNBROKEN:
            return _FAILURES.get(moved)
        self._depth.follow(found.reading)
        return _FAILURES.get(self._compare_if_due(frame, found))

    def ask_passively(self, frame: Frame, found: FoundFace) -> bool:
        """Ask the passive network about one frame; False where none is installed."""
        score = self._analysis.judge_passively(frame.image_bgr, found.face)
        if score is not None:
            self._passive.append(score)
        return score is not None

    def measured(self) -> dict[str, float]:
        """Return what is known so far, by the cues' names."""
        same_face = self._continuity.similarity_smallest
        known = {
            "fresh_frames": self._stream.fresh_fraction,
            "same_face": -1.0 if same_face is None else same_face,
            "face_overlap": self._continuity.overlap_smallest,
            "irregular_timing": self._stream.timing_irregularity,
            **self._screen.cues(),
            **self._depth.cues(),
        }
        if self._passive:  # there only where such a network is installed
            known["passive"] = float(np.median(self._passive))
        return known

    def _compare_if_due(self, frame: Frame, found: FoundFace) -> Continuity:
        """Compare features with the probe's when it is time and the face is turned little enough."""
        turned = found.reading.measures.yaw_degrees - self._sought.neutral.measures.yaw_degrees
        is_time = frame.captured_at - self._checked_at >= self._limits.check_seconds
        is_frontal = abs(turned) <= self._limits.check_yaw_degrees_max
        if not (self.is_check_due or is_time) or not is_frontal:
            return Continuity.UNBROKEN
        self.is_check_due, self._checked_at = False, frame.captured_at
        self._screen.follow(frame.image_bgr, found.face)
        self.ask_passively(frame, found)
        features = self._analysis.extract(frame.image_bgr, found.face)
        try:
            return self._continuity.compare(similarity(features, self._sought.features))
        finally:
            features.wipe()
