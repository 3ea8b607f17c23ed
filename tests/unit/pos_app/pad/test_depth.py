"""A turn says "deep", "flat" or nothing; only frames that said something make the cue."""

from collections.abc import Iterable
from math import nan

import pytest

from pos_app.pad.depth import Depth, DepthWatch, judge_depth
from pos_app.pad.face_reading import NeutralFace, neutral_from
from pos_app.pad.policy import DepthPolicy
from pos_app.probe.capture_policy import CapturePolicy
from tests.fakes.faces import Pose
from tests.fakes.readings import reading_of


@pytest.fixture
def policy(capture_policy: CapturePolicy) -> DepthPolicy:
    return capture_policy.pad.depth


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize(
    ("degrees", "residual", "said"),
    [
        (7.9, 0.0, Depth.UNDECIDED),
        (8.0, 0.024, Depth.FLAT),
        (-8.0, 0.024, Depth.FLAT),
        (8.0, 0.025, Depth.UNDECIDED),
        (13.9, 0.2, Depth.UNDECIDED),
        (14.0, 0.045, Depth.DEEP),
        (-20.0, 0.09, Depth.DEEP),
        (14.0, 0.044, Depth.UNDECIDED),
        (30.0, 0.01, Depth.FLAT),
        (nan, 0.09, Depth.UNDECIDED),
        (20.0, nan, Depth.UNDECIDED),
    ],
)
def test_what_a_turned_frame_says(
    degrees: float, residual: float, said: Depth, policy: DepthPolicy
) -> None:
    assert judge_depth(degrees, residual, policy) is said


def watched(neutral: NeutralFace, policy: DepthPolicy, poses: Iterable[Pose]) -> dict[str, float]:
    watch = DepthWatch(neutral, policy)
    for number, pose in enumerate(poses):
        watch.follow(reading_of(pose, number / 30))
    return watch.cues()


@pytest.mark.rule("PAD-01")
@pytest.mark.parametrize("sign", [1, -1])
def test_a_turning_head_is_deep(sign: int, neutral: NeutralFace, policy: DepthPolicy) -> None:
    poses = [Pose(yaw_degrees=sign * degrees) for degrees in range(0, 24, 2)]
    assert watched(neutral, policy, poses)["turn_depth"] >= policy.deep_residual_min


@pytest.mark.rule("PAD-01")
def test_a_turned_picture_is_flat_wherever_it_says_anything(
    capture_policy: CapturePolicy, policy: DepthPolicy
) -> None:
    flat = neutral_from([reading_of(Pose(is_flat=True))], capture_policy.pad.neutral)
    assert flat is not None
    poses = [Pose(yaw_degrees=degrees, is_flat=True) for degrees in range(-60, 61, 2)]
    found = watched(flat, policy, poses)
    assert found.get("turn_depth", 0.0) <= policy.flat_residual_max


def test_a_face_that_looks_ahead_says_nothing(neutral: NeutralFace, policy: DepthPolicy) -> None:
    assert watched(neutral, policy, [Pose(yaw_degrees=at / 2) for at in range(-12, 13)]) == {}


def test_one_frame_of_depth_is_not_enough(neutral: NeutralFace, policy: DepthPolicy) -> None:
    few = int(policy.frames_min) - 1
    assert watched(neutral, policy, [Pose(yaw_degrees=20.0)] * few) == {}
    assert watched(neutral, policy, [Pose(yaw_degrees=20.0)] * (few + 1)) != {}


def test_a_broken_mesh_says_nothing(neutral: NeutralFace, policy: DepthPolicy) -> None:
    watch = DepthWatch(neutral, policy)
    for _ in range(5):
        reading = reading_of(Pose(yaw_degrees=20.0))
        reading.mesh.fill(nan)
        assert watch.follow(reading) is Depth.UNDECIDED
    assert watch.cues() == {}
