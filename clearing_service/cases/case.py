"""One case.

OPEN -> CLOSED                       a complaint is answered, a one-sided entry explained
OPEN -> DISMISSED                    a loss that the payer is proved to have caused, in time
OPEN -> DUE                          a loss without that proof in time: the reserve owes it
OPEN | DUE -> COMPENSATED            paid once from the risk reserve
COMPENSATED -> RECOVERED | CLOSED    paid back by the participant who is liable, or borne
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from clearing_service.errors import LedgerInvariantError
from facepay.errors import MalformedFieldError
from facepay.identifiers import ParticipantId, PaymentId, RetrievalReferenceNumber
from facepay.money import Money
from facepay.operator_act import Evidence

NOTE_MAX_CHARACTERS = 200
OWNER_MAX_CHARACTERS = 64
SOURCE_MAX_CHARACTERS = 120


class CaseKind(Enum):
    """What a case is about. The numbers travel."""

    COMPLAINT = 1
    LOSS = 2
    """A payer says that a payment was not theirs."""
    ONE_SIDED = 3
    """An entry that only one of two books has."""


class CaseState(Enum):
    """Where a case stands. The numbers travel."""

    OPEN = 1
    DUE = 2
    """It must be paid; while the reserve is too low the claim stays alive."""
    COMPENSATED = 3
    RECOVERED = 4
    DISMISSED = 5
    CLOSED = 6


PERMITTED_MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset(
        {CaseState.DUE, CaseState.COMPENSATED, CaseState.DISMISSED, CaseState.CLOSED}
    ),
    CaseState.DUE: frozenset({CaseState.COMPENSATED, CaseState.CLOSED}),
    CaseState.COMPENSATED: frozenset({CaseState.RECOVERED, CaseState.CLOSED}),
    CaseState.RECOVERED: frozenset(),
    CaseState.DISMISSED: frozenset(),
    CaseState.CLOSED: frozenset(),
}
ALIVE = frozenset({CaseState.OPEN, CaseState.DUE})
"""Somebody still has to decide it, or to be paid."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a case is opened about.

    `source` names the one thing the case is about, such as a payment and its loss: there is one
    case of a source. `participant_id` is whose entry or payer it is, `rrn` what the receipt shows.
    """

    source: str
    kind: CaseKind
    participant_id: ParticipantId | None = None
    payment_id: PaymentId | None = None
    rrn: RetrievalReferenceNumber | None = None
    amount: Money | None = None
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse texts that are too long, and a loss without payment and sum."""
        if not 1 <= len(self.source) <= SOURCE_MAX_CHARACTERS:
            raise MalformedFieldError(f"a source is 1 to {SOURCE_MAX_CHARACTERS} characters")
        if len(self.note) > NOTE_MAX_CHARACTERS or not self.note.isprintable():
            raise MalformedFieldError(f"a note is at most {NOTE_MAX_CHARACTERS} characters")
        is_whole = None not in (self.payment_id, self.participant_id, self.amount)
        if self.kind is CaseKind.LOSS and not is_whole:
            raise MalformedFieldError("a loss names a payment, its issuer and a sum")


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it is kept. `number` counts from 1; `owner` is the unit or person who must act.

    `paid` is what the reserve paid, `recovered_minor_units` what came back of it, in so many parts.
    """

    number: int
    claim: Claim
    owner: str
    opened_by: str
    opened_at: datetime
    due_at: datetime
    state: CaseState = CaseState.OPEN
    evidence: Evidence | None = None
    decided_at: datetime | None = None
    paid: Money | None = None
    recovered_minor_units: int = 0
    recovery_count: int = 0

    @property
    def subject(self) -> str:
        """The case's name in the audit trail."""
        return f"case/{self.number}"

    @property
    def left_to_recover(self) -> Money:
        """What the reserve is still out of pocket."""
        paid = self.paid or Money(0)
        return Money(paid.amount_minor_units - self.recovered_minor_units, paid.currency)

    def is_overdue(self, now: datetime) -> bool:
        """Whether nobody decided it in time."""
        return self.state in ALIVE and self.due_at <= now

    def moved(self, state: CaseState, now: datetime) -> "Case":
        """Return the case in another state; a move that is not permitted raises."""
        if state not in PERMITTED_MOVES[self.state]:
            raise LedgerInvariantError(f"a case cannot go from {self.state.name} to {state.name}")
        return replace(self, state=state, decided_at=now)

    def dismissed(self, evidence: Evidence, now: datetime) -> "Case":
        """Return the case with what proved that the payer caused the loss."""
        return replace(self.moved(CaseState.DISMISSED, now), evidence=evidence)

    def compensated(self, paid: Money, now: datetime) -> "Case":
        """Return the case paid from the reserve."""
        return replace(self.moved(CaseState.COMPENSATED, now), paid=paid)

    def recovered(self, amount: Money, now: datetime) -> "Case":
        """Return the case with one more part paid back; with the last part it is RECOVERED."""
        total = self.recovered_minor_units + amount.amount_minor_units
        part = replace(self, recovered_minor_units=total, recovery_count=self.recovery_count + 1)
        is_all = part.left_to_recover.amount_minor_units == 0
        return part.moved(CaseState.RECOVERED, now) if is_all else part
