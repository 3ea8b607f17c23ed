"""Light on a moving head: a steady room lamp, and the customer display shining on the face."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.virtual.display_light import GAMMA, ROOM_SHARE, LightBgr
from pos_app.virtual.face_mesh import Triangles
from pos_app.virtual.head_shape import HeadShape, Points3

_LAMP: Final = np.array([-0.25, -0.55, -0.80])
"""Towards the lamp: above, a little to the left of the picture, in front."""
_AMBIENT: Final = 0.45
_ROOM_WEIGHT: Final = 0.75
"""What follows the head less than this is the room behind it."""
_CHANGE_LIMITS: Final = (0.6, 1.5)
_COARSE: Final = 4
_BLUR: Final = 3.0


class Lighting:
    """Relights the drawn head where it turned, at a quarter of the resolution."""

    def __init__(self, head: HeadShape, triangles: Triangles, is_face: NDArray[np.bool_]) -> None:
        """`is_face` marks the triangles that the lamp lights anew; hair and surroundings keep theirs.

        The display lights the hair and neck too, less as they pass into the room.
        """
        self._triangles, self._is_face = triangles, is_face
        carried = head.weights[triangles].mean(axis=1)
        passing = np.maximum((carried - _ROOM_WEIGHT) / (1 - _ROOM_WEIGHT), ROOM_SHARE)
        self._display_share = np.where(is_face, 1.0, passing)
        lamp = _LAMP / np.linalg.norm(_LAMP)
        self._lamp = lamp
        self._rest = self._lit(self.facing(head.points))

    def facing(self, space: Points3) -> NDArray[np.float64]:
        """Return float64[n, 3]: unit normals of the triangles, towards the viewer."""
        corners = space[self._triangles]
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9
        return np.asarray(normals * -np.sign(normals[:, 2:] + 1e-12))

    def apply(
        self,
        region: ImageBgr,
        ids: NDArray[np.int32],
        order: NDArray[np.int32],
        facing: NDArray[np.float64],
        light: LightBgr | None,
    ) -> None:
        """Relight `region` in place.

        `ids` are places in `order` plus one; `order` are places among the triangles, -1 for what
        keeps its light. Where nothing was drawn is the room.
        """
        gains = np.ones((len(order) + 1, 3), np.float32)
        if light is not None:
            gains[0] = (1 + ROOM_SHARE * light) ** (1 / GAMMA)
        is_lit = order >= 0
        gains[1:][is_lit] = self._gains(facing, light)[order[is_lit]]
        coarse = gains[ids[::_COARSE, ::_COARSE]]
        soft = cv2.GaussianBlur(coarse, (0, 0), _BLUR)
        factor = cv2.resize(soft, (region.shape[1], region.shape[0]))
        cv2.multiply(region, factor, dst=region, dtype=cv2.CV_8U)

    def _gains(self, facing: NDArray[np.float64], light: LightBgr | None) -> NDArray[np.float32]:
        """Return float32[n, 3], blue-green-red: what to multiply the picture's own values with."""
        change = np.clip(self._lit(facing) / self._rest, *_CHANGE_LIMITS)
        linear = np.where(self._is_face, change, 1.0)[:, None] * np.ones(3)
        if light is not None:
            towards_display = np.maximum(-facing[:, 2], 0.0) * self._display_share
            linear = linear + towards_display[:, None] * light
        return np.asarray(linear ** (1 / GAMMA), np.float32)

    def _lit(self, facing: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(_AMBIENT + (1 - _AMBIENT) * np.maximum(facing @ self._lamp, 0.0))
