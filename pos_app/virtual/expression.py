"""What a face does: lids that close, a jaw that drops, a smile; and how the head is held."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pos_app.virtual.face_mesh import EAR_POINTS, LOWER_LIP, LOWER_LIP_SKIN, MOUTH_CORNERS
from pos_app.virtual.head_shape import EARS_BROUGHT_FORWARD, EyeParts, HeadShape, Points3

_LID_DOWN, _LOWER_LID_UP = 0.98, 0.10
_CREASE_SIDE, _CREASE_MIDDLE = 0.28, 0.50
_FOLD_SHARE, _BROW_SHARE, _BAG_SHARE = 0.22, 0.12, 0.25
"""How much of the lid's way the lines around it go."""
_JAW_DEGREES: Final = 20.0
_HINGE_BELOW_EARS: Final = 0.25
_CORNER_WEIGHT: Final = 0.22
_SKIN_RAMP_CM: Final = 2.2
_CHEEK_SLOPE: Final = 0.55
"""The line above which the jaw moves no skin rises from the mouth towards the ear."""
_SMILE_REACH_CM: Final = 2.0
_SMILE_OUT, _SMILE_UP, _SMILE_BACK = 0.16, 0.13, 0.05
"""How far a full smile draws a corner of the mouth, in eye distances."""
_NARROWING: Final = 0.45
"""A jaw that drops draws the corners of the mouth back together."""
_UPPER_MIDDLE, _LOWER_MIDDLE = 13, 14


@dataclass(frozen=True, slots=True)
class Expression:
    """Each 0-1, 0 as in the photo: `blink` closed lids, `jaw` open, `smile` wide."""

    blink: float = 0.0
    jaw: float = 0.0
    smile: float = 0.0


@dataclass(frozen=True, slots=True)
class Pose:
    """How the head is held, all 0 as in the photo.

    Degrees: `yaw` to the subject's own left, `pitch` down, `roll` clockwise in the picture. Pixels:
    `shift` right and down.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)


class Muscles:
    """Moves the points of one head."""

    def __init__(self, head: HeadShape, canonical: Points3) -> None:
        """`canonical` is float64[468, 3], the average face in centimetres, y up."""
        self._head = head
        self._blink = np.zeros_like(head.points)
        for eye in head.eyes:
            self._add_lids(eye)
        self._smile = self._smile_field(canonical)
        self._jaw_weight = np.zeros(len(head.points))
        self._jaw_weight[: len(canonical)] = _jaw_weights(canonical)
        ears = head.points[list(EAR_POINTS)].mean(axis=0)
        from_ears = np.array([0.0, _HINGE_BELOW_EARS, EARS_BROUGHT_FORWARD])
        self._hinge = ears + from_ears * head.eye_distance

    def place(self, expression: Expression, pose: Pose) -> Points3:
        """Return float64[n, 3]: the points with this expression in this pose."""
        deformed = self._head.points + self._displacement(expression)
        return self._turn(deformed, pose)

    def carry(self, points: Points3, pose: Pose) -> Points3:
        """Return float64[n, 3]: points in the head's space that are fixed to the skull."""
        offset = points - self._head.pivot
        carried = self._head.pivot + offset @ _rotation(pose).T
        carried[:, :2] += pose.shift
        return np.asarray(carried)

    def _displacement(self, expression: Expression) -> Points3:
        moved = expression.blink * self._blink + expression.smile * self._smile
        if expression.jaw:
            moved += self._jaw_drop(expression.jaw) - _NARROWING * expression.jaw * self._smile
        head = self._head
        followers = head.leader != np.arange(len(moved))
        moved[followers] = head.lead[followers, None] * moved[head.leader[followers]]
        return moved

    def _jaw_drop(self, amount: float) -> Points3:
        angle = np.radians(_JAW_DEGREES) * amount * self._jaw_weight
        offset = self._head.points - self._hinge
        cosine, sine = np.cos(angle), np.sin(angle)
        down = cosine * offset[:, 1] - sine * offset[:, 2]
        back = sine * offset[:, 1] + cosine * offset[:, 2]
        moved: Points3 = np.zeros_like(offset)
        moved[:, 1], moved[:, 2] = down - offset[:, 1], back - offset[:, 2]
        return moved

    def _turn(self, points: Points3, pose: Pose) -> Points3:
        """Turn the head about its pivot; what follows only partly is carried only partly."""
        offset: Points3 = points - self._head.pivot
        turned = offset @ _rotation(pose).T
        turned[:, :2] += pose.shift
        return np.asarray(points + self._head.weights[:, None] * (turned - offset))

    def _add_lids(self, eye: EyeParts) -> None:
        points, lines = self._head.points, eye.lines
        upper, lower = list(lines.upper[1:-1]), list(lines.lower[1:-1])
        opening = points[lower] - points[upper]
        rises = -_LOWER_LID_UP * opening
        falls = _LID_DOWN * (opening + rises)
        self._blink[lower] = rises
        self._blink[list(lines.bag)] = _BAG_SHARE * rises
        self._blink[upper] = falls
        middle = np.sin(np.linspace(0, np.pi, len(falls) + 2)[1:-1])[:, None]
        crease = (_CREASE_SIDE + (_CREASE_MIDDLE - _CREASE_SIDE) * middle) * falls
        self._blink[list(lines.crease)] = crease
        self._blink[list(lines.fold)] = _FOLD_SHARE * falls
        self._blink[list(lines.brow)] = _BROW_SHARE * falls.mean(axis=0)

    def _smile_field(self, canonical: Points3) -> Points3:
        field = np.zeros_like(self._head.points)
        for corner, side in zip(MOUTH_CORNERS, (-1.0, 1.0), strict=True):
            away = ((canonical[:, :2] - canonical[corner, :2]) ** 2).sum(axis=1)
            near = np.exp(-away / (2 * _SMILE_REACH_CM**2 / 2))
            pull = np.array([side * _SMILE_OUT, -_SMILE_UP, _SMILE_BACK])
            field[: len(canonical)] += near[:, None] * pull * self._head.eye_distance
        copies, lips = self._head.own_mouth
        field[copies] = field[lips]
        return field


def _rotation(pose: Pose) -> NDArray[np.float64]:
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    about_y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array(
        [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    )
    about_z = np.array(
        [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    )
    return np.asarray(about_z @ about_y @ about_x)


def _jaw_weights(canonical: Points3) -> NDArray[np.float64]:
    """Return how much of the jaw each mesh point follows: the lower lip and chin all of it."""
    across = np.abs(canonical[:, 0])
    half_mouth = abs(canonical[MOUTH_CORNERS[0], 0])
    lip_line = canonical[[_UPPER_MIDDLE, _LOWER_MIDDLE], 1].mean()
    line = lip_line + _CHEEK_SLOPE * np.maximum(across - half_mouth, 0.0)
    below = np.clip((line - canonical[:, 1]) / _SKIN_RAMP_CM, 0.0, 1.0)
    weights = below * below * (3 - 2 * below)
    share = np.clip(across / half_mouth, 0.0, 1.0)
    on_lip = _CORNER_WEIGHT + (1 - _CORNER_WEIGHT) * np.sqrt(1 - share**2)
    lip = [index for column in LOWER_LIP_SKIN for index in column] + list(LOWER_LIP[1:-1])
    weights[lip] = on_lip[lip]
    corners = [LOWER_LIP[0], LOWER_LIP[-1], *MOUTH_CORNERS]
    weights[corners] = _CORNER_WEIGHT
    return np.asarray(weights)
