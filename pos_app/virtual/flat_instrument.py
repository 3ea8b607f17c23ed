"""A flat thing held before the camera: it turns as one plane, whatever is on it."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.frame import ImageBgr
from pos_app.virtual.portrait import FRAME_SIZE

_DISTANCE: Final = 1100.0
"""From the camera to the plane, in pixels of the frame: a normal lens."""
_EDGE_BLUR: Final = 0.8


@dataclass(frozen=True, slots=True)
class Hold:
    """How a plane is held: degrees of `yaw` to its own left and of `roll`, pixels of `shift`.

    `size` is how large it is seen, 1 being its own size.
    """

    yaw: float = 0.0
    roll: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    size: float = 0.84


def hold_before(backdrop: ImageBgr, sheet: ImageBgr, hold: Hold) -> ImageBgr:
    """Return a fresh frame of `sheet`, any uint8[h, w, 3], held before `backdrop`."""
    transform = _perspective(sheet, hold)
    outline = np.full(sheet.shape[:2], 255, np.uint8)
    image = cv2.warpPerspective(sheet, transform, FRAME_SIZE, flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(outline, transform, FRAME_SIZE)
    share = cv2.GaussianBlur(mask, (0, 0), _EDGE_BLUR)[:, :, None].astype(np.float32) / 255
    return (image * share + backdrop * (1 - share)).astype(np.uint8)


def see_held(points: NDArray[np.float64], hold: Hold) -> NDArray[np.float64]:
    """Return float64[n, 2]: where points of a held thing are in the frame.

    `points` is float64[n, 3] in pixels of the thing about its middle, z away from the camera.
    """
    yaw, roll = np.radians([hold.yaw, hold.roll])
    about_y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    about_z = np.array(
        [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    )
    turned = points @ (about_y @ about_z).T
    seen = hold.size * turned[:, :2] * (_DISTANCE / (_DISTANCE + turned[:, 2:]))
    return np.asarray(seen + np.array(FRAME_SIZE) / 2 + hold.shift)


def _perspective(sheet: ImageBgr, hold: Hold) -> NDArray[np.float64]:
    height, width = sheet.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    flat = np.column_stack([corners - (width / 2, height / 2), np.zeros(4)])
    seen = see_held(flat, hold).astype(np.float32)
    return cv2.getPerspectiveTransform(corners, seen).astype(np.float64)
