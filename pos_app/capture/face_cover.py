"""Is the face covered: a mask over mouth and nose, or dark glasses.

A mask is not the colour of the skin above it, at all five places that it covers; a beard leaves out
the nose, a shadow changes the light and not the colour. Dark glasses make both eyes far darker than
the cheeks; deep-set eyes in hard light come near that, so the bounds are the policy's.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr

_MASKED: Final = ((0.0, 0.6), (-0.42, 0.78), (0.42, 0.78), (0.0, 0.83), (0.0, 1.38))
"""Tip of the nose, both cheeks, upper lip, chin."""
_BARE: Final = ((0.0, 0.08), (0.0, -0.42), (-0.5, 0.3), (0.5, 0.3))
"""Bridge of the nose, forehead, under both eyes; the middle one of them is taken for the skin."""
_EYES: Final = ((-0.5, 0.0), (0.5, 0.0))
_CHEEKS: Final = ((-0.5, 0.5), (0.5, 0.5))
_SKIN_SIDE, _EYE_SIDE, _CHEEK_SIDE = 0.16, 0.3, 0.2
"""Sides of the squares that are averaged, in eye distances."""
_LUMA: Final = np.array([0.114, 0.587, 0.299])


@dataclass(frozen=True, slots=True)
class CoverMeasures:
    """How a face is covered.

    `mask_colour` is how far the mouth and nose are from the colour of the skin above, in a*b* units of
    CIE L*a*b*; `eye_light` how bright the brighter eye is, over the cheeks.
    """

    mask_colour: float
    eye_light: float


def measure_cover(image_bgr: ImageBgr, face: DetectedFace) -> CoverMeasures | None:
    """Return how a face in a uint8[height, width, 3] frame is covered; None if it is not all in it."""
    masked = _squares(image_bgr, face, _MASKED, _SKIN_SIDE)
    bare = _squares(image_bgr, face, _BARE, _SKIN_SIDE)
    eyes = _squares(image_bgr, face, _EYES, _EYE_SIDE)
    cheeks = _squares(image_bgr, face, _CHEEKS, _CHEEK_SIDE)
    if masked is None or bare is None or eyes is None or cheeks is None:
        return None
    distances = _hues(masked) - np.median(_hues(bare), axis=0)
    cheek_light = max(float((cheeks @ _LUMA).mean()), 1.0)
    return CoverMeasures(
        mask_colour=float(np.linalg.norm(distances, axis=1).min()),
        eye_light=float((eyes @ _LUMA).max()) / cheek_light,
    )


def _squares(
    image_bgr: ImageBgr, face: DetectedFace, places: tuple[tuple[float, float], ...], side: float
) -> NDArray[np.float64] | None:
    """Return float64[n, 3]: mean colours at places in eye distances across and eye-mouth ones down."""
    right_eye, left_eye, _, right_mouth, left_mouth = face.points.astype(np.float64)
    eyes = (right_eye + left_eye) / 2
    across, down = left_eye - right_eye, (right_mouth + left_mouth) / 2 - eyes
    half = max(1, int(side * float(np.linalg.norm(across)) / 2))
    centres = eyes + np.array(places) @ np.array([across, down])
    height, width = image_bgr.shape[:2]
    if not np.isfinite(centres).all() or (centres < half).any():
        return None
    if (centres[:, 0] >= width - half).any() or (centres[:, 1] >= height - half).any():
        return None
    means = [
        image_bgr[y - half : y + half + 1, x - half : x + half + 1].mean(axis=(0, 1))
        for x, y in centres.astype(int)
    ]
    return np.array(means)


def _hues(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return float64[n, 2]: a* and b* of blue-green-red colours."""
    lab = cv2.cvtColor(colours[None].astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    return np.asarray(lab[0, :, 1:], np.float64)
