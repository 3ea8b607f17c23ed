"""A mask or dark glasses are told from skin, a beard, shadow and a picture without colour."""

import numpy as np
import pytest

from pos_app.capture.face_cover import measure_cover
from pos_app.capture.frame import ImageBgr
from pos_app.capture.guidance import Guidance
from pos_app.capture.sample_quality import assess_sample
from pos_app.probe.capture_policy import CapturePolicy
from tests.fakes.faces import HEIGHT, WIDTH, Pose, face_of

SKIN = (120, 150, 190)
FACE = face_of(Pose())
MOUTH_Y = float(FACE.points[3:, 1].mean())
EYE_Y = float(FACE.points[:2, 1].mean())


def skin(*, light: float = 1.0) -> ImageBgr:
    grain = np.random.default_rng(5).normal(0, 6, (HEIGHT, WIDTH, 1))
    return np.clip(np.array(SKIN) * light + grain, 0, 255).astype(np.uint8)


def covered_below(image: ImageBgr, share: float, colour: tuple[int, int, int]) -> ImageBgr:
    """Colour a face from a part of the way between eyes and mouth downwards."""
    top = round(EYE_Y + share * (MOUTH_Y - EYE_Y))
    image[top:] = colour
    return image


def with_lenses(image: ImageBgr, level: int) -> ImageBgr:
    for x, y in FACE.points[:2].astype(int):
        image[y - 10 : y + 11, x - 14 : x + 15] = level
    return image


def problems(image: ImageBgr, policy: CapturePolicy) -> set[Guidance]:
    found = assess_sample(image, FACE, policy.quality).problems
    return {Guidance.TAKE_OFF_MASK, Guidance.TAKE_OFF_GLASSES} & set(found)


def test_a_bare_face_is_not_covered(capture_policy: CapturePolicy) -> None:
    assert problems(skin(), capture_policy) == set()


@pytest.mark.parametrize("colour", [(210, 190, 140), (235, 235, 235), (60, 140, 60), (35, 35, 35)],
                         ids=["blue", "white", "green", "black"])  # fmt: skip
def test_a_mask_of_any_colour_but_skin_is_seen(
    capture_policy: CapturePolicy, colour: tuple[int, int, int]
) -> None:
    image = covered_below(skin(), 0.45, colour)
    assert problems(image, capture_policy) == {Guidance.TAKE_OFF_MASK}


def test_a_beard_leaves_the_nose_bare(capture_policy: CapturePolicy) -> None:
    image = covered_below(skin(), 0.85, (30, 32, 36))
    assert problems(image, capture_policy) == set()


def test_a_shadow_changes_the_light_and_not_the_colour(capture_policy: CapturePolicy) -> None:
    image = skin()
    image[:, : WIDTH // 2] = skin(light=0.6)[:, : WIDTH // 2]
    assert problems(image, capture_policy) == set()


@pytest.mark.parametrize(("level", "is_seen"), [(20, True), (80, False)])
def test_dark_glasses_are_far_darker_than_the_cheeks(
    capture_policy: CapturePolicy, level: int, *, is_seen: bool
) -> None:
    found = problems(with_lenses(skin(), level), capture_policy)
    assert found == ({Guidance.TAKE_OFF_GLASSES} if is_seen else set())


def test_one_covered_eye_is_no_pair_of_glasses(capture_policy: CapturePolicy) -> None:
    image = with_lenses(skin(), 20)
    image[:, WIDTH // 2 :] = skin()[:, WIDTH // 2 :]
    assert problems(image, capture_policy) == set()


def test_without_colour_nobody_wears_a_mask(capture_policy: CapturePolicy) -> None:
    image = covered_below(np.full((HEIGHT, WIDTH, 3), 150, np.uint8), 0.45, (60, 60, 60))
    assert problems(image, capture_policy) == set()


@pytest.mark.parametrize("centre", [(8.0, 120.0), (160.0, 5.0), (315.0, 120.0), (160.0, 236.0)])
def test_a_face_that_is_not_all_in_the_picture_is_not_measured(
    centre: tuple[float, float],
) -> None:
    assert measure_cover(skin(), face_of(Pose(centre=centre))) is None


def test_points_that_are_no_numbers_measure_nothing() -> None:
    lost = face_of(Pose())
    lost.points[2:] = np.nan
    assert measure_cover(skin(), lost) is None
