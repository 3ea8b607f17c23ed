"""The record that says for whom a PIN may be translated, MACed so that only the module writes one.

The rest of the service stores the bytes and hands them back. It can lose a record or hand it back
late, but it cannot name another issuer, account, token or payment.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from clearing_service.security_module.errors import PinTranslationError, TranslationRefusal
from facepay.canonical import decode_fields, encode_fields
from facepay.errors import MalformedFieldError
from facepay.identifiers import AccountAlias, ParticipantId, RoutingToken
from facepay.message_header import MessageHeader, Purpose
from facepay.secret import SecretBytes

RECORD_ID_LENGTH = 16
BINDING_LENGTH = 32

_MAC_LENGTH = 32
_LABEL = b"facepay/pin-record/1"


class RecordKind(Enum):
    """What a PIN under a record is for."""

    PAYMENT = 1
    ENROLMENT = 2

    @property
    def purpose(self) -> Purpose:
        """The purpose of the message that carries the PIN."""
        return _PURPOSES[self]

    def binding_in(self, header: MessageHeader) -> bytes:
        """Return what ties the message to the record: the payment, or the enrolment's nonce."""
        return header.payment_hash if self is RecordKind.PAYMENT else header.challenge_nonce


_PURPOSES = {
    RecordKind.PAYMENT: Purpose.AUTHORIZE_PAYMENT,
    RecordKind.ENROLMENT: Purpose.SUBMIT_REFERENCE,
}


@dataclass(frozen=True, slots=True)
class PinRecord:
    """The content of a record."""

    kind: RecordKind
    record_id: bytes
    token: RoutingToken
    binding: bytes
    issuer_id: ParticipantId
    account_alias: AccountAlias
    expires_at: datetime

    def __post_init__(self) -> None:
        """Refuse lengths that would bind the record to nothing."""
        if len(self.record_id) != RECORD_ID_LENGTH or len(self.binding) != BINDING_LENGTH:
            raise MalformedFieldError("a record is bound to one payment or enrolment")

    def to_bytes(self, key: SecretBytes) -> bytes:
        """Return the record and its MAC under the module's record key."""
        content = encode_fields(
            [
                _LABEL,
                bytes([self.kind.value]),
                self.record_id,
                self.token.value.encode(),
                self.binding,
                self.issuer_id.value.encode(),
                self.account_alias.value.encode(),
                int(self.expires_at.timestamp() * 1000).to_bytes(8),
            ]
        )
        return content + _mac(key, content)

    @classmethod
    def from_bytes(cls, encoded: bytes, key: SecretBytes) -> Self:
        """Read a record of this module; raises `PinTranslationError` for any other bytes."""
        content, mac = encoded[:-_MAC_LENGTH], encoded[-_MAC_LENGTH:]
        if not hmac.compare_digest(mac, _mac(key, content)):
            raise PinTranslationError(TranslationRefusal.RECORD_FORGED)
        _label, kind, record_id, token, binding, issuer, alias, expires = decode_fields(
            content, count=8
        )
        return cls(
            kind=RecordKind(kind[0]),
            record_id=record_id,
            token=RoutingToken(token.decode()),
            binding=binding,
            issuer_id=ParticipantId(issuer.decode()),
            account_alias=AccountAlias(alias.decode()),
            expires_at=datetime.fromtimestamp(int.from_bytes(expires) / 1000, UTC),
        )


def _mac(key: SecretBytes, content: bytes) -> bytes:
    mac = HMAC(key.view, hashes.SHA256())
    mac.update(content)
    return mac.finalize()
