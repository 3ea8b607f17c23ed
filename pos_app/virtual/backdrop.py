"""A shop out of focus: shelves with goods behind the place where a payer stands. It has no face in it."""

from typing import Final

import cv2
import numpy as np
from numpy.random import PCG64, Generator

from pos_app.capture.frame import ImageBgr
from pos_app.virtual.portrait import FRAME_SIZE

_SEED: Final = 20
_SHELVES: Final = 5
_WALL = (158, 176, 188)
_BOARD = (96, 118, 140)
_PALE, _MUTED = 96, 0.3
"""Goods in the background are less colourful than the person in front."""
_FOCUS_BLUR: Final = 9.0


def shop_backdrop() -> ImageBgr:
    """Return a fresh uint8[480, 640, 3] picture, always the same."""
    chance = Generator(PCG64(_SEED))
    width, height = FRAME_SIZE
    picture = np.full((height, width, 3), _WALL, np.uint8)
    pitch = height // _SHELVES
    for shelf in range(_SHELVES):
        floor = (shelf + 1) * pitch - 14
        _fill_shelf(picture, floor, pitch - 30, chance)
        cv2.rectangle(picture, (0, floor), (width, floor + 12), _BOARD, cv2.FILLED)
    soft = cv2.GaussianBlur(picture, (0, 0), _FOCUS_BLUR).astype(np.float32)
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None, None]
    lamp = 1.08 - 0.22 * across**2 - 0.16 * np.maximum(down, 0)
    return np.clip(soft * lamp, 0, 255).astype(np.uint8)


def _fill_shelf(picture: ImageBgr, floor: int, room: int, chance: Generator) -> None:
    """Stand boxes and bottles in muted colours on one shelf."""
    left = int(chance.integers(0, 12))
    while left < FRAME_SIZE[0]:
        wide, tall = int(chance.integers(16, 46)), int(chance.integers(room // 2, room))
        colour = tuple(int(value) for value in _PALE + _MUTED * chance.integers(0, 256, 3))
        cv2.rectangle(picture, (left, floor - tall), (left + wide, floor), colour, cv2.FILLED)
        left += wide + int(chance.integers(2, 9))
