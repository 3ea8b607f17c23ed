"""The first phase of a capture: guide the payer until there are good frames of one neutral face."""

from dataclasses import dataclass
from typing import Final

from facepay.template import FeatureVector
from pos_app.capture.frame import Frame
from pos_app.capture.guidance import Guidance
from pos_app.capture.observer import CaptureObserver
from pos_app.capture.sample_quality import GuidanceFilter, assess_sample
from pos_app.checkout.payment import CaptureFailureReason
from pos_app.features.alignment import align_face
from pos_app.features.face_models import FaceAnalysis
from pos_app.pad.face_continuity import Continuity, FaceContinuity
from pos_app.pad.face_reading import NeutralFace
from pos_app.probe.capture_policy import CapturePolicy, EffortPolicy
from pos_app.probe.face_finder import FoundFace
from pos_app.probe.sample_collector import Sample, SampleCollector

_REASONS: Final = {
    Guidance.NO_FACE: CaptureFailureReason.NO_FACE,
    Guidance.SEVERAL_FACES: CaptureFailureReason.SEVERAL_FACES,
    Guidance.TOO_DARK: CaptureFailureReason.TOO_DARK,
    Guidance.BACKLIT: CaptureFailureReason.TOO_DARK,
    Guidance.TOO_BRIGHT: CaptureFailureReason.TOO_BRIGHT,
    Guidance.GOOD: CaptureFailureReason.TIMED_OUT,
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sought:
    """The neutral face and the fused features of one person. The taker wipes both."""

    neutral: NeutralFace
    features: FeatureVector


class Seeking:
    """Collects good frames in a row; one that is not good starts the row over."""

    def __init__(
        self,
        analysis: FaceAnalysis,
        policy: CapturePolicy,
        effort: EffortPolicy,
        observer: CaptureObserver,
    ) -> None:
        self._analysis, self._policy, self._observer = analysis, policy, observer
        self._same_face_min = policy.pad.cue("same_face").threshold_milli / 1000
        self._guidance = GuidanceFilter(int(policy.timing.guidance_frames))
        self._collector = SampleCollector(effort)
        self._continuity = self._fresh_continuity()
        self._started_at: float | None = None
        self._several_since: float | None = None

    @property
    def reason(self) -> CaptureFailureReason:
        """What to answer when time is up now."""
        shown = self._guidance.shown
        poor = CaptureFailureReason.POOR_QUALITY
        return CaptureFailureReason.NO_FACE if shown is None else _REASONS.get(shown, poor)

    def take(
        self, frame: Frame, seen: FoundFace | Guidance
    ) -> Sought | CaptureFailureReason | None:
        """Take in one frame, and `seen` with its reading; None while more are needed."""
        if self._started_at is None:
            self._started_at = frame.captured_at
        if frame.captured_at - self._started_at > self._policy.timing.seek_seconds:
            if isinstance(seen, FoundFace):
                seen.reading.wipe()
            return self.reason
        if isinstance(seen, FoundFace):
            self._several_since = None
            return self._collect(frame, seen)
        self._start_over()
        self._tell(seen)
        return self._reason_of_rivals(seen, frame.captured_at)

    def wipe(self) -> None:
        """Wipe every sample. A repeat does nothing."""
        self._collector.wipe()

    def _collect(self, frame: Frame, found: FoundFace) -> Sought | None:
        quality = assess_sample(frame.image_bgr, found.face, self._policy.quality)
        moved = self._continuity.follow(found.face, frame.captured_at)
        if quality.problems or moved is not Continuity.UNBROKEN:
            found.reading.wipe()
            self._start_over()
            self._tell(quality.guidance)
            return None
        aligned = align_face(frame.image_bgr, found.face)
        self._collector.add(Sample(aligned, quality.sharpness, found.reading))
        return self._finish()

    def _finish(self) -> Sought | None:
        """Return the result once the row is long enough and calm."""
        self._tell(Guidance.GOOD)
        neutral = self._collector.neutral_face(self._policy.pad.neutral)
        if neutral is None:
            return None
        features = None
        try:
            features = self._collector.fused_features(
                self._analysis, similarity_min=self._same_face_min
            )
        finally:
            self._collector.wipe()
            if features is None:
                neutral.wipe()
        return None if features is None else Sought(neutral, features)

    def _reason_of_rivals(self, seen: Guidance, captured_at: float) -> CaptureFailureReason | None:
        """Stop and ask when two people stay before the camera."""
        if seen is not Guidance.SEVERAL_FACES:
            self._several_since = None
            return None
        if self._several_since is None:
            self._several_since = captured_at
        is_long = captured_at - self._several_since > self._policy.timing.several_faces_seconds
        return CaptureFailureReason.SEVERAL_FACES if is_long else None

    def _start_over(self) -> None:
        self._collector.wipe()
        self._continuity = self._fresh_continuity()

    def _fresh_continuity(self) -> FaceContinuity:
        return FaceContinuity(self._policy.pad.continuity, similarity_min=self._same_face_min)

    def _tell(self, guidance: Guidance) -> None:
        if self._guidance.update(guidance):
            self._observer.guidance(guidance)
