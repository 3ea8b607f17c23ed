"""Measures of a face mesh: how open eyes and mouth are, how the head is turned, how deep it is.

Points are float64[478, 2] in frame pixels, x right and y down, in the order of MediaPipe's mesh.
All measures are ratios or angles, so they do not depend on how near the face is.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.features.landmarks import CANONICAL_COUNT

Points = NDArray[np.float64]

_RIGHT_EYE: Final = (33, 160, 158, 133, 153, 144)
_LEFT_EYE: Final = (263, 387, 385, 362, 380, 373)
"""Outer corner, two upper lid points, inner corner, two lower lid points under them."""
_EYE_CORNERS: Final = ((33, 133), (263, 362))
_MOUTH: Final = (78, 13, 308, 14)
"""Right corner, upper middle, left corner, lower middle of the inner lip line."""
_NOSE: Final = (168, 2)
"""Root between the eyes and base above the lip: a length that no expression changes."""
_RIGID: Final = (
    1, 4, 5, 6, 8, 9, 33, 50, 98, 123, 127, 129, 133, 151, 168, 195, 197, 234,
    263, 280, 327, 352, 356, 358, 362, 454,
)  # fmt: skip
"""Points that neither the jaw nor lips, lids and brows move: nose, eye corners, cheekbones, sides."""


@dataclass(frozen=True, slots=True)
class FaceMeasures:
    """What one frame says about one face.

    `eye_aspect` is lid distance over eye width, both eyes averaged; `mouth_aspect` lip distance over
    mouth width; `yaw_degrees` is positive when the subject turns to the subject's own left;
    `proportion` is eye distance over nose length.
    """

    eye_aspect: float
    mouth_aspect: float
    yaw_degrees: float
    proportion: float


def measure_face(points: Points, canonical: Points, frame_size: tuple[int, int]) -> FaceMeasures:
    """Return the measures of one mesh.

    `canonical` is float64[468, 3], an average face; `frame_size` is width and height in pixels.
    A degenerate mesh gives not-a-number, which every later comparison refuses.
    """
    return FaceMeasures(
        eye_aspect=eye_aspect(points),
        mouth_aspect=mouth_aspect(points),
        yaw_degrees=yaw_degrees(points, canonical, frame_size),
        proportion=proportion(points),
    )


def eye_aspect(points: Points) -> float:
    """Return lid distance over eye width, the mean of both eyes: about 0.3 open, 0.1 closed."""
    return (
        _one_eye_aspect(points[list(_RIGHT_EYE)]) + _one_eye_aspect(points[list(_LEFT_EYE)])
    ) / 2


def mouth_aspect(points: Points) -> float:
    """Return the distance of the inner lips over the width of the mouth: 0 closed, 0.5 wide open."""
    right, upper, left, lower = points[list(_MOUTH)]
    return _ratio(_distance(upper, lower), _distance(right, left))


def proportion(points: Points) -> float:
    """Return eye distance over nose length.

    A person's changes by at most an eighth while looking ahead; that of a flat picture changes as
    the picture is turned or tilted, and with it every aspect that lies across or along it.
    """
    root, base = points[list(_NOSE)]
    return _ratio(inter_ocular_distance(points), _distance(root, base))


def inter_ocular_distance(points: Points) -> float:
    """Return the distance of the two eye centres in pixels."""
    right, left = (points[list(corners)].mean(axis=0) for corners in _EYE_CORNERS)
    return _distance(right, left)


def yaw_degrees(points: Points, canonical: Points, frame_size: tuple[int, int]) -> float:
    """Return how far the head is turned, from a rigid fit of an average face.

    Good for changes of one person against that person's own frontal pose, not as an absolute angle.
    Not a number if no fit exists.
    """
    if not inter_ocular_distance(points) > 0:
        return float("nan")
    width, height = frame_size
    focal = float(max(width, height))
    lens = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    model = canonical[list(_RIGID)] * (1.0, -1.0, -1.0)
    try:
        found, turn, _ = cv2.solvePnP(model, points[list(_RIGID)], lens, None)
    except cv2.error:
        return float("nan")
    if not found:
        return float("nan")
    rotation, _ = cv2.Rodrigues(turn)
    return float(np.degrees(np.arctan2(-rotation[0, 2], rotation[2, 2])))


def depth_residual(neutral: Points, turned: Points) -> float:
    """Return how badly one plane explains the change between two meshes, over the eye distance.

    A flat picture moves by a homography, whatever its angle; a head does not. Higher is deeper.
    The iris points are left out: a glance is no depth. Not a number if no homography fits.
    """
    source, target = neutral[:CANONICAL_COUNT], turned[:CANONICAL_COUNT]
    try:
        plane, _ = cv2.findHomography(source, target, 0)
    except cv2.error:
        plane = None
    if plane is None:
        return float("nan")
    carried = cv2.perspectiveTransform(source[None], plane)[0]
    root_mean_square = float(np.sqrt(((carried - target) ** 2).sum(axis=1).mean()))
    return _ratio(root_mean_square, inter_ocular_distance(neutral))


def _one_eye_aspect(eye: Points) -> float:
    outer, upper_out, upper_in, inner, lower_in, lower_out = eye
    lids = (_distance(upper_out, lower_out) + _distance(upper_in, lower_in)) / 2
    return _ratio(lids, _distance(outer, inner))


def _distance(one: Points, other: Points) -> float:
    return float(np.linalg.norm(one - other))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
