"""Stand cut-out people into the shop, near or far, in its light."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import ColourRgb
from pos_app.virtual.backdrop import shop_backdrop
from pos_app.virtual.display_light import GAMMA, ROOM_SHARE, light_of, relight
from pos_app.virtual.portrait import FRAME_SIZE
from pos_app.virtual.silhouette import Outline

_FACE_Y: Final = 232.0
"""Where the face of a framed photo is; who comes near comes towards it, who is far stands lower."""
_LEVELS, _HALVINGS = (1e-3, 1e3), 24
_FADE_PIXELS: Final = 56
"""Shoulders that the photo cuts off end softly when the person stands elsewhere."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person stands: `size` 1 as framed; `across` and `down` in pixels of the frame."""

    size: float = 1.0
    across: float = 0.0
    down: float = 0.0


@dataclass(frozen=True, slots=True)
class Room:
    """The light, where it is not a lit shop's.

    `face_luma` is how bright the face gets, 0-255. `wall` is the light on the wall behind, 1 being a
    lit shop's in linear terms; None for what the person gets.
    """

    face_luma: float | None = None
    wall: float | None = None


class ShopFloor:
    """An empty shop that people are drawn into, farthest first."""

    def __init__(self, wall: float = 1.0) -> None:
        """`wall` is the light on the wall, 1 being a lit shop's in linear terms."""
        self._empty, self._wall = shop_backdrop(), wall
        expose(self._empty, wall)

    def empty(self, colour_rgb: ColourRgb | None) -> ImageBgr:
        """Return a fresh uint8[480, 640, 3] frame with nobody in it, under the display's light."""
        image = self._empty.copy()
        relight(image, light_of(colour_rgb, self._wall), ROOM_SHARE)
        return image


def stand(image: ImageBgr, person: ImageBgr, outline: Outline, place: Place) -> ImageBgr:
    """Return `image` with a cut-out person in it; all are of the frame's size."""
    width, height = FRAME_SIZE
    anchor_y = _FACE_Y if place.size > 1 else float(height)
    moved = np.array(
        [
            [place.size, 0.0, width / 2 * (1 - place.size) + place.across],
            [0.0, place.size, anchor_y * (1 - place.size) + place.down],
        ]
    )
    return set_into(image, person, outline, moved)


def set_into(
    image: ImageBgr, person: ImageBgr, outline: Outline, moved: NDArray[np.float64]
) -> ImageBgr:
    """Return `image` with a cut-out person carried by an affine map, float64[2, 3], in it."""
    share = cv2.warpAffine(outline * _fade(), moved, FRAME_SIZE, flags=cv2.INTER_LINEAR)
    shown = cv2.warpAffine(person, moved, FRAME_SIZE, flags=cv2.INTER_LINEAR)
    both = cv2.blendLinear(shown, image, share, 1 - share)
    shown.fill(0)
    return np.asarray(both, np.uint8)


def expose(image_bgr: ImageBgr, level: float) -> None:
    """Give a picture `level` times its light, in place; what is too much for it burns out."""
    if level != 1:
        values = np.arange(256) * level ** (1 / GAMMA)
        cv2.LUT(image_bgr, np.clip(values, 0, 255).astype(np.uint8), dst=image_bgr)


def level_for(face_bgr: ImageBgr, luma: float) -> float:
    """Return the light that brings a picture of a face to a mean `luma`, 0-255, burnt out or not."""
    grey = cv2.cvtColor(face_bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    low, high = _LEVELS
    for _ in range(_HALVINGS):
        middle = (low * high) ** 0.5
        mean = float(np.minimum(grey * middle ** (1 / GAMMA), 255).mean())
        low, high = (middle, high) if mean < luma else (low, middle)
    grey.fill(0)
    return float((low * high) ** 0.5)


def _fade() -> Outline:
    """Return float32[1, 640]: 1 in the middle, falling to 0 at both sides of the photo."""
    columns = np.arange(FRAME_SIZE[0], dtype=np.float32)
    from_edge = np.minimum(columns, columns[::-1])
    return np.asarray(np.clip(from_edge / _FADE_PIXELS, 0, 1), np.float32)[None]
