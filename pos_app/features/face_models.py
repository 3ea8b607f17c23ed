"""The networks of the terminal as one thing that analyses faces."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from facepay.template import FeatureVector
from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr
from pos_app.features.detector import FaceDetector
from pos_app.features.extractor import FeatureExtractor
from pos_app.features.landmarks import LandmarkModel, Landmarks
from pos_app.features.model_store import ModelStore
from pos_app.features.passive_network import find_passive_network


@dataclass(frozen=True, slots=True)
class DetectorPolicy:
    """When a find counts as a face; all 0-1. `presence_min` is the landmark model's own word."""

    score_threshold: float
    overlap_threshold: float
    presence_min: float


class FaceAnalysis(Protocol):
    """What a capture needs to know of pictures. Used by one thread at a time."""

    @property
    def model_id(self) -> str:
        """Names the pipeline; only features of one id are comparable."""

    @property
    def canonical_points(self) -> NDArray[np.float64]:
        """float64[468, 3], the mesh of an average face."""

    def detect(self, image_bgr: ImageBgr) -> tuple[DetectedFace, ...]:
        """Return the faces of a frame, largest first."""

    def locate(self, image_bgr: ImageBgr, face: DetectedFace) -> Landmarks:
        """Return the mesh of a face; the caller wipes it."""

    def extract(self, image_bgr: ImageBgr, face: DetectedFace) -> FeatureVector:
        """Return the features of a face; the caller wipes them."""

    def extract_aligned(self, aligned_bgr: ImageBgr) -> FeatureVector:
        """Return the features of an aligned picture; the caller wipes both."""

    def judge_passively(self, image_bgr: ImageBgr, face: DetectedFace) -> float | None:
        """Return how much one frame looks bona fide, 0-1; None where no such network is installed."""

    def wipe(self) -> None:
        """Overwrite what the networks' own buffers still hold of a face."""


class FaceModels:
    """The admitted networks, verified and loaded."""

    def __init__(self, store: ModelStore, policy: DetectorPolicy) -> None:
        """Load the three files, and a passive network if there is one; takes about half a second.

        Raises `ModelMissingError` or `ModelIntegrityError`.
        """
        self.model_id = store.manifest.model_id
        self._detector = FaceDetector(
            store.read("face_detector"),
            score_threshold=policy.score_threshold,
            overlap_threshold=policy.overlap_threshold,
        )
        self._landmarks = LandmarkModel(store.read("face_landmarker"))
        self._extractor = FeatureExtractor(store.read("face_features"))
        self._passive = find_passive_network(store)
        self.canonical_points = self._landmarks.canonical_points
        self.detect = self._detector.detect
        self.locate = self._landmarks.locate
        self.extract = self._extractor.extract
        self.extract_aligned = self._extractor.extract_aligned

    @property
    def has_passive(self) -> bool:
        """Whether a passive network is installed."""
        return self._passive is not None

    def judge_passively(self, image_bgr: ImageBgr, face: DetectedFace) -> float | None:
        """Return how much one frame looks bona fide, 0-1; None without a passive network."""
        return None if self._passive is None else self._passive.score(image_bgr, face)

    def wipe(self) -> None:
        """Run the networks on black. A repeat is harmless."""
        self._detector.wipe()
        self._landmarks.wipe()
        self._extractor.wipe()
        if self._passive is not None:
            self._passive.wipe()


def load_once(store: ModelStore, policy: DetectorPolicy) -> Callable[[], FaceAnalysis]:
    """Return a function that loads the models when first called and then gives the same ones.

    So a window opens at once and the first capture pays. A failed load is tried again next time.
    Called by one thread at a time.
    """
    loaded: list[FaceModels] = []

    def analysis() -> FaceAnalysis:
        if not loaded:
            loaded.append(FaceModels(store, policy))
        return loaded[0]

    return analysis
