"""Every poor sample has its own reason, and guidance does not flicker."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.guidance import Guidance
from pos_app.capture.sample_quality import GuidanceFilter, assess_sample
from pos_app.probe.capture_policy import CapturePolicy
from tests.fakes.faces import HEIGHT, WIDTH, Line, Pose, face_of, picture_of

POSE = Pose()


def guidance_for(
    policy: CapturePolicy, pose: Pose = POSE, image: np.ndarray | None = None
) -> Guidance:
    picture = picture_of(1, Line()) if image is None else image
    return assess_sample(picture, face_of(pose), policy.quality).guidance


def test_a_clear_frontal_face_is_good(capture_policy: CapturePolicy) -> None:
    assert guidance_for(capture_policy) is Guidance.GOOD


@pytest.mark.rule("TPL-05")
@pytest.mark.parametrize(
    ("brightness", "expected"),
    [(20, Guidance.TOO_DARK), (250, Guidance.TOO_BRIGHT)],
)
def test_light_is_judged(
    brightness: int, expected: Guidance, capture_policy: CapturePolicy
) -> None:
    image = picture_of(1, Line(brightness=brightness))
    assert guidance_for(capture_policy, image=image) is expected


def test_a_bright_window_behind_is_backlight(capture_policy: CapturePolicy) -> None:
    image = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    image[50:190, 100:220] = picture_of(1, Line(brightness=80))[50:190, 100:220]
    assert guidance_for(capture_policy, image=image) is Guidance.BACKLIT


@pytest.mark.rule("TPL-05")
@pytest.mark.parametrize(
    ("pose", "expected"),
    [
        (Pose(size=50), Guidance.COME_CLOSER),
        (Pose(size=230), Guidance.MOVE_BACK),
        (Pose(centre=(250, 120)), Guidance.CENTRE_FACE),
        (Pose(centre=(20, 120)), Guidance.CENTRE_FACE),
    ],
    ids=["far", "near", "aside", "half out"],
)
def test_place_and_size_are_judged(
    pose: Pose, expected: Guidance, capture_policy: CapturePolicy
) -> None:
    assert guidance_for(capture_policy, pose) is expected


@pytest.mark.rule("TPL-05")
def test_blur_is_judged(capture_policy: CapturePolicy) -> None:
    shades = np.linspace(20, 235, WIDTH).astype(np.uint8)
    image = np.ascontiguousarray(np.broadcast_to(shades[None, :, None], (HEIGHT, WIDTH, 3)))
    assert guidance_for(capture_policy, image=image) is Guidance.HOLD_STILL


def moved_nose(face: DetectedFace, across: float, down: float) -> DetectedFace:
    points = face.points.copy()
    points[2] += (across, down)
    return replace(face, points=points)


@pytest.mark.rule("TPL-05")
@pytest.mark.parametrize(("across", "down"), [(25, 0), (-25, 0), (0, 20), (0, -20)])
def test_a_turned_or_tilted_face_is_asked_to_look_ahead(
    across: float, down: float, capture_policy: CapturePolicy
) -> None:
    face = moved_nose(face_of(POSE), across, down)
    quality = assess_sample(picture_of(1, Line()), face, capture_policy.quality)
    assert quality.problems == (Guidance.FACE_CAMERA,)


def test_points_that_coincide_are_no_frontal_face(capture_policy: CapturePolicy) -> None:
    face = replace(face_of(POSE), points=np.zeros((5, 2), np.float32))
    quality = assess_sample(picture_of(1, Line()), face, capture_policy.quality)
    assert Guidance.FACE_CAMERA in quality.problems


def test_guidance_changes_only_when_frames_agree() -> None:
    steady = GuidanceFilter(3)
    seen = [Guidance.GOOD, Guidance.NO_FACE, Guidance.GOOD, *[Guidance.NO_FACE] * 3]
    assert [steady.update(guidance) for guidance in seen] == [True, *[False] * 4, True]
    assert steady.shown is Guidance.NO_FACE


@given(st.lists(st.sampled_from(list(Guidance)), min_size=1, max_size=60))
def test_guidance_never_changes_twice_within_its_hold(words: list[Guidance]) -> None:
    steady = GuidanceFilter(4)
    changes = [index for index, word in enumerate(words) if steady.update(word)]
    assert all(later - earlier >= 4 for earlier, later in pairwise(changes[1:]))
