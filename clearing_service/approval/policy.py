"""How many people each kind of act needs, and how long a proposal waits. Data, not code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from clearing_service.errors import ClearingError
from clearing_service.rule_files import read_rule_file
from facepay.operator_act import ActKind

POLICY_NAME = "act_policy.toml"
PEOPLE_MAX = 2
_HOURS_MAX = 7 * 24


class ActPolicyError(ClearingError):
    """The file of act rules cannot be read or says something else than rules."""


@dataclass(frozen=True, slots=True)
class ActPolicy:
    """`people` by kind: 1 means that proposing carries it out, 2 that another must approve."""

    people: Mapping[ActKind, int]
    lifetime: timedelta

    def needs_checker(self, kind: ActKind) -> bool:
        """Whether a second person must approve."""
        return self.people[kind] == PEOPLE_MAX


def load_act_policy(folder: Path | None = None) -> ActPolicy:
    """Return the rules in `folder` if it has a file of them, else those of the program.

    Raises `ActPolicyError`.
    """
    return read_act_policy(
        read_rule_file("clearing_service.approval", POLICY_NAME, folder, ActPolicyError)
    )


def read_act_policy(text: str) -> ActPolicy:
    """Read a file of rules strictly: every kind has one; raises `ActPolicyError`."""
    try:
        table = tomllib.loads(text)
    except ValueError as error:
        raise ActPolicyError(f"the act rules are not TOML: {error}") from error
    if set(table) != {"lifetime_hours", "people"} or not isinstance(table["people"], dict):
        raise ActPolicyError("a file of act rules holds lifetime_hours and [people]")
    people = {name.upper(): count for name, count in table["people"].items()}
    kinds = {kind.name for kind in ActKind}
    if set(people) != kinds:
        wrong = ", ".join(sorted(set(people) ^ kinds)).lower()
        raise ActPolicyError(f"[people] has one line for each kind of act; look at {wrong}")
    if any(type(count) is not int or not 1 <= count <= PEOPLE_MAX for count in people.values()):
        raise ActPolicyError(f"an act needs 1 to {PEOPLE_MAX} people")
    hours = table["lifetime_hours"]
    if type(hours) is not int or not 1 <= hours <= _HOURS_MAX:
        raise ActPolicyError(f"lifetime_hours is 1 to {_HOURS_MAX}")
    return ActPolicy(
        {ActKind[name]: count for name, count in people.items()}, timedelta(hours=hours)
    )
