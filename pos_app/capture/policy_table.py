"""Thresholds are data: read a table of a policy file into a frozen dataclass of numbers."""

import math
from dataclasses import fields
from typing import TypeVar

from pos_app.errors import PosError

Policy = TypeVar("Policy")


class PolicyError(PosError):
    """A policy file lacks a threshold, has one too many, or one that is no finite number."""


def read_numbers(kind: type[Policy], table: object) -> Policy:
    """Return `kind`, a dataclass whose fields are all float, filled from a parsed TOML table.

    A missing and an unknown key are both refused with `PolicyError`: a misspelt threshold must not
    fall back to anything.
    """
    wanted = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if not isinstance(table, dict) or set(table) != wanted:
        raise PolicyError(f"a policy table for {kind.__name__} has exactly {sorted(wanted)}")
    return kind(**{name: _number(name, value) for name, value in table.items()})


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PolicyError(f"{name} is a finite number")
    return float(value)
