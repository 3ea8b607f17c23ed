"""What an operator of the clearing institution can do that changes something, and to what.

An act is plain data, so that one person can propose it, another read exactly the same, and a table
say how many people each kind needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum

from facepay.errors import MalformedFieldError
from facepay.identifiers import AccountAlias, ParticipantId
from facepay.money import Money

REASON_MAX_CHARACTERS = 200
OPERATOR_NAME_MAX_CHARACTERS = 64


class ActKind(Enum):
    """What is done. The numbers travel and stay."""

    SUSPEND_PARTICIPANT = 1
    """No new payment of an institution; what was held or approved goes on, money can go back."""
    RESTORE_PARTICIPANT = 2
    REMOVE_PARTICIPANT = 3
    """For ever; only when nothing is open between it and the others."""
    CHANGE_NET_DEBIT_CAP = 4
    """How much an institution may owe, from this moment on."""
    LIFT_LOSS_REPORT = 5
    """Let face payment of an account (`participant_id` is its issuer) go on."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act. Exactly the fields that its kind needs are set; raises `MalformedFieldError`."""

    kind: ActKind
    participant_id: ParticipantId | None = None
    amount: Money | None = None
    account_alias: AccountAlias | None = None

    def __post_init__(self) -> None:
        """Refuse a field too few or too many."""
        given = {name for name in _names() if getattr(self, name) is not None}
        if given != NEEDED_FIELDS[self.kind]:
            needed = " and ".join(sorted(NEEDED_FIELDS[self.kind]))
            raise MalformedFieldError(f"{self.kind.name} takes {needed}")

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """What is set besides the kind, by name, as text."""
        values = ((name, getattr(self, name)) for name in _names())
        return tuple((name, str(value)) for name, value in values if value is not None)

    @property
    def known_participant(self) -> ParticipantId:
        """The institution it is about, for the kinds that need one."""
        if self.participant_id is None:
            raise MalformedFieldError(f"{self.kind.name} names no participant")
        return self.participant_id

    @property
    def known_amount(self) -> Money:
        """The sum, for the kinds that need one."""
        if self.amount is None:
            raise MalformedFieldError(f"{self.kind.name} names no amount")
        return self.amount


NEEDED_FIELDS: Mapping[ActKind, frozenset[str]] = {
    ActKind.SUSPEND_PARTICIPANT: frozenset({"participant_id"}),
    ActKind.RESTORE_PARTICIPANT: frozenset({"participant_id"}),
    ActKind.REMOVE_PARTICIPANT: frozenset({"participant_id"}),
    ActKind.CHANGE_NET_DEBIT_CAP: frozenset({"participant_id", "amount"}),
    ActKind.LIFT_LOSS_REPORT: frozenset({"participant_id", "account_alias"}),
}
"""Which fields each kind takes, no more and no fewer."""


def _names() -> tuple[str, ...]:
    return tuple(item.name for item in fields(Act) if item.name != "kind")


class ActState(Enum):
    """Where an act stands."""

    PROPOSED = 1
    """It waits for another operator."""
    APPROVED = 2
    """It is being carried out; a crash here is taken up again."""
    EXECUTED = 3
    REFUSED = 4
    """It was approved, and could not be done: `outcome` names why. It changed nothing."""
    REJECTED = 5
    EXPIRED = 6


class ActOutcome(Enum):
    """What came of carrying it out. Everything but DONE changed nothing."""

    DONE = 1
    UNKNOWN_PARTICIPANT = 2
    ALREADY_SO = 3
    REMOVED_BEFORE = 4
    POSITION_OPEN = 5
    """Something is owed, held or kept between the institution and the others."""
    NO_LOSS_REPORT = 6


class ActRefusal(Enum):
    """Why a proposal, an approval or a rejection was not taken. It changed nothing."""

    OWN_ACT = 1
    """Whoever proposed it cannot approve it."""
    ACT_NOT_FOUND = 2
    ACT_EXPIRED = 3
    ACT_ENDED = 4
    """It was decided before, the other way."""
    REQUEST_ID_TAKEN = 5
    """The proposal's id belongs to another proposal."""
    WOULD_BE_REFUSED = 6
    """As things are it could not be done: `outcome` names why. It was not stored."""
