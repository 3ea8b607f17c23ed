"""A recording or a picture of a person, shown on a tablet that is held before the camera."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.backdrop import shop_backdrop
from pos_app.virtual.display_light import GAMMA, ROOM_SHARE, LightBgr, light_of, relight
from pos_app.virtual.flat_instrument import Hold, hold_before
from pos_app.virtual.portrait import FRAME_SIZE
from pos_app.virtual.recording import Footage

_MARGIN: Final = 60
_BEZEL: Final = 22
_STRIPES: Final = 0.075
"""Contrast of the screen's colour stripes as the camera's pixels see them; stronger hides the face."""
_STRIPE_PITCH: Final = (2.13, 2.17, 2.22)
"""Pixels of the camera per stripe of blue, green and red: near two, so that they beat."""
_TILT: Final = 0.071
_BLUE_CAST = (1.0, 0.92, 0.86)
_SCREEN_BLACK: Final = 14.0
_GLARE: Final = 46.0
_DRIFT_SECONDS: Final = 4.1
_GLASS_SHARE: Final = 0.03
"""What glass gives back of the display's light, as a part of what white paper would."""


class ScreenReplay:
    """A person on a screen with moire, glare and a cold cast. It does not see the stage."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(self, recording: Footage) -> None:
        """Take over the person who was recorded."""
        self._recording = recording
        self._backdrop = shop_backdrop()
        self._stripes, self._glare = _stripes(), _glare()

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return the screen as it is held now. It gives its own light; the glass reflects a little."""
        picture = self._recording.draw(now)
        light = light_of(view.colour_rgb)
        screen = self._screen(picture[:, _MARGIN:-_MARGIN], light)
        picture.fill(0)
        behind = self._backdrop.copy()
        relight(behind, light, ROOM_SHARE)
        drift = float(np.sin(2 * np.pi * now / _DRIFT_SECONDS))
        image = hold_before(behind, screen, Hold(1.5 * drift, 0.6 * drift, (3 * drift, 2.0)))
        screen.fill(0)
        return image

    def wipe(self) -> None:
        """Overwrite the recording."""
        self._recording.wipe()

    def _screen(self, picture: ImageBgr, light: LightBgr | None) -> ImageBgr:
        lit = picture * (self._stripes * np.array(_BLUE_CAST, np.float32)) + _SCREEN_BLACK
        lit += self._glare[:, :, None]
        shown = _reflecting(np.clip(lit, 0, 255).astype(np.uint8), light)
        bezel = (18, 18, 18)
        return np.asarray(
            cv2.copyMakeBorder(
                shown, _BEZEL, _BEZEL, _BEZEL, _BEZEL, cv2.BORDER_CONSTANT, value=bezel
            ),
            np.uint8,
        )


def _reflecting(shown: ImageBgr, light: LightBgr | None) -> ImageBgr:
    """Return the screen with the display's light added to its own, the same wherever it is dark."""
    if light is None:
        return shown
    own = (np.arange(256) / 255) ** GAMMA
    both = (own[:, None] + _GLASS_SHARE * light) ** (1 / GAMMA)
    table = np.clip(np.rint(255 * both), 0, 255).astype(np.uint8)[None]
    return np.asarray(cv2.LUT(shown, table), np.uint8)


def _stripes() -> NDArray[np.float32]:
    """Return float32[h, w, 3]: the light of each pixel, coarser than what a screen really has."""
    width, height = FRAME_SIZE[0] - 2 * _MARGIN, FRAME_SIZE[1]
    across = np.arange(width)[None, :] + _TILT * np.arange(height)[:, None]
    layers = [1 + _STRIPES * np.sin(2 * np.pi * across / pitch) for pitch in _STRIPE_PITCH]
    return np.asarray(np.stack(layers, axis=2), np.float32)


def _glare() -> NDArray[np.float32]:
    """Return float32[h, w]: a lamp's reflection in the upper corner of the glass."""
    width, height = FRAME_SIZE[0] - 2 * _MARGIN, FRAME_SIZE[1]
    across = (np.arange(width)[None, :] - 0.84 * width) / (0.16 * width)
    down = (np.arange(height)[:, None] - 0.13 * height) / (0.09 * height)
    return np.asarray(_GLARE * np.exp(-(across**2) - down**2), np.float32)
