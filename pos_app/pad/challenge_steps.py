"""Judge whether one challenge step was done, against the person's own neutral face.

A judge first has to see the face not doing it ("armed"), so that a face that happens to be turned,
or a picture with an open mouth, proves nothing. Every comparison with not-a-number is false, so a
broken measure never proves anything either.
"""

from dataclasses import dataclass
from typing import Protocol

from facepay.pad_evidence import ChallengeStep
from pos_app.pad.face_geometry import FaceMeasures, depth_residual
from pos_app.pad.face_reading import FaceReading, NeutralFace
from pos_app.pad.policy import StepPolicy


@dataclass(frozen=True, slots=True)
class StepCue:
    """A measured value of a proven step and the threshold it reached, in the measure's own unit."""

    name: str
    value: float
    threshold: float


class StepJudge(Protocol):
    """Watches frames for one action."""

    def observe(self, reading: FaceReading) -> tuple[StepCue, ...] | None:
        """Return the cues that prove the step as of this frame, else None."""


def judge_for(step: ChallengeStep, neutral: NeutralFace, policy: StepPolicy) -> StepJudge:
    """Return a fresh judge of `step`."""
    match step:
        case ChallengeStep.BLINK:
            return BlinkJudge(neutral, policy)
        case ChallengeStep.OPEN_MOUTH:
            return MouthJudge(neutral, policy)
        case ChallengeStep.TURN_LEFT:
            return TurnJudge(neutral, policy, direction=1)
        case ChallengeStep.TURN_RIGHT:
            return TurnJudge(neutral, policy, direction=-1)
        case ChallengeStep.TURN_EITHER_SIDE:
            return EitherSideJudge(neutral, policy)


def looks_ahead(now: FaceMeasures, neutral: FaceMeasures, policy: StepPolicy) -> bool:
    """Whether the face is turned and tilted little enough for openings to mean anything.

    A picture swung by 45 degrees reads as hardly turned, but its width shrinks, and a smile on it
    then reads as a mouth that opens: its proportion tells.
    """
    is_straight = abs(now.yaw_degrees - neutral.yaw_degrees) <= policy.turn_back_degrees
    change = abs(now.proportion / neutral.proportion - 1)
    return is_straight and change <= policy.proportion_change_max


class BlinkJudge:
    """Both eyes close to half of neutral or less, soon open again, while the face looks ahead."""

    def __init__(self, neutral: NeutralFace, policy: StepPolicy) -> None:
        self._neutral, self._policy = neutral.measures, policy
        self._is_armed = False
        self._closed_at: float | None = None
        self._smallest_ratio = 1.0

    def observe(self, reading: FaceReading) -> tuple[StepCue, ...] | None:
        """Follow the lids; proven when they are open again."""
        if not looks_ahead(reading.measures, self._neutral, self._policy):
            self._closed_at = None
            return None
        ratio = reading.measures.eye_aspect / self._neutral.eye_aspect
        if ratio <= self._policy.eye_closed_ratio and self._is_armed:
            self._close(reading.captured_at, ratio)
        elif ratio >= self._policy.eye_open_ratio:
            return self._open(reading.captured_at)
        return None

    def _close(self, captured_at: float, ratio: float) -> None:
        if self._closed_at is None:
            self._closed_at, self._smallest_ratio = captured_at, ratio
        self._smallest_ratio = min(self._smallest_ratio, ratio)

    def _open(self, captured_at: float) -> tuple[StepCue, ...] | None:
        closed_at, self._closed_at, self._is_armed = self._closed_at, None, True
        if closed_at is None or captured_at - closed_at > self._policy.eye_closed_seconds_max:
            return None
        threshold = 1 - self._policy.eye_closed_ratio
        return (StepCue("eye_closure", 1 - self._smallest_ratio, threshold),)


class MouthJudge:
    """The mouth opens wide, clearly more than neutral, while the face looks ahead."""

    def __init__(self, neutral: NeutralFace, policy: StepPolicy) -> None:
        self._neutral, self._policy = neutral.measures, policy
        change = neutral.measures.mouth_aspect + policy.mouth_change_min
        self._threshold = max(policy.mouth_open_aspect, change)
        self._is_armed = False
        self._frames = 0

    def observe(self, reading: FaceReading) -> tuple[StepCue, ...] | None:
        """Count frames with the mouth open; proven at the policy's number in a row."""
        aspect = reading.measures.mouth_aspect
        if aspect <= max(self._policy.mouth_closed_aspect, self._neutral.mouth_aspect):
            self._is_armed = True
        is_ahead = looks_ahead(reading.measures, self._neutral, self._policy)
        is_open = aspect >= self._threshold and is_ahead
        self._frames = self._frames + 1 if is_open and self._is_armed else 0
        if self._frames < self._policy.frames_to_prove:
            return None
        return (StepCue("mouth_opening", aspect, self._threshold),)


class TurnJudge:
    """The head turns far enough to the asked side and shows depth while it does."""

    def __init__(self, neutral: NeutralFace, policy: StepPolicy, *, direction: int) -> None:
        """`direction` is 1 for the subject's own left, -1 for the right."""
        self._neutral, self._policy, self._direction = neutral, policy, direction
        self._is_armed = False
        self._frames = 0

    def observe(self, reading: FaceReading) -> tuple[StepCue, ...] | None:
        """Count frames that are both turned and deep; proven at the policy's number in a row."""
        change = reading.measures.yaw_degrees - self._neutral.measures.yaw_degrees
        degrees = self._direction * change
        if degrees <= self._policy.turn_back_degrees:
            self._is_armed = True
        is_turned = degrees >= self._policy.turn_degrees and self._is_armed
        depth = depth_residual(self._neutral.mesh, reading.mesh) if is_turned else 0.0
        is_deep = depth >= self._policy.depth_residual
        self._frames = self._frames + 1 if is_turned and is_deep else 0
        if self._frames < self._policy.frames_to_prove:
            return None
        return (
            StepCue("turn_degrees", degrees, self._policy.turn_degrees),
            StepCue("depth", depth, self._policy.depth_residual),
        )


class EitherSideJudge:
    """The head turns far enough, and shows depth, to whichever side is easier."""

    def __init__(self, neutral: NeutralFace, policy: StepPolicy) -> None:
        self._sides = tuple(TurnJudge(neutral, policy, direction=side) for side in (1, -1))

    def observe(self, reading: FaceReading) -> tuple[StepCue, ...] | None:
        """Follow both sides; proven by the first that is."""
        proofs = [side.observe(reading) for side in self._sides]
        return next((proof for proof in proofs if proof is not None), None)
