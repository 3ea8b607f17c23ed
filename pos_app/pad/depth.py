"""Depth from a turn of the head, asked for or not: a flat picture moves as one plane, a head does not.

The landmark model reads a strongly turned picture as a slight turn, and a slight turn of a head
hardly shows depth. So three answers are possible, and "not enough to say" is the usual one.
"""

from enum import Enum

import numpy as np

from pos_app.pad.face_geometry import depth_residual
from pos_app.pad.face_reading import FaceReading, NeutralFace
from pos_app.pad.policy import DepthPolicy


class Depth(Enum):
    """What one turned frame says."""

    DEEP = "deep"
    FLAT = "flat"
    UNDECIDED = "undecided"


def judge_depth(degrees: float, residual: float, policy: DepthPolicy) -> Depth:
    """Return what a frame turned by `degrees` to either side, with this residual, says.

    Not-a-number says nothing.
    """
    turned = abs(degrees)
    if turned >= policy.deep_degrees_min and residual >= policy.deep_residual_min:
        return Depth.DEEP
    if turned >= policy.degrees_min and residual <= policy.flat_residual_max:
        return Depth.FLAT
    return Depth.UNDECIDED


class DepthWatch:
    """Gathers what the turned frames of one capture say; used by one thread.

    It keeps no mesh but that of `neutral`, whose owner wipes it.
    """

    def __init__(self, neutral: NeutralFace, policy: DepthPolicy) -> None:
        """`neutral` is the person's own face."""
        self.neutral = neutral
        self._policy = policy
        self._residuals: list[float] = []

    def follow(self, reading: FaceReading) -> Depth:
        """Take in one frame and return what it says by itself."""
        degrees = reading.measures.yaw_degrees - self.neutral.measures.yaw_degrees
        if not abs(degrees) >= self._policy.degrees_min:
            return Depth.UNDECIDED
        residual = depth_residual(self.neutral.mesh, reading.mesh)
        said = judge_depth(degrees, residual, self._policy)
        if said is not Depth.UNDECIDED:
            self._residuals.append(residual)
        return said

    def cues(self) -> dict[str, float]:
        """Return the cue `turn_depth`: the median residual of the frames that said something.

        Nothing while too few did: then it is not known whether the face is deep.
        """
        if len(self._residuals) < self._policy.frames_min:
            return {}
        return {"turn_depth": float(np.median(self._residuals))}
