"""Where the light on a face is read: patches of bare skin, each with how much it faces the display.

Eyes, brows, lips and nostrils are left out: they move, and their colour says little of the light.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.pad.evidence import PadMeasureError
from pos_app.pad.face_geometry import Points, inter_ocular_distance
from pos_app.pad.flash_show import GAMMA

_SKIN: Final = (
    151, 108, 337, 69, 299, 67, 297, 103, 332, 104, 333,
    50, 280, 101, 330, 36, 266, 205, 425, 187, 411, 147, 376, 123, 352,
    6, 197, 195, 5, 4, 131, 360, 198, 420,
    116, 345, 117, 346, 213, 433, 192, 416, 138, 367, 135, 364,
    199, 200, 32, 262, 210, 430,
)  # fmt: skip
"""Forehead, cheeks, nose and its flanks, cheekbones and jaw, chin; in pairs where there are two."""
_NEIGHBOURS: Final = 10
"""Points nearest to one in the average face, through which its tangent plane is laid."""
_PATCH_SIDE: Final = 0.26
"""Of the eye distance: a mesh that trembles by a pixel or two still reads the same skin."""

SkinLight = NDArray[np.float64]
"""float64[n, 3]: mean linear light of each patch in one frame, red-green-blue, 0-1."""


def facing(canonical: Points) -> NDArray[np.float64]:
    """Return float64[n]: the squared cosine between each patch's normal and the view, from 0 to 1.

    `canonical` is float64[468, 3], an average face seen from the front. Squared, because a display
    below the camera lights what is turned away twice over less: it is further and more slanted.
    """
    return np.array([_normal(canonical, place)[2] ** 2 for place in _SKIN])


def read_skin(image_bgr: ImageBgr, mesh: Points) -> SkinLight:
    """Return the light of a uint8[height, width, 3] frame. Points outside count at the edge.

    Raises `PadMeasureError` for a mesh that is not of finite numbers: it shows where no skin is.
    """
    if not np.isfinite(mesh).all():
        raise PadMeasureError("a mesh is not of numbers")
    side = max(3, round(_PATCH_SIDE * inter_ocular_distance(mesh)))
    return np.array([_mean_light(image_bgr, place, side) for place in mesh[list(_SKIN)]])


def _mean_light(image_bgr: ImageBgr, place: NDArray[np.float64], side: int) -> list[float]:
    height, width = image_bgr.shape[:2]
    left = int(np.clip(place[0] - side / 2, 0, width - side))
    top = int(np.clip(place[1] - side / 2, 0, height - side))
    patch = cv2.LUT(image_bgr[top : top + side, left : left + side], _TO_LINEAR)
    blue, green, red, _ = cv2.mean(patch)
    return [red, green, blue]


def _normal(canonical: Points, place: int) -> NDArray[np.float64]:
    """Return the unit normal of the plane through a point's neighbours."""
    distances = np.linalg.norm(canonical - canonical[place], axis=1)
    near = canonical[np.argsort(distances)[:_NEIGHBOURS]]
    _, _, axes = np.linalg.svd(near - near.mean(axis=0))
    return np.asarray(axes[2])


_TO_LINEAR: Final = ((np.arange(256) / 255) ** GAMMA).astype(np.float32)
