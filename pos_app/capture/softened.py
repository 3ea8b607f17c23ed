"""A small, soft copy of a picture for a person to see herself in."""

import cv2
import numpy as np

from pos_app.capture.frame import ImageBgr

_WIDTH_MAX = 160
"""Fine pores and blemishes are gone at this width; a face is still easy to place in a circle."""


def softened(image_bgr: ImageBgr) -> ImageBgr:
    """Return an own, contiguous uint8[height, width, 3] copy at most 160 pixels wide.

    Every pixel is the mean of those it stands for. A picture that is small already is copied. The
    caller wipes it.
    """
    height, width = image_bgr.shape[:2]
    if width <= _WIDTH_MAX:
        return np.array(image_bgr, order="C")
    size = (_WIDTH_MAX, max(1, round(height * _WIDTH_MAX / width)))
    small = cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False)
