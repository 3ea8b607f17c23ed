"""What an opening mouth shows: teeth under the upper lip, the dark, the tongue."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.virtual.face_mesh import LOWER_LIP, UPPER_LIP, Triangles
from pos_app.virtual.head_shape import HeadShape
from pos_app.virtual.portrait import Portrait
from pos_app.virtual.warp import Layer

_HEIGHT: Final = 128
_TEETH_SHARE: Final = 0.16
_FULL_OPENING: Final = 0.62
"""The opening at which the whole patch shows, in mouth widths."""
_BLUR: Final = 5.0
_CHEEKS: Final = (50, 280, 205, 425)
_LIT_SKIN: Final = np.array([140.0, 160.0, 215.0])


class MouthInterior:
    """A painted patch below the photo, and where the mouth's triangles look it up."""

    def __init__(self, head: HeadShape, mouth: Triangles) -> None:
        self._mouth = mouth
        self._rest = head.project(head.points)
        right, left = self._rest[UPPER_LIP[0]], self._rest[UPPER_LIP[-1]]
        self._mouth_width = float(np.linalg.norm(left - right))
        self._patch_at = np.zeros(2)
        self._patch_size = (1, _HEIGHT)

    def patch(self, portrait: Portrait) -> ImageBgr:
        """Return the patch, as wide as the photo, to be put below it."""
        width = portrait.photo_bgr.shape[1]
        self._patch_at = np.array([0.0, portrait.photo_bgr.shape[0]])
        self._patch_size = (width, _HEIGHT)
        return _paint_patch(width, _skin_tint(portrait.photo_bgr, self._rest + portrait.reach))

    def triangles(self, seen: NDArray[np.float64]) -> Layer:
        """Return the triangles of the mouth as the lips are now, float64[n, 2] in frame pixels."""
        upper, lower = list(UPPER_LIP), list(LOWER_LIP)
        source = np.zeros((len(seen), 2))
        width, height = self._patch_size
        across = np.linspace(0.04, 0.96, len(upper)) * width
        opening = np.linalg.norm(seen[lower] - seen[upper], axis=1)
        depth = np.clip(opening / (self._mouth_width * _FULL_OPENING), 0.0, 1.0)
        source[upper] = np.column_stack([across, np.full(len(upper), 2.0)])
        source[lower] = np.column_stack([across, 2.0 + depth * (height - 5.0)])
        source += self._patch_at
        return Layer(source[self._mouth], seen[self._mouth])


def _paint_patch(width: int, tint: NDArray[np.float64]) -> ImageBgr:
    """Paint the inside of a mouth in the light of the photo; `tint` is blue, green, red, 0-1."""
    down = np.linspace(0.0, 1.0, _HEIGHT)[:, None]
    across = np.abs(np.linspace(-1.0, 1.0, width))[None, :]
    picture = np.empty((_HEIGHT, width, 3), np.float64)
    picture[...] = np.array([26.0, 18.0, 52.0])
    tongue = _bump(down, 0.92, 0.26) * (1 - 0.75 * across**2)
    picture += tongue[:, :, None] * (np.array([92.0, 84.0, 170.0]) - picture)
    teeth = ((down < _TEETH_SHARE) & (across < 0.82)).astype(np.float64) * (1 - 0.55 * across)
    picture += teeth[:, :, None] * (np.array([176.0, 196.0, 206.0]) - picture)
    picture *= tint
    blurred = cv2.GaussianBlur(picture, (0, 0), sigmaX=_BLUR * 3, sigmaY=_BLUR / 2)
    return np.clip(blurred, 0, 255).astype(np.uint8)


def _bump(at: NDArray[np.float64], middle: float, spread: float) -> NDArray[np.float64]:
    return np.asarray(np.exp(-(((at - middle) / spread) ** 2)))


def _skin_tint(photo_bgr: ImageBgr, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the light on the face against that on an evenly lit one, blue, green, red, 0.3-1."""
    low, high = points[list(_CHEEKS)].min(axis=0), points[list(_CHEEKS)].max(axis=0)
    (left, top), (right, bottom) = low.astype(int), high.astype(int)
    skin = photo_bgr[top:bottom, left:right].reshape(-1, 3).mean(axis=0)
    return np.asarray(np.clip(skin / _LIT_SKIN, 0.3, 1.0))
