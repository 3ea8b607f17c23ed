"""From a terminal's transaction key to an issuer's zone key: one PIN, once, for one account."""

from collections.abc import Callable
from datetime import datetime

from clearing_service.security_module.errors import (
    PinTranslationError,
    TranslationRefusal,
    UnknownIssuerError,
)
from clearing_service.security_module.pin_record import PinRecord, RecordKind
from clearing_service.security_module.protocol import ZonePinBlock
from clearing_service.security_module.terminal_keys import TerminalKeyring
from clearing_service.security_module.usage import ClaimOutcome, PinClaim, UsageDesk
from facepay.errors import EnvelopeOpeningError, MalformedFieldError, PinBlockError
from facepay.identifiers import ParticipantId
from facepay.message_header import MessageHeader
from facepay.pin_block import (
    AccountField,
    EncipheredPin,
    PinBlock,
    decipher_pin_block,
    encipher_pin_block,
)
from facepay.ports import Randomness
from facepay.sealed_envelope import KemPrivateKey, SealedEnvelope, open_envelope
from facepay.secret import SecretBytes

PIN_LENGTH = 6

_REFUSALS = {
    ClaimOutcome.RECORD_USED: TranslationRefusal.RECORD_USED,
    ClaimOutcome.KEY_USED: TranslationRefusal.KEY_USED,
}


class PinTranslator:
    """Checks, claims, deciphers and re-enciphers, in that order."""

    def __init__(
        self,
        *,
        private_key: KemPrivateKey,
        record_key: SecretBytes,
        terminals: TerminalKeyring,
        usage: UsageDesk,
        zone_key: Callable[[ParticipantId], SecretBytes | None],
        randomness: Randomness,
    ) -> None:
        """Take keys that the module owns and wipes; `zone_key` returns a copy to be wiped here."""
        self._private_key = private_key
        self._record_key = record_key
        self._terminals = terminals
        self._usage = usage
        self._zone_key = zone_key
        self._randomness = randomness

    async def translate(
        self,
        pin_envelope: SealedEnvelope,
        header: bytes,
        *,
        kind: RecordKind,
        encoded_record: bytes,
        now: datetime,
    ) -> ZonePinBlock:
        """Return the PIN under the issuer's zone key, or raise `PinTranslationError`.

        1. the record is one of this module, for this kind of message, and not expired;
        2. the header belongs to the record, the envelope to the header, the key to the terminal;
        3. record and key are used up, durably;
        4. only then is the PIN deciphered, and enciphered anew for the account in the record.
        """
        message = MessageHeader.from_bytes(header)
        record = self._checked_record(encoded_record, kind, message, now)
        pin = self._opened(pin_envelope, header)
        pin_key = self._terminals.pin_key_of(message.terminal_id, pin.ksn)
        if pin_key is None:
            raise PinTranslationError(TranslationRefusal.OTHER_TERMINAL)
        with pin_key:
            zone_key = self._zone_key(record.issuer_id)
            if zone_key is None:
                raise UnknownIssuerError(f"no zone key for issuer {record.issuer_id}")
            with zone_key:
                await self._use_up(record, pin, now)
                return self._re_encipher(pin, record, pin_key, zone_key)

    def _checked_record(
        self, encoded: bytes, kind: RecordKind, message: MessageHeader, now: datetime
    ) -> PinRecord:
        record = PinRecord.from_bytes(encoded, self._record_key)
        if record.kind is not kind:
            raise PinTranslationError(TranslationRefusal.RECORD_FORGED)
        if now >= record.expires_at:
            raise PinTranslationError(TranslationRefusal.RECORD_EXPIRED)
        if message.purpose is not kind.purpose or kind.binding_in(message) != record.binding:
            raise PinTranslationError(TranslationRefusal.OTHER_REQUEST)
        return record

    def _opened(self, envelope: SealedEnvelope, header: bytes) -> EncipheredPin:
        try:
            with open_envelope(envelope, self._private_key, header) as content:
                return EncipheredPin.from_bytes(content.view)
        except (EnvelopeOpeningError, PinBlockError, MalformedFieldError):
            raise PinTranslationError(TranslationRefusal.ENVELOPE) from None

    async def _use_up(self, record: PinRecord, pin: EncipheredPin, now: datetime) -> None:
        claim = PinClaim(record.record_id, record.expires_at, pin.ksn)
        outcome = await self._usage.claim(claim, now)
        if outcome is not ClaimOutcome.GRANTED:
            raise PinTranslationError(_REFUSALS[outcome])

    def _re_encipher(
        self, pin: EncipheredPin, record: PinRecord, pin_key: SecretBytes, zone_key: SecretBytes
    ) -> ZonePinBlock:
        token_field = AccountField.of_token(record.token)
        alias_field = AccountField.of_alias(record.account_alias)
        try:
            with (
                decipher_pin_block(pin.block, token_field, pin_key) as clear,
                self._with_fresh_fill(clear) as fresh,
            ):
                block = encipher_pin_block(fresh, alias_field, zone_key)
        except PinBlockError:
            raise PinTranslationError(TranslationRefusal.PIN_BLOCK) from None
        return ZonePinBlock(record.issuer_id, record.account_alias, block)

    def _with_fresh_fill(self, clear: PinBlock) -> PinBlock:
        with clear.digits() as digits:
            if len(digits) != PIN_LENGTH:
                raise PinBlockError("a face passcode has six digits")
            return PinBlock.from_digits(digits.view, self._randomness)
