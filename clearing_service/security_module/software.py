"""The clearing institution's security module, in software.

Its keys are in one directory: `keys.json`, wrapped under the key-encrypting key, which is given as
a path of its own so that it can live elsewhere, and `usage.sqlite3`.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hmac import HMAC

from clearing_service.security_module.key_store import KeyStore, open_key_store
from clearing_service.security_module.pin_record import RECORD_ID_LENGTH, PinRecord, RecordKind
from clearing_service.security_module.pin_translation import PinTranslator
from clearing_service.security_module.protocol import (
    BUCKET_TAG_LENGTH,
    EnrolmentRecord,
    RoutingRecord,
    TerminalKeyRelease,
    VouchedKemKey,
    ZonePinBlock,
)
from clearing_service.security_module.sqlite_usage import open_usage_store
from clearing_service.security_module.terminal_keys import TerminalKeyring
from clearing_service.security_module.usage import UsageDesk, UsageStore
from facepay.canonical import encode_fields
from facepay.errors import MalformedFieldError
from facepay.identifiers import AccountAlias, ParticipantId, RoutingToken, TerminalId
from facepay.payment_decision import PaymentDecision, SignedDecision
from facepay.phone_digits import PhoneDigits
from facepay.ports import Randomness
from facepay.refund_decision import RefundDecision
from facepay.sealed_envelope import (
    KemPrivateKey,
    RecipientKey,
    SealedEnvelope,
    open_envelope,
    seal,
    sign_kem_key,
)
from facepay.secret import SecretBytes
from facepay.settlement_proof.window_digest import WindowDigest
from facepay.signed_request import signing_key_id
from facepay.vocabulary import KemKeyOwner

ZONE_KEY_LENGTH = 16

_SECRET_LENGTH = 32
_TAG_LABEL = b"facepay/bucket-tag/1"
_WINDOW_LABEL = b"facepay/window-blinding/1"
_DATABASE_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class SoftwareSecurityModule:
    """Implements `protocol.ClearingSecurityModule`. Used from one event loop."""

    def __init__(self, store: KeyStore, usage: UsageStore, randomness: Randomness) -> None:
        """Read or make every key; the module owns `store` and `usage` and closes both."""
        self._store = store
        self._randomness = randomness
        self._usage = UsageDesk(usage)
        self._terminals = TerminalKeyring(store)
        self._identity = _signing_key(store, "identity")
        self._decision_key = _signing_key(store, "decision")
        self._digits_key = _kem_key(store, "kem/clearing")
        self._pin_key = _kem_key(store, "kem/security-module")
        self._tag_key = store.get_or_create("tag", _SECRET_LENGTH)
        self._record_key = store.get_or_create("record-mac", _SECRET_LENGTH)
        self._translator = PinTranslator(
            private_key=self._pin_key,
            record_key=self._record_key,
            terminals=self._terminals,
            usage=self._usage,
            zone_key=lambda issuer_id: store.get(_zone_name(issuer_id)),
            randomness=randomness,
        )

    @property
    def identity_public_key(self) -> bytes:
        """The 32-byte Ed25519 key that vouches for `kem_keys`."""
        return self._identity.public_key().public_bytes_raw()

    @property
    def decision_public_key(self) -> bytes:
        """The 32-byte Ed25519 key that decisions are verified with."""
        return self._decision_key.public_key().public_bytes_raw()

    @property
    def kem_keys(self) -> tuple[VouchedKemKey, VouchedKemKey]:
        """The sealing keys for phone digits and for PINs."""
        return (
            self._vouch(KemKeyOwner.CLEARING, self._digits_key.recipient),
            self._vouch(KemKeyOwner.SECURITY_MODULE, self._pin_key.recipient),
        )

    def sign_decision(self, decision: PaymentDecision) -> SignedDecision:
        """Sign a decision on a payment."""
        return self._sign_decision(decision.to_bytes())

    def sign_refund(self, decision: RefundDecision) -> SignedDecision:
        """Sign a decision on a refund."""
        return self._sign_decision(decision.to_bytes())

    def sign_window_digest(self, digest: WindowDigest) -> SignedDecision:
        """Sign a settlement window's digest."""
        return self._sign_decision(digest.to_bytes())

    def window_blinding(self, window: int) -> SecretBytes:
        """Return the 32-byte secret that blinds a window's transfers and positions."""
        with self._store.get_or_create("window-blinding", _SECRET_LENGTH) as key:
            mac = HMAC(key.view, hashes.SHA256())
            mac.update(encode_fields([_WINDOW_LABEL, window.to_bytes(8)]))
            return SecretBytes(mac.finalize())

    def _sign_decision(self, content: bytes) -> SignedDecision:
        return SignedDecision(
            decision=content,
            signing_key_id=signing_key_id(self._decision_key.public_key()),
            signature=self._decision_key.sign(content),
        )

    def open_digits(self, envelope: SealedEnvelope, header: bytes) -> PhoneDigits:
        """Return the payer's phone digits, which the caller wipes."""
        with open_envelope(envelope, self._digits_key, header) as content:
            return PhoneDigits(content.view)

    def bucket_tag(self, epoch: int, digits: PhoneDigits) -> bytes:
        """Return the 16-byte tag of the bucket for `digits` in `epoch`."""
        mac = HMAC(self._tag_key.view, hashes.SHA256())
        mac.update(encode_fields([_TAG_LABEL, epoch.to_bytes(4)]))
        mac.update(digits.view)
        return mac.finalize()[:BUCKET_TAG_LENGTH]

    def make_routing_record(
        self,
        *,
        token: RoutingToken,
        payment_hash: bytes,
        issuer_id: ParticipantId,
        account_alias: AccountAlias,
        expires_at: datetime,
    ) -> RoutingRecord:
        """Write down whom a match points to."""
        record = PinRecord(
            kind=RecordKind.PAYMENT,
            record_id=self._randomness.bytes(RECORD_ID_LENGTH),
            token=token,
            binding=payment_hash,
            issuer_id=issuer_id,
            account_alias=account_alias,
            expires_at=expires_at,
        )
        return RoutingRecord(record.to_bytes(self._record_key))

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
        record = PinRecord(
            kind=RecordKind.ENROLMENT,
            record_id=self._randomness.bytes(RECORD_ID_LENGTH),
            token=token,
            binding=challenge_nonce,
            issuer_id=issuer_id,
            account_alias=account_alias,
            expires_at=expires_at,
        )
        return EnrolmentRecord(record.to_bytes(self._record_key))

    async def translate_pin(
        self, pin_envelope: SealedEnvelope, header: bytes, record: RoutingRecord, now: datetime
    ) -> ZonePinBlock:
        """Re-encipher a payer's PIN for the issuer and account in `record`; works once."""
        return await self._translator.translate(
            pin_envelope,
            header,
            kind=RecordKind.PAYMENT,
            encoded_record=record.encoded,
            now=now,
        )

    async def translate_new_pin(
        self, pin_envelope: SealedEnvelope, header: bytes, record: EnrolmentRecord, now: datetime
    ) -> ZonePinBlock:
        """Re-encipher a passcode that is being set; works once."""
        return await self._translator.translate(
            pin_envelope,
            header,
            kind=RecordKind.ENROLMENT,
            encoded_record=record.encoded,
            now=now,
        )

    def certify_terminal(
        self, terminal_id: TerminalId, recipient: RecipientKey, header: bytes
    ) -> TerminalKeyRelease:
        """Remember the terminal's sealing key and release a fresh initial key to it."""
        return self._terminals.certify(terminal_id, recipient, header)

    def revoke_terminal(self, terminal_id: TerminalId) -> None:
        """Release nothing more to this terminal and refuse its PINs."""
        self._terminals.revoke(terminal_id)

    @property
    def epoch(self) -> int:
        """Number of the current epoch, from 1."""
        return self._terminals.epoch

    def release_epoch_key(
        self, terminal_id: TerminalId, epoch: int, header: bytes
    ) -> SealedEnvelope:
        """Return the epoch's key sealed to the certified terminal."""
        return self._terminals.release_epoch_key(terminal_id, epoch, header)

    def prepare_epoch(self) -> int:
        """Make the next epoch and return its number."""
        return self._terminals.prepare_epoch()

    def release_step_key(
        self, epoch: int, party_keys: Sequence[RecipientKey], header: bytes
    ) -> tuple[SealedEnvelope, ...]:
        """Return the step into `epoch`, sealed to each matching party in order."""
        return self._terminals.release_step_key(epoch, party_keys, header)

    def activate_epoch(self, epoch: int) -> None:
        """Make the prepared epoch current."""
        self._terminals.activate_epoch(epoch)

    def export_zone_key(
        self, issuer_id: ParticipantId, recipient: RecipientKey, header: bytes
    ) -> SealedEnvelope:
        """Return the issuer's zone PIN key sealed to its module."""
        with self._store.get_or_create(_zone_name(issuer_id), ZONE_KEY_LENGTH) as key:
            return seal(key.view, recipient, header)

    def database_key(self, database: str) -> SecretBytes:
        """Return the 32-byte key of a store; the caller wipes it."""
        if not _DATABASE_NAME.fullmatch(database):
            raise MalformedFieldError("not a database's name")
        return self._store.get_or_create(f"database/{database}", _SECRET_LENGTH)

    def close(self) -> None:
        """Stop, and wipe every key that can be. A repeat does nothing."""
        self._usage.close()
        self._terminals.wipe()
        for secret in (self._digits_key, self._pin_key, self._tag_key, self._record_key):
            secret.wipe()
        self._store.close()

    def _vouch(self, owner: KemKeyOwner, recipient: RecipientKey) -> VouchedKemKey:
        return VouchedKemKey(owner, recipient, sign_kem_key(owner, recipient, self._identity))


def open_security_module(
    directory: Path, kek_path: Path, randomness: Randomness
) -> SoftwareSecurityModule:
    """Open the clearing module in `directory`, making it if it is new; raises `KeyStoreError`."""
    store = open_key_store(directory / "keys.json", kek_path, randomness)
    usage = open_usage_store(directory / "usage.sqlite3", store, randomness)
    return SoftwareSecurityModule(store, usage, randomness)


def _signing_key(store: KeyStore, name: str) -> Ed25519PrivateKey:
    with store.get_or_create(f"signing/{name}", _SECRET_LENGTH) as secret:
        return Ed25519PrivateKey.from_private_bytes(secret.view)


def _kem_key(store: KeyStore, name: str) -> KemPrivateKey:
    with store.get_or_create(name, _SECRET_LENGTH) as secret:
        return KemPrivateKey(secret.view)


def _zone_name(issuer_id: ParticipantId) -> str:
    return f"zone/{issuer_id.value}"
