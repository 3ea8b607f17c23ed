"""An act as it is kept: who wants it and why, who decided, what came of it.

PROPOSED -> EXECUTED | REFUSED    another operator approved it; it was done, or could not be
PROPOSED -> REJECTED | EXPIRED
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from clearing_service.errors import LedgerInvariantError
from facepay.errors import MalformedFieldError
from facepay.operator_act import (
    REASON_MAX_CHARACTERS,
    Act,
    ActOutcome,
    ActRefusal,
    ActState,
)

REQUEST_ID_BYTES = 16

PERMITTED_MOVES: Mapping[ActState, frozenset[ActState]] = {
    ActState.PROPOSED: frozenset(ActState) - {ActState.PROPOSED},
    ActState.EXECUTED: frozenset(),
    ActState.REFUSED: frozenset(),
    ActState.REJECTED: frozenset(),
    ActState.EXPIRED: frozenset(),
}
AFTER_APPROVAL = frozenset({ActState.EXECUTED, ActState.REFUSED})


@dataclass(frozen=True, slots=True)
class Wish:
    """What an operator asks for. `request_id` is the client's: a repeat has the same one."""

    request_id: bytes
    act: Act
    reason: str

    def __post_init__(self) -> None:
        """Refuse an id of another length, and a reason that is none."""
        if len(self.request_id) != REQUEST_ID_BYTES:
            raise MalformedFieldError(f"a request id has {REQUEST_ID_BYTES} bytes")
        if not 1 <= len(self.reason) <= REASON_MAX_CHARACTERS or not self.reason.isprintable():
            raise MalformedFieldError(f"a reason is 1 to {REASON_MAX_CHARACTERS} characters")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One stored act. `number` counts from 1; `maker` and `checker` are names in certificates.

    `checker` decided it, and is the maker where one person is enough or took an own act back.
    """

    number: int
    wish: Wish
    maker: str
    proposed_at: datetime
    expires_at: datetime
    state: ActState = ActState.PROPOSED
    checker: str | None = None
    decided_at: datetime | None = None
    outcome: ActOutcome | None = None

    @property
    def act(self) -> Act:
        """What is to be done."""
        return self.wish.act

    @property
    def subject(self) -> str:
        """The act's name in the audit trail."""
        return f"act/{self.number}"

    @property
    def reason_sha256(self) -> str:
        """What the audit trail holds of the reason: people write names into free text."""
        return hashlib.sha256(self.wish.reason.encode()).hexdigest()

    def is_overdue(self, now: datetime) -> bool:
        """Whether nobody decided in time."""
        return self.state is ActState.PROPOSED and self.expires_at <= now

    def moved(self, state: ActState) -> "Proposal":
        """Return the act in another state; a move that is not permitted raises."""
        if state not in PERMITTED_MOVES[self.state]:
            raise LedgerInvariantError(f"an act cannot go from {self.state.name} to {state.name}")
        return replace(self, state=state)

    def decided(self, state: ActState, checker: str | None, now: datetime) -> "Proposal":
        """Return the act as somebody, or time, decided it."""
        return replace(self.moved(state), checker=checker, decided_at=now)

    def approved(self, checker: str, outcome: ActOutcome, now: datetime) -> "Proposal":
        """Return the act approved, with what came of it."""
        state = ActState.EXECUTED if outcome is ActOutcome.DONE else ActState.REFUSED
        return replace(self.decided(state, checker, now), outcome=outcome)


@dataclass(frozen=True, slots=True)
class ActAnswer:
    """The act as it stands now, and why a request about it was not taken, if it was not."""

    proposal: Proposal | None
    refusal: ActRefusal | None = None
    outcome: ActOutcome | None = None
    """With WOULD_BE_REFUSED: why."""
