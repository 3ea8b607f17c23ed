"""Find faces in a frame: YuNet, run on a small copy of the frame."""

import cv2
import numpy as np
from cv2.utils import logging
from numpy.typing import NDArray

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr
from pos_app.features.model_file import ModelIntegrityError

DETECTION_WIDTH = 320
"""Wide enough for a face at a till, at a fifth of what 640 costs."""
_NO_CONFIG = np.empty(0, np.uint8)


class FaceDetector:
    """Finds the faces of a frame. Used by one thread at a time."""

    def __init__(self, model: bytes, *, score_threshold: float, overlap_threshold: float) -> None:
        """Load the verified model file.

        `score_threshold` and `overlap_threshold` are 0-1: the least score that counts as a face, and
        the overlap above which the weaker of two finds is dropped. Raises `ModelIntegrityError`
        if the file is not this model.
        """
        buffer = np.frombuffer(model, np.uint8)
        side = DETECTION_WIDTH
        log_level = logging.getLogLevel()
        logging.setLogLevel(logging.LOG_LEVEL_ERROR)  # loading warns of a setting that nobody made
        try:
            self._network = cv2.FaceDetectorYN.create(
                "onnx", buffer, _NO_CONFIG, (side, side), score_threshold, overlap_threshold, 50
            )
            self._network.detect(np.zeros((side, side, 3), np.uint8))
        except cv2.error as cause:
            raise ModelIntegrityError("the face detector does not load") from cause
        finally:
            logging.setLogLevel(log_level)

    def detect(self, image_bgr: ImageBgr) -> tuple[DetectedFace, ...]:
        """Return the faces of a uint8[height, width, 3] picture, largest first; none is empty."""
        height, width = image_bgr.shape[:2]
        scale = min(1.0, DETECTION_WIDTH / width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA)
        self._network.setInputSize(size)
        rows = self._network.detect(small)[1]
        small.fill(0)
        if rows is None:
            return ()
        stretch = np.array([width / size[0], height / size[1]], np.float32)
        faces = [_face_from_row(row, stretch) for row in rows if np.isfinite(row).all()]
        return tuple(sorted(faces, key=lambda face: face.area, reverse=True))

    def wipe(self) -> None:
        """Run the network on black, so that its buffers hold no face. A repeat is harmless."""
        self.detect(np.zeros((DETECTION_WIDTH * 3 // 4, DETECTION_WIDTH, 3), np.uint8))


def _face_from_row(row: NDArray[np.float32], stretch: NDArray[np.float32]) -> DetectedFace:
    left, top = row[0:2] * stretch
    width, height = row[2:4] * stretch
    return DetectedFace(
        left=float(left),
        top=float(top),
        width=float(width),
        height=float(height),
        points=row[4:14].reshape(5, 2) * stretch,
        detection_score=float(row[14]),
    )
