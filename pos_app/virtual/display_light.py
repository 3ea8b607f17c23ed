"""The customer display as a lamp: what of its colour falls on the things before it, and how soon.

Light is added in linear terms, where 1 is what the room gives. The display is small: held against a
lit shop its full white adds a few parts in a hundred, and to the shop behind hardly anything.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import ColourRgb, StageView

LightBgr = NDArray[np.float64]
"""float64[3], blue-green-red: light that the display adds to the room's, which is 1 in each."""

GAMMA: Final = 2.2
_GAIN: Final = 0.09
"""A 10-inch display of 300 cd/m2 half a meter away gives 30 lx to a face in a shop of 350 lx."""
ROOM_SHARE: Final = 0.06
"""What reaches a wall four times as far away as the face."""
_LAG_SECONDS: Final = 0.05
"""Until a display and an exposure have mostly followed a change."""
_LEVELS: Final = 256


def light_of(colour_rgb: ColourRgb | None, room_level: float = 1.0) -> LightBgr | None:
    """Return what a display of this colour adds at the payer's place; None if it is not lit.

    `room_level` is how bright the room is, 1 being a lit shop: in the dark the display counts more.
    """
    if colour_rgb is None:
        return None
    linear = (np.array(colour_rgb[::-1], np.float64) / (_LEVELS - 1)) ** GAMMA
    return np.asarray(_GAIN / room_level * linear)


def relight(image_bgr: ImageBgr, light: LightBgr | None, share: float = 1.0) -> None:
    """Add `share` of the light, in place, to a picture of flat things that all face the display."""
    if light is None:
        return
    factors = (1 + share * light) ** (1 / GAMMA)
    values = np.arange(_LEVELS)[None, :, None] * factors
    cv2.LUT(image_bgr, np.clip(np.rint(values), 0, _LEVELS - 1).astype(np.uint8), dst=image_bgr)


class DisplayLag:
    """How a change of the display arrives: softly, as a screen and an exposure follow it."""

    def __init__(self) -> None:
        self._linear: NDArray[np.float64] = np.zeros(3)
        self._at: float | None = None

    def seen(self, view: StageView, now: float) -> StageView:
        """Return the view with the colour as it has come up by `now`, which never goes back."""
        wanted = (np.array(view.colour_rgb or (0, 0, 0)) / (_LEVELS - 1)) ** GAMMA
        elapsed = 0.0 if self._at is None else now - self._at
        self._at = now
        self._linear = wanted + (self._linear - wanted) * np.exp(-elapsed / _LAG_SECONDS)
        red, green, blue = (round(float(c) ** (1 / GAMMA) * (_LEVELS - 1)) for c in self._linear)
        is_dark = view.colour_rgb is None and not (red or green or blue)
        return replace(view, colour_rgb=None if is_dark else (red, green, blue))
