"""Pictures carried along triangles and planes."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.virtual.backdrop import shop_backdrop
from pos_app.virtual.flat_instrument import Hold, hold_before
from pos_app.virtual.warp import NO_TRIANGLE, Layer, drawn, map_triangles

SQUARE = np.array([[[2.0, 2], [40, 2], [2, 40]], [[40, 2], [40, 40], [2, 40]]])
SIZE = (64, 48)


def test_unmoved_triangles_map_every_pixel_to_itself() -> None:
    warp = map_triangles(Layer(SQUARE, SQUARE), (0, 0), SIZE)
    down, across = np.nonzero(warp.ids != NO_TRIANGLE)
    assert len(down) > 1300
    assert warp.source_x[down, across] == pytest.approx(across, abs=0.76)
    assert warp.source_y[down, across] == pytest.approx(down, abs=0.76)
    inner = (across > 3) & (across < 39) & (down > 3) & (down < 39)
    assert warp.source_x[down, across][inner] == pytest.approx(across[inner], abs=1e-3)


@given(
    matrix=st.lists(st.floats(-0.3, 0.3), min_size=4, max_size=4),
    shift=st.tuples(st.floats(-5, 5), st.floats(-5, 5)),
)
def test_an_affine_move_is_undone_exactly(matrix: list[float], shift: tuple[float, float]) -> None:
    move = np.eye(2) + np.array(matrix).reshape(2, 2)
    target = SQUARE @ move.T + shift
    warp = map_triangles(Layer(SQUARE, target), (0, 0), SIZE)
    down, across = np.nonzero(warp.ids != NO_TRIANGLE)
    back = (np.column_stack([across, down]) - shift) @ np.linalg.inv(move).T
    inner = (back > 4).all(axis=1) & (back < 38).all(axis=1)
    found = np.column_stack([warp.source_x[down, across], warp.source_y[down, across]])
    assert found[inner] == pytest.approx(back[inner], abs=1e-2)


def test_nothing_is_sampled_outside_the_box_of_its_own_triangle() -> None:
    sliver = np.array([[[0.0, 0], [30, 30], [30.2, 30]]])
    warp = map_triangles(Layer(SQUARE[:1], sliver), (0, 0), SIZE)
    covered = warp.ids != NO_TRIANGLE
    assert covered.any()
    assert warp.source_x[covered].min() >= 1
    assert warp.source_x[covered].max() <= 41


def test_later_triangles_hide_earlier_ones_and_the_corner_moves_the_region() -> None:
    both = np.concatenate([SQUARE[:1], SQUARE[:1]])
    warp = map_triangles(Layer(both, both), (5, 7), SIZE)
    assert set(np.unique(warp.ids)) == {NO_TRIANGLE, 2}
    assert warp.source_x[5, 5] == pytest.approx(10)
    assert warp.source_y[5, 5] == pytest.approx(12)


def test_flipped_and_vanished_triangles_are_told() -> None:
    flipped = SQUARE[:1, ::-1]
    flat = SQUARE[:1].copy()
    flat[0, 2] = flat[0, 1]
    now = np.concatenate([SQUARE[:1], flipped, flat])
    assert drawn(np.repeat(SQUARE[:1], 3, axis=0), now).tolist() == [True, False, False]


@pytest.mark.parametrize("yaw", [-30.0, 12.0, 30.0])
def test_a_held_sheet_moves_as_one_plane(yaw: float) -> None:
    """Corners of a pattern on the sheet follow one homography, so no depth can be read from it."""
    sheet = np.full((300, 400, 3), 255, np.uint8)
    places = [(x, y) for x in (60, 200, 340) for y in (50, 150, 250)]
    black = np.zeros((480, 640, 3), np.uint8)

    def centres(hold: Hold) -> np.ndarray:
        found = []
        for x, y in places:
            marked = sheet * 0
            cv2.circle(marked, (x, y), 9, (255, 255, 255), cv2.FILLED)
            light = hold_before(black, marked, hold)[:, :, 0].astype(np.float64)
            down, across = np.indices(light.shape)
            found.append([(light * across).sum() / light.sum(), (light * down).sum() / light.sum()])
        return np.array(found)

    straight, turned = centres(Hold()), centres(Hold(yaw=yaw))
    plane, _ = cv2.findHomography(straight, turned, 0)
    carried = cv2.perspectiveTransform(straight[None], plane)[0]
    assert np.abs(carried - turned).max() < 0.5
    assert np.abs(straight - turned).max() > 1


def test_the_backdrop_is_the_same_every_time() -> None:
    one, two = shop_backdrop(), shop_backdrop()
    assert one.shape == (480, 640, 3)
    assert (one == two).all()
    assert 60 < one.mean() < 190
