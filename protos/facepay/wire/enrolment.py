"""Bodies and replies of the calls about an enrolment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from facepay.errors import MalformedFieldError
from facepay.identifiers import EnrolmentId, ParticipantId, RoutingToken
from facepay.message_header import HASH_BYTES
from facepay.pad_challenge import PadChallenge, Presentation
from facepay.pad_evidence import EVIDENCE_MAX_BYTES
from facepay.payment_fields import BLINDING_BYTES
from facepay.v1 import enrolment_pb2 as pb
from facepay.v1 import pad_challenge_pb2
from facepay.vocabulary import ConsentScope, EnrolmentRefusal
from facepay.wire.pad_challenge import challenge_from_message, challenge_to_message
from facepay.wire.payment_replies import MASKED_NAME_MAX_CHARACTERS
from facepay.wire.signed import SIGNATURE_BYTES
from facepay.wire.strict import (
    SALT_BYTES,
    at_most,
    exactly,
    from_milliseconds,
    parse_strictly,
    require_strict,
    serialize,
    text,
    text_or_empty,
    to_milliseconds,
    word,
)

CONSENTS_MAX = 4
RECEIPT_MAX_BYTES = 512
PARTIES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Consent:
    """One act of consent to one thing, given against one version of the notice."""

    scope: ConsentScope
    notice_version: str
    notice_sha256: bytes
    given_at: datetime


@dataclass(frozen=True, slots=True)
class OpenEnrolmentBody:
    """Who wants to pay by face, as their issuer knows them, and what they consented to."""

    salt: bytes
    enrolment_id: EnrolmentId
    issuer_id: ParticipantId
    issuer_login: str
    issuer_one_time_code: str
    consents: tuple[Consent, ...]
    blinding: bytes
    presentation: Presentation = Presentation.WITH_LIGHT

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(
            pb.OpenEnrolmentBody(
                salt=self.salt,
                enrolment_id=self.enrolment_id.value,
                issuer_id=self.issuer_id.value,
                issuer_login=self.issuer_login,
                issuer_one_time_code=self.issuer_one_time_code,
                consents=[_consent_to_message(consent) for consent in self.consents],
                blinding=self.blinding,
                presentation=pad_challenge_pb2.Presentation.ValueType(self.presentation.value),
            )
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.OpenEnrolmentBody, encoded)
        if len(body.consents) > CONSENTS_MAX:
            raise MalformedFieldError(f"at most {CONSENTS_MAX} consents")
        return cls(
            salt=exactly(body.salt, SALT_BYTES, "a salt"),
            enrolment_id=EnrolmentId(body.enrolment_id),
            issuer_id=ParticipantId(body.issuer_id),
            issuer_login=_login(body.issuer_login),
            issuer_one_time_code=_one_time_code(body.issuer_one_time_code),
            consents=tuple(_consent_from_message(consent) for consent in body.consents),
            blinding=exactly(body.blinding, BLINDING_BYTES, "a blinding"),
            presentation=word(Presentation, body.presentation),
        )

    def __repr__(self) -> str:
        """Show neither login nor code."""
        return f"OpenEnrolmentBody({self.enrolment_id}, issuer {self.issuer_id})"


@dataclass(frozen=True, slots=True)
class ReferenceBody:
    """The body of SubmitReference and of ConfirmReference, which have the same fields.

    The header's purpose, not the body, says which of the two calls a message is for.
    """

    salt: bytes
    enrolment_id: EnrolmentId
    pad_evidence: bytes

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(
            pb.SubmitReferenceBody(
                salt=self.salt, enrolment_id=self.enrolment_id.value, pad_evidence=self.pad_evidence
            )
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.SubmitReferenceBody, encoded)
        return cls(
            salt=exactly(body.salt, SALT_BYTES, "a salt"),
            enrolment_id=EnrolmentId(body.enrolment_id),
            pad_evidence=at_most(body.pad_evidence, EVIDENCE_MAX_BYTES, "evidence"),
        )


@dataclass(frozen=True, slots=True)
class CloseFacePaymentBody:
    """Whose face payment is closed, as their issuer knows them."""

    salt: bytes
    issuer_id: ParticipantId
    issuer_login: str
    issuer_one_time_code: str

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(
            pb.CloseFacePaymentBody(
                salt=self.salt,
                issuer_id=self.issuer_id.value,
                issuer_login=self.issuer_login,
                issuer_one_time_code=self.issuer_one_time_code,
            )
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.CloseFacePaymentBody, encoded)
        return cls(
            salt=exactly(body.salt, SALT_BYTES, "a salt"),
            issuer_id=ParticipantId(body.issuer_id),
            issuer_login=_login(body.issuer_login),
            issuer_one_time_code=_one_time_code(body.issuer_one_time_code),
        )

    def __repr__(self) -> str:
        """Show neither login nor code."""
        return f"CloseFacePaymentBody(issuer {self.issuer_id})"


@dataclass(frozen=True, slots=True)
class OpenedEnrolment:
    """An enrolment that may go on to its next capture."""

    enrolment_id: EnrolmentId
    challenge: PadChallenge
    passcode_token: RoutingToken
    masked_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EnrolmentRefused:
    """An enrolment, or a closing, that did not go ahead."""

    reason: EnrolmentRefusal


@dataclass(frozen=True, slots=True)
class EnrolmentActive:
    """The payer can pay by face, until the consent ends."""

    activated_at: datetime
    consent_ends_at: datetime


@dataclass(frozen=True, slots=True)
class SignedErasureReceipt:
    """A matching party's signed word that a reference is gone: `receipt` is an `ErasureStatement`.

    The signature is verified by whoever has the party's key (`facepay.erasure`), not here.
    """

    party: int
    receipt: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class FacePaymentClosed:
    """Face payment is closed; one receipt from each matching party."""

    receipts: tuple[SignedErasureReceipt, ...]

    def __post_init__(self) -> None:
        """Refuse a closing that not every party signed."""
        if tuple(sorted(receipt.party for receipt in self.receipts)) != PARTIES:
            raise MalformedFieldError("a closing has one receipt from each matching party")


OpenEnrolmentReply = OpenedEnrolment | EnrolmentRefused
SubmitReferenceReply = OpenedEnrolment | EnrolmentRefused
ConfirmReferenceReply = EnrolmentActive | EnrolmentRefused
CloseFacePaymentReply = FacePaymentClosed | EnrolmentRefused


def open_enrolment_reply_to_message(reply: OpenEnrolmentReply) -> pb.OpenEnrolmentResponse:
    """Return the reply to OpenEnrolment."""
    if isinstance(reply, EnrolmentRefused):
        return pb.OpenEnrolmentResponse(refused=_refused_to_message(reply))
    return pb.OpenEnrolmentResponse(opened=_opened_to_message(reply))


def open_enrolment_reply_from_message(message: pb.OpenEnrolmentResponse) -> OpenEnrolmentReply:
    """Read the reply to OpenEnrolment strictly; raises `MalformedFieldError`."""
    require_strict(message)
    if message.WhichOneof("outcome") == "opened":
        return _opened_from_message(message.opened)
    return _refused_from_message(message.refused)


def submit_reply_to_message(reply: SubmitReferenceReply) -> pb.SubmitReferenceResponse:
    """Return the reply to SubmitReference."""
    if isinstance(reply, EnrolmentRefused):
        return pb.SubmitReferenceResponse(refused=_refused_to_message(reply))
    return pb.SubmitReferenceResponse(accepted=_opened_to_message(reply))


def submit_reply_from_message(message: pb.SubmitReferenceResponse) -> SubmitReferenceReply:
    """Read the reply to SubmitReference strictly; raises `MalformedFieldError`."""
    require_strict(message)
    if message.WhichOneof("outcome") == "accepted":
        return _opened_from_message(message.accepted)
    return _refused_from_message(message.refused)


def confirm_reply_to_message(reply: ConfirmReferenceReply) -> pb.ConfirmReferenceResponse:
    """Return the reply to ConfirmReference."""
    if isinstance(reply, EnrolmentRefused):
        return pb.ConfirmReferenceResponse(refused=_refused_to_message(reply))
    return pb.ConfirmReferenceResponse(
        active=pb.EnrolmentActive(
            activated_at_ms=to_milliseconds(reply.activated_at),
            consent_ends_at_ms=to_milliseconds(reply.consent_ends_at),
        )
    )


def confirm_reply_from_message(message: pb.ConfirmReferenceResponse) -> ConfirmReferenceReply:
    """Read the reply to ConfirmReference strictly; raises `MalformedFieldError`."""
    require_strict(message)
    if message.WhichOneof("outcome") == "active":
        return EnrolmentActive(
            activated_at=from_milliseconds(message.active.activated_at_ms),
            consent_ends_at=from_milliseconds(message.active.consent_ends_at_ms),
        )
    return _refused_from_message(message.refused)


def close_reply_to_message(reply: CloseFacePaymentReply) -> pb.CloseFacePaymentResponse:
    """Return the reply to CloseFacePayment."""
    if isinstance(reply, EnrolmentRefused):
        return pb.CloseFacePaymentResponse(refused=_refused_to_message(reply))
    receipts = [
        pb.ErasureReceipt(party=item.party, receipt=item.receipt, signature=item.signature)
        for item in reply.receipts
    ]
    return pb.CloseFacePaymentResponse(closed=pb.FacePaymentClosed(receipts=receipts))


def close_reply_from_message(message: pb.CloseFacePaymentResponse) -> CloseFacePaymentReply:
    """Read the reply to CloseFacePayment strictly; raises `MalformedFieldError`."""
    require_strict(message)
    if message.WhichOneof("outcome") == "closed":
        return FacePaymentClosed(
            tuple(
                SignedErasureReceipt(
                    party=item.party,
                    receipt=at_most(item.receipt, RECEIPT_MAX_BYTES, "a receipt"),
                    signature=exactly(item.signature, SIGNATURE_BYTES, "a signature"),
                )
                for item in message.closed.receipts
            )
        )
    return _refused_from_message(message.refused)


def _consent_to_message(consent: Consent) -> pb.Consent:
    return pb.Consent(
        scope=pb.ConsentScope.ValueType(consent.scope.value),
        notice_version=consent.notice_version,
        notice_sha256=consent.notice_sha256,
        given_at_ms=to_milliseconds(consent.given_at),
    )


def _consent_from_message(message: pb.Consent) -> Consent:
    return Consent(
        scope=word(ConsentScope, message.scope),
        notice_version=text(message.notice_version, "a notice version", characters=32),
        notice_sha256=exactly(message.notice_sha256, HASH_BYTES, "a notice hash"),
        given_at=from_milliseconds(message.given_at_ms),
    )


def _opened_to_message(opened: OpenedEnrolment) -> pb.OpenedEnrolment:
    return pb.OpenedEnrolment(
        enrolment_id=opened.enrolment_id.value,
        challenge=challenge_to_message(opened.challenge),
        passcode_token=opened.passcode_token.value,
        masked_name=opened.masked_name,
        expires_at_ms=to_milliseconds(opened.expires_at),
    )


def _opened_from_message(message: pb.OpenedEnrolment) -> OpenedEnrolment:
    return OpenedEnrolment(
        enrolment_id=EnrolmentId(message.enrolment_id),
        challenge=challenge_from_message(message.challenge),
        passcode_token=RoutingToken(message.passcode_token),
        masked_name=text_or_empty(
            message.masked_name, "a masked name", characters=MASKED_NAME_MAX_CHARACTERS
        ),
        expires_at=from_milliseconds(message.expires_at_ms),
    )


def _refused_to_message(refused: EnrolmentRefused) -> pb.EnrolmentRefused:
    return pb.EnrolmentRefused(reason=pb.EnrolmentRefusal.ValueType(refused.reason.value))


def _refused_from_message(message: pb.EnrolmentRefused) -> EnrolmentRefused:
    return EnrolmentRefused(word(EnrolmentRefusal, message.reason))


def _login(login: str) -> str:
    return text(login, "a login", characters=64)


def _one_time_code(code: str) -> str:
    return text(code, "a one-time code", characters=16)
