"""Where a face is in a frame: a rectangle and five points, no more."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class DetectedFace:
    """One face found in a frame, in pixels of that frame; x to the right, y down.

    `points` is float32[5, 2]: right eye, left eye, nose tip, right and left mouth corner, right and
    left being the subject's own (the subject's right is on the left of the picture).
    `detection_score` is 0-1, higher is more certainly a face. The box may reach over the edge.
    """

    left: float
    top: float
    width: float
    height: float
    points: NDArray[np.float32]
    detection_score: float

    @property
    def centre(self) -> tuple[float, float]:
        """Centre of the rectangle, x and y."""
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def area(self) -> float:
        """Area of the rectangle in square pixels."""
        return self.width * self.height

    @property
    def inter_ocular_distance(self) -> float:
        """Distance of the two eye points in pixels."""
        return float(np.linalg.norm(self.points[1] - self.points[0]))

    def overlap_with(self, other: "DetectedFace") -> float:
        """Intersection over union of the two rectangles, 0-1."""
        wide = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        high = min(self.top + self.height, other.top + other.height) - max(self.top, other.top)
        shared = max(wide, 0.0) * max(high, 0.0)
        united = self.area + other.area - shared
        return shared / united if united > 0 else 0.0
