"""How presentations are measured: data, like every other threshold."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pos_app.capture.policy_table import PolicyError, read_numbers
from pos_app.evaluation.settings import SETTINGS_FILE_NAME
from pos_app.features.manifest import data_folder
from pos_app.probe.cue_gauge import GaugeEffort


@dataclass(frozen=True, slots=True)
class PresentationSettings:
    """How long cues are read and how often, in seconds; how much a challenge asks."""

    seconds_max: float
    check_seconds: float
    steps: float
    step_deadline_seconds: float

    @property
    def effort(self) -> GaugeEffort:
        """What reading the cues takes."""
        return GaugeEffort(self.seconds_max, self.check_seconds)


def load_presentation_settings(path: Path | None = None) -> PresentationSettings:
    """Read the settings, by default those that come with the program. Raises `PolicyError`."""
    chosen = path or data_folder() / SETTINGS_FILE_NAME
    try:
        table = tomllib.loads(chosen.read_text("utf-8"))
    except (OSError, ValueError) as cause:
        raise PolicyError(f"{chosen.name} cannot be read as evaluation settings") from cause
    return read_numbers(PresentationSettings, table.get("presentations"))
