"""Steps count in order, each in its time, and a recording of everything does not pass."""

from collections.abc import Callable

import pytest

from facepay.pad_challenge import PadChallenge, PadMode
from facepay.pad_evidence import ChallengeStep
from pos_app.pad.active_challenge import ActiveChallenge, ChallengeState
from pos_app.pad.face_reading import NeutralFace
from pos_app.probe.capture_policy import CapturePolicy
from tests.fakes.faces import Pose
from tests.fakes.readings import reading_of, readings_of

OPEN, CLOSED, WIDE = Pose(), Pose(eye_aspect=0.05), Pose(mouth_aspect=0.5)
LEFT, RIGHT = Pose(yaw_degrees=18), Pose(yaw_degrees=-18)
BLINK = (OPEN, CLOSED, OPEN)
TURN_LEFT = (OPEN, LEFT, LEFT, OPEN)
MOUTH = (OPEN, WIDE, WIDE, OPEN)

States = Callable[..., tuple[list[ChallengeState], ActiveChallenge]]


@pytest.fixture
def states(neutral: NeutralFace, capture_policy: CapturePolicy) -> States:
    """Run a challenge over poses; its states and the challenge itself."""

    def run(
        steps: tuple[ChallengeStep, ...], *poses: Pose
    ) -> tuple[list[ChallengeState], ActiveChallenge]:
        challenge = ActiveChallenge(
            PadChallenge(PadMode.CHALLENGE, bytes(32), steps, 5),
            neutral,
            capture_policy.pad.steps,
            started_at=0.0,
        )
        return [challenge.observe(reading) for reading in readings_of(*poses)], challenge

    return run


def test_steps_are_proven_in_order_with_their_times(states: States) -> None:
    steps = (ChallengeStep.TURN_LEFT, ChallengeStep.BLINK)
    seen, challenge = states(steps, *TURN_LEFT, *BLINK)
    assert ChallengeState.STEP_PROVEN in seen
    assert seen[-1] is ChallengeState.PASSED
    assert [proven.step for proven in challenge.proven] == list(steps)
    assert [proven.elapsed_milliseconds for proven in challenge.proven] == [67, 133]


@pytest.mark.rule("PAD-01")
def test_the_same_actions_in_another_order_do_not_pass(states: States) -> None:
    seen, challenge = states((ChallengeStep.OPEN_MOUTH, ChallengeStep.BLINK), *BLINK, *MOUTH)
    assert ChallengeState.PASSED not in seen
    assert challenge.asked is ChallengeStep.BLINK


@pytest.mark.rule("PAD-01")
def test_a_step_that_takes_too_long_ends_the_challenge(
    neutral: NeutralFace, capture_policy: CapturePolicy
) -> None:
    challenge = ActiveChallenge(
        PadChallenge(PadMode.CHALLENGE, bytes(32), (ChallengeStep.BLINK,), 5),
        neutral,
        capture_policy.pad.steps,
        started_at=10.0,
    )
    assert challenge.observe(reading_of(OPEN, 15.0)) is ChallengeState.WAITING
    assert challenge.observe(reading_of(OPEN, 15.1)) is ChallengeState.OUT_OF_TIME


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("captured_at", [9.9, float("nan")])
def test_a_clock_that_goes_back_ends_the_challenge(
    captured_at: float, neutral: NeutralFace, capture_policy: CapturePolicy
) -> None:
    challenge = ActiveChallenge(
        PadChallenge(PadMode.CHALLENGE, bytes(32), (ChallengeStep.BLINK,), 5),
        neutral,
        capture_policy.pad.steps,
        started_at=10.0,
    )
    assert challenge.observe(reading_of(OPEN, captured_at)) is ChallengeState.OUT_OF_TIME


@pytest.mark.rule("PAD-03")
def test_a_recording_that_cycles_through_all_actions_does_not_pass(states: States) -> None:
    turn_right = (OPEN, RIGHT, RIGHT, OPEN)
    seen, _ = states((ChallengeStep.TURN_RIGHT,), *TURN_LEFT, *MOUTH, *turn_right)
    assert ChallengeState.WRONG_ACTION in seen
    assert ChallengeState.PASSED not in seen


@pytest.mark.rule("PAD-03")
def test_no_other_action_than_the_asked_one_is_forgiven(states: States) -> None:
    """With one forgiven, a recording of all actions in its own order passed two steps in four."""
    seen, _ = states((ChallengeStep.TURN_RIGHT,), *TURN_LEFT, OPEN, RIGHT, RIGHT)
    assert seen[-1] is ChallengeState.WRONG_ACTION


@pytest.mark.rule("CON-12")
def test_without_hurry_nothing_counts_as_a_mistake_and_either_side_will_do(
    neutral: NeutralFace, capture_policy: CapturePolicy
) -> None:
    asked = PadChallenge(PadMode.UNTIMED, bytes(32), (ChallengeStep.TURN_EITHER_SIDE,), 50)
    challenge = ActiveChallenge(asked, neutral, capture_policy.pad.steps, started_at=0.0)
    poses = (*MOUTH, OPEN, *BLINK, RIGHT, RIGHT)
    seen = [challenge.observe(reading_of(pose, 5.0 * n)) for n, pose in enumerate(poses)]
    assert seen[-1] is ChallengeState.PASSED


def test_blinking_unasked_is_never_a_mistake(states: States) -> None:
    seen, _ = states((ChallengeStep.OPEN_MOUTH,), *BLINK * 4, *MOUTH)
    assert ChallengeState.PASSED in seen
