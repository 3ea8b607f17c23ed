"""Things that hide a part of a face: painted on the photo, so that they move with the head."""

from dataclasses import replace
from enum import Enum
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt
from pos_app.virtual.expression import Expression
from pos_app.virtual.face_mesh import EYES
from pos_app.virtual.portrait import Portrait

MASK_OUTLINE: Final = (
    93, 205, 50, 101, 126, 197, 355, 330, 280, 425, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132,
)  # fmt: skip
"""From the right cheek over the bridge of the nose to the left one, and back along the jaw."""
_CLOTH: Final = np.array([208.0, 190.0, 146.0])
_FOLDS: Final = (0.35, 0.5, 0.65)
_EARS: Final = ((93, 234), (323, 454), (58, 234), (288, 454))
_LENS: Final = np.array([17.0, 15.0, 14.0])
_LENS_SIZE: Final = (1.75, 3.4)
"""Of an eye's width and height."""
_FRAME_BGR: Final = (16, 14, 14)
_TEMPLES: Final = ((33, 127), (263, 356))
_BRIDGE: Final = (133, 362)


class Worn(Enum):
    """What can be worn."""

    MASK = "mask"
    SUNGLASSES = "sunglasses"

    @property
    def hidden_prompts(self) -> frozenset[Prompt]:
        """What nobody can be seen to do behind it."""
        return frozenset({Prompt.OPEN_MOUTH if self is Worn.MASK else Prompt.BLINK})

    def hide(self, expression: Expression) -> Expression:
        """Return the part of an expression that still shows."""
        if self is Worn.MASK:
            return replace(expression, jaw=0.0, smile=0.0)
        return replace(expression, blink=0.0)


def put_on(portrait: Portrait, worn: Worn) -> None:
    """Paint it on the photo, in place."""
    points = portrait.mesh[:, :2] + portrait.reach
    if worn is Worn.MASK:
        _put_on_mask(portrait.photo_bgr, points)
    else:
        _put_on_glasses(portrait.photo_bgr, points)


def _put_on_mask(photo: ImageBgr, points: NDArray[np.float64]) -> None:
    width = float(np.linalg.norm(points[93] - points[323]))
    for cheek, ear in _EARS:
        _line(photo, points[cheek], points[ear], (226, 222, 214), max(2, round(width / 70)))
    outline = _smooth(points[list(MASK_OUTLINE)])
    shade = cv2.GaussianBlur(cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY), (0, 0), width / 9)
    light = shade.astype(np.float32) / max(float(shade[_inside(photo, outline) > 0.5].mean()), 1.0)
    cloth = _CLOTH * np.clip(light, 0.75, 1.25)[:, :, None]
    for share in _FOLDS:
        start, end = (
            points[a] + share * (points[b] - points[a]) for a, b in ((93, 172), (323, 397))
        )
        middle = points[197] + (0.25 + share * 0.75) * (points[152] - points[197])
        _fold(cloth, start, middle, end)
    _blend(photo, cloth, _inside(photo, outline))


def _fold(
    cloth: NDArray[np.float64],
    start: NDArray[np.float64],
    middle: NDArray[np.float64],
    end: NDArray[np.float64],
) -> None:
    """Darken one curved line, and lighten the cloth under it."""
    along = np.linspace(0, 1, 24)[:, None]
    bow = (1 - along) ** 2 * start + 2 * along * (1 - along) * middle + along**2 * end
    for offset, colour in ((0.0, _CLOTH * 0.8), (2.5, _CLOTH * 1.08)):
        curve = np.round(bow + np.array([0.0, offset])).astype(np.int32)
        cv2.polylines(cloth, [curve], isClosed=False, color=tuple(colour.tolist()), thickness=2)


def _put_on_glasses(photo: ImageBgr, points: NDArray[np.float64]) -> None:
    inner = [points[index] for index in _BRIDGE]
    thick = max(2, round(float(np.linalg.norm(inner[0] - inner[1])) / 12))
    for corner, temple in _TEMPLES:
        _line(photo, points[corner], points[temple], _FRAME_BGR, thick + 1)
    _line(photo, inner[0] - (0, thick), inner[1] - (0, thick), _FRAME_BGR, thick)
    fall = np.linspace(1.9, 0.8, photo.shape[0])[:, None, None]
    glass = np.broadcast_to(_LENS, photo.shape) * fall
    for eye in EYES:
        _blend(photo, glass, _inside(photo, _lens(points[list(eye.contour)])))


def _lens(contour: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = contour.min(axis=0), contour.max(axis=0)
    middle, half = (low + high) / 2, (high - low) / 2
    half = np.array([half[0] * _LENS_SIZE[0], max(half[1] * _LENS_SIZE[1], half[0] * 1.25)])
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    round_side = np.column_stack([np.cos(angle), np.sin(angle)])
    return np.asarray(
        middle + (0, 0.2 * half[1]) + half * np.sign(round_side) * np.abs(round_side) ** 0.75
    )


def _smooth(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut the corners of a closed outline, twice."""
    for _ in range(2):
        following = np.roll(corners, -1, axis=0)
        cut = np.stack(
            [0.75 * corners + 0.25 * following, 0.25 * corners + 0.75 * following], axis=1
        )
        corners = cut.reshape(-1, 2)
    return corners


def _inside(photo: ImageBgr, outline: NDArray[np.float64]) -> NDArray[np.float32]:
    mask = np.zeros(photo.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], (255,))
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.0).astype(np.float32) / 255)


def _blend(photo: ImageBgr, paint: NDArray[np.float64], share: NDArray[np.float32]) -> None:
    mixed = photo + (paint - photo) * share[:, :, None]
    photo[...] = np.clip(mixed, 0, 255).astype(np.uint8)


def _line(
    photo: ImageBgr,
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    colour: tuple[int, int, int],
    thickness: int,
) -> None:
    corners = [tuple(round(float(value)) for value in point) for point in (start, end)]
    cv2.line(photo, corners[0], corners[1], colour, thickness, cv2.LINE_AA)
