"""Reads every silent cue off the frames of one presentation, whatever a capture would decide."""

import math
from dataclasses import dataclass

import numpy as np

from facepay.template import FeatureVector
from pos_app.capture.frame import Frame
from pos_app.capture.guidance import Guidance
from pos_app.features.extractor import similarity
from pos_app.features.face_models import FaceAnalysis
from pos_app.pad.depth import DepthWatch
from pos_app.pad.face_continuity import FaceContinuity
from pos_app.pad.face_reading import FaceReading, neutral_from
from pos_app.pad.screen_cues import ScreenWatch
from pos_app.pad.stream_watch import StreamWatch
from pos_app.probe.capture_policy import CapturePolicy
from pos_app.probe.face_finder import FoundFace, find_face


@dataclass(frozen=True, slots=True)
class GaugeEffort:
    """How long a presentation is read, and how often what is costly, both in seconds."""

    seconds_max: float
    check_seconds: float


class CueGauge:
    """Follows one presentation; used by one thread, wiped by its owner."""

    def __init__(self, analysis: FaceAnalysis, policy: CapturePolicy, effort: GaugeEffort) -> None:
        self._analysis, self._policy, self._effort = analysis, policy, effort
        self._stream = StreamWatch()
        self._screen = ScreenWatch(policy.pad.screen)
        self._continuity = FaceContinuity(policy.pad.continuity, similarity_min=-1.0)
        self._row: list[FaceReading] = []
        self._depth: DepthWatch | None = None
        self._first_features: FeatureVector | None = None
        self._passive: list[float] = []
        self._checked_at = -math.inf

    def follow(self, frame: Frame) -> None:
        """Take in one frame, which stays the caller's to wipe."""
        seen = find_face(frame, self._analysis, self._policy)
        try:
            self.take(frame, seen)
        finally:
            if isinstance(seen, FoundFace):
                seen.reading.wipe()

    def take(self, frame: Frame, seen: FoundFace | Guidance) -> None:
        """Take in a frame whose face was looked for already; both stay the caller's to wipe."""
        self._stream.follow(frame)
        if isinstance(seen, Guidance):
            return
        self._continuity.follow(seen.face, frame.captured_at)
        self._read_depth(seen.reading)
        if frame.captured_at - self._checked_at >= self._effort.check_seconds:
            self._checked_at = frame.captured_at
            self._read_costly(frame, seen)

    def cues(self) -> dict[str, float]:
        """Return what is known, by the names that the policy uses; nothing without a face."""
        if not math.isfinite(self._checked_at):
            return {}
        found = {
            "fresh_frames": self._stream.fresh_fraction,
            "irregular_timing": self._stream.timing_irregularity,
            "face_overlap": self._continuity.overlap_smallest,
            **self._screen.cues(),
            **({} if self._depth is None else self._depth.cues()),
        }
        if self._continuity.similarity_smallest is not None:
            found["same_face"] = self._continuity.similarity_smallest
        if self._passive:
            found["passive"] = float(np.median(self._passive))
        return found

    def wipe(self) -> None:
        """Wipe the features and meshes that are left. A repeat does nothing."""
        for reading in self._row:
            reading.wipe()
        self._row.clear()
        if self._depth is not None:
            self._depth.neutral.wipe()
        if self._first_features is not None:
            self._first_features.wipe()

    def _read_depth(self, reading: FaceReading) -> None:
        """Judge against the neutral face, which the first frames that make one give."""
        if self._depth is not None:
            self._depth.follow(reading)
            return
        self._row.append(FaceReading(reading.captured_at, reading.measures, reading.mesh.copy()))
        if len(self._row) < self._policy.payment.neutral_frames:
            return
        neutral = neutral_from(self._row, self._policy.pad.neutral)
        if neutral is None:
            self._row.pop(0).wipe()
            return
        self._depth = DepthWatch(neutral, self._policy.pad.depth)

    def _read_costly(self, frame: Frame, seen: FoundFace) -> None:
        self._screen.follow(frame.image_bgr, seen.face)
        passive = self._analysis.judge_passively(frame.image_bgr, seen.face)
        if passive is not None and math.isfinite(passive):
            self._passive.append(passive)
        features = self._analysis.extract(frame.image_bgr, seen.face)
        if self._first_features is None:
            self._first_features = features
            return
        self._continuity.compare(similarity(features, self._first_features))
        features.wipe()
