"""A printed photo held before the camera, and the hand that turns it as the prompts ask."""

from typing import Final

import cv2
import numpy as np
from numpy.random import Generator

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.acting import Actor, Gesture, turn
from pos_app.virtual.backdrop import shop_backdrop
from pos_app.virtual.display_light import ROOM_SHARE, light_of, relight
from pos_app.virtual.flat_instrument import Hold, hold_before
from pos_app.virtual.portrait import Portrait

_GAMUT: Final = 0.78
_PAPER_BLACK: Final = 34.0
_PAPER_NOISE: Final = 3.0
_PRINT_BLUR: Final = 0.9
_BORDER: Final = 16
_MARGIN: Final = 76
"""Columns of the portrait that the paper leaves out at each side."""
_TURN_DEGREES: Final = 32.0
_TREMBLE_DEGREES: Final = 2.5
_TREMBLE_SECONDS: Final = 1.7


class PrintedPhoto:
    """A rigid print. Waved, it is turned when a turn is asked and trembles in the hand."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(self, portrait: Portrait, chance: Generator, *, is_waved: bool) -> None:
        """Print the portrait and wipe it."""
        self._sheet = _print(portrait.frame_bgr[:, _MARGIN:-_MARGIN], chance)
        portrait.wipe()
        self._backdrop = shop_backdrop()
        self._is_waved = is_waved
        self._hand = Actor(_waves(), chance)

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return the print as it is held now: paper answers the display all over alike."""
        hold, light = self._hold(now, view), light_of(view.colour_rgb)
        sheet, behind = self._sheet.copy(), self._backdrop.copy()
        relight(sheet, light, float(np.cos(np.radians(hold.yaw))))
        relight(behind, light, ROOM_SHARE)
        image = hold_before(behind, sheet, hold)
        sheet.fill(0)
        return image

    def wipe(self) -> None:
        """Overwrite the print."""
        self._sheet.fill(0)

    def _hold(self, now: float, view: StageView) -> Hold:
        if not self._is_waved:
            return Hold()
        self._hand.look_at(view, now)
        _, pose = self._hand.pose(now)
        tremble = _TREMBLE_DEGREES * float(np.sin(2 * np.pi * now / _TREMBLE_SECONDS))
        return Hold(pose.yaw + tremble, 2 * pose.roll, pose.shift)


def _waves() -> dict[Prompt, Gesture]:
    """Return what a hand does with a print; a blink and an open mouth it can only wave at."""
    left, right = turn(yaw=_TURN_DEGREES), turn(yaw=-_TURN_DEGREES)
    return {
        Prompt.TURN_LEFT: left,
        Prompt.TURN_RIGHT: right,
        Prompt.TURN_EITHER_SIDE: left,
        Prompt.BLINK: turn(yaw=_TURN_DEGREES / 3),
        Prompt.OPEN_MOUTH: turn(yaw=-_TURN_DEGREES / 3),
    }


def _print(picture: ImageBgr, chance: Generator) -> ImageBgr:
    """Return the picture on paper: fewer colours, no true black, grain, a white border."""
    ink = _PAPER_BLACK + _GAMUT * picture.astype(np.float32)
    grain = _PAPER_NOISE * chance.standard_normal(picture.shape, np.float32)
    paper = np.clip(cv2.GaussianBlur(ink, (0, 0), _PRINT_BLUR) + grain, 0, 245).astype(np.uint8)
    edge = (238, 242, 242)
    return np.asarray(
        cv2.copyMakeBorder(
            paper, _BORDER, _BORDER, _BORDER, _BORDER, cv2.BORDER_CONSTANT, value=edge
        ),
        np.uint8,
    )
