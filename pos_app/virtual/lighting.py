"""Light on a moving head: a steady room lamp, and the customer display shining on the face."""

from dataclasses import dataclass
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
_BODY_GAIN: Final = 0.7
"""How much more of the display's light hair and clothes take than the room; less than a face does."""
_CHANGE_LIMITS: Final = (0.6, 1.5)
_COARSE: Final = 4
_BLUR: Final = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What a region shows: `ids` are places in `order` plus one, 0 where nothing was drawn.

    `order` are places among the triangles, -1 for what is in none; `facing` are the triangles'
    normals.
    """

    ids: NDArray[np.int32]
    order: NDArray[np.int32]
    facing: NDArray[np.float64]


class Lighting:
    """Relights the drawn head where it turned, at a quarter of the resolution."""

    def __init__(
        self,
        head: HeadShape,
        triangles: Triangles,
        is_face: NDArray[np.bool_],
        person: NDArray[np.float32],
    ) -> None:
        """`is_face` marks the triangles that are lit anew; hair and surroundings keep their light.

        Regions start at multiples of four pixels. `person` is float32[480, 640], 0-1: the display lights her hair and clothes, the room hardly.
        """
        self._triangles, self._is_face = triangles, is_face
        size = (person.shape[1] // _COARSE, person.shape[0] // _COARSE)
        coarse = cv2.resize(person, size, interpolation=cv2.INTER_AREA)[:, :, None]
        self._display_share = np.float32(ROOM_SHARE) + np.float32(_BODY_GAIN) * coarse
        lamp = _LAMP / np.linalg.norm(_LAMP)
        self._lamp = lamp
        self._rest = self._lit(self.facing(head.points))

    def facing(self, space: Points3) -> NDArray[np.float64]:
        """Return float64[n, 3]: unit normals of the triangles, towards the viewer."""
        corners = space[self._triangles]
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9
        return np.asarray(normals * -np.sign(normals[:, 2:] + 1e-12))

    def shine(self, image: ImageBgr, light: LightBgr) -> None:
        """Let the display light a whole frame in place: body and room, as if all were flat."""
        factor = cv2.resize(self._around(light), (image.shape[1], image.shape[0]))
        cv2.multiply(image, factor, dst=image, dtype=cv2.CV_8U)

    def apply(
        self, region: ImageBgr, corner: tuple[int, int], drawing: Drawing, light: LightBgr | None
    ) -> None:
        """Relight `region`, the part of the frame at `corner` that was drawn anew, in place."""
        order = drawing.order
        is_lit = np.append(False, order >= 0)
        is_face = is_lit.copy()
        is_face[is_lit] = self._is_face[order[order >= 0]]
        gains = np.ones((len(order) + 1, 3), np.float32)
        gains[is_face] = self._gains(drawing.facing, light)[order[is_face[1:]]]
        ids = drawing.ids[::_COARSE, ::_COARSE]
        coarse = gains[ids]
        if light is not None:
            across, down = corner[0] // _COARSE, corner[1] // _COARSE
            around = self._around(light)[down : down + ids.shape[0], across : across + ids.shape[1]]
            coarse = np.where(is_face[ids][:, :, None], coarse, around)
        soft = cv2.GaussianBlur(coarse, (0, 0), _BLUR)
        factor = cv2.resize(soft, (region.shape[1], region.shape[0]))
        cv2.multiply(region, factor, dst=region, dtype=cv2.CV_8U)

    def _around(self, light: LightBgr) -> NDArray[np.float32]:
        """Return float32[120, 160, 3]: factors for what is not the face, coarsely."""
        return 1 + self._display_share * (_as_shown(1 + light) - 1).astype(np.float32)

    def _gains(self, facing: NDArray[np.float64], light: LightBgr | None) -> NDArray[np.float32]:
        """Return float32[n, 3], blue-green-red: what to multiply the picture's own values with."""
        linear = np.clip(self._lit(facing) / self._rest, *_CHANGE_LIMITS)[:, None] * np.ones(3)
        if light is not None:
            linear = linear + np.maximum(-facing[:, 2:], 0.0) * light
        return _as_shown(linear).astype(np.float32)

    def _lit(self, facing: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(_AMBIENT + (1 - _AMBIENT) * np.maximum(facing @ self._lamp, 0.0))


def _as_shown(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return factors of light as factors of a picture's values."""
    return np.asarray(linear ** (1 / GAMMA))
