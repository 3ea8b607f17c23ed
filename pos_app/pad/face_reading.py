"""What PAD keeps of one frame: a few measures and the mesh, until the decision is made."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pos_app.pad.face_geometry import FaceMeasures, Points
from pos_app.pad.policy import NeutralPolicy


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FaceReading:
    """One face in one frame. `captured_at` is camera time in seconds; the owner wipes `mesh`."""

    captured_at: float
    measures: FaceMeasures
    mesh: Points

    def wipe(self) -> None:
        """Overwrite the mesh in place. A repeat does nothing."""
        self.mesh.fill(0.0)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NeutralFace:
    """How this person looks when nothing is asked: the yardstick for every step."""

    measures: FaceMeasures
    mesh: Points

    def wipe(self) -> None:
        """Overwrite the mesh in place. A repeat does nothing."""
        self.mesh.fill(0.0)


def neutral_from(readings: Sequence[FaceReading], policy: NeutralPolicy) -> NeutralFace | None:
    """Return the neutral face of one or more readings, or None if they are not neutral.

    Neutral is the median, so a blink among the frames does no harm. The mesh is a copy of that of
    the frame whose yaw is nearest the median.
    """
    yaws = np.array([reading.measures.yaw_degrees for reading in readings])
    measures = FaceMeasures(
        eye_aspect=float(np.median([reading.measures.eye_aspect for reading in readings])),
        mouth_aspect=float(np.median([reading.measures.mouth_aspect for reading in readings])),
        yaw_degrees=float(np.median(yaws)),
        proportion=float(np.median([reading.measures.proportion for reading in readings])),
    )
    is_neutral = (
        float(np.ptp(yaws)) <= policy.yaw_spread_degrees_max
        and measures.eye_aspect >= policy.eye_aspect_min
        and measures.mouth_aspect <= policy.mouth_aspect_max
    )
    if not is_neutral:
        return None
    nearest = int(np.argmin(np.abs(yaws - measures.yaw_degrees)))
    return NeutralFace(measures, readings[nearest].mesh.copy())
