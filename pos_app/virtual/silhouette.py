"""Cut a person out of a photo, so that she can stand somewhere else and the wall stays unlit."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.virtual.portrait import FRAME_SIZE, Portrait

Outline = NDArray[np.float32]
"""float32[h, w], 0-1: how much of each pixel is the person."""

_COARSE: Final = 4
"""A quarter of the size is enough for an outline, and takes a tenth of a second."""
_SEED: Final = 1
_ROUNDS: Final = 4
_FOREHEAD, _CHIN = 10, 152
_HAIR_REACH, _SKIN_REACH = 1.35, 1.02
"""How much larger than the mesh the head with its hair may be, and the face surely is."""
_HAIR_RISE: Final = 0.12
_ASIDE_MAX, _ABOVE_MAX = 0.78, 1.3
"""In face heights from the middle of the face: beyond, above the chin, nothing is of the person."""
_SHOULDERS: Final = ((0.38, 0.0), (1.0, 0.55), (1.1, 4.0))
_CHEST: Final = ((0.25, -0.1), (0.5, 4.0))
"""Half widths and depths under the chin, in face heights: where a body may be, and surely is."""
_EDGE_BLUR, _EDGE_FROM, _EDGE_WIDTH = 2.5, 0.35, 0.5


def cut_out(portrait: Portrait) -> Outline:
    """Return the outline of the person, of the size of `portrait.photo_bgr`. Keeps nothing."""
    height, width = portrait.photo_bgr.shape[:2]
    size = (width // _COARSE, height // _COARSE)
    small = cv2.resize(portrait.photo_bgr, size, interpolation=cv2.INTER_AREA)
    mesh = (portrait.mesh[:, :2] + portrait.reach) / _COARSE
    marks = _marks(mesh, small.shape[:2])
    cv2.setRNGSeed(_SEED)
    nothing = np.zeros((1, 65))
    cv2.grabCut(small, marks, (0, 0, 1, 1), nothing, nothing.copy(), _ROUNDS, cv2.GC_INIT_WITH_MASK)
    small.fill(0)
    person = _largest(np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8), mesh)
    grown = cv2.resize(person.astype(np.float32), (width, height))
    soft = cv2.GaussianBlur(grown, (0, 0), _EDGE_BLUR)
    return np.asarray(np.clip((soft - _EDGE_FROM) / _EDGE_WIDTH, 0, 1), np.float32)


def within_frame(outline: Outline, portrait: Portrait) -> Outline:
    """Return the part of an outline that the camera sees, float32[480, 640]."""
    (across, down), (width, height) = portrait.reach, FRAME_SIZE
    return outline[down : down + height, across : across + width]


def _marks(mesh: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return what is known beforehand: surely or probably of the person, or of the room."""
    hull = cv2.convexHull(mesh.astype(np.float32))[:, 0]
    middle, chin = hull.mean(axis=0), mesh[_CHIN]
    tall = float(np.linalg.norm(mesh[_FOREHEAD] - chin))
    marks = np.full(shape[:2], cv2.GC_PR_BGD, np.uint8)
    head = middle + (hull - middle) * _HAIR_REACH - (0.0, _HAIR_RISE * tall)
    _fill(marks, head, cv2.GC_PR_FGD)
    _fill(marks, _below(chin, tall, _SHOULDERS), cv2.GC_PR_FGD)
    rows, columns = np.indices(marks.shape)
    is_aside = np.abs(columns - chin[0]) > _ASIDE_MAX * tall
    is_room = (is_aside & (rows < chin[1])) | (rows < middle[1] - _ABOVE_MAX * tall)
    marks[is_room] = cv2.GC_BGD
    _fill(marks, _below(chin, tall, _CHEST), cv2.GC_FGD)
    _fill(marks, middle + (hull - middle) * _SKIN_REACH, cv2.GC_FGD)
    return marks


def _below(
    chin: NDArray[np.float64], tall: float, sides: tuple[tuple[float, float], ...]
) -> NDArray[np.float64]:
    """Return the outline of half widths at depths under the chin, the same on both sides."""
    left = [chin + tall * np.array([-aside, down]) for aside, down in sides]
    right = [chin + tall * np.array([aside, down]) for aside, down in reversed(sides)]
    return np.array(left + right)


def _fill(marks: NDArray[np.uint8], corners: NDArray[np.floating], mark: int) -> None:
    cv2.fillPoly(marks, [np.round(corners).astype(np.int32)], (mark,))


def _largest(person: NDArray[np.uint8], mesh: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the piece with the face in it, its small gaps closed."""
    _, pieces = cv2.connectedComponents(person)
    across, down = (int(value) for value in mesh.mean(axis=0))
    piece = (pieces == pieces[down, across]).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(piece, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), np.uint8)
