"""Bring a face into the position a model expects."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr

ALIGNED_SIDE: Final = 112

_ALIGNED_POINTS: Final = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ],
    dtype=np.float64,
)
"""Where the five points lie in the aligned picture the feature model was trained on."""

Affine = NDArray[np.float64]
"""float64[2, 3]: maps (x, y, 1) of the source to (x, y) of the target."""


def similarity_transform(source: NDArray[np.floating], target: NDArray[np.floating]) -> Affine:
    """Return the rotation, scale and shift that best carries `source` onto `target`.

    Both are float[n, 2] with n >= 2. Least squares in closed form (Umeyama 1991), no mirroring, so
    the same points always give the same transform. Raises `ValueError` if the source points
    coincide.
    """
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    centred = source - source_mean
    spread = float((centred**2).sum())
    if not spread > 0:
        raise ValueError("the points coincide")
    covariance = (target - target_mean).T @ centred
    left, stretch, right = np.linalg.svd(covariance)
    mirror = np.array([1.0, np.sign(np.linalg.det(left @ right))])
    linear = float((stretch * mirror).sum()) / spread * (left * mirror) @ right
    return np.hstack([linear, (target_mean - linear @ source_mean)[:, None]])


def align_face(image_bgr: ImageBgr, face: DetectedFace) -> ImageBgr:
    """Return the uint8[112, 112, 3] blue-green-red picture of the face in standard position.

    The caller wipes the result. Raises `ValueError` if the five points coincide.
    """
    transform = similarity_transform(face.points.astype(np.float64), _ALIGNED_POINTS)
    size = (ALIGNED_SIDE, ALIGNED_SIDE)
    return cv2.warpAffine(image_bgr, transform, size).astype(np.uint8, copy=False)


def level_crop(face: DetectedFace, *, margin: float, side: int) -> Affine:
    """Return the map from frame pixels to a square crop of `side` pixels, eyes level.

    The square is centred on the face box and `margin` times its longer side wide.
    """
    eye_line = face.points[1] - face.points[0]
    angle = float(np.arctan2(eye_line[1], eye_line[0]))
    scale = side / (max(face.width, face.height) * margin)
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    linear = np.array([[cosine, sine], [-sine, cosine]])
    shift = side / 2 - linear @ np.array(face.centre)
    return np.hstack([linear, shift[:, None]])


def apply_inverse(transform: Affine, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Carry float64[n, 2] target points back to the source."""
    inverse = np.linalg.inv(transform[:, :2])
    return (points - transform[:, 2]) @ inverse.T
