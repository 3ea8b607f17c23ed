"""One acting payer, or nobody."""

import pytest

from pos_app.capture.guidance import Guidance
from pos_app.capture.payment_zone import find_payer
from pos_app.probe.capture_policy import CapturePolicy
from tests.fakes.faces import HEIGHT, WIDTH, Pose, face_of

SIZE = (WIDTH, HEIGHT)
PAYER = face_of(Pose(centre=(150, 120), size=120))


def test_a_face_in_the_zone_is_the_payer(capture_policy: CapturePolicy) -> None:
    assert find_payer((PAYER,), SIZE, capture_policy.zone) is PAYER


def test_a_small_face_behind_is_a_bystander_and_does_no_harm(capture_policy: CapturePolicy) -> None:
    behind = face_of(Pose(centre=(250, 80), size=50))
    assert find_payer((PAYER, behind), SIZE, capture_policy.zone) is PAYER


@pytest.mark.rule("CAP-02")
@pytest.mark.parametrize("centre", [(260, 120), (310, 120)], ids=["in the zone", "at the edge"])
def test_a_second_face_of_similar_size_stops_the_capture(
    centre: tuple[float, float], capture_policy: CapturePolicy
) -> None:
    rival = face_of(Pose(centre=centre, size=110))
    assert find_payer((PAYER, rival), SIZE, capture_policy.zone) is Guidance.SEVERAL_FACES


@pytest.mark.parametrize(
    "pose",
    [Pose(centre=(5, 120)), Pose(size=20)],
    ids=["out of the zone", "too far away"],
)
def test_nobody_in_the_zone_is_no_face(pose: Pose, capture_policy: CapturePolicy) -> None:
    assert find_payer((face_of(pose),), SIZE, capture_policy.zone) is Guidance.NO_FACE
    assert find_payer((), SIZE, capture_policy.zone) is Guidance.NO_FACE
