"""Try each action before anyone is asked to believe it, and find how far a photo must be moved.

A person shows an action as far as it takes, and the product judges each face against its own
neutral. So the smallest extent is taken that clears the product's own threshold by a margin; a
prompt that no extent clears is left out, and the shopper lets it pass.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pos_app.capture.frame import ImageBgr
from pos_app.capture.stage import Prompt
from pos_app.features.detector import FaceDetector
from pos_app.features.landmarks import LandmarkModel
from pos_app.pad.face_geometry import FaceMeasures, Points, depth_residual, measure_face
from pos_app.pad.policy import StepPolicy
from pos_app.virtual.acting import Gesture, blink, open_mouth, turn
from pos_app.virtual.expression import Expression, Pose
from pos_app.virtual.portrait import FRAME_SIZE
from pos_app.virtual.puppet import Puppet

YAW_MAX: Final = 22.0
"""Degrees; a photo turned further stops looking like a person."""
_BLINK_DEPTHS: Final = (0.9, 1.0, 0.8)
_JAW_OPENINGS: Final = (0.5, 0.6, 0.7, 0.85, 1.0)
_YAWS: Final = (15.0, 17.0, 19.0, 20.5, YAW_MAX)
_MARGIN: Final = 1.12
_BLINK_MARGIN: Final = 0.85


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    measures: FaceMeasures
    mesh: Points


class Rehearsal:
    """Measures one puppet with the product's own detectors."""

    def __init__(
        self, detector: FaceDetector, landmarks: LandmarkModel, policy: StepPolicy
    ) -> None:
        self._detector, self._landmarks, self._policy = detector, landmarks, policy

    def repertoire(self, puppet: Puppet) -> dict[Prompt, Gesture]:
        """Return the gestures of this puppet that its prompts will be proven by."""
        neutral = self._look(puppet.draw(Expression(), Pose()))
        if neutral is None:
            return {}
        found = {
            Prompt.BLINK: self._first(puppet, _blinks(), self._is_closed(neutral)),
            Prompt.OPEN_MOUTH: self._first(puppet, _mouths(), self._is_open(neutral)),
            Prompt.TURN_LEFT: self._first(puppet, _turns(1), self._is_turned(neutral, 1)),
            Prompt.TURN_RIGHT: self._first(puppet, _turns(-1), self._is_turned(neutral, -1)),
        }
        left, right = found[Prompt.TURN_LEFT], found[Prompt.TURN_RIGHT]
        found[Prompt.TURN_EITHER_SIDE] = left or right
        return {prompt: gesture for prompt, gesture in found.items() if gesture is not None}

    def _first(
        self, puppet: Puppet, gestures: Iterator[Gesture], proves: Callable[[_Seen], bool]
    ) -> Gesture | None:
        for gesture in gestures:
            expression = Expression(gesture.blink, gesture.jaw)
            seen = self._look(puppet.draw(expression, Pose(yaw=gesture.yaw)))
            if seen is not None and proves(seen):
                return gesture
        return None

    def _look(self, image_bgr: ImageBgr) -> _Seen | None:
        faces = self._detector.detect(image_bgr)
        if not faces:
            return None
        mesh = self._landmarks.locate(image_bgr, faces[0]).points
        image_bgr.fill(0)
        return _Seen(measure_face(mesh, self._landmarks.canonical_points, FRAME_SIZE), mesh)

    def _is_closed(self, neutral: _Seen) -> Callable[[_Seen], bool]:
        limit = _BLINK_MARGIN * self._policy.eye_closed_ratio * neutral.measures.eye_aspect
        return lambda seen: seen.measures.eye_aspect <= limit

    def _is_open(self, neutral: _Seen) -> Callable[[_Seen], bool]:
        change = neutral.measures.mouth_aspect + self._policy.mouth_change_min
        limit = _MARGIN * max(self._policy.mouth_open_aspect, change)
        return lambda seen: seen.measures.mouth_aspect >= limit

    def _is_turned(self, neutral: _Seen, direction: int) -> Callable[[_Seen], bool]:
        degrees = _MARGIN * self._policy.turn_degrees
        depth = _MARGIN * self._policy.depth_residual

        def proves(seen: _Seen) -> bool:
            turned = direction * (seen.measures.yaw_degrees - neutral.measures.yaw_degrees)
            return turned >= degrees and depth_residual(neutral.mesh, seen.mesh) >= depth

        return proves


def _blinks() -> Iterator[Gesture]:
    return (blink(depth=depth) for depth in _BLINK_DEPTHS)


def _mouths() -> Iterator[Gesture]:
    return (open_mouth(jaw=jaw) for jaw in _JAW_OPENINGS)


def _turns(direction: int) -> Iterator[Gesture]:
    return (turn(yaw=direction * yaw) for yaw in _YAWS)
