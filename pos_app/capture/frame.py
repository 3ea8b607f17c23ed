"""One picture from a camera: a biometric sample, so whoever holds it wipes it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pos_app.errors import PosError

SIDE_MIN_PIXELS = 64
"""A face in a smaller picture could not be judged at all."""
PIXELS_MAX = 7680 * 4320
"""8K. A larger picture is refused before anything allocates a copy of it."""

ImageBgr = NDArray[np.uint8]
"""uint8[height, width, 3] in the order blue, green, red, 0-255."""


class FrameMalformedError(PosError):
    """A camera gave something that is not a colour picture of a usable size."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Frame:
    """A picture and when it was taken.

    `image_bgr` is uint8[height, width, 3], blue-green-red, 0-255, owned by this frame and writable.
    `captured_at` is in seconds of the camera's own clock, which never goes back; only differences
    mean anything. `sequence` rises by at least one from frame to frame of one camera opening.

    Raises `FrameMalformedError` if the picture has another shape, type or size.
    """

    image_bgr: ImageBgr
    captured_at: float
    sequence: int

    def __post_init__(self) -> None:
        """Refuse what later stages could only misread."""
        require_picture(self.image_bgr)
        if not np.isfinite(self.captured_at):
            raise FrameMalformedError("a frame has no time")

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.image_bgr.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.image_bgr.shape[0])

    def wipe(self) -> None:
        """Overwrite the picture in place with black. A repeat does nothing."""
        self.image_bgr.fill(0)

    def __repr__(self) -> str:
        """Show the size and number, never pixels."""
        return f"Frame({self.width}x{self.height}, sequence={self.sequence})"

    def __reduce__(self) -> str:
        """Refuse to be pickled: a pickle is a copy nobody wipes."""
        raise TypeError("a frame cannot be pickled")


def require_picture(image: object) -> ImageBgr:
    """Return `image` if it is a writable colour picture of a usable size.

    Raises `FrameMalformedError` otherwise.
    """
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8:
        raise FrameMalformedError("a frame is not an array of bytes")
    if image.ndim != 3 or image.shape[2] != 3:
        raise FrameMalformedError("a frame is not a colour picture")
    height, width = image.shape[:2]
    if min(height, width) < SIDE_MIN_PIXELS or height * width > PIXELS_MAX:
        raise FrameMalformedError(f"a frame of {width}x{height} pixels is not usable")
    if not image.flags.writeable:
        raise FrameMalformedError("a frame that cannot be wiped is not accepted")
    return image
