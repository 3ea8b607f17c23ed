"""An issuer's security module, in software: sets and verifies PINs that only it can read."""

import hmac
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from clearing_service.security_module.errors import KeyStoreError
from clearing_service.security_module.key_store import KeyStore, open_key_store
from clearing_service.security_module.protocol import (
    PinCheck,
    PinRefused,
    PinVerifier,
    WeakPinReason,
    ZonePinBlock,
)
from clearing_service.security_module.weak_pin import weakness_of
from facepay.canonical import encode_fields
from facepay.errors import EnvelopeOpeningError, PinBlockError
from facepay.identifiers import AccountAlias, ParticipantId
from facepay.pin_block import AccountField, decipher_pin_block
from facepay.ports import Randomness
from facepay.sealed_envelope import KemPrivateKey, RecipientKey, SealedEnvelope, open_envelope
from facepay.secret import SecretBytes

SALT_LENGTH = 16

_ZONE_KEY = "zone"
_ZONE_KEY_LENGTH = 16
_SECRET_LENGTH = 32
_VERIFIER_LABEL = b"facepay/pin-verifier/1"


class SoftwareIssuerModule:
    """Implements `protocol.IssuerSecurityModule` for one issuer."""

    def __init__(self, issuer_id: ParticipantId, store: KeyStore, randomness: Randomness) -> None:
        """Read or make the keys; the module owns `store` and closes it."""
        self._issuer_id = issuer_id
        self._store = store
        self._randomness = randomness
        self._verification_key = store.get_or_create("pin-verification", _SECRET_LENGTH)
        with store.get_or_create("kem", _SECRET_LENGTH) as secret:
            self._private_key = KemPrivateKey(secret.view)
        self._zone_key = store.get(_ZONE_KEY)

    @property
    def recipient(self) -> RecipientKey:
        """The key that the zone PIN key is sealed to."""
        return self._private_key.recipient

    def import_zone_key(self, envelope: SealedEnvelope, header: bytes) -> None:
        """Take the zone PIN key, durably. A repeat replaces it."""
        zone_key = open_envelope(envelope, self._private_key, header)
        if len(zone_key) != _ZONE_KEY_LENGTH:
            zone_key.wipe()
            raise EnvelopeOpeningError("the envelope did not open")
        self._store.put(_ZONE_KEY, zone_key)
        if self._zone_key is not None:
            self._zone_key.wipe()
        self._zone_key = zone_key

    def set_pin(
        self,
        account_alias: AccountAlias,
        zone_block: ZonePinBlock,
        *,
        birthday: date | None = None,
        must_differ_from: Sequence[PinVerifier] = (),
    ) -> PinVerifier | PinRefused:
        """Return the verifier to store, or say why the PIN is too weak."""
        with self._digits(account_alias, zone_block) as digits:
            weakness = weakness_of(digits.view, birthday)
            if weakness is not None:
                return PinRefused(weakness)
            if any(self._matches(account_alias, digits, other) for other in must_differ_from):
                return PinRefused(WeakPinReason.OTHER_PIN)
            salt = self._randomness.bytes(SALT_LENGTH)
            return PinVerifier(salt, self._mac(account_alias, salt, digits))

    def verify_pin(
        self, account_alias: AccountAlias, zone_block: ZonePinBlock, verifier: PinVerifier
    ) -> PinCheck:
        """Compare in constant time; counting tries is the issuer's."""
        with self._digits(account_alias, zone_block) as digits:
            is_same = self._matches(account_alias, digits, verifier)
        return PinCheck.CORRECT if is_same else PinCheck.WRONG

    def close(self) -> None:
        """Wipe every key. A repeat does nothing."""
        self._verification_key.wipe()
        self._private_key.wipe()
        if self._zone_key is not None:
            self._zone_key.wipe()
        self._store.close()

    def _digits(self, account_alias: AccountAlias, zone_block: ZonePinBlock) -> SecretBytes:
        if zone_block.issuer_id != self._issuer_id or zone_block.account_alias != account_alias:
            raise PinBlockError("the PIN block is for another account")
        if self._zone_key is None:
            raise KeyStoreError("this issuer has no zone key yet")
        account = AccountField.of_alias(account_alias)
        with decipher_pin_block(zone_block.block, account, self._zone_key) as clear:
            return clear.digits()

    def _matches(
        self, account_alias: AccountAlias, digits: SecretBytes, verifier: PinVerifier
    ) -> bool:
        return hmac.compare_digest(self._mac(account_alias, verifier.salt, digits), verifier.mac)

    def _mac(self, account_alias: AccountAlias, salt: bytes, digits: SecretBytes) -> bytes:
        mac = HMAC(self._verification_key.view, hashes.SHA256())
        mac.update(encode_fields([_VERIFIER_LABEL, account_alias.value.encode(), salt]))
        mac.update(digits.view)
        return mac.finalize()


def open_issuer_module(
    issuer_id: ParticipantId, directory: Path, kek_path: Path, randomness: Randomness
) -> SoftwareIssuerModule:
    """Open the issuer's module in `directory`, making it if it is new; raises `KeyStoreError`."""
    store = open_key_store(directory / f"issuer-{issuer_id}.json", kek_path, randomness)
    return SoftwareIssuerModule(issuer_id, store, randomness)
