"""The dark line of lashes and shadow along a lid that has come down."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.virtual.face_mesh import EYES

_WIDTH: Final = 0.028
"""In eye distances."""
_DARKNESS: Final = 0.62
_STARTS_AT: Final = 0.55
_SHIFT: Final = 4


def draw_lash_lines(
    region: ImageBgr, seen: NDArray[np.float64], *, blink: float, eye_distance: float
) -> None:
    """Darken `region` in place along both upper lids.

    `seen` is float64[n, 2], the mesh in pixels of the region. Open eyes, a `blink` of less than about a
    half, are left alone: their lashes are in the photo.
    """
    strength = (blink - _STARTS_AT) / (1 - _STARTS_AT)
    if strength <= 0:
        return
    width = max(1, round(_WIDTH * eye_distance))
    for lines in EYES:
        lid = seen[list(lines.upper)]
        low, high = np.floor(lid.min(axis=0)) - 4 * width, np.ceil(lid.max(axis=0)) + 4 * width
        (left, top), (right, bottom) = np.maximum(low, 0).astype(int), high.astype(int)
        window = region[top:bottom, left:right]
        if window.size == 0:
            continue
        path = np.round((lid - (left, top)) * (1 << _SHIFT)).astype(np.int32)
        mask = np.zeros(window.shape[:2], np.uint8)
        cv2.polylines(
            mask,
            [path],
            isClosed=False,
            color=255,
            thickness=width,
            lineType=cv2.LINE_AA,
            shift=_SHIFT,
        )
        soft = cv2.GaussianBlur(mask, (0, 0), 0.35 * width).astype(np.float32) / 255
        window[...] = window * (1 - min(strength, 1.0) * _DARKNESS * soft)[:, :, None]
