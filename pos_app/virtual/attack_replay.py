"""A recording of a person, played on a tablet that is held before the camera.

The recording was made when other prompts were shown: it goes through all actions in its own order.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.backdrop import shop_backdrop
from pos_app.virtual.flat_instrument import Hold, hold_before
from pos_app.virtual.portrait import FRAME_SIZE
from pos_app.virtual.shopper import ShopperScene

_RECORDED: Final = (Prompt.BLINK, Prompt.TURN_LEFT, Prompt.OPEN_MOUTH, Prompt.TURN_RIGHT)
_SECONDS_EACH: Final = 2.4
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


class ScreenReplay:
    """A recorded shopper on a screen with moire, glare and a cold cast. It does not see the stage."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(self, recording: ShopperScene) -> None:
        """Take over the person who was recorded."""
        self._recording = recording
        self._backdrop = shop_backdrop()
        self._stripes, self._glare = _stripes(), _glare()

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return the screen as it is held now; it also reflects the colour of the display a little."""
        picture = self._recording.draw(now, _recorded_view(now))
        screen = self._screen(picture[:, _MARGIN:-_MARGIN], view)
        picture.fill(0)
        drift = float(np.sin(2 * np.pi * now / _DRIFT_SECONDS))
        image = hold_before(
            self._backdrop, screen, Hold(1.5 * drift, 0.6 * drift, (3 * drift, 2.0))
        )
        screen.fill(0)
        return image

    def wipe(self) -> None:
        """Overwrite the recording."""
        self._recording.wipe()

    def _screen(self, picture: ImageBgr, view: StageView) -> ImageBgr:
        lit = picture * (self._stripes * np.array(_BLUE_CAST, np.float32)) + _SCREEN_BLACK
        reflection = np.array(view.colour_rgb or (0, 0, 0), np.float32)[::-1] * 0.05
        lit += self._glare[:, :, None] + reflection
        shown = np.clip(lit, 0, 255).astype(np.uint8)
        bezel = (18, 18, 18)
        return np.asarray(
            cv2.copyMakeBorder(
                shown, _BEZEL, _BEZEL, _BEZEL, _BEZEL, cv2.BORDER_CONSTANT, value=bezel
            ),
            np.uint8,
        )


def _recorded_view(now: float) -> StageView:
    """Return what was asked when the recording was made, over and over."""
    number = int(now // _SECONDS_EACH)
    return StageView(_RECORDED[number % len(_RECORDED)], None, number)


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
