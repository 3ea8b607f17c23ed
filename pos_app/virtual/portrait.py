"""A still photo, framed as a camera at a till would see the person, with the mesh of the face."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.camera import CameraUnavailableError
from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr
from pos_app.features.detector import FaceDetector
from pos_app.features.landmarks import CANONICAL_COUNT, LandmarkModel

FRAME_SIZE: Final = (640, 480)
"""Width and height of every virtual frame, in pixels."""
_FACE_HEIGHT: Final = 215.0
"""Wanted distance from the hairline to the chin: an arm's length from the till."""
_FACE_AT: Final = (320.0, 232.0)
_REACH: Final = 48
"""Pixels of photo kept around the frame, so that a moving head uncovers photo and not a border."""
_REFINEMENTS: Final = 2
_FOREHEAD, _CHIN = 10, 152
_RIGHT_OUTER, _RIGHT_INNER, _LEFT_INNER, _LEFT_OUTER = 33, 133, 362, 263
_NOSE, _RIGHT_MOUTH, _LEFT_MOUTH = 1, 61, 291

MeshPoints = NDArray[np.float64]
"""float64[468, 3]: pixels of the frame, x right, y down, z away from the viewer."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Portrait:
    """One framed photo. The owner wipes it.

    `photo_bgr` reaches `reach` pixels, x and y, beyond the 640x480 frame on each side; `mesh` is in
    pixels of the frame.
    """

    photo_bgr: ImageBgr
    reach: tuple[int, int]
    mesh: MeshPoints

    @property
    def frame_bgr(self) -> ImageBgr:
        """A view of the part of the photo that the camera sees."""
        (across, down), (width, height) = self.reach, FRAME_SIZE
        return self.photo_bgr[down : down + height, across : across + width]

    def wipe(self) -> None:
        """Overwrite photo and mesh in place. A repeat does nothing."""
        self.photo_bgr.fill(0)
        self.mesh.fill(0.0)


class PortraitStudio:
    """Frames photos. Used by one thread at a time."""

    def __init__(self, detector: FaceDetector, landmarks: LandmarkModel) -> None:
        self._detector, self._landmarks = detector, landmarks

    def frame(self, photo_bgr: ImageBgr) -> Portrait:
        """Return the portrait in a photo of one face; the photo stays the caller's.

        Raises `CameraUnavailableError` if there is no face, or none in a place where it can be framed.
        """
        mesh = self._measure(photo_bgr)
        if mesh is None:
            raise CameraUnavailableError("the photo of this shopper shows no face")
        scale, corner = _framing(mesh, photo_bgr)
        size = (round(photo_bgr.shape[1] * scale), round(photo_bgr.shape[0] * scale))
        interpolation = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        scaled = cv2.resize(photo_bgr, size, interpolation=interpolation)
        framed, reach = _crop(np.asarray(scaled, np.uint8), corner)
        mesh = mesh * scale
        mesh[:, :2] -= corner
        return Portrait(framed, reach, mesh)

    def _measure(self, photo_bgr: ImageBgr) -> MeshPoints | None:
        faces = self._detector.detect(photo_bgr)
        if not faces:
            return None
        mesh = self._landmarks.locate_in_depth(photo_bgr, faces[0])
        for _ in range(_REFINEMENTS):
            mesh = self._landmarks.locate_in_depth(photo_bgr, _face_around(mesh))
        return mesh[:CANONICAL_COUNT].copy()


def _face_around(mesh: NDArray[np.float64]) -> DetectedFace:
    """Return the mesh as a find, so that the next crop fits the face better than a detector's box."""
    low, high = mesh[:, :2].min(axis=0), mesh[:, :2].max(axis=0)
    right_eye = mesh[[_RIGHT_OUTER, _RIGHT_INNER], :2].mean(axis=0)
    left_eye = mesh[[_LEFT_OUTER, _LEFT_INNER], :2].mean(axis=0)
    below = mesh[[_NOSE, _RIGHT_MOUTH, _LEFT_MOUTH], :2]
    return DetectedFace(
        left=float(low[0]),
        top=float(low[1]),
        width=float(high[0] - low[0]),
        height=float(high[1] - low[1]),
        points=np.vstack([right_eye, left_eye, below]).astype(np.float32),
        detection_score=1.0,
    )


def _framing(mesh: MeshPoints, photo_bgr: ImageBgr) -> tuple[float, NDArray[np.int64]]:
    """Return the scale, and the frame's corner in the scaled photo, so that the photo fills it."""
    height, width = photo_bgr.shape[:2]
    face_height = float(np.linalg.norm(mesh[_FOREHEAD, :2] - mesh[_CHIN, :2]))
    fills = max(FRAME_SIZE[0] / width, FRAME_SIZE[1] / height)
    scale = max(_FACE_HEIGHT / face_height, fills)
    centre = mesh[[_FOREHEAD, _CHIN], :2].mean(axis=0) * scale
    room = np.round([width * scale, height * scale]) - FRAME_SIZE
    corner = np.clip(np.round(centre - _FACE_AT), 0, np.maximum(room, 0))
    return scale, corner.astype(np.int64)


def _crop(scaled: ImageBgr, corner: NDArray[np.int64]) -> tuple[ImageBgr, tuple[int, int]]:
    """Cut the frame and its reach; where the photo ends, its edge is mirrored."""
    padded = cv2.copyMakeBorder(scaled, _REACH, _REACH, _REACH, _REACH, cv2.BORDER_REFLECT_101)
    left, top = int(corner[0]), int(corner[1])
    width, height = FRAME_SIZE[0] + 2 * _REACH, FRAME_SIZE[1] + 2 * _REACH
    cut = padded[top : top + height, left : left + width]
    return np.ascontiguousarray(cut, np.uint8), (_REACH, _REACH)
