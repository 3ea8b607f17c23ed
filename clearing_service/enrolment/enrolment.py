"""Where one enrolment is, and which moves it may make."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from clearing_service.enrolment.consent import ConsentRecord
from facepay.identifiers import (
    AccountAlias,
    EnrolmentId,
    ParticipantId,
    ReferenceId,
    RoutingToken,
    TerminalId,
)
from facepay.pad_challenge import PadChallenge


class EnrolmentState(Enum):
    """Steps are kept one by one, so that a repeat after a failure goes on where it stopped."""

    OPENED = 1
    SEARCHING = 2
    """The duplicate search was begun; cut off here, its outcome is unknown for ever."""
    SEARCHED = 3
    PASSCODE_SET = 4
    SUBMITTED = 5
    """The reference is at all three parties; it cannot pay."""
    ACTIVE = 6
    ENDED = 7
    """Refused, expired or closed; nothing of the face is left."""
    CONFIRMING = 8
    """The confirming search was begun; cut off here, its outcome is unknown for ever."""


UNFINISHED_STATES = frozenset(EnrolmentState) - {EnrolmentState.ACTIVE, EnrolmentState.ENDED}


class ForbiddenEnrolmentMoveError(RuntimeError):
    """A move that no enrolment may make: a mistake of ours."""


_MOVES = {
    EnrolmentState.OPENED: {EnrolmentState.SEARCHING, EnrolmentState.ENDED},
    EnrolmentState.SEARCHING: {EnrolmentState.SEARCHED, EnrolmentState.ENDED},
    EnrolmentState.SEARCHED: {EnrolmentState.PASSCODE_SET, EnrolmentState.ENDED},
    EnrolmentState.PASSCODE_SET: {EnrolmentState.SUBMITTED, EnrolmentState.ENDED},
    EnrolmentState.SUBMITTED: {EnrolmentState.CONFIRMING, EnrolmentState.ENDED},
    EnrolmentState.CONFIRMING: {EnrolmentState.ACTIVE, EnrolmentState.ENDED},
    EnrolmentState.ACTIVE: {EnrolmentState.ENDED},
    EnrolmentState.ENDED: set[EnrolmentState](),
}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One person's way to paying by face; `challenge` is what the next capture must answer.

    `tag` is the bucket of their phone digits, which are not kept. `pin_record` is the security
    module's own note of whose passcode may be set.
    """

    enrolment_id: EnrolmentId
    terminal_id: TerminalId
    issuer_id: ParticipantId
    account_alias: AccountAlias
    masked_name: str
    reference_id: ReferenceId
    tag: bytes
    passcode_token: RoutingToken
    pin_record: bytes
    consents: tuple[ConsentRecord, ...]
    challenge: PadChallenge
    state: EnrolmentState
    expires_at: datetime

    @property
    def consent_ends_at(self) -> datetime:
        """When the first of the consents ends."""
        return min(consent.ends_at for consent in self.consents)

    def moved(self, state: EnrolmentState) -> "Enrolment":
        """Return the enrolment in its next state."""
        if state not in _MOVES[self.state]:
            raise ForbiddenEnrolmentMoveError(f"{self.state.name} does not become {state.name}")
        return replace(self, state=state)

    def __repr__(self) -> str:
        """Show neither name nor account."""
        return f"Enrolment({self.enrolment_id}, {self.state.name})"
