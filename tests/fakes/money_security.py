"""Security modules that keep the rules of use (once, bound, fixed keys) without the ciphers.

An envelope's sealed bytes are the PIN or digits themselves; the ciphers have tests of their own.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clearing_service.security_module.errors import PinTranslationError, TranslationRefusal
from clearing_service.security_module.protocol import (
    PinCheck,
    PinRefused,
    PinVerifier,
    RoutingRecord,
    WeakPinReason,
    ZonePinBlock,
)
from facepay.identifiers import AccountAlias, ParticipantId, RoutingToken
from facepay.payment_decision import PaymentDecision, SignedDecision
from facepay.phone_digits import PhoneDigits
from facepay.pin_block import EncipheredPinBlock
from facepay.refund_decision import RefundDecision
from facepay.sealed_envelope import SealedEnvelope
from facepay.secret import SecretBytes
from facepay.settlement_proof.window_digest import WindowDigest
from facepay.signed_request import signing_key_id

Account = tuple[ParticipantId, AccountAlias]


class PlainClearingModule:
    """The clearing institution's module as payments and routing use it."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        self.public_key = self._key.public_key()
        self._records: dict[bytes, tuple[Account, bytes]] = {}
        self._used: set[bytes] = set()
        self.records_made = 0

    def sign_decision(self, decision: PaymentDecision) -> SignedDecision:
        encoded = decision.to_bytes()
        return SignedDecision(encoded, signing_key_id(self.public_key), self._key.sign(encoded))

    def sign_refund(self, decision: RefundDecision) -> SignedDecision:
        encoded = decision.to_bytes()
        return SignedDecision(encoded, signing_key_id(self.public_key), self._key.sign(encoded))

    def sign_window_digest(self, digest: WindowDigest) -> SignedDecision:
        encoded = digest.to_bytes()
        return SignedDecision(encoded, signing_key_id(self.public_key), self._key.sign(encoded))

    def window_blinding(self, window: int) -> SecretBytes:
        return SecretBytes(window.to_bytes(32))

    def open_digits(self, envelope: SealedEnvelope, header: bytes) -> PhoneDigits:
        return PhoneDigits(envelope.sealed)

    def bucket_tag(self, epoch: int, digits: PhoneDigits) -> bytes:
        return hashlib.sha256(epoch.to_bytes(4) + bytes(digits.view)).digest()[:16]

    def make_routing_record(
        self,
        *,
        token: RoutingToken,
        payment_hash: bytes,
        issuer_id: ParticipantId,
        account_alias: AccountAlias,
        expires_at: datetime,
    ) -> RoutingRecord:
        self.records_made += 1
        encoded = hashlib.sha256(token.value.encode() + payment_hash).digest()
        self._records[encoded] = ((issuer_id, account_alias), payment_hash)
        return RoutingRecord(encoded)

    async def translate_pin(
        self, pin_envelope: SealedEnvelope, header: bytes, record: RoutingRecord, now: datetime
    ) -> ZonePinBlock:
        if record.encoded in self._used:
            raise PinTranslationError(TranslationRefusal.RECORD_USED)
        self._used.add(record.encoded)
        if len(pin_envelope.sealed) != 6:
            raise PinTranslationError(TranslationRefusal.PIN_BLOCK)
        account, _ = self._records[record.encoded]
        return ZonePinBlock(*account, EncipheredPinBlock(pin_envelope.sealed.ljust(16)))


class PlainIssuerModule:
    """One issuer's module: a verifier's MAC is the PIN."""

    def set_pin(
        self,
        account_alias: AccountAlias,
        zone_block: ZonePinBlock,
        *,
        birthday: date | None = None,
        must_differ_from: Sequence[PinVerifier] = (),
    ) -> PinVerifier | PinRefused:
        pin = zone_block.block.content.strip()
        if len(set(pin)) == 1:
            return PinRefused(WeakPinReason.REPEATED)
        return PinVerifier(b"salt", pin)

    def verify_pin(
        self, account_alias: AccountAlias, zone_block: ZonePinBlock, verifier: PinVerifier
    ) -> PinCheck:
        is_same = zone_block.block.content.strip() == verifier.mac
        return PinCheck.CORRECT if is_same else PinCheck.WRONG
