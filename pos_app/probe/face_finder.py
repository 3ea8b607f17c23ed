"""Find the payer's face in a frame and read its mesh, or say why there is none to be read."""

from dataclasses import dataclass

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import Frame
from pos_app.capture.guidance import Guidance
from pos_app.capture.payment_zone import find_payer
from pos_app.features.face_models import FaceAnalysis
from pos_app.pad.face_geometry import measure_face
from pos_app.pad.face_reading import FaceReading
from pos_app.probe.capture_policy import CapturePolicy


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
    if not landmarks.presence >= policy.detector.presence_min:
        landmarks.wipe()
        return Guidance.NO_FACE
    measures = measure_face(landmarks.points, analysis.canonical_points, size)
    return FoundFace(payer, FaceReading(frame.captured_at, measures, landmarks.points))
