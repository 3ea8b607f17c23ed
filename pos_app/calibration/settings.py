"""What a calibration measures and how far it may move a threshold: data, like every threshold."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from facepay.pad_evidence import ChallengeStep
from pos_app.capture.policy_table import PolicyError, read_numbers
from pos_app.features.manifest import data_folder
from pos_app.pad.policy import CueRole
from pos_app.probe.capture_policy import CapturePolicy
from pos_app.probe.cue_gauge import GaugeEffort

SETTINGS_FORMAT: Final = 1
SETTINGS_FILE_NAME: Final = "calibration.toml"
QUALITY_PREFIX, CUE_PREFIX = "quality.", "cue."


@dataclass(frozen=True, slots=True)
class Minute:
    """The guided minute; seconds of camera time, and parts of it."""

    look_seconds: float
    window_seconds: float
    check_seconds: float
    step_deadline_seconds: float
    faces_min: float
    windows_min: float
    rest_seconds: float
    light_sequences: float
    light_colours: float

    @property
    def effort(self) -> GaugeEffort:
        """What reading the cues of one window takes."""
        return GaugeEffort(self.window_seconds, self.check_seconds)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a value may be, both ends included."""

    lowest: float
    highest: float

    def contain(self, value: float) -> bool:
        """Whether `value` is inside; not-a-number is not."""
        return self.lowest <= value <= self.highest

    def nearest(self, value: float) -> float:
        """Return `value` moved into the bounds."""
        return min(max(value, self.lowest), self.highest)


@dataclass(frozen=True, slots=True)
class ThresholdRule:
    """How a measure sets a threshold of the capture policy, `quality.<field>` or `cue.<name>`."""

    name: str
    measure: str
    quantile: float
    factor: float
    offset: float
    bounds: Bounds

    def threshold(self, values: Sequence[float]) -> float:
        """Return the threshold that the measured values give, inside the bounds."""
        wanted = self.factor * float(np.quantile(values, self.quantile)) + self.offset
        return self.bounds.nearest(wanted)


@dataclass(frozen=True, slots=True)
class CalibrationSettings:
    """Everything a calibration goes by."""

    minute: Minute
    steps: tuple[ChallengeStep, ...]
    plausible: Mapping[str, Bounds]
    rules: tuple[ThresholdRule, ...]

    def rule(self, name: str) -> ThresholdRule | None:
        """Return how the threshold called `name` is set; None if it may not be moved."""
        return next((rule for rule in self.rules if rule.name == name), None)


def load_calibration_settings(policy: CapturePolicy) -> CalibrationSettings:
    """Read the settings that come with the program.

    Raises `PolicyError` if they cannot be read, or would move a threshold that `policy` does not have
    or that belongs to required evidence.
    """
    path = data_folder() / SETTINGS_FILE_NAME
    try:
        settings = _settings(tomllib.loads(path.read_text("utf-8")))
    except (OSError, KeyError, TypeError, ValueError) as cause:
        raise PolicyError(f"{path.name} cannot be read as calibration settings") from cause
    for rule in settings.rules:
        if not _may_move(rule.name, policy):
            raise PolicyError(f"{path.name}: {rule.name} is not a threshold that may be moved")
    return settings


def _settings(table: Mapping[str, Any]) -> CalibrationSettings:
    if table["format"] != SETTINGS_FORMAT:
        raise ValueError("another format")
    return CalibrationSettings(
        minute=read_numbers(Minute, table["minute"]),
        steps=tuple(ChallengeStep[name.upper()] for name in table["steps"]["asked"]),
        plausible={str(row["measure"]): _bounds(row) for row in table["plausible"]},
        rules=tuple(_rule(row) for row in table["threshold"]),
    )


def _rule(row: Mapping[str, Any]) -> ThresholdRule:
    quantile = float(row["quantile"])
    if not 0 <= quantile <= 1:
        raise ValueError("a quantile is 0-1")
    return ThresholdRule(
        name=str(row["name"]),
        measure=str(row["measure"]),
        quantile=quantile,
        factor=float(row["factor"]),
        offset=float(row["offset"]),
        bounds=_bounds(row),
    )


def _bounds(row: Mapping[str, Any]) -> Bounds:
    bounds = Bounds(float(row["lowest"]), float(row["highest"]))
    if not bounds.lowest < bounds.highest:
        raise ValueError("lowest is below highest")
    return bounds


def _may_move(name: str, policy: CapturePolicy) -> bool:
    if name.startswith(QUALITY_PREFIX):
        known = {field.name for field in fields(policy.quality)}
        return name.removeprefix(QUALITY_PREFIX) in known
    free = {cue.name for cue in policy.pad.cues if cue.role is not CueRole.REQUIRED}
    return name.startswith(CUE_PREFIX) and name.removeprefix(CUE_PREFIX) in free
