"""The camera's own part of a virtual frame: sensor noise and the times of the frames."""

import threading
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from facepay.ports import Clock
from pos_app.capture.frame import ImageBgr
from pos_app.virtual.portrait import FRAME_SIZE

FRAME_SECONDS: Final = 1 / 30
_TILE_COUNT: Final = 6
_NOISE_SIGMA: Final = 1.3
_JITTER_SECONDS: Final = 0.0006
"""How uneven the frames of a real sensor's stream arrive."""

_STEP_SECONDS_MAX: Final = 0.2
"""The longest time between two frames of one camera: five a second."""


class SensorNoise:
    """Adds noise from a bank of tiles: a fresh one for each frame would cost more than drawing it."""

    def __init__(self, chance: Generator) -> None:
        self._chance = chance
        self._tiles: list[NDArray[np.int16]] = []

    def add_to(self, image_bgr: ImageBgr) -> None:
        """Add noise in place; no two calls are likely to add the same. The first makes the tiles."""
        width, height = FRAME_SIZE
        if not self._tiles:
            self._tiles = [self._tile() for _ in range(_TILE_COUNT)]
        tile = self._tiles[int(self._chance.integers(_TILE_COUNT))]
        left, top = self._chance.integers((width // 4, height // 4))
        noise = tile[top : top + height, left : left + width]
        cv2.add(image_bgr, noise, dst=image_bgr, dtype=cv2.CV_8U)

    def _tile(self) -> NDArray[np.int16]:
        width, height = FRAME_SIZE
        shape = (height + height // 4, width + width // 4, 3)
        return np.round(_NOISE_SIGMA * self._chance.standard_normal(shape, np.float32)).astype(
            np.int16
        )


class FrameTimes(Protocol):
    """When the frames of one camera are taken."""

    def next(self) -> float:
        """Return the time of the next frame in seconds, blocking until then where time is real."""


class SteppedTimes:
    """Times that advance by a thirtieth of a second per frame, however fast frames are asked for."""

    def __init__(self, jitter: Generator | None) -> None:
        """`jitter` makes them as uneven as a sensor's; None makes them exact, as an injector's."""
        self._jitter = jitter
        self._count = 0

    def next(self) -> float:
        """Return the next time at once."""
        self._count += 1
        uneven = 0.0 if self._jitter is None else self._jitter.uniform(-1, 1) * _JITTER_SECONDS
        return self._count * FRAME_SECONDS + uneven


class PacedTimes:
    """Thirty times a second of a real clock; a frame that is late is not made up for.

    Where a machine is too slow even for a few frames a second, this camera's time slows down with
    it: people in the picture then move slower, instead of vanishing from one frame to the next.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pause = threading.Event()
        self._read_at: float | None = None
        self._due_at = 0.0
        self._time = 0.0

    def next(self) -> float:
        """Block until the next frame is due and return the camera's time."""
        now = self._clock.monotonic()
        if self._read_at is None:
            self._read_at = self._due_at = now
        if self._due_at > now:
            self._pause.wait(self._due_at - now)
            now = self._clock.monotonic()
        self._time += min(now - self._read_at, _STEP_SECONDS_MAX)
        self._read_at = now
        self._due_at = max(now, self._due_at) + FRAME_SECONDS
        return self._time
