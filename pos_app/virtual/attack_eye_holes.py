"""A print with the eyes cut out, and an accomplice who blinks through the holes."""

from typing import Final

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.attack_print import SHEET_BORDER, SHEET_MARGIN, Hand, printed_sheet
from pos_app.virtual.bent_paper import BentPaper, softened
from pos_app.virtual.display_light import light_of
from pos_app.virtual.face_mesh import EYES, eye_centres
from pos_app.virtual.flat_instrument import Hold, see_held
from pos_app.virtual.manner import Manner
from pos_app.virtual.portrait import Portrait
from pos_app.virtual.shop_floor import ShopFloor, set_into
from pos_app.virtual.shopper import Shopper

_FLAT: Final = 50_000.0
"""A radius so large that the sheet is flat."""
_HOLE_SIZE: Final = np.array([1.2, 1.7])
"""Of the printed eye's width and height: enough to see the lids behind it move."""
BEHIND: Final = Manner(
    "blinks behind a print and keeps the head still",
    answers=dict.fromkeys((Prompt.TURN_LEFT, Prompt.TURN_RIGHT, Prompt.TURN_EITHER_SIDE), None),
)
"""How the accomplice behaves: the print does the turning."""


class EyeHolesPrint:
    """A flat print; only what is seen through its holes is alive."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(self, portrait: Portrait, accomplice: Shopper, chance: Generator) -> None:
        """Print the portrait and wipe it; take over the accomplice."""
        mesh = portrait.mesh[:, :2] + (SHEET_BORDER - SHEET_MARGIN, SHEET_BORDER)
        sheet = printed_sheet(portrait, chance)
        holes = np.ones(sheet.shape[:2], np.float32)
        for eye in EYES:
            cv2.fillPoly(holes, [_hole(mesh[list(eye.contour)])], (0,))
        self._middle = np.array([sheet.shape[1], sheet.shape[0]]) / 2
        self._eyes = eye_centres(mesh)
        self._paper = BentPaper(sheet, _FLAT, softened(holes))
        portrait.wipe()
        self._accomplice = accomplice
        self._living_eyes = eye_centres(accomplice.mesh)
        self._floor = ShopFloor()
        self._hand = Hand(chance, is_waved=True)

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return print and eyes as of now; the person behind moves with the print."""
        hold, light = self._hand.hold(now, view), light_of(view.colour_rgb)
        behind = self._behind(now, view, hold)
        return self._paper.draw_over(behind, see_held(self._paper.points, hold), hold.yaw, light)

    def wipe(self) -> None:
        """Overwrite the print and the accomplice's photo."""
        self._paper.wipe()
        self._accomplice.wipe()

    def _behind(self, now: float, view: StageView, hold: Hold) -> ImageBgr:
        """Return the accomplice, so far away that the eyes are behind the holes."""
        person, outline = self._accomplice.draw(now, view)
        printed = np.column_stack([self._eyes - self._middle, np.zeros(2)])
        moved = _similarity(self._living_eyes, see_held(printed, hold))
        image = set_into(self._floor.empty(view.colour_rgb), person, outline, moved)
        person.fill(0)
        return image


def _hole(contour: NDArray[np.float64]) -> NDArray[np.int32]:
    low, high = contour.min(axis=0), contour.max(axis=0)
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    corners = (low + high) / 2 + circle * (high - low) / 2 * _HOLE_SIZE
    return np.asarray(np.round(corners), np.int32)


def _similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return float64[2, 3]: turn, scale and shift that carry two points onto two others."""
    one, other = (points[1] - points[0] for points in (source, target))
    ratio = complex(*other) / complex(*one)
    turned = np.array([[ratio.real, -ratio.imag], [ratio.imag, ratio.real]])
    return np.column_stack([turned, target[0] - turned @ source[0]])
