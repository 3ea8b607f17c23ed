"""The floors that a terminal's evidence is held against, as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clearing_service.errors import ClearingError
from clearing_service.rule_files import read_rule_file
from facepay.pad_evidence import ChallengeStep

POLICY_NAME = "evidence_policy.toml"

Floors = Mapping[str, int]
"""By cue, the least score in thousandths."""

_TABLES = frozenset(
    {"always", "at_most", "flash", "shown_light", "passive", "silent", "untimed", "steps"}
)


class EvidenceRulesError(ClearingError):
    """The rules cannot be used. The message says why, for the person who wrote them."""


@dataclass(frozen=True, slots=True)
class EvidenceRules:
    """What is demanded of evidence under one policy of a terminal.

    `at_most` has, by cue, the highest score that can be measured; a cue may be absent. `passive` is None where a passive network may not stand in for light. `steps` has floors for
    every step that can be asked.
    """

    always: Floors
    at_most: Mapping[str, int]
    silent: Floors
    flash: Floors
    shown_light: Floors
    passive: Floors | None
    untimed: Floors
    steps: Mapping[ChallengeStep, Floors]


def load_evidence_rules(folder: Path | None = None) -> dict[str, EvidenceRules]:
    """Return the rules by policy id, from `folder` if it has a file of its own, else the packaged.

    Raises `EvidenceRulesError` for a file that cannot be read, lacks a table or has one too many: a
    misspelt floor must not be no floor.
    """
    text = read_rule_file("clearing_service.routing", POLICY_NAME, folder, EvidenceRulesError)
    try:
        accepted = tomllib.loads(text)["accepted"]
        return {name: _rules_from(table) for name, table in accepted.items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EvidenceRulesError(f"{POLICY_NAME} cannot be used: {error}") from error


def _rules_from(table: dict[str, dict[str, object]]) -> EvidenceRules:
    if not set(table) <= _TABLES:
        raise ValueError(f"a policy has no tables beside {sorted(_TABLES)}")
    steps = {ChallengeStep[name]: _floors(floors) for name, floors in table["steps"].items()}
    if set(steps) != set(ChallengeStep):
        raise ValueError("every step has its floors")
    return EvidenceRules(
        always=_floors(table["always"]),
        at_most=_floors(table["at_most"]),
        silent=_floors(table["silent"]),
        flash=_floors(table["flash"]),
        shown_light=_floors(table["shown_light"]),
        passive=_floors(table["passive"]) if "passive" in table else None,
        untimed=_floors(table["untimed"]),
        steps=steps,
    )


def _floors(table: object) -> Floors:
    if not isinstance(table, dict) or not table:
        raise ValueError("floors are a table of whole numbers")
    if not all(type(floor) is int for floor in table.values()):
        raise ValueError("a floor is a whole number of thousandths")
    return dict(table)
