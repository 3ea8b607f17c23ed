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
    FUNDS_IN = 6
    """A participant brought money for settlement."""
    FUNDS_OUT = 7
    """A participant takes money that it does not need for what it owes."""
    RESERVE_IN = 8
    """The institution, or its insurer, puts money into the risk reserve."""
    RESERVE_OUT = 9
    FEES_OUT = 10
    """The institution takes out what it earned by fees."""
    CLOSE_WINDOW = 11
    SETTLE_WINDOW = 12
    """With every window before it that waits for settlement: they are netted together."""
    ABORT_WINDOW = 13
    REJOIN_WINDOW = 14
    DISMISS_CASE = 15
    """A loss that the payer is proved to have caused, in time."""
    COMPENSATE_CASE = 16
    """Pay a loss from the risk reserve before it is due."""
    RECOVER_CASE = 17
    """A liable participant owes the reserve what it paid, or a part of it (an ADJUSTMENT)."""
    CLOSE_CASE = 18
    """A complaint answered, an entry explained, or a loss that nobody pays back."""


class Evidence(Enum):
    """What shows who caused a loss. Which of it proves anything is policy data."""

    FACE_MATCHED = 1
    PASSCODE_VERIFIED = 2
    PAYER_ADMITTED = 3
    AUTHORITY_FINDING = 4
    ACCEPTOR_RECORD = 5


@dataclass(frozen=True, slots=True)
class Act:
    """One act. Exactly the fields that its kind needs are set; raises `MalformedFieldError`."""

    kind: ActKind
    participant_id: ParticipantId | None = None
    amount: Money | None = None
    account_alias: AccountAlias | None = None
    window: int | None = None
    case: int | None = None
    evidence: Evidence | None = None

    def __post_init__(self) -> None:
        """Refuse a field too few or too many, and a number that no store can hold."""
        given = {name for name in _names() if getattr(self, name) is not None}
        if given != NEEDED_FIELDS[self.kind]:
            needed = " and ".join(sorted(NEEDED_FIELDS[self.kind]))
            raise MalformedFieldError(f"{self.kind.name} takes {needed}")
        for number in (self.window, self.case):
            if number is not None and not 0 <= number < 1 << 63:
                raise MalformedFieldError("windows and cases have numbers of 63 bits")

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """What is set besides the kind, by name, as text."""
        values = ((name, getattr(self, name)) for name in _names())
        return tuple((name, _text(value)) for name, value in values if value is not None)

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

    @property
    def known_window(self) -> int:
        """The window's number, for the kinds that need one."""
        if self.window is None:
            raise MalformedFieldError(f"{self.kind.name} names no window")
        return self.window

    @property
    def known_case(self) -> int:
        """The case's number, for the kinds that need one."""
        if self.case is None:
            raise MalformedFieldError(f"{self.kind.name} names no case")
        return self.case


NEEDED_FIELDS: Mapping[ActKind, frozenset[str]] = {
    ActKind.SUSPEND_PARTICIPANT: frozenset({"participant_id"}),
    ActKind.RESTORE_PARTICIPANT: frozenset({"participant_id"}),
    ActKind.REMOVE_PARTICIPANT: frozenset({"participant_id"}),
    ActKind.CHANGE_NET_DEBIT_CAP: frozenset({"participant_id", "amount"}),
    ActKind.LIFT_LOSS_REPORT: frozenset({"participant_id", "account_alias"}),
    ActKind.FUNDS_IN: frozenset({"participant_id", "amount"}),
    ActKind.FUNDS_OUT: frozenset({"participant_id", "amount"}),
    ActKind.RESERVE_IN: frozenset({"amount"}),
    ActKind.RESERVE_OUT: frozenset({"amount"}),
    ActKind.FEES_OUT: frozenset({"amount"}),
    ActKind.CLOSE_WINDOW: frozenset({"window"}),
    ActKind.SETTLE_WINDOW: frozenset({"window"}),
    ActKind.ABORT_WINDOW: frozenset({"window"}),
    ActKind.REJOIN_WINDOW: frozenset({"window"}),
    ActKind.DISMISS_CASE: frozenset({"case", "evidence"}),
    ActKind.COMPENSATE_CASE: frozenset({"case"}),
    ActKind.RECOVER_CASE: frozenset({"case", "participant_id", "amount"}),
    ActKind.CLOSE_CASE: frozenset({"case"}),
}
"""Which fields each kind takes, no more and no fewer."""


def _text(value: object) -> str:
    return value.name if isinstance(value, Enum) else str(value)


def _names() -> tuple[str, ...]:
    return tuple(item.name for item in fields(Act) if item.name != "kind")


class ActState(Enum):
    """Where an act stands."""

    PROPOSED = 1
    """It waits for another operator."""
    EXECUTED = 2
    REFUSED = 3
    """It was approved, and could not be done: `outcome` names why. It changed nothing."""
    REJECTED = 4
    EXPIRED = 5


class ActOutcome(Enum):
    """What came of carrying it out. Everything but DONE changed nothing."""

    DONE = 1
    UNKNOWN_PARTICIPANT = 2
    ALREADY_SO = 3
    REMOVED_BEFORE = 4
    POSITION_OPEN = 5
    """Something is owed, held or kept between the institution and the others."""
    NO_LOSS_REPORT = 6
    NO_AMOUNT = 7
    INSUFFICIENT_FUNDS = 8
    """Funds stay at or above what the participant owes, posted and held."""
    PARTICIPANT_SUSPENDED = 9
    """Nothing is paid out to a suspended participant."""
    RESERVE_TOO_LOW = 10
    MORE_THAN_COMPENSATED = 11
    NO_SUCH_WINDOW = 12
    WINDOW_EMPTY = 13
    CLOSED_BEFORE = 14
    STILL_OPEN = 15
    NOT_PRICED = 16
    """The window is closed and its fees are not booked yet: a moment later it can be settled."""
    SETTLED_BEFORE = 17
    IS_ABORTED = 18
    NOT_ABORTED = 19
    LACKS_FUNDS = 20
    """A participant owes more than the funds it has."""
    NO_SUCH_CASE = 21
    CASE_ENDED = 22
    NOT_A_LOSS = 23
    TOO_LATE = 24
    """The proof came after the time in which it was due."""
    NO_PROOF = 25
    """The evidence does not show that the payer caused the loss: that a face matched does not."""
    NOTHING_LEFT = 26
    """The money of the payment has gone back already."""
    MUST_BE_PAID = 27
    """A loss is dismissed or paid, and not simply closed."""
    ENTRY_TAKEN = 28
    """The entry's id belongs to another movement."""
    NO_COMPENSATION = 29


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
