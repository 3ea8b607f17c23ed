"""The policy file of the terminal's camera side, as one value."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pos_app.capture.payment_zone import PaymentZonePolicy
from pos_app.capture.policy_table import PolicyError, read_numbers
from pos_app.capture.sample_quality import QualityPolicy
from pos_app.features.face_models import DetectorPolicy
from pos_app.features.manifest import data_folder
from pos_app.pad.policy import PadPolicy, parse_pad_policy

POLICY_FORMAT: Final = 1
POLICY_FILE_NAME: Final = "capture_policy.toml"


@dataclass(frozen=True, slots=True)
class TimingPolicy:
    """How long to wait for a usable face and with two of them, and how steady guidance is."""

    seek_seconds: float
    several_faces_seconds: float
    guidance_frames: float


@dataclass(frozen=True, slots=True)
class EffortPolicy:
    """How many good frames in a row make the neutral face, and how many of them the features."""

    neutral_frames: float
    feature_frames: float


@dataclass(frozen=True, slots=True)
class CapturePolicy:
    """Every threshold of a capture."""

    detector: DetectorPolicy
    zone: PaymentZonePolicy
    quality: QualityPolicy
    timing: TimingPolicy
    payment: EffortPolicy
    enrolment: EffortPolicy
    pad: PadPolicy


def load_capture_policy(path: Path | None = None) -> CapturePolicy:
    """Read a policy file, by default the one that comes with the program.

    Raises `PolicyError` if it cannot be read, lacks a threshold or has one too many.
    """
    chosen = path or data_folder() / POLICY_FILE_NAME
    try:
        document = tomllib.loads(chosen.read_text("utf-8"))
    except (OSError, ValueError) as cause:
        raise PolicyError(f"{chosen.name} cannot be read as a policy") from cause
    if document.get("format") != POLICY_FORMAT:
        raise PolicyError(f"a policy of format {POLICY_FORMAT} is expected")
    return CapturePolicy(
        detector=read_numbers(DetectorPolicy, document.get("detector")),
        zone=read_numbers(PaymentZonePolicy, document.get("zone")),
        quality=read_numbers(QualityPolicy, document.get("quality")),
        timing=read_numbers(TimingPolicy, document.get("timing")),
        payment=read_numbers(EffortPolicy, document.get("payment")),
        enrolment=read_numbers(EffortPolicy, document.get("enrolment")),
        pad=parse_pad_policy(document),
    )
