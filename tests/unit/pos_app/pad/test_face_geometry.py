"""Ratios and angles say what the head does, at any distance, and depth tells a head from a print."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.pad.face_geometry import depth_residual, eye_aspect, mouth_aspect, yaw_degrees
from tests.fakes.faces import CANONICAL, HEIGHT, WIDTH, Pose, mesh_of

SIZE = (WIDTH, HEIGHT)


@given(st.floats(0.02, 0.5), st.floats(0.0, 0.8), st.floats(60, 200))
def test_openings_are_read_at_any_distance(eyes: float, mouth: float, size: float) -> None:
    mesh = mesh_of(Pose(eye_aspect=eyes, mouth_aspect=mouth, size=size))
    assert eye_aspect(mesh) == pytest.approx(eyes, rel=0.05)
    assert mouth_aspect(mesh) == pytest.approx(mouth, rel=0.05, abs=0.01)


@given(st.floats(-25, 25))
def test_yaw_is_positive_to_the_subjects_own_left(degrees: float) -> None:
    straight = yaw_degrees(mesh_of(Pose()), CANONICAL, SIZE)
    turned = yaw_degrees(mesh_of(Pose(yaw_degrees=degrees)), CANONICAL, SIZE)
    assert turned - straight == pytest.approx(degrees, abs=4)


@given(st.floats(14, 30), st.sampled_from([-1, 1]))
def test_a_turned_head_is_deep_and_a_turned_print_is_flat(degrees: float, side: int) -> None:
    for is_flat in (True, False):
        turned = mesh_of(Pose(yaw_degrees=side * degrees, is_flat=is_flat))
        residual = depth_residual(mesh_of(Pose(is_flat=is_flat)), turned)
        assert (residual >= 0.045) is not is_flat


@pytest.mark.parametrize("mesh", [np.zeros((478, 2)), np.full((478, 2), np.nan)])
def test_a_degenerate_mesh_gives_no_number(mesh: np.ndarray) -> None:
    assert math.isnan(eye_aspect(mesh))
    assert math.isnan(mouth_aspect(mesh))
    assert not depth_residual(mesh_of(Pose()), mesh) >= 0.045
    assert not abs(yaw_degrees(mesh, CANONICAL, SIZE)) >= 14
