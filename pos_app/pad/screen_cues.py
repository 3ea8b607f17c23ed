"""Signs of a screen or a print around and on a face: straight sides, beating stripes, small size.

Each frame is read on its own; `ScreenWatch` takes the median over those of one capture. None of the
signs refuses by itself: a door frame has straight sides too, and a cautious person stands far away.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr
from pos_app.pad.policy import ScreenCuePolicy

Grey = NDArray[np.uint8]

_JUDGED_FACE_HEIGHT: Final = 96.0
"""Sides are looked for in a copy in which the face is this high: enough for an edge, and fast."""
_SURROUNDINGS: Final = 1.6
"""How far from the centre of the face sides are looked for, in face heights."""
_SPECTRUM_SIDE: Final = 128
"""Side of the square of camera pixels whose spectrum is taken; never resampled, which adds beats."""
_LOW_FREQUENCY, _HIGH_FREQUENCY = 0.12, 0.47
"""Cycles a pixel between which a face has no peaks of its own."""
_RING_WIDTH: Final = 4
_AXIS_WIDTH: Final = 2
"""Edges of the square and of a codec's blocks lie on the axes of a spectrum; stripes hardly do."""


@dataclass(frozen=True, slots=True)
class ScreenReading:
    """One frame. All are higher the more bona fide the frame looks.

    `open_sides` is the part of the four sides of the face, 0-1, along which no straight edge runs;
    `plain_spectrum` the usual strength of the face's fine detail over its strongest peak, about 0.25
    for a face and towards 0 for beating stripes; not finite where the face is too small to say;
    `face_share` the height of the face over that of the frame.
    """

    open_sides: float
    plain_spectrum: float
    face_share: float


def read_screen_signs(
    image_bgr: ImageBgr, face: DetectedFace, policy: ScreenCuePolicy
) -> ScreenReading:
    """Return the signs in a uint8[height, width, 3] frame. Keeps nothing of the picture."""
    grey = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    try:
        return ScreenReading(
            open_sides=open_sides(grey, face, policy),
            plain_spectrum=plain_spectrum(grey, face),
            face_share=face.height / grey.shape[0],
        )
    finally:
        grey.fill(0)


def open_sides(grey: Grey, face: DetectedFace, policy: ScreenCuePolicy) -> float:
    """Return the part of the face's four sides without a straight edge along them, 0-1."""
    scale = min(1.0, _JUDGED_FACE_HEIGHT / face.height)
    region, box = _surroundings(grey, face, scale)
    edges = cv2.Canny(region, policy.edge_contrast / 2, policy.edge_contrast)
    length = policy.side_length_min * face.height * scale
    found = cv2.HoughLinesP(
        edges, 1, np.pi / 180, max(1, int(length / 2)), minLineLength=length, maxLineGap=length / 8
    )
    region.fill(0)
    edges.fill(0)
    if found is None:
        return 1.0
    sides = {_side_of(line.astype(np.float64), box, policy) for line in found.reshape(-1, 2, 2)}
    return 1 - len(sides - {None}) / 4


def plain_spectrum(grey: Grey, face: DetectedFace) -> float:
    """Return the median over the strongest peak of the face's fine detail, ring by ring.

    Not a number where the face has fewer than 128 pixels in a direction, or no detail at all.
    """
    if min(face.width, face.height, *grey.shape) < _SPECTRUM_SIDE:
        return float("nan")
    left, top = (
        int(np.clip(centre - _SPECTRUM_SIDE / 2, 0, room - _SPECTRUM_SIDE))
        for centre, room in zip(face.centre, grey.shape[::-1], strict=True)
    )
    patch = grey[top : top + _SPECTRUM_SIDE, left : left + _SPECTRUM_SIDE].astype(np.float32)
    strength = np.abs(np.fft.rfft2((patch - patch.mean()) * _WINDOW))
    patch.fill(0)
    peaks = [float(strength[ring].max() / max(np.median(strength[ring]), _TINY)) for ring in _RINGS]
    strength.fill(0)
    strongest = max(peaks)
    return 1 / strongest if strongest > 0 else float("nan")


class ScreenWatch:
    """Gathers readings of one capture; used by one thread. It keeps numbers, never pictures."""

    def __init__(self, policy: ScreenCuePolicy) -> None:
        self._policy = policy
        self._readings: list[ScreenReading] = []

    def follow(self, image_bgr: ImageBgr, face: DetectedFace) -> None:
        """Take in one frame; 2 ms, so a few frames a second are meant, not all."""
        self._readings.append(read_screen_signs(image_bgr, face, self._policy))

    def cues(self) -> dict[str, float]:
        """Return the median of each sign by its cue's name, higher being more bona fide.

        A sign that too few frames could tell is not there: it is not known, which is no pass.
        """
        return {
            name: float(np.median(values))
            for name in ("open_sides", "plain_spectrum", "face_share")
            if len(values := self._known(name)) >= self._policy.frames_min
        }

    def _known(self, name: str) -> list[float]:
        values = [float(getattr(reading, name)) for reading in self._readings]
        return [value for value in values if np.isfinite(value)]


def _surroundings(grey: Grey, face: DetectedFace, scale: float) -> tuple[Grey, NDArray[np.float64]]:
    """Return a small copy of the place around a face, and the face's box in it: x, y twice."""
    height, width = grey.shape
    reach = _SURROUNDINGS * face.height
    left, top = (max(0, int(centre - reach)) for centre in face.centre)
    right = min(width, int(face.centre[0] + reach) + 1)
    bottom = min(height, int(face.centre[1] + reach) + 1)
    size = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
    region = cv2.resize(grey[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    corners = [(face.left, face.top), (face.left + face.width, face.top + face.height)]
    box = (np.array(corners) - (left, top)) * scale
    return region.astype(np.uint8, copy=False), box


def _side_of(
    line: NDArray[np.float64], box: NDArray[np.float64], policy: ScreenCuePolicy
) -> tuple[int, int] | None:
    """Return which side of the box a line runs along, as axis and direction, or None.

    `line` is float64[2, 2], two ends, x and y. A side is nearly upright or level, lies outside the
    box by the clearance and passes the face rather than a corner of the picture.
    """
    along = line[1] - line[0]
    across = 0 if abs(along[1]) > abs(along[0]) else 1
    slope = np.degrees(np.arctan2(abs(along[across]), abs(along[1 - across])))
    first, last = sorted(line[:, 1 - across])
    begins, ends = box[:, 1 - across]
    if slope > policy.side_slope_degrees_max or first > ends or last < begins:
        return None
    low, high = box[:, across]
    clearance = policy.clearance_min * (high - low)
    at = float(line[:, across].mean())
    if at < low - clearance:
        return across, -1
    return (across, 1) if at > high + clearance else None


def _rings() -> list[NDArray[np.bool_]]:
    """Return masks of bool[128, 65] over a half spectrum, from low to high frequencies."""
    down = np.abs(np.fft.fftfreq(_SPECTRUM_SIDE))[:, None]
    across = np.fft.rfftfreq(_SPECTRUM_SIDE)[None, :]
    radius = np.hypot(down, across)
    off_axes = np.minimum(down, across) * _SPECTRUM_SIDE > _AXIS_WIDTH
    step = _RING_WIDTH / _SPECTRUM_SIDE
    starts = np.arange(_LOW_FREQUENCY, _HIGH_FREQUENCY, step)
    return [(radius >= start) & (radius < start + step) & off_axes for start in starts]


_RINGS: Final = _rings()
_WINDOW: Final = np.outer(np.hanning(_SPECTRUM_SIDE), np.hanning(_SPECTRUM_SIDE))
_TINY: Final = 1e-6
