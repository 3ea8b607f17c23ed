"""What a minute of bona fide use says of a camera: numbers by name, and what follows from them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from pos_app.calibration.settings import Bounds, CalibrationSettings
from pos_app.capture.detected_face import DetectedFace
from pos_app.capture.frame import ImageBgr
from pos_app.capture.sample_quality import measure_light, measure_pose


class RefusalReason(Enum):
    """Why there is no calibration."""

    CAMERA_LOST = "camera_lost"
    TOO_FEW_FACES = "too_few_faces"
    NO_NEUTRAL = "no_neutral"
    STEP_NOT_DONE = "step_not_done"
    IMPLAUSIBLE = "implausible"


@dataclass(frozen=True, slots=True)
class CalibrationRefusal:
    """There is no calibration. Where a measure is to blame: its name, value and bounds."""

    reason: RefusalReason
    measure: str = ""
    value: float = 0.0
    bounds: Bounds | None = None


class Measures:
    """Values by the name of what was measured: one a frame, or one a window of frames."""

    def __init__(self) -> None:
        self._values: dict[str, list[float]] = defaultdict(list)

    def add_frame(self, image_bgr: ImageBgr, face: DetectedFace) -> None:
        """Measure light and pose of one frame; a face half outside is passed over."""
        light, pose = measure_light(image_bgr, face), measure_pose(face)
        if light is None or pose is None:
            return
        self.add(
            {
                "brightness": light.brightness,
                "contrast": light.contrast,
                "backlight": light.backlight,
                "sharpness": light.sharpness,
                "yaw_offset": pose.yaw_offset,
                "pitch": pose.pitch,
            }
        )

    def add(self, found: Mapping[str, float]) -> None:
        """Add one value of each; what is not a number is left out."""
        for name, value in found.items():
            if np.isfinite(value):
                self._values[name].append(value)

    def of(self, name: str) -> Sequence[float]:
        """Return all values of one measure."""
        return tuple(self._values.get(name, ()))


def implausible(measures: Measures, settings: CalibrationSettings) -> CalibrationRefusal | None:
    """Return the first measure whose median no person before a working camera has, else None.

    A measure that is not known, such as `passive` without a network, is no objection.
    """
    for name, bounds in settings.plausible.items():
        values = measures.of(name)
        middle = float(np.median(values)) if values else None
        if middle is not None and not bounds.contain(middle):
            return CalibrationRefusal(RefusalReason.IMPLAUSIBLE, name, middle, bounds)
    return None


def thresholds_from(measures: Measures, settings: CalibrationSettings) -> dict[str, float]:
    """Return every threshold whose measure is known."""
    return {
        rule.name: rule.threshold(values)
        for rule in settings.rules
        if (values := measures.of(rule.measure))
    }
