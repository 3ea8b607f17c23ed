"""Paper that is bent around an upright axis: flat pieces side by side, each seen in its own direction."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.virtual.display_light import GAMMA, LightBgr
from pos_app.virtual.portrait import FRAME_SIZE
from pos_app.virtual.warp import NO_TRIANGLE, Layer, map_triangles

_STRIPS: Final = 20
_EDGE_BLUR: Final = 0.8
_SHADE: Final = 0.35
"""How much darker the paper is where it is seen from the side: the lamp is in front of it."""


class BentPaper:
    """A printed sheet whose middle is nearest to the viewer. The owner wipes it."""

    def __init__(
        self, picture: ImageBgr, radius: float, opacity: NDArray[np.float32] | None = None
    ) -> None:
        """Take over `picture`, uint8[h, w, 3]; `radius` of the bend is in its pixels.

        `opacity` is float32[h, w], 0 where the paper is cut away.
        """
        self._picture = picture
        height, width = picture.shape[:2]
        self._opacity = np.ones((height, width), np.float32) if opacity is None else opacity
        columns = np.linspace(0, width, _STRIPS + 1)
        self._angles = (np.arange(width) + 0.5 - width / 2) / radius
        edges = np.array([[x, y] for x in columns for y in (0.0, float(height))])
        bend = (edges[:, 0] - width / 2) / radius
        self.points: NDArray[np.float64] = np.column_stack(
            [radius * np.sin(bend), edges[:, 1] - height / 2, radius * (1 - np.cos(bend))]
        )
        """float64[n, 3]: the edges of the strips about the middle of the sheet, z from the viewer."""
        first = 2 * np.arange(_STRIPS)[:, None]
        self._triangles = np.vstack([first + np.array([0, 2, 1]), first + np.array([1, 2, 3])])
        self._in_picture = edges

    def draw_over(
        self, image: ImageBgr, seen: NDArray[np.float64], yaw: float, light: LightBgr | None
    ) -> ImageBgr:
        """Return `image` with the sheet before it; the caller owns both.

        `seen` is float64[n, 2]: where `points` are now. The sheet is turned by `yaw` degrees.
        """
        low = np.clip(np.floor(seen.min(axis=0)) - 2, 0, FRAME_SIZE).astype(int)
        high = np.clip(np.ceil(seen.max(axis=0)) + 2, 0, FRAME_SIZE).astype(int)
        (left, top), (right, bottom) = low, high
        if right - left < 2 or bottom - top < 2:
            return image
        layer = Layer(self._in_picture[self._triangles], seen[self._triangles])
        warp = map_triangles(layer, (int(left), int(top)), (int(right - left), int(bottom - top)))
        lit = self._lit(yaw, light)
        way = (warp.source_x, warp.source_y, cv2.INTER_LINEAR)
        sheet = cv2.remap(lit, *way, borderMode=cv2.BORDER_REPLICATE)
        share = cv2.remap(self._opacity, *way) * (warp.ids != NO_TRIANGLE)
        soft = cv2.GaussianBlur(share.astype(np.float32), (0, 0), _EDGE_BLUR)
        region = image[top:bottom, left:right]
        region[...] = cv2.blendLinear(sheet, np.ascontiguousarray(region), soft, 1 - soft)
        lit.fill(0)
        sheet.fill(0)
        return image

    def wipe(self) -> None:
        """Overwrite the print."""
        self._picture.fill(0)

    def _lit(self, yaw: float, light: LightBgr | None) -> ImageBgr:
        """Return the sheet in the light of the room and of the display, column by column."""
        facing = self._angles + np.radians(yaw)
        linear = (1 - _SHADE * (1 - np.maximum(np.cos(facing), 0)))[:, None] * np.ones(3)
        if light is not None:
            linear = linear + np.maximum(np.cos(facing), 0)[:, None] * light
        factor = (linear ** (1 / GAMMA)).astype(np.float32)[None]
        return np.asarray(np.clip(self._picture * factor, 0, 255), np.uint8)


def softened(opacity: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return an opacity whose cut edges are not jagged."""
    return np.asarray(cv2.GaussianBlur(opacity, (0, 0), 1.0), np.float32)
