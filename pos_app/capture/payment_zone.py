"""Whose face is it: at most one person, close and central, is the acting payer.

Everybody else is a bystander and is not processed. When two people could be meant the capture stops
and asks; nothing is computed of anybody then.
"""

from dataclasses import dataclass

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.guidance import Guidance


@dataclass(frozen=True, slots=True)
class PaymentZonePolicy:
    """Where a payer stands. All fractions.

    `margin` is the part of frame width and height along each edge in which a face centre is out of
    the zone; `face_height_min` the least face height over frame height that can be a payer's;
    `rival_area_ratio` the least area, over the largest face's, that makes a second face a rival.
    """

    margin: float
    face_height_min: float
    rival_area_ratio: float


def find_payer(
    faces: tuple[DetectedFace, ...], frame_size: tuple[int, int], policy: PaymentZonePolicy
) -> DetectedFace | Guidance:
    """Return the one face that can be the payer's, or NO_FACE or SEVERAL_FACES.

    `frame_size` is width and height in pixels. A rival counts wherever it is large enough to be a
    payer's, in the zone or not: someone who leans in at the edge may be the one who acts.
    """
    payers = [face for face in faces if _is_in_zone(face, frame_size, policy)]
    if not payers:
        return Guidance.NO_FACE
    payer = max(payers, key=lambda face: face.area)
    large = payer.area * policy.rival_area_ratio
    if any(face is not payer and face.area >= large for face in faces):
        return Guidance.SEVERAL_FACES
    return payer


def _is_in_zone(face: DetectedFace, frame_size: tuple[int, int], policy: PaymentZonePolicy) -> bool:
    width, height = frame_size
    across, down = face.centre[0] / width, face.centre[1] / height
    is_central = all(policy.margin <= at <= 1 - policy.margin for at in (across, down))
    return is_central and face.height / height >= policy.face_height_min
