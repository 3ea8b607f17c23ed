"""Judge whether a frame is good enough to compute features from, and what would make it better."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.face_cover import measure_cover
from pos_app.capture.frame import ImageBgr
from pos_app.capture.guidance import Guidance

_JUDGED_SIDE: Final = 96
"""A face is judged at this size, so that sharpness means the same near and far."""
_SURROUNDINGS_STEP: Final = 8


@dataclass(frozen=True, slots=True)
class QualityPolicy:
    """Bounds of a usable sample.

    Face heights are fractions of the frame height, `eye_distance_pixels_min` is in frame pixels,
    `centre_offset_max` a fraction of the frame's width and height. Brightness is mean luma 0-255 of
    the face; `backlight_max` how much brighter the rest of the frame may be. `contrast_min` is the
    standard deviation of the face's luma. `sharpness_min` is the variance of the Laplacian over the
    variance of the luma, of the face at 96 pixels. `yaw_offset_max` and the two `pitch` bounds place
    the nose tip between the eyes and the mouth, in eye distances and in parts of the eye-mouth
    distance; `roll_degrees_max` is the slope of the eye line.
    `mask_colour_max` and `eye_light_min` bound `CoverMeasures`.
    """

    face_height_min: float
    face_height_max: float
    eye_distance_pixels_min: float
    centre_offset_max: float
    brightness_min: float
    brightness_max: float
    backlight_max: float
    contrast_min: float
    sharpness_min: float
    yaw_offset_max: float
    pitch_min: float
    pitch_max: float
    roll_degrees_max: float
    mask_colour_max: float
    eye_light_min: float


@dataclass(frozen=True, slots=True)
class SampleQuality:
    """What was found. `problems` are in the order in which to tell them; empty is good.

    `sharpness` ranks the good frames of one capture, higher is sharper.
    """

    problems: tuple[Guidance, ...]
    sharpness: float

    @property
    def guidance(self) -> Guidance:
        """The most urgent thing to say."""
        return self.problems[0] if self.problems else Guidance.GOOD


@dataclass(frozen=True, slots=True)
class LightMeasures:
    """How a face is lit and drawn, in the units of `QualityPolicy`."""

    brightness: float
    contrast: float
    backlight: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class PoseMeasures:
    """How the five points of a face lie, in the units of `QualityPolicy`."""

    yaw_offset: float
    pitch: float
    roll_degrees: float


def assess_sample(image_bgr: ImageBgr, face: DetectedFace, policy: QualityPolicy) -> SampleQuality:
    """Judge the payer's face in a uint8[height, width, 3] frame. Keeps nothing of the picture."""
    light = measure_light(image_bgr, face)
    if light is None:
        return SampleQuality((Guidance.CENTRE_FACE,), 0.0)
    checks = (
        (Guidance.TOO_DARK, light.brightness >= policy.brightness_min),
        (Guidance.TOO_BRIGHT, light.brightness <= policy.brightness_max),
        (Guidance.BACKLIT, light.backlight <= policy.backlight_max),
        *_size_checks(face, image_bgr.shape[0], policy),
        (Guidance.CENTRE_FACE, _is_centred(face, image_bgr, policy)),
        (Guidance.FACE_CAMERA, is_frontal(face, policy)),
        *_cover_checks(image_bgr, face, policy),
        (Guidance.HOLD_STILL, light.sharpness >= policy.sharpness_min),
        (Guidance.TOO_DARK, light.contrast >= policy.contrast_min),
    )
    problems = tuple(problem for problem, is_met in checks if not is_met)
    return SampleQuality(problems, light.sharpness)


def measure_light(image_bgr: ImageBgr, face: DetectedFace) -> LightMeasures | None:
    """Return how a face is lit, or None if too little of it is in the frame."""
    grey_face = _grey_face(image_bgr, face)
    if grey_face is None:
        return None
    brightness = float(grey_face.mean())
    surroundings = image_bgr[::_SURROUNDINGS_STEP, ::_SURROUNDINGS_STEP, 1]
    measures = LightMeasures(
        brightness=brightness,
        contrast=float(grey_face.std()),
        backlight=float(surroundings.mean()) - brightness,
        sharpness=_sharpness(grey_face),
    )
    grey_face.fill(0)
    return measures


def measure_pose(face: DetectedFace) -> PoseMeasures | None:
    """Return how the five points lie, or None if they coincide."""
    right_eye, left_eye, nose, right_mouth, left_mouth = face.points
    eyes, mouth = (right_eye + left_eye) / 2, (right_mouth + left_mouth) / 2
    across, down = left_eye - right_eye, mouth - eyes
    eye_distance, eye_mouth = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    if not eye_distance > 0 or not eye_mouth > 0:
        return None
    axis = across / eye_distance
    middle = (eyes + mouth) / 2
    return PoseMeasures(
        yaw_offset=abs(float((nose - middle) @ axis)) / eye_distance,
        pitch=float((nose - eyes) @ down) / eye_mouth**2,
        roll_degrees=abs(float(np.degrees(np.arctan2(across[1], across[0])))),
    )


def is_frontal(face: DetectedFace, policy: QualityPolicy) -> bool:
    """Whether the five points lie as in a face that looks at the camera, eyes level."""
    pose = measure_pose(face)
    if pose is None:
        return False
    is_straight = (
        pose.yaw_offset <= policy.yaw_offset_max and pose.roll_degrees <= policy.roll_degrees_max
    )
    return is_straight and policy.pitch_min <= pose.pitch <= policy.pitch_max


def _grey_face(image_bgr: ImageBgr, face: DetectedFace) -> NDArray[np.float32] | None:
    """Return the face's luma at the judged size, or None if too little of it is in the frame."""
    height, width = image_bgr.shape[:2]
    left, top = max(0, round(face.left)), max(0, round(face.top))
    right = min(width, round(face.left + face.width))
    bottom = min(height, round(face.top + face.height))
    if right - left < face.width * 0.8 or bottom - top < face.height * 0.8:
        return None
    side = (_JUDGED_SIDE, _JUDGED_SIDE)
    small = cv2.resize(image_bgr[top:bottom, left:right], side, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    small.fill(0)
    return grey


def _sharpness(grey: NDArray[np.float32]) -> float:
    """Return the detail of the picture over its contrast, so that light does not count as focus."""
    variance = float(grey.var())
    return float(cv2.Laplacian(grey, cv2.CV_32F).var()) / variance if variance > 0 else 0.0


def _size_checks(
    face: DetectedFace, frame_height: int, policy: QualityPolicy
) -> tuple[tuple[Guidance, bool], ...]:
    share = face.height / frame_height
    is_near = share >= policy.face_height_min
    has_pixels = face.inter_ocular_distance >= policy.eye_distance_pixels_min
    return (
        (Guidance.COME_CLOSER, is_near and has_pixels),
        (Guidance.MOVE_BACK, share <= policy.face_height_max),
    )


def _cover_checks(
    image_bgr: ImageBgr, face: DetectedFace, policy: QualityPolicy
) -> tuple[tuple[Guidance, bool], ...]:
    cover = measure_cover(image_bgr, face)
    if cover is None:
        return ((Guidance.CENTRE_FACE, False),)
    return (
        (Guidance.TAKE_OFF_MASK, cover.mask_colour <= policy.mask_colour_max),
        (Guidance.TAKE_OFF_GLASSES, cover.eye_light >= policy.eye_light_min),
    )


def _is_centred(face: DetectedFace, image_bgr: ImageBgr, policy: QualityPolicy) -> bool:
    height, width = image_bgr.shape[:2]
    across, down = face.centre[0] / width - 0.5, face.centre[1] / height - 0.5
    return bool(max(abs(across), abs(down)) <= policy.centre_offset_max)


class GuidanceFilter:
    """Steadies guidance: a new word is shown only when several frames in a row call for it."""

    def __init__(self, frames_to_change: int) -> None:
        """`frames_to_change` is how many frames in a row must agree, at least 1."""
        self._frames_to_change = frames_to_change
        self._shown: Guidance | None = None
        self._waiting: Guidance | None = None
        self._count = 0

    @property
    def shown(self) -> Guidance | None:
        """What is shown now; None before the first frame."""
        return self._shown

    def update(self, guidance: Guidance) -> bool:
        """Take in one frame's guidance; return whether what is shown changed by it."""
        if self._shown is None:
            self._shown = guidance
            return True
        if guidance is self._shown:
            self._waiting, self._count = None, 0
            return False
        self._count = self._count + 1 if guidance is self._waiting else 1
        self._waiting = guidance
        if self._count < self._frames_to_change:
            return False
        self._shown, self._waiting, self._count = guidance, None, 0
        return True
