"""The triangles of MediaPipe's face mesh and the named lines in it that move."""

import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pos_app.features.landmarks import CANONICAL_COUNT
from pos_app.features.model_file import ModelIntegrityError
from pos_app.features.wire_fields import WireFormatError, read_fields

Triangles = NDArray[np.int32]
"""int32[n, 3]: indices of points."""

TRIANGLE_COUNT: Final = 898
_GEOMETRY_MEMBER: Final = "geometry_pipeline_metadata_landmarks.binarypb"
_MESH_FIELD, _INDEX_FIELD = 1, 4


@dataclass(frozen=True, slots=True)
class EyeLines:
    """One eye's lines as indices, from the outer to the inner corner.

    `upper` and `lower` are the lids with both corners; `crease` and `fold` run above the seven inner
    points of the upper lid, `bag` below those of the lower; `brow` has no fixed partner.
    """

    upper: tuple[int, ...]
    lower: tuple[int, ...]
    crease: tuple[int, ...]
    fold: tuple[int, ...]
    bag: tuple[int, ...]
    brow: tuple[int, ...]

    @property
    def contour(self) -> tuple[int, ...]:
        """The points around the eyeball."""
        return self.upper + self.lower[1:-1]


RIGHT_EYE: Final = EyeLines(
    upper=(33, 246, 161, 160, 159, 158, 157, 173, 133),
    lower=(33, 7, 163, 144, 145, 153, 154, 155, 133),
    crease=(247, 30, 29, 27, 28, 56, 190),
    fold=(113, 225, 224, 223, 222, 221, 189),
    bag=(25, 110, 24, 23, 22, 26, 112),
    brow=(46, 53, 52, 65, 55, 70, 63, 105, 66, 107),
)
LEFT_EYE: Final = EyeLines(
    upper=(263, 466, 388, 387, 386, 385, 384, 398, 362),
    lower=(263, 249, 390, 373, 374, 380, 381, 382, 362),
    crease=(467, 260, 259, 257, 258, 286, 414),
    fold=(342, 445, 444, 443, 442, 441, 413),
    bag=(255, 339, 254, 253, 252, 256, 341),
    brow=(276, 283, 282, 295, 285, 300, 293, 334, 296, 336),
)
EYES: Final = (RIGHT_EYE, LEFT_EYE)

UPPER_LIP: Final = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER_LIP: Final = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
"""The inner lines of the lips from the subject's right corner to the left, corners included."""
LOWER_LIP_SKIN: Final = (
    (95, 96, 77, 146), (88, 89, 90, 91), (178, 179, 180, 181), (87, 86, 85, 84), (14, 15, 16, 17),
    (317, 316, 315, 314), (402, 403, 404, 405), (318, 319, 320, 321), (324, 325, 307, 375),
)  # fmt: skip
"""Columns of the lower lip from its inner to its outer line, right to left, without the corners."""
MOUTH_CORNERS: Final = (61, 291)
EAR_POINTS: Final = (234, 454)
"""Where the mesh ends beside the ears."""


def eye_centres(mesh: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return float64[2, 2]: the subject's right eye and left eye in a mesh, float64[n, 2 or 3]."""
    return np.array([mesh[list(eye.contour), :2].mean(axis=0) for eye in EYES])


def eye_distance(mesh: NDArray[np.float64]) -> float:
    """Return how far apart the middles of the eyes are."""
    right, left = eye_centres(mesh)
    return float(np.linalg.norm(left - right))


@dataclass(frozen=True, slots=True, eq=False)
class FaceMesh:
    """The triangulation, parted by what moves it.

    `skin` has neither eyes nor mouth; `eyeballs` and `mouth` fill them; `oval` is the boundary of the
    face, 36 indices in order around it.
    """

    skin: Triangles
    eyeballs: Triangles
    mouth: Triangles
    oval: NDArray[np.int32]


def read_face_mesh(bundle: bytes) -> FaceMesh:
    """Read the triangles from the verified landmark bundle.

    Raises `ModelIntegrityError` if they are not there or are of another mesh.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            metadata = archive.read(_GEOMETRY_MEMBER)
        mesh = next(f.value for f in read_fields(metadata) if f.number == _MESH_FIELD)
        indices = [_varint(f.value) for f in read_fields(mesh) if f.number == _INDEX_FIELD]
    except (zipfile.BadZipFile, KeyError, StopIteration, WireFormatError) as cause:
        raise ModelIntegrityError("the landmark bundle has no face mesh") from cause
    if len(indices) != TRIANGLE_COUNT * 3 or max(indices) >= CANONICAL_COUNT:
        raise ModelIntegrityError("the landmark bundle has another face mesh")
    return _part(np.array(indices, np.int32).reshape(-1, 3))


def _varint(raw: memoryview) -> int:
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(raw))


def _part(triangles: Triangles) -> FaceMesh:
    in_eye = np.any([_within(triangles, eye.contour) for eye in EYES], axis=0)
    in_mouth = _within(triangles, UPPER_LIP + LOWER_LIP)
    return FaceMesh(
        skin=triangles[~(in_eye | in_mouth)],
        eyeballs=triangles[in_eye],
        mouth=triangles[in_mouth],
        oval=_boundary(triangles),
    )


def _within(triangles: Triangles, contour: tuple[int, ...]) -> NDArray[np.bool_]:
    return np.asarray(np.isin(triangles, contour).all(axis=1))


def _boundary(triangles: Triangles) -> NDArray[np.int32]:
    """Return the points of the edges that belong to one triangle only, in order around the face."""
    neighbours: dict[int, list[int]] = defaultdict(list)
    seen = {(int(t[i]), int(t[(i + 1) % 3])) for t in triangles for i in range(3)}
    for start, end in seen:
        if (end, start) not in seen:
            neighbours[start].append(end)
    first = min(neighbours)
    loop = [first]
    while (following := neighbours[loop[-1]][0]) != first:
        loop.append(following)
    return np.array(loop, np.int32)
