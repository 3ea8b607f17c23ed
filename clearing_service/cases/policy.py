"""How long each kind of case may take, its first owner, and what counts as proof. Data, not code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from clearing_service.cases.case import OWNER_MAX_CHARACTERS, CaseKind
from clearing_service.errors import ClearingError
from clearing_service.rule_files import read_rule_file
from facepay.operator_act import Evidence

POLICY_NAME = "case_policy.toml"
_HOURS_MAX = 365 * 24


class CasePolicyError(ClearingError):
    """The file of case rules cannot be read or says something else than rules."""


@dataclass(frozen=True, slots=True)
class CaseRule:
    """One kind: its time and its first owner."""

    due_after: timedelta
    owner: str


@dataclass(frozen=True, slots=True)
class CasePolicy:
    """Every kind's rule; `proofs` is what shows that a payer caused a loss."""

    rules: Mapping[CaseKind, CaseRule]
    proofs: frozenset[Evidence]


def load_case_policy(folder: Path | None = None) -> CasePolicy:
    """Return the rules in `folder` if it has a file of them, else those of the program.

    Raises `CasePolicyError`.
    """
    return read_case_policy(
        read_rule_file("clearing_service.cases", POLICY_NAME, folder, CasePolicyError)
    )


def read_case_policy(text: str) -> CasePolicy:
    """Read a file of rules strictly: every kind has one; raises `CasePolicyError`."""
    try:
        table = tomllib.loads(text)
    except ValueError as error:
        raise CasePolicyError(f"the case rules are not TOML: {error}") from error
    kinds = {kind.name.lower(): kind for kind in CaseKind}
    if set(table) != set(kinds) or not all(isinstance(item, dict) for item in table.values()):
        raise CasePolicyError(f"a file of case rules holds {', '.join(sorted(kinds))}")
    proofs = table["loss"].pop("proofs", None)
    rules = {kind: _rule(name, table[name]) for name, kind in kinds.items()}
    return CasePolicy(rules, _proofs(proofs))


def _rule(name: str, table: Mapping[str, object]) -> CaseRule:
    if set(table) != {"due_hours", "owner"}:
        raise CasePolicyError(f"[{name}] holds due_hours and owner")
    hours, owner = table["due_hours"], table["owner"]
    if type(hours) is not int or not 1 <= hours <= _HOURS_MAX:
        raise CasePolicyError(f"[{name}] due_hours is 1 to {_HOURS_MAX}")
    if not isinstance(owner, str) or not 1 <= len(owner) <= OWNER_MAX_CHARACTERS:
        raise CasePolicyError(f"[{name}] owner is 1 to {OWNER_MAX_CHARACTERS} characters")
    return CaseRule(timedelta(hours=hours), owner)


def _proofs(listed: object) -> frozenset[Evidence]:
    known = {item.name.lower(): item for item in Evidence}
    if not isinstance(listed, list) or not all(item in list(known) for item in listed):
        raise CasePolicyError(f"[loss] proofs is a list of {', '.join(known)}")
    return frozenset(known[item] for item in listed)
