"""The head as points in space: the mesh, lids and mouth that can part, and rings of hair and neck.

A point's place is given in pixels of the frame, x right, y down, z away from the viewer with zero
beside the ears, undone of perspective: `project` brings the undeformed head back onto the photo.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pos_app.virtual.face_mesh import (
    EAR_POINTS,
    EYES,
    EyeLines,
    FaceMesh,
    Triangles,
)

Points3 = NDArray[np.float64]
"""float64[n, 3]."""

VIEWING_DISTANCE: Final = 8.0
"""From the camera to the head, in eye distances."""
_RING_SCALES: Final = (1.08, 1.18, 1.32, 1.55, 1.95)
_RING_WEIGHTS: Final = (1.0, 0.97, 0.82, 0.42, 0.0)
_RING_DEPTH_BLEND: Final = (0.1, 0.25, 0.5, 0.8, 1.0)
_DEPTH_ABOVE, _DEPTH_ASIDE, _DEPTH_BELOW = 0.2, 0.3, 0.1
"""Where the outer rings lie behind the ears, in eye distances: skull, hair, neck."""
_PIVOT_BEHIND_EARS: Final = 0.25
_LASH_SHARE: Final = 0.3
_CHEEK_DEPTH: Final = 0.5
"""In eye distances before the ears: what lies deeper is seen at a slant, in few pixels of the photo."""
_SIDE_SHARE: Final = 0.4
"""How much of its depth behind the cheeks the side of a face keeps. A turn then does not stretch those
few pixels, partly background, over the cheek that comes into view."""
EARS_BROUGHT_FORWARD: Final = _CHEEK_DEPTH * (1 - _SIDE_SHARE)
"""In eye distances: how far before their true place the ears therefore lie."""


@dataclass(frozen=True, slots=True, eq=False)
class EyeParts:
    """One eye's lines in the mesh, and the seven points above its upper lid that keep lashes rigid."""

    lines: EyeLines
    lashes: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class HeadShape:
    """A person's head at rest.

    `points` is float64[n, 3]; `weights` float64[n], how much of the head's movement a point follows;
    `leader` int32[n], the point whose deformation it copies, and `lead` float64[n] how much of it.
    `own_mouth` is int32[2, m]: points of the photo's own mouth, and the lip points they lie at.
    The triangle groups are drawn in the order `cavity`, `inside`, `rings` and `skin` far to near, then
    `lids`.
    `centre` is the optical axis and `pivot` the neck joint; `eye_distance` is in pixels.
    """

    points: Points3
    weights: NDArray[np.float64]
    leader: NDArray[np.int32]
    lead: NDArray[np.float64]
    cavity: Triangles
    inside: Triangles
    skin: Triangles
    lids: Triangles
    eyes: tuple[EyeParts, EyeParts]
    own_mouth: NDArray[np.int32]
    rings: Triangles
    centre: NDArray[np.float64]
    pivot: NDArray[np.float64]
    eye_distance: float

    def project(self, points: Points3) -> NDArray[np.float64]:
        """Return float64[n, 2]: where points in space are seen."""
        far = VIEWING_DISTANCE * self.eye_distance
        return self.centre + points[:, :2] * (far / (far + points[:, 2:]))

    def unproject(self, seen: NDArray[np.float64], depth: NDArray[np.float64]) -> Points3:
        """Return float64[n, 3]: the points seen at float64[n, 2], at depths float64[n]."""
        far = VIEWING_DISTANCE * self.eye_distance
        along = (seen - self.centre) * ((far + depth) / far)[:, None]
        return np.column_stack([along, depth])


class _Builder:
    """Collects points beyond the mesh."""

    def __init__(self, mesh: Points3) -> None:
        self.rows = [mesh]
        self.count = len(mesh)
        self.weights = [np.ones(len(mesh))]
        self.leader = [np.arange(len(mesh), dtype=np.int32)]
        self.lead = [np.zeros(len(mesh))]

    def add(
        self, points: Points3, *, weight: float, leader: NDArray[np.int32], lead: float
    ) -> NDArray[np.int32]:
        added = np.arange(self.count, self.count + len(points), dtype=np.int32)
        self.count += len(points)
        self.rows.append(points)
        self.weights.append(np.full(len(points), weight))
        self.leader.append(leader if lead else added)
        self.lead.append(np.full(len(points), lead))
        return added


def build_head(mesh_points: Points3, mesh: FaceMesh) -> HeadShape:
    """Return the head of a person whose mesh, float64[468, 3] in pixels with depth, is given."""
    placed, centre, eye_distance = _undo_perspective(mesh_points)
    builder = _Builder(placed)
    skin, lids, eyes = mesh.skin, [], []
    for lines in EYES:
        skin, strip, lashes = _split_upper_lid(builder, skin, lines, placed)
        lids.append(strip)
        eyes.append(EyeParts(lines, lashes))
    eyeballs = _with_copies(builder, mesh.eyeballs, placed)
    own_mouth = _with_copies(builder, mesh.mouth, placed)
    lips = np.stack([np.unique(own_mouth), np.unique(mesh.mouth)])
    rings = _add_rings(builder, placed, mesh.oval, eye_distance)
    pivot = placed[list(EAR_POINTS)].mean(axis=0)
    pivot[2] += _PIVOT_BEHIND_EARS * eye_distance
    return HeadShape(
        points=np.vstack(builder.rows),
        weights=np.concatenate(builder.weights),
        leader=np.concatenate(builder.leader),
        lead=np.concatenate(builder.lead),
        cavity=mesh.mouth,
        inside=np.vstack([eyeballs, own_mouth]),
        skin=skin,
        lids=np.vstack(lids),
        eyes=(eyes[0], eyes[1]),
        own_mouth=lips,
        rings=rings,
        centre=centre,
        pivot=pivot,
        eye_distance=eye_distance,
    )


def _undo_perspective(mesh: Points3) -> tuple[Points3, NDArray[np.float64], float]:
    ears = mesh[list(EAR_POINTS)].mean(axis=0)
    eye_centres = [
        mesh[list(lines.upper[:: len(lines.upper) - 1]), :2].mean(axis=0) for lines in EYES
    ]
    eye_distance = float(np.linalg.norm(eye_centres[0] - eye_centres[1]))
    far = VIEWING_DISTANCE * eye_distance
    placed = mesh - (0.0, 0.0, ears[2])
    placed[:, 2] = _flatten_sides(placed[:, 2] / eye_distance) * eye_distance
    placed[:, :2] = (placed[:, :2] - ears[:2]) * ((far + placed[:, 2:]) / far)
    return placed, ears[:2].copy(), eye_distance


def _flatten_sides(depth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return depths, in eye distances from the ears, with those behind the cheeks drawn together."""
    behind_cheeks = np.maximum(depth + _CHEEK_DEPTH, 0.0)
    return np.asarray(depth - (1 - _SIDE_SHARE) * behind_cheeks)


def _split_upper_lid(
    builder: _Builder, skin: Triangles, lines: EyeLines, placed: Points3
) -> tuple[Triangles, Triangles, NDArray[np.int32]]:
    """Cut the strip between lid and crease along a line above the lashes.

    Lashes then ride on the lid unstretched, and only the skin above them stretches.
    """
    lid, crease = np.array(lines.upper[1:-1], np.int32), np.array(lines.crease, np.int32)
    between = placed[lid] + _LASH_SHARE * (placed[crease] - placed[lid])
    lashes = builder.add(between, weight=1.0, leader=lid, lead=1.0)
    is_strip = np.isin(skin, np.concatenate([lid, crease])).all(axis=1)
    fans = []
    keeps = ~is_strip
    for end, corner in ((0, lines.upper[0]), (-1, lines.upper[-1])):
        touches = (skin == lid[end]).any(axis=1) & (skin == crease[end]).any(axis=1)
        keeps &= ~(touches & (skin == corner).any(axis=1))
        fans += [[corner, lid[end], lashes[end]], [corner, lashes[end], crease[end]]]
    strip = np.vstack([_strip(lid, lashes), _strip(lashes, crease), np.array(fans, np.int32)])
    return skin[keeps], strip, lashes


def _strip(one: NDArray[np.int32], other: NDArray[np.int32]) -> Triangles:
    """Return the triangles between two lines of equally many points."""
    first = np.stack([one[:-1], one[1:], other[:-1]], axis=1)
    second = np.stack([one[1:], other[1:], other[:-1]], axis=1)
    return np.vstack([first, second]).astype(np.int32)


def _with_copies(builder: _Builder, triangles: Triangles, placed: Points3) -> Triangles:
    """Return triangles on copies of their points: lids and lips move, what is behind them does not."""
    used = np.unique(triangles)
    copies = builder.add(placed[used], weight=1.0, leader=used, lead=0.0)
    return copies[np.searchsorted(used, triangles)]


def _add_rings(
    builder: _Builder, placed: Points3, oval: NDArray[np.int32], eye_distance: float
) -> Triangles:
    rim = placed[oval]
    middle = rim[:, :2].mean(axis=0)
    outward = rim[:, :2] - middle
    behind = _ring_depth(outward) * eye_distance
    lines = [oval]
    for scale, weight, blend in zip(_RING_SCALES, _RING_WEIGHTS, _RING_DEPTH_BLEND, strict=True):
        depth = (1 - blend) * rim[:, 2] + blend * behind
        ring = np.column_stack([middle + scale * outward, depth])
        lines.append(builder.add(ring, weight=weight, leader=oval, lead=0.8 * weight))
    closed = [np.append(line, line[0]) for line in lines]
    return np.vstack([_strip(one, two) for one, two in pairwise(closed)])


def _ring_depth(outward: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far behind the ears the surroundings of each oval point lie, in eye distances."""
    height = -outward[:, 1] / np.linalg.norm(outward, axis=1)
    above = _DEPTH_ASIDE + (_DEPTH_ABOVE - _DEPTH_ASIDE) * height
    below = _DEPTH_ASIDE + (_DEPTH_ASIDE - _DEPTH_BELOW) * height
    return np.asarray(np.where(height > 0, above, below))
