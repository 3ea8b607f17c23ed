"""Attacks without an instrument before the camera: pictures fed into the stream."""

from typing import Final

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.portrait import Portrait
from pos_app.virtual.recording import Footage
from pos_app.virtual.sensor import FRAME_SECONDS, SensorNoise

_LOOP_FRAMES: Final = 45
"""One and a half seconds, as a short clip of a person who looks at a telephone."""
_LOOP_QUALITY: Final = 92


class StillPicture:
    """One picture as footage: nothing moves in it."""

    def __init__(self, portrait: Portrait) -> None:
        """Take over the portrait."""
        self._portrait = portrait

    def draw(self, now: float) -> ImageBgr:
        """Return a copy of the picture; the caller owns it."""
        del now
        return self._portrait.frame_bgr.copy()

    def wipe(self) -> None:
        """Overwrite the picture."""
        self._portrait.wipe()


class InjectedFootage:
    """Footage instead of what a camera sees: it answers neither a prompt nor the display."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(self, footage: Footage) -> None:
        """Take over the footage."""
        self._footage = footage

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return what the footage shows now, whatever the stage shows."""
        del view
        return self._footage.draw(now)

    def wipe(self) -> None:
        """Overwrite the footage."""
        self._footage.wipe()


class LoopedClip:
    """A short clip over and over, the same to the last bit: it was compressed once."""

    def __init__(self, footage: Footage, chance: Generator) -> None:
        """Record a piece of the footage, as a sensor sees them, and wipe it."""
        noise = SensorNoise(chance)
        self._frames = [_compressed(footage, place, noise) for place in range(_LOOP_FRAMES)]
        footage.wipe()

    def draw(self, now: float) -> ImageBgr:
        """Return a fresh frame of the clip; the caller owns it."""
        frame = self._frames[round(now / FRAME_SECONDS) % _LOOP_FRAMES]
        return np.asarray(cv2.imdecode(frame, cv2.IMREAD_COLOR), np.uint8)

    def wipe(self) -> None:
        """Overwrite the clip."""
        for frame in self._frames:
            frame.fill(0)
        self._frames = [self._frames[0]] * 0


def _compressed(footage: Footage, place: int, noise: SensorNoise) -> NDArray[np.uint8]:
    image = footage.draw(place * FRAME_SECONDS)
    noise.add_to(image)
    _, coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _LOOP_QUALITY])
    image.fill(0)
    return np.asarray(coded, np.uint8)
