"""One line of the routing directory: from a random reference id to an issuer and account alias."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from facepay.identifiers import AccountAlias, ParticipantId, ReferenceId


class EntryState(Enum):
    """Where an entry is in its life: PENDING -> ACTIVE -> CLOSED -> erased."""

    PENDING = 1
    """Enrolled, not yet confirmed by a second capture. Routes nothing."""
    ACTIVE = 2
    CLOSED = 3
    """Closed by its owner. Routes nothing; kept only until every party has erased the reference."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The owner's own act for face processing, and that it covers sending to this institution.

    `consent_hash` is the SHA-256 of the signed record kept at enrolment. There is no consent
    without an end.
    """

    consent_hash: bytes
    notice_version: str
    recipient_id: ParticipantId
    covers_transmission: bool
    given_at: datetime
    ends_at: datetime

    def is_live(self, now: datetime) -> bool:
        """Whether the consent permits routing at `now`."""
        return self.covers_transmission and self.given_at <= now < self.ends_at


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """Where a reference leads. Holds no name and no account number."""

    reference_id: ReferenceId
    issuer_id: ParticipantId
    account_alias: AccountAlias
    state: EntryState
    consent: Consent
    created_at: datetime

    def activated(self) -> "DirectoryEntry":
        """Return the entry after its second capture matched; raises `ValueError` if closed."""
        if self.state is EntryState.CLOSED:
            raise ValueError("a closed entry is not opened again; enrol anew")
        return replace(self, state=EntryState.ACTIVE)

    def closed(self) -> "DirectoryEntry":
        """Return the entry after its owner closed it. A repeat changes nothing."""
        return replace(self, state=EntryState.CLOSED)
