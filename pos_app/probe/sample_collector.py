"""Gather good frames in a row, keep small aligned pictures of them, fuse the sharpest to features."""

from collections import deque
from dataclasses import dataclass

from facepay.template import FeatureVector
from pos_app.capture.frame import ImageBgr
from pos_app.features.extractor import fuse, similarity
from pos_app.features.face_models import FaceAnalysis
from pos_app.pad.face_reading import FaceReading, NeutralFace, neutral_from
from pos_app.pad.policy import NeutralPolicy
from pos_app.probe.capture_policy import EffortPolicy


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sample:
    """One good frame, reduced: a 112x112 aligned picture, its sharpness, and its reading."""

    aligned_bgr: ImageBgr
    sharpness: float
    reading: FaceReading

    def wipe(self) -> None:
        """Overwrite the picture and the mesh. A repeat does nothing."""
        self.aligned_bgr.fill(0)
        self.reading.wipe()


class SampleCollector:
    """A window of good frames in a row; the oldest is wiped when one too many comes."""

    def __init__(self, effort: EffortPolicy) -> None:
        self._effort = effort
        self._samples: deque[Sample] = deque()

    def add(self, sample: Sample) -> None:
        """Take over a sample, which the collector wipes."""
        self._samples.append(sample)
        if len(self._samples) > self._effort.neutral_frames:
            self._samples.popleft().wipe()

    def neutral_face(self, policy: NeutralPolicy) -> NeutralFace | None:
        """Return the neutral face once the window is full and neutral; the caller wipes it."""
        if len(self._samples) < self._effort.neutral_frames:
            return None
        return neutral_from([sample.reading for sample in self._samples], policy)

    def fused_features(
        self, analysis: FaceAnalysis, *, similarity_min: float
    ) -> FeatureVector | None:
        """Return the features of the sharpest samples as one; the caller wipes them.

        None if one of them does not look like the same person as the others.
        """
        ranked = sorted(self._samples, key=lambda sample: sample.sharpness, reverse=True)
        chosen = ranked[: int(self._effort.feature_frames)]
        vectors: list[FeatureVector] = []
        try:
            vectors.extend(analysis.extract_aligned(sample.aligned_bgr) for sample in chosen)
            fused = fuse(tuple(vectors))
            if all(similarity(vector, fused) >= similarity_min for vector in vectors):
                return fused
            fused.wipe()
            return None
        finally:
            for vector in vectors:
                vector.wipe()

    def wipe(self) -> None:
        """Wipe and drop every sample. A repeat does nothing."""
        while self._samples:
            self._samples.pop().wipe()
