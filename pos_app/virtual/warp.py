"""Carry a picture along a moving triangulation."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

NO_TRIANGLE: Final = 0
_SHIFT: Final = 4
_FLAT_AREA: Final = 0.05
"""Twice the area in square pixels under which a triangle is not drawn."""
_CLAMP_SLACK: Final = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Triangles with where each corner is in the texture (float64[n, 3, 2]) and now (the same)."""

    source: NDArray[np.float64]
    target: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class WarpMap:
    """Where each pixel of a region comes from.

    `ids` is int32[height, width], 0 where nothing was drawn, else one more than the triangle's place;
    `source_x` and `source_y` are float32 of the same shape, in texture pixels.
    """

    ids: NDArray[np.int32]
    source_x: NDArray[np.float32]
    source_y: NDArray[np.float32]


def drawn(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which triangles neither flipped nor vanished on the way from source to target."""
    before, after = _doubled_area(source), _doubled_area(target)
    return np.asarray((before * after > 0) & (np.abs(after) > _FLAT_AREA))


def map_triangles(layer: Layer, corner: tuple[int, int], size: tuple[int, int]) -> WarpMap:
    """Return the map of a region: its upper left `corner`, and its `size`, width and height.

    Later triangles hide earlier ones.
    """
    width, height = size
    ids = np.zeros((height, width), np.int32)
    outlines = np.round((layer.target - corner) * (1 << _SHIFT)).astype(np.int32)
    for place, outline in enumerate(outlines, 1):
        cv2.fillConvexPoly(ids, outline, place, cv2.LINE_8, _SHIFT)
    table = _tables(layer, corner)
    across = np.arange(width, dtype=np.float32)[None, :]
    down = np.arange(height, dtype=np.float32)[:, None]
    source_x = _along(table[:5], ids, across, down)
    source_y = _along(table[5:], ids, across, down)
    return WarpMap(ids, source_x, source_y)


def _along(
    table: NDArray[np.float32],
    ids: NDArray[np.int32],
    across: NDArray[np.float32],
    down: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return one source coordinate per pixel, kept in the box of its own source triangle."""
    by_x, by_y, at_zero, low, high = (np.take(row, ids) for row in table)
    by_x *= across
    by_y *= down
    by_x += by_y
    by_x += at_zero
    return np.clip(by_x, low, high, out=by_x)


def _tables(layer: Layer, corner: tuple[int, int]) -> NDArray[np.float32]:
    """Return float32[10, n + 1]: for x and for y three coefficients and two bounds per triangle.

    Column 0, where nothing was drawn, is never used.
    """
    target = layer.target - corner
    frame = np.concatenate([target, np.ones((*target.shape[:2], 1))], axis=2)
    coefficients = np.linalg.solve(frame, layer.source)
    low = layer.source.min(axis=1) - _CLAMP_SLACK
    high = layer.source.max(axis=1) + _CLAMP_SLACK
    table = np.zeros((10, len(target) + 1), np.float32)
    for axis in (0, 1):
        rows = table[axis * 5 : axis * 5 + 5, 1:]
        rows[:3], rows[3], rows[4] = coefficients[:, :, axis].T, low[:, axis], high[:, axis]
    return table


def _doubled_area(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return np.asarray(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])
