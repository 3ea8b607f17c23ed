"""Find the payer's face in a frame and read its mesh, or say why there is none to be read."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import Frame
from pos_app.capture.guidance import Guidance
from pos_app.capture.payment_zone import find_payer
from pos_app.features.face_models import FaceAnalysis
from pos_app.features.landmarks import Landmarks
from pos_app.pad.face_geometry import measure_face
from pos_app.pad.face_reading import FaceReading
from pos_app.probe.capture_policy import CapturePolicy

_FRAMES_AWAY_MAX: Final = 3
"""A face reaches over the edge of a frame; its mesh never lies three frames off."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FoundFace:
    """The payer's face in one frame. Whoever gets it wipes `reading`."""

    face: DetectedFace
    reading: FaceReading


def find_face(frame: Frame, analysis: FaceAnalysis, policy: CapturePolicy) -> FoundFace | Guidance:
    """Return the payer's face, or NO_FACE or SEVERAL_FACES. Bystanders get no mesh."""
    size = (frame.width, frame.height)
    payer = find_payer(analysis.detect(frame.image_bgr), size, policy.zone)
    if isinstance(payer, Guidance):
        return payer
    landmarks = analysis.locate(frame.image_bgr, payer)
    if not landmarks.presence >= policy.detector.presence_min or not _is_near(landmarks, size):
        landmarks.wipe()
        return Guidance.NO_FACE
    measures = measure_face(landmarks.points, analysis.canonical_points, size)
    return FoundFace(payer, FaceReading(frame.captured_at, measures, landmarks.points))


def _is_near(landmarks: Landmarks, size: tuple[int, int]) -> bool:
    """Whether every point is a number and no frame away: else the network's answer is no mesh."""
    return bool((np.abs(landmarks.points) <= _FRAMES_AWAY_MAX * max(size)).all())
