"""What enrolment needs from outside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from clearing_service.directory.entry import DirectoryEntry
from clearing_service.enrolment.enrolment import Enrolment
from clearing_service.enrolment.requests import IssuerLogin
from clearing_service.routing.challenge_drawing import ChallengePolicy
from clearing_service.routing.evidence_policy import EvidencePolicy
from clearing_service.security_module.protocol import EnrolmentRecord, PinRefused, ZonePinBlock
from facepay.identifiers import AccountAlias, EnrolmentId, ParticipantId, ReferenceId, RoutingToken
from facepay.phone_digits import PhoneDigits
from facepay.sealed_envelope import SealedEnvelope


@dataclass(frozen=True, slots=True, repr=False)
class AuthenticatedPayer:
    """An account owner, as their issuer vouches for them. The receiver wipes the digits."""

    account_alias: AccountAlias
    masked_name: str
    phone_tail: PhoneDigits
    birthday: date

    def __repr__(self) -> str:
        """Show nothing of the person."""
        return "AuthenticatedPayer(<person>)"


class EnrolmentIssuers(Protocol):
    """The way to the issuers. Raises `IssuerUnavailableError` when no answer came in time."""

    async def authenticate(self, login: IssuerLogin) -> AuthenticatedPayer | None:
        """Return the account owner, or None if login or code are wrong."""

    async def set_passcode(self, zone_block: ZonePinBlock) -> PinRefused | None:
        """Set the face passcode of the account in the block; returns why not if it is weak."""


class EnrolmentSecurity(Protocol):
    """The part of the clearing institution's security module that enrolment uses."""

    @property
    def epoch(self) -> int:
        """Number of the current epoch."""

    def bucket_tag(self, epoch: int, digits: PhoneDigits) -> bytes:
        """Return the 16-byte tag of the digits' bucket."""

    def make_enrolment_record(
        self,
        *,
        token: RoutingToken,
        challenge_nonce: bytes,
        issuer_id: ParticipantId,
        account_alias: AccountAlias,
        expires_at: datetime,
    ) -> EnrolmentRecord:
        """Write down whose passcode may be set."""

    async def translate_new_pin(
        self, pin_envelope: SealedEnvelope, header: bytes, record: EnrolmentRecord, now: datetime
    ) -> ZonePinBlock:
        """Re-encipher a passcode for the issuer in the record; works once."""


class EnrolmentStore(Protocol):
    """Where enrolments and consents are kept, beside the routing directory. Raises `StoreError`."""

    async def find(self, enrolment_id: EnrolmentId) -> Enrolment | None:
        """Return an enrolment with its consents."""

    async def find_by_account(
        self, issuer_id: ParticipantId, account_alias: AccountAlias
    ) -> Sequence[Enrolment]:
        """Return the enrolments of an account whose reference may still be somewhere."""

    async def save(self, enrolment: Enrolment) -> None:
        """Add or replace an enrolment and its consents, durably."""

    async def activate(self, enrolment: Enrolment, entry: DirectoryEntry) -> None:
        """Save an enrolment and its directory entry together: both are active, or neither."""

    async def due_for_erasure(self, now: datetime) -> Sequence[Enrolment]:
        """Return unfinished ones past their expiry and active ones whose consent ended.

        Also those that ended while a party was down, so that its erasure is still owed.
        """

    async def erasure_done(self, reference_id: ReferenceId) -> None:
        """Remember that no erasure is owed for the reference any more."""


@dataclass(frozen=True, slots=True)
class EnrolmentPolicy:
    """How long things may take and who receives the template."""

    recipients: tuple[ParticipantId, ...]
    evidence: EvidencePolicy = field(default_factory=EvidencePolicy)
    lifetime: timedelta = timedelta(seconds=600)
    consent_lifetime: timedelta = timedelta(days=365)
    clock_window: timedelta = timedelta(seconds=120)
    consent_age_max: timedelta = timedelta(minutes=30)
    """How long ago the consents may have been given when the enrolment opens."""
    pad: ChallengePolicy = field(default_factory=ChallengePolicy)
