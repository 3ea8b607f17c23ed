"""The calibration of one camera: thresholds and nothing of a person, in a readable file."""

import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pos_app.calibration.errors import CalibrationError
from pos_app.calibration.settings import CUE_PREFIX, QUALITY_PREFIX, CalibrationSettings
from pos_app.features.model_store import default_folders
from pos_app.probe.capture_policy import CapturePolicy

CALIBRATION_FORMAT: Final = 1
_UNUSUAL: Final = re.compile(r"[^A-Za-z0-9._+-]+")
_DIGITS: Final = 4
"""Significant digits of a threshold: more would be noise of one minute."""


@dataclass(frozen=True, slots=True)
class CameraCalibration:
    """Thresholds by name, fitted to the camera called `camera` under the policy `policy_id`.

    `made_on` is an ISO date.
    """

    camera: str
    policy_id: str
    made_on: str
    thresholds: Mapping[str, float]

    def applied_to(self, policy: CapturePolicy) -> CapturePolicy:
        """Return `policy` with these thresholds; everything else stays as it is."""
        quality = {
            name.removeprefix(QUALITY_PREFIX): value
            for name, value in self.thresholds.items()
            if name.startswith(QUALITY_PREFIX)
        }
        cues = tuple(
            replace(cue, threshold_milli=round(1000 * self.thresholds[CUE_PREFIX + cue.name]))
            if CUE_PREFIX + cue.name in self.thresholds
            else cue
            for cue in policy.pad.cues
        )
        return replace(
            policy,
            quality=replace(policy.quality, **quality),
            pad=replace(policy.pad, cues=cues),
        )


def calibration_folder() -> Path:
    """Return where calibrations of this user's cameras are kept, beside the fetched models."""
    return default_folders()[-1].parent / "calibration"


def calibration_path(camera: str, folder: Path | None = None) -> Path:
    """Return the file of a camera; its name is made of the camera's, without odd characters."""
    return (folder or calibration_folder()) / f"{_UNUSUAL.sub('_', camera)}.toml"


def write_calibration(calibration: CameraCalibration, path: Path) -> None:
    """Write the file whole or not at all; an older one is replaced.

    Raises `CalibrationError` if the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(_text_of(calibration))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as cause:
        raise CalibrationError(f"{path} cannot be written ({cause.strerror})") from cause


def read_calibration(
    camera: str, path: Path, policy: CapturePolicy, settings: CalibrationSettings
) -> CameraCalibration | None:
    """Return the calibration of a camera, or None if it has none.

    A file that is damaged, of another camera or policy, or out of bounds raises `CalibrationError`:
    it is not passed over, or a camera would change its mind in silence.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        found = _calibration_of(table)
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, ValueError) as cause:
        raise CalibrationError(_unusable(path, "it cannot be read")) from cause
    if found.camera != camera:
        raise CalibrationError(_unusable(path, f"it is of the camera {found.camera}"))
    if found.policy_id != policy.pad.policy_id:
        raise CalibrationError(_unusable(path, f"it was made under the policy {found.policy_id}"))
    for name, value in found.thresholds.items():
        rule = settings.rule(name)
        if rule is None or not rule.bounds.contain(value):
            raise CalibrationError(_unusable(path, f"{name} = {value:g} is out of bounds"))
    return found


def _calibration_of(table: Mapping[str, object]) -> CameraCalibration:
    thresholds = table["thresholds"]
    if table["format"] != CALIBRATION_FORMAT or not isinstance(thresholds, dict):
        raise ValueError("another format")
    texts = [table[key] for key in ("camera", "policy_id", "made_on")]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("not text")
    values = {str(name): float(value) for name, value in thresholds.items()}
    camera, policy_id, made_on = (str(text) for text in texts)
    return CameraCalibration(camera, policy_id, made_on, values)


def _unusable(path: Path, reason: str) -> str:
    return f"the calibration {path} is not usable: {reason}; calibrate again or remove the file"


def _text_of(calibration: CameraCalibration) -> str:
    lines = [f'"{name}" = {value:.{_DIGITS}g}' for name, value in calibration.thresholds.items()]
    numbers = "\n".join(lines)
    return f"""# Thresholds fitted to one camera by `facepay-pos calibrate`. Remove the file to undo it.
format = {CALIBRATION_FORMAT}
camera = {_quoted(calibration.camera)}
policy_id = {_quoted(calibration.policy_id)}
made_on = {_quoted(calibration.made_on)}

[thresholds]
{numbers}
"""


def _quoted(text: str) -> str:
    """Return a TOML string; what a string in one line cannot hold is left out."""
    plain = "".join(letter for letter in text if letter.isprintable() and letter not in '"\\')
    return f'"{plain}"'
