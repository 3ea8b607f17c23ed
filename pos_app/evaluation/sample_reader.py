"""From a picture file to features, by the models and the thresholds of a capture."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import FrameMalformedError, ImageBgr, require_picture
from pos_app.capture.guidance import Guidance
from pos_app.capture.payment_zone import find_payer
from pos_app.capture.sample_quality import assess_sample
from pos_app.features.extractor import FeatureExtractionError
from pos_app.features.face_models import FaceAnalysis, FaceModels
from pos_app.features.manifest import data_folder, load_manifest
from pos_app.features.model_commands import MODEL_MANIFEST
from pos_app.features.model_store import ModelStore, default_folders
from pos_app.probe.capture_policy import CapturePolicy, load_capture_policy

NOT_A_PICTURE: Final = "not_a_picture"
NO_FEATURES: Final = "no_features"

Vector = NDArray[np.float32]
"""float32[128], unit length."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Acquired:
    """A sample with usable features."""

    values: Vector


@dataclass(frozen=True, slots=True)
class NotAcquired:
    """A sample that never became features. `reason` is a guidance value or one of this module's."""

    reason: str


Sample = Acquired | NotAcquired


class SampleReader:
    """Reads pictures as a capture would judge one frame. Used by one thread at a time."""

    def __init__(self, analysis: FaceAnalysis, policy: CapturePolicy) -> None:
        self._analysis, self._policy = analysis, policy

    def read(self, path: Path) -> Sample:
        """Return the features of the one good face in a picture, or why there are none."""
        try:
            image = require_picture(cv2.imread(str(path)))
        except FrameMalformedError:
            return NotAcquired(NOT_A_PICTURE)
        try:
            return self._judge(image)
        except FeatureExtractionError:
            return NotAcquired(NO_FEATURES)

    def _judge(self, image: ImageBgr) -> Sample:
        size = (image.shape[1], image.shape[0])
        payer = find_payer(self._analysis.detect(image), size, self._policy.zone)
        if isinstance(payer, Guidance):
            return NotAcquired(payer.value)
        guidance = assess_sample(image, payer, self._policy.quality).guidance
        if guidance is not Guidance.GOOD:
            return NotAcquired(guidance.value)
        return Acquired(self._analysis.extract(image, payer).values)


def packaged_reader() -> SampleReader:
    """Return a reader with the packaged policy and this user's models; takes half a second.

    Raises `PolicyError` and `ModelError`.
    """
    policy = load_capture_policy()
    store = ModelStore(load_manifest(data_folder() / MODEL_MANIFEST), default_folders())
    return SampleReader(FaceModels(store, policy.detector), policy)
