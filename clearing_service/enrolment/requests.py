"""What an enrolment station can ask, and every answer it can get.

The edge has checked peer, certificate, signature, stored answer, clock and counter before. A repeat
after a failure comes here again and goes on where the first stopped.
"""

from dataclasses import dataclass
from datetime import datetime

from clearing_service.matching.ports import ErasureReceipt, RelayedProbe
from facepay.identifiers import EnrolmentId, ParticipantId, RoutingToken
from facepay.message_header import MessageHeader
from facepay.pad_challenge import PadChallenge, Presentation
from facepay.pad_evidence import PadEvidence
from facepay.sealed_envelope import SealedEnvelope
from facepay.vocabulary import ConsentScope, EnrolmentRefusal


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """One act of consent, as the station recorded it."""

    scope: ConsentScope
    notice_version: str
    notice_sha256: bytes
    given_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class IssuerLogin:
    """What the issuer gave the person to prove who they are (simulated)."""

    issuer_id: ParticipantId
    login: str
    one_time_code: str

    def __repr__(self) -> str:
        """Show neither login nor code."""
        return f"IssuerLogin(issuer {self.issuer_id})"


@dataclass(frozen=True, slots=True)
class OpenEnrolment:
    """Begin: who the person is, and what they consented to."""

    header: MessageHeader
    enrolment_id: EnrolmentId
    login: IssuerLogin
    consents: tuple[GivenConsent, ...]
    presentation: Presentation = Presentation.WITH_LIGHT


@dataclass(frozen=True, slots=True)
class SubmitReference:
    """The first capture. `capture` serves as the duplicate search's probe and as the reference."""

    header: MessageHeader
    enrolment_id: EnrolmentId
    capture: RelayedProbe
    pin: SealedEnvelope
    evidence: PadEvidence


@dataclass(frozen=True, slots=True)
class ConfirmReference:
    """The second capture, which must find the reference."""

    header: MessageHeader
    enrolment_id: EnrolmentId
    capture: RelayedProbe
    evidence: PadEvidence


@dataclass(frozen=True, slots=True)
class CloseFacePayment:
    """Close face payment for an account, whatever state it is in."""

    header: MessageHeader
    login: IssuerLogin


@dataclass(frozen=True, slots=True)
class EnrolmentOpened:
    """The enrolment may go on to its next capture. The name is masked."""

    enrolment_id: EnrolmentId
    challenge: PadChallenge
    passcode_token: RoutingToken
    masked_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EnrolmentActivated:
    """The person can pay by face from now until their consent ends."""

    activated_at: datetime
    consent_ends_at: datetime


@dataclass(frozen=True, slots=True)
class FacePaymentClosed:
    """Nothing of the face is left; one receipt from each matching party says so."""

    receipts: tuple[ErasureReceipt, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """It did not go ahead, and nothing of the face was kept."""

    reason: EnrolmentRefusal
