"""A face is brought into the standard position by rotation, scale and shift alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.features.alignment import (
    align_face,
    apply_inverse,
    level_crop,
    similarity_transform,
)
from tests.fakes.faces import Line, Pose, face_of, picture_of

SOURCE = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [1.0, 5.0]])


@given(st.floats(-3, 3), st.floats(0.1, 9), st.floats(-50, 50), st.floats(-50, 50))
def test_a_known_similarity_is_found_again(
    angle: float, scale: float, across: float, down: float
) -> None:
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    target = SOURCE @ linear.T + (across, down)
    expected = np.hstack([linear, [[across], [down]]])
    assert similarity_transform(SOURCE, target) == pytest.approx(expected, abs=1e-6)


def test_a_mirrored_target_is_not_followed_by_mirroring() -> None:
    transform = similarity_transform(SOURCE, SOURCE * (-1, 1))
    assert np.linalg.det(transform[:, :2]) > 0


def test_points_that_coincide_are_refused() -> None:
    with pytest.raises(ValueError, match="coincide"):
        similarity_transform(np.ones((5, 2)), SOURCE[[0, 1, 2, 3, 0]])


def test_an_aligned_face_has_the_size_the_model_takes() -> None:
    aligned = align_face(picture_of(0, Line()), face_of(Pose()))
    assert aligned.shape == (112, 112, 3)
    assert aligned.dtype == np.uint8


def test_a_crop_is_level_and_goes_back_to_the_frame() -> None:
    face = face_of(Pose())
    transform = level_crop(face, margin=1.5, side=256)
    eyes = face.points[:2].astype(np.float64) @ transform[:, :2].T + transform[:, 2]
    assert eyes[0, 1] == pytest.approx(eyes[1, 1])
    assert apply_inverse(transform, eyes) == pytest.approx(face.points[:2], abs=1e-4)
