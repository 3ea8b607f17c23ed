"""What an evaluation measures at: data, like every other threshold."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pos_app.capture.policy_table import PolicyError, read_numbers
from pos_app.features.manifest import data_folder

SETTINGS_FORMAT: Final = 1
SETTINGS_FILE_NAME: Final = "evaluation.toml"


@dataclass(frozen=True, slots=True)
class Gates:
    """The bounds a result is held against, at one threshold; rates 0-1."""

    threshold: float
    fmr_max: float
    frr_max: float
    apcer_max: float
    bpcer_max: float


@dataclass(frozen=True, slots=True)
class EvaluationSettings:
    """Thresholds and margin as cosines, gallery sizes in people; where the gates come from."""

    thresholds: tuple[float, ...]
    margin: float
    sizes: tuple[int, ...]
    extrapolated_sizes: tuple[int, ...]
    bucket_size: int
    gates: Gates
    gates_source: str
    gates_version: str


def load_settings(path: Path | None = None) -> EvaluationSettings:
    """Read the settings, by default those that come with the program. Raises `PolicyError`."""
    chosen = path or data_folder() / SETTINGS_FILE_NAME
    try:
        table = tomllib.loads(chosen.read_text("utf-8"))
        if table.get("format") != SETTINGS_FORMAT:
            raise PolicyError(f"evaluation settings of format {SETTINGS_FORMAT} are expected")
        gates = dict(table["gates"])
        source, version = str(gates.pop("source")), str(gates.pop("version"))
        return EvaluationSettings(
            thresholds=tuple(sorted(float(value) for value in table["search"]["thresholds"])),
            margin=float(table["search"]["margin"]),
            sizes=_sizes(table["gallery"]["sizes"]),
            extrapolated_sizes=_sizes(table["gallery"]["extrapolated_sizes"]),
            bucket_size=_sizes([table["gallery"]["bucket_size"]])[0],
            gates=read_numbers(Gates, gates),
            gates_source=source,
            gates_version=version,
        )
    except (OSError, KeyError, TypeError, ValueError) as cause:
        raise PolicyError(f"{chosen.name} cannot be read as evaluation settings") from cause


def _sizes(values: list[object]) -> tuple[int, ...]:
    if not all(type(value) is int and value > 0 for value in values):
        raise PolicyError("a number of people is a positive whole number")
    return tuple(sorted(value for value in values if isinstance(value, int)))
