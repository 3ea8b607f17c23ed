"""SignOn: what a terminal asks before it can take payments, and what it is told."""

import hashlib
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Self

from facepay.canonical import encode_fields
from facepay.errors import MalformedFieldError
from facepay.identifiers import AcceptorId, ParticipantId
from facepay.message_header import HASH_BYTES
from facepay.sealed_envelope import SealedEnvelope
from facepay.v1 import terminal_pb2 as pb
from facepay.vocabulary import KemKeyOwner
from facepay.wire.signed import SIGNATURE_BYTES, envelope_from_message, envelope_to_message
from facepay.wire.strict import (
    SALT_BYTES,
    at_most,
    exactly,
    from_milliseconds,
    parse_strictly,
    require_strict,
    serialize,
    text,
    to_milliseconds,
    word,
)

KEM_PUBLIC_KEY_MAX_BYTES = 1216 + 32
"""An X25519 key has 32 bytes, the hybrid with ML-KEM-768 1,216."""
TIMER_MAX_SECONDS = 86_400

_NOTICE_LABEL = b"facepay/notice-text/1"


@dataclass(frozen=True, slots=True)
class SignOnBody:
    """The body of SignOn."""

    salt: bytes
    terminal_kem_public_key: bytes
    software_version: str

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""
        return serialize(
            pb.SignOnBody(
                salt=self.salt,
                terminal_kem_public_key=self.terminal_kem_public_key,
                software_version=self.software_version,
            )
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a body strictly; raises `MalformedFieldError`."""
        body = parse_strictly(pb.SignOnBody, encoded)
        return cls(
            salt=exactly(body.salt, SALT_BYTES, "a salt"),
            terminal_kem_public_key=at_most(
                body.terminal_kem_public_key, KEM_PUBLIC_KEY_MAX_BYTES, "a sealing key"
            ),
            software_version=text(body.software_version, "a version", characters=64),
        )


@dataclass(frozen=True, slots=True)
class SignedKemKey:
    """A public sealing key, vouched for by its owner's identity key; not verified here."""

    owner: KemKeyOwner
    public_key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What a person is told before the camera may be used, in one language. No field is empty."""

    processor: str
    contact: str
    purpose: str
    method: str
    scope: str
    storage_period: str
    necessity: str
    effect_on_rights: str
    how_to_use_rights: str
    recipients: str

    def __post_init__(self) -> None:
        """Refuse a notice that leaves something unsaid."""
        for field in fields(self):
            text(getattr(self, field.name), field.name)


@dataclass(frozen=True, slots=True)
class Notice:
    """One version of the notice in both languages, and the SHA-256 of its canonical bytes."""

    version: str
    sha256: bytes
    zh: NoticeText
    en: NoticeText

    @classmethod
    def of(cls, version: str, *, zh: NoticeText, en: NoticeText) -> Self:
        """Return the notice with the hash of its canonical bytes."""
        texts = [getattr(text, field.name) for text in (zh, en) for field in fields(NoticeText)]
        content = encode_fields(
            [_NOTICE_LABEL, version.encode(), *(item.encode() for item in texts)]
        )
        return cls(version, hashlib.sha256(content).digest(), zh, en)


@dataclass(frozen=True, slots=True)
class Acceptor:
    """The acceptor a terminal stands at, as payer and receipt name it."""

    acceptor_id: AcceptorId
    name_zh: str
    name_en: str
    acquirer_id: ParticipantId
    complaint_phone: str
    complaint_url: str


@dataclass(frozen=True, slots=True)
class Timers:
    """Policy of the clearing institution, in seconds (and one count)."""

    camera_seconds: int = 60
    opening_seconds: int = 300
    routing_token_seconds: int = 120
    pin_entry_seconds: int = 60
    pin_entry_extensions: int = 2
    route_probe_deadline_seconds: int = 3
    authorize_deadline_seconds: int = 12
    polling_seconds: int = 60
    clock_window_seconds: int = 120

    def __post_init__(self) -> None:
        """Refuse a timer that would never, or never sensibly, run out."""
        if not all(0 <= seconds <= TIMER_MAX_SECONDS for seconds in astuple(self)):
            raise MalformedFieldError("a timer is out of range")


@dataclass(frozen=True, slots=True)
class SignOnReply:
    """What a terminal is told when it signs on."""

    clearing_time: datetime
    kem_keys: tuple[SignedKemKey, ...]
    epoch: int
    epoch_key: SealedEnvelope
    model_id: str
    notice: Notice
    acceptor: Acceptor
    timers: Timers

    def __post_init__(self) -> None:
        """Refuse a reply that lacks an owner's key or has two."""
        owners = [key.owner for key in self.kem_keys]
        if sorted(owner.value for owner in owners) != [owner.value for owner in KemKeyOwner]:
            raise MalformedFieldError("a sign-on has exactly one sealing key of each owner")

    def kem_key(self, owner: KemKeyOwner) -> SignedKemKey:
        """Return the key of `owner`; every owner has one."""
        return next(key for key in self.kem_keys if key.owner is owner)

    def to_message(self) -> pb.SignOnResponse:
        """Return the protobuf message."""
        return pb.SignOnResponse(
            clearing_time_ms=to_milliseconds(self.clearing_time),
            kem_keys=[
                pb.SignedKemKey(
                    owner=pb.KemKeyOwner.ValueType(key.owner.value),
                    public_key=key.public_key,
                    signature=key.signature,
                )
                for key in self.kem_keys
            ],
            epoch=self.epoch,
            epoch_key=envelope_to_message(self.epoch_key),
            model_id=self.model_id,
            notice=notice_to_message(self.notice),
            acceptor=_acceptor_to_message(self.acceptor),
            timers=pb.Timers(
                **{field.name: getattr(self.timers, field.name) for field in fields(Timers)}
            ),
        )

    @classmethod
    def from_message(cls, message: pb.SignOnResponse) -> Self:
        """Read a reply strictly; raises `MalformedFieldError`."""
        require_strict(message)
        return cls(
            clearing_time=from_milliseconds(message.clearing_time_ms),
            kem_keys=tuple(_kem_key_from_message(key) for key in message.kem_keys),
            epoch=message.epoch,
            epoch_key=envelope_from_message(message.epoch_key),
            model_id=text(message.model_id, "a model id", characters=64),
            notice=notice_from_message(message.notice),
            acceptor=_acceptor_from_message(message.acceptor),
            timers=Timers(
                **{field.name: getattr(message.timers, field.name) for field in fields(Timers)}
            ),
        )


def notice_to_message(notice: Notice) -> pb.Notice:
    """Return the protobuf message."""
    return pb.Notice(
        version=notice.version,
        sha256=notice.sha256,
        zh=_notice_text_to_message(notice.zh),
        en=_notice_text_to_message(notice.en),
    )


def notice_from_message(message: pb.Notice) -> Notice:
    """Read a notice; raises `MalformedFieldError` if a text is missing or the hash is another's."""
    notice = Notice.of(
        text(message.version, "a notice version", characters=32),
        zh=_notice_text_from_message(message.zh),
        en=_notice_text_from_message(message.en),
    )
    if notice.sha256 != exactly(message.sha256, HASH_BYTES, "a notice hash"):
        raise MalformedFieldError("a notice's hash is not that of its text")
    return notice


def _kem_key_from_message(message: pb.SignedKemKey) -> SignedKemKey:
    return SignedKemKey(
        owner=word(KemKeyOwner, message.owner),
        public_key=at_most(message.public_key, KEM_PUBLIC_KEY_MAX_BYTES, "a sealing key"),
        signature=exactly(message.signature, SIGNATURE_BYTES, "a signature"),
    )


def _notice_text_to_message(notice: NoticeText) -> pb.NoticeText:
    return pb.NoticeText(**{field.name: getattr(notice, field.name) for field in fields(notice)})


def _notice_text_from_message(message: pb.NoticeText) -> NoticeText:
    return NoticeText(**{field.name: getattr(message, field.name) for field in fields(NoticeText)})


def _acceptor_to_message(acceptor: Acceptor) -> pb.Acceptor:
    return pb.Acceptor(
        acceptor_id=acceptor.acceptor_id.value,
        name_zh=acceptor.name_zh,
        name_en=acceptor.name_en,
        acquirer_id=acceptor.acquirer_id.value,
        complaint_phone=acceptor.complaint_phone,
        complaint_url=acceptor.complaint_url,
    )


def _acceptor_from_message(message: pb.Acceptor) -> Acceptor:
    return Acceptor(
        acceptor_id=AcceptorId(message.acceptor_id),
        name_zh=text(message.name_zh, "a name", characters=80),
        name_en=text(message.name_en, "a name", characters=80),
        acquirer_id=ParticipantId(message.acquirer_id),
        complaint_phone=text(message.complaint_phone, "a telephone number", characters=40),
        complaint_url=text(message.complaint_url, "an address", characters=200),
    )
