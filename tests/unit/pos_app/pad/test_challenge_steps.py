"""A step is proven by a change of the person's own face, and by nothing else."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from facepay.pad_evidence import ChallengeStep
from pos_app.pad.challenge_steps import StepCue, judge_for
from pos_app.pad.face_geometry import FaceMeasures, measure_face
from pos_app.pad.face_reading import FaceReading, NeutralFace, neutral_from
from pos_app.probe.capture_policy import CapturePolicy
from tests.fakes.faces import CANONICAL, HEIGHT, WIDTH, Pose
from tests.fakes.readings import reading_of, readings_of

OPEN, CLOSED = Pose(), Pose(eye_aspect=0.05)
WIDE = Pose(mouth_aspect=0.5)
LEFT, RIGHT = Pose(yaw_degrees=18), Pose(yaw_degrees=-18)
FLAT = Pose(is_flat=True)

Prove = Callable[..., tuple[StepCue, ...] | None]


@pytest.fixture
def prove(neutral: NeutralFace, capture_policy: CapturePolicy) -> Prove:
    """Run one judge over poses; the cues if it was proven."""

    def run(step: ChallengeStep, *poses: Pose) -> tuple[StepCue, ...] | None:
        judge = judge_for(step, neutral, capture_policy.pad.steps)
        found = [judge.observe(reading) for reading in readings_of(*poses)]
        return next((cues for cues in found if cues is not None), None)

    return run


@pytest.mark.parametrize(
    ("step", "poses"),
    [
        (ChallengeStep.BLINK, (OPEN, CLOSED, OPEN)),
        (ChallengeStep.BLINK, (OPEN, CLOSED, CLOSED, CLOSED, OPEN)),
        (ChallengeStep.OPEN_MOUTH, (OPEN, WIDE, WIDE)),
        (ChallengeStep.TURN_LEFT, (OPEN, LEFT, LEFT)),
        (ChallengeStep.TURN_RIGHT, (OPEN, RIGHT, RIGHT)),
    ],
)
def test_the_asked_action_is_proven(
    step: ChallengeStep, poses: tuple[Pose, ...], prove: Prove
) -> None:
    cues = prove(step, *poses)
    assert cues is not None
    assert all(cue.value >= cue.threshold for cue in cues)


@pytest.mark.parametrize(
    ("step", "poses"),
    [
        (ChallengeStep.BLINK, (OPEN,) * 5),
        (ChallengeStep.BLINK, (CLOSED, OPEN, OPEN)),
        (ChallengeStep.BLINK, (OPEN, CLOSED, CLOSED)),
        (ChallengeStep.BLINK, (OPEN, *(CLOSED,) * 60, OPEN)),
        (ChallengeStep.BLINK, (OPEN, replace(LEFT, eye_aspect=0.05), LEFT)),
        (ChallengeStep.OPEN_MOUTH, (WIDE,) * 5),
        (ChallengeStep.OPEN_MOUTH, (OPEN, WIDE, OPEN, WIDE)),
        (ChallengeStep.TURN_LEFT, (OPEN, RIGHT, RIGHT, RIGHT)),
        (ChallengeStep.TURN_RIGHT, (OPEN, LEFT, LEFT, LEFT)),
        (ChallengeStep.TURN_LEFT, (LEFT,) * 5),
        (ChallengeStep.TURN_LEFT, (OPEN, Pose(yaw_degrees=10), Pose(yaw_degrees=10))),
    ],
    ids=[
        "no blink", "closed from the start", "never open again", "asleep", "turned away",
        "open from the start", "one frame", "other side", "other side too", "turned from the start",
        "not far enough",
    ],
)  # fmt: skip
def test_anything_else_is_not(step: ChallengeStep, poses: tuple[Pose, ...], prove: Prove) -> None:
    assert prove(step, *poses) is None


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("step", [ChallengeStep.TURN_LEFT, ChallengeStep.TURN_RIGHT])
@pytest.mark.parametrize("degrees", [15, 25, 35, 45])
def test_a_print_that_is_turned_proves_no_turn(
    step: ChallengeStep, degrees: float, capture_policy: CapturePolicy
) -> None:
    side = 1 if step is ChallengeStep.TURN_LEFT else -1
    flat = neutral_from([reading_of(FLAT)], capture_policy.pad.neutral)
    assert flat is not None
    judge = judge_for(step, flat, capture_policy.pad.steps)
    turned = replace(FLAT, yaw_degrees=side * degrees)
    assert [judge.observe(one) for one in readings_of(FLAT, *(turned,) * 9)] == [None] * 10


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("degrees", [-50, -45, -40, 40, 45, 50])
def test_a_smiling_print_that_is_swung_does_not_open_its_mouth(
    degrees: float, capture_policy: CapturePolicy
) -> None:
    """Its width shrinks by a third, so the smile's aspect grows; measured on a press photo."""
    smile = Pose(is_flat=True, mouth_aspect=0.26)
    neutral = neutral_from([reading_of(smile)], capture_policy.pad.neutral)
    assert neutral is not None
    judge = judge_for(ChallengeStep.OPEN_MOUTH, neutral, capture_policy.pad.steps)
    swung = replace(smile, yaw_degrees=degrees)
    assert reading_of(swung).measures.mouth_aspect > 0.33
    assert [judge.observe(one) for one in readings_of(smile, *(swung,) * 9)] == [None] * 10


@pytest.mark.rule("PAD-01")
def test_a_print_that_is_squeezed_by_tilting_does_not_blink(
    neutral: NeutralFace, capture_policy: CapturePolicy
) -> None:
    """Tilted far forward, everything on a picture is half as high, its open eyes too."""
    judge = judge_for(ChallengeStep.BLINK, neutral, capture_policy.pad.steps)

    def squeezed(factor: float, captured_at: float) -> FaceReading:
        mesh = reading_of(Pose()).mesh * (1.0, factor)
        measures = measure_face(mesh, CANONICAL, (WIDTH, HEIGHT))
        return FaceReading(captured_at, replace(measures, yaw_degrees=0.0), mesh)

    factors = (1.0, 1.0, 0.7, 0.45, 0.45, 0.7, 1.0, 1.0)
    readings = [squeezed(factor, number / 30) for number, factor in enumerate(factors)]
    assert readings[3].measures.eye_aspect < neutral.measures.eye_aspect / 2
    assert [judge.observe(reading) for reading in readings] == [None] * len(factors)


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("step", list(ChallengeStep))
def test_measures_that_are_no_numbers_prove_nothing(
    step: ChallengeStep, neutral: NeutralFace, capture_policy: CapturePolicy
) -> None:
    judge = judge_for(step, neutral, capture_policy.pad.steps)
    broken = FaceMeasures(*[float("nan")] * 4)
    mesh = reading_of(Pose()).mesh
    for number in range(20):
        assert judge.observe(FaceReading(number / 30, broken, mesh)) is None


def test_a_neutral_face_forgives_a_blink_but_not_a_turn(capture_policy: CapturePolicy) -> None:
    policy = capture_policy.pad.neutral
    assert neutral_from(readings_of(OPEN, CLOSED, OPEN), policy) is not None
    assert neutral_from(readings_of(OPEN, LEFT, OPEN), policy) is None
    assert neutral_from(readings_of(WIDE, WIDE, OPEN), policy) is None
    assert neutral_from(readings_of(CLOSED, CLOSED, OPEN), policy) is None
