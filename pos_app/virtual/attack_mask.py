"""A printed face worn as a mask: it turns with the wearer's head, and nothing in it moves."""

from enum import Enum
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt, StageView
from pos_app.virtual.attack_print import on_paper
from pos_app.virtual.bent_paper import BentPaper, softened
from pos_app.virtual.display_light import light_of
from pos_app.virtual.face_mesh import eye_centres, eye_distance
from pos_app.virtual.portrait import Portrait
from pos_app.virtual.shopper import Shopper
from pos_app.virtual.worn import MASK_OUTLINE

_BEND_RADIUS: Final = 1.55
"""In eye distances: paper bends around a head."""
_MARGIN: Final = 6
_OVERSIZE: Final = 1.06
"""A mask is a little larger than the face that it hides."""


class MaskCut(Enum):
    """How much of the face the mask covers."""

    FULL = "full"
    LOWER = "lower"


class WornMask:
    """A wearer who does what is asked; of it only the turning shows through a full mask."""

    supported_prompts: frozenset[Prompt] = frozenset()

    def __init__(
        self, portrait: Portrait, wearer: Shopper, cut: MaskCut, chance: Generator
    ) -> None:
        """Print the face in the portrait and wipe it; take over the wearer."""
        mesh = portrait.mesh[:, :2]
        outline = cv2.convexHull(mesh.astype(np.float32))[:, 0]
        if cut is MaskCut.LOWER:
            outline = mesh[list(MASK_OUTLINE)].astype(np.float32)
        low = np.clip(np.floor(outline.min(axis=0)) - _MARGIN, 0, None).astype(int)
        high = np.ceil(outline.max(axis=0)).astype(int) + _MARGIN
        picture = on_paper(portrait.frame_bgr[low[1] : high[1], low[0] : high[0]], chance)
        opacity = np.zeros(picture.shape[:2], np.float32)
        cv2.fillPoly(opacity, [np.round(outline - low).astype(np.int32)], (1,))
        fit = _OVERSIZE * eye_distance(wearer.mesh) / eye_distance(mesh)
        radius = _BEND_RADIUS * eye_distance(mesh)
        self._paper = BentPaper(picture, radius, softened(opacity))
        seen = self._paper.points[:, :2] + low + np.array(picture.shape[1::-1]) / 2
        at = eye_centres(wearer.mesh).mean(axis=0) + fit * (seen - eye_centres(mesh).mean(axis=0))
        self._points = wearer.puppet.before_face(at, fit * self._paper.points[:, 2])
        portrait.wipe()
        self._wearer = wearer

    def draw(self, now: float, view: StageView) -> ImageBgr:
        """Return the wearer as of now, with the mask on."""
        expression, pose = self._wearer.pose(now, view)
        light = light_of(view.colour_rgb)
        image = self._wearer.puppet.draw(expression, pose, light)
        seen = self._wearer.puppet.see(self._points, pose)
        return self._paper.draw_over(image, seen, pose.yaw, light)

    def wipe(self) -> None:
        """Overwrite the print and the wearer's photo."""
        self._paper.wipe()
        self._wearer.wipe()
