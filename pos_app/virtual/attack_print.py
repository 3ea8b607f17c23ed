"""A printed photo held before the camera, flat or bent, and the hand that turns it when asked."""

from typing import Final

import cv2
import numpy as np
from numpy.random import Generator

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.acting import Actor, Gesture, turn
from pos_app.virtual.backdrop import shop_backdrop
from pos_app.virtual.bent_paper import BentPaper
from pos_app.virtual.display_light import ROOM_SHARE, light_of, relight
from pos_app.virtual.flat_instrument import Hold, hold_before, see_held
from pos_app.virtual.portrait import Portrait

SHEET_MARGIN: Final = 76
"""Columns of the portrait that the paper leaves out at each side."""
SHEET_BORDER: Final = 16
_GAMUT: Final = 0.78
_PAPER_BLACK: Final = 34.0
_PAPER_NOISE: Final = 3.0
_PRINT_BLUR: Final = 0.9
_EDGE_BGR: Final = (238, 242, 242)
_BEND_RADIUS: Final = 330.0
_TURN_DEGREES: Final = 32.0
_TREMBLE_DEGREES: Final = 2.5
_TREMBLE_SECONDS: Final = 1.7


class Hand:
    """Holds a sheet; waved, it turns it when a turn is asked and trembles."""

    def __init__(self, chance: Generator, *, is_waved: bool) -> None:
        self._actor = Actor(_waves(), chance)
        self._is_waved = is_waved

    def hold(self, now: float, view: StageView) -> Hold:
        """Return how the sheet is held as of now."""
        if not self._is_waved:
            return Hold()
        self._actor.look_at(view, now)
        _, pose = self._actor.pose(now)
        tremble = _TREMBLE_DEGREES * float(np.sin(2 * np.pi * now / _TREMBLE_SECONDS))
        return Hold(pose.yaw + tremble, 2 * pose.roll, pose.shift)


class PrintedPhoto:
    """A rigid print before the shop."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(self, portrait: Portrait, chance: Generator, *, is_waved: bool) -> None:
        """Print the portrait and wipe it."""
        self._sheet = printed_sheet(portrait, chance)
        portrait.wipe()
        self._backdrop = shop_backdrop()
        self._hand = Hand(chance, is_waved=is_waved)

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return the print as it is held now: paper answers the display all over alike."""
        hold, light = self._hand.hold(now, view), light_of(view.colour_rgb)
        sheet, behind = self._sheet.copy(), self._backdrop.copy()
        relight(sheet, light, float(np.cos(np.radians(hold.yaw))))
        relight(behind, light, ROOM_SHARE)
        image = hold_before(behind, sheet, hold)
        sheet.fill(0)
        return image

    def wipe(self) -> None:
        """Overwrite the print."""
        self._sheet.fill(0)


class BentPrint:
    """The same print, bent towards the camera to look less flat, and turned in the hand."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(self, portrait: Portrait, chance: Generator) -> None:
        """Print the portrait and wipe it."""
        self._paper = BentPaper(printed_sheet(portrait, chance), _BEND_RADIUS)
        portrait.wipe()
        self._backdrop = shop_backdrop()
        self._hand = Hand(chance, is_waved=True)

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return the print as it is held now."""
        hold, light = self._hand.hold(now, view), light_of(view.colour_rgb)
        image = self._backdrop.copy()
        relight(image, light, ROOM_SHARE)
        seen = see_held(self._paper.points, hold)
        return self._paper.draw_over(image, seen, hold.yaw, light)

    def wipe(self) -> None:
        """Overwrite the print."""
        self._paper.wipe()


def printed_sheet(portrait: Portrait, chance: Generator) -> ImageBgr:
    """Return the middle of a portrait on paper with a white border; the portrait stays."""
    paper = on_paper(portrait.frame_bgr[:, SHEET_MARGIN:-SHEET_MARGIN], chance)
    sides = (SHEET_BORDER,) * 4
    framed = cv2.copyMakeBorder(paper, *sides, cv2.BORDER_CONSTANT, value=_EDGE_BGR)
    paper.fill(0)
    return np.asarray(framed, np.uint8)


def on_paper(picture: ImageBgr, chance: Generator) -> ImageBgr:
    """Return a picture as a printer makes it: fewer colours, no true black, grain."""
    ink = _PAPER_BLACK + _GAMUT * picture.astype(np.float32)
    grain = _PAPER_NOISE * chance.standard_normal(picture.shape, np.float32)
    return np.clip(cv2.GaussianBlur(ink, (0, 0), _PRINT_BLUR) + grain, 0, 245).astype(np.uint8)


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
