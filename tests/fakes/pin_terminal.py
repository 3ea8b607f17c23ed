"""A terminal as the security module sees it: certified, with a PIN pad's keys, sealing PINs."""

import hashlib
from datetime import datetime

from clearing_service.security_module.protocol import ClearingSecurityModule
from facepay.dukpt import DukptRegisters
from facepay.identifiers import OperationId, RoutingToken, TerminalId
from facepay.message_header import MessageHeader, Purpose
from facepay.pin_block import AccountField, EncipheredPin, PinBlock, encipher_pin_block
from facepay.sealed_envelope import (
    KemPrivateKey,
    RecipientKey,
    SealedEnvelope,
    SuiteId,
    open_envelope,
    seal,
)
from tests.fakes.ports import START, SeededRandomness

PROVISIONING = b"provisioning of a test terminal"


class PinTerminal:
    """Certified at construction. `pin_key_taken` lets a test use one key twice."""

    def __init__(
        self, module: ClearingSecurityModule, terminal_id: str = "T0000001", seed: int = 7
    ) -> None:
        self.terminal_id = TerminalId(terminal_id)
        self.randomness = SeededRandomness(seed)
        self.kem_key = KemPrivateKey.generate(self.randomness)
        release = module.certify_terminal(self.terminal_id, self.kem_key.recipient, PROVISIONING)
        with open_envelope(release.initial_key, self.kem_key, PROVISIONING) as initial_key:
            self.pin_pad = DukptRegisters.load(initial_key, release.initial_key_id)

    def header(
        self,
        *,
        purpose: Purpose = Purpose.AUTHORIZE_PAYMENT,
        payment_hash: bytes = b"",
        challenge_nonce: bytes = b"",
        sent_at: datetime = START,
    ) -> bytes:
        return MessageHeader(
            suite_id=SuiteId.X25519_AES256GCM,
            purpose=purpose,
            terminal_id=self.terminal_id,
            signing_key_id=bytes(16),
            operation_id=OperationId(self.randomness.bytes(16)),
            counter=1,
            sent_at=sent_at,
            nonce=self.randomness.bytes(16),
            challenge_nonce=challenge_nonce,
            epoch=0,
            model_id="",
            commitments=(),
            payment_hash=payment_hash,
            notice_hash=b"",
            body_hash=hashlib.sha256(b"body").digest(),
        ).to_bytes()

    def enciphered_pin(self, pin: str, token: RoutingToken) -> EncipheredPin:
        digits = bytearray(int(character) for character in pin)
        taken = self.pin_pad.take_key()
        with taken.pin_key as key, PinBlock.from_digits(digits, self.randomness) as block:
            enciphered = encipher_pin_block(block, AccountField.of_token(token), key)
        return EncipheredPin(enciphered, taken.ksn)

    def sealed_pin(
        self, pin: str, token: RoutingToken, recipient: RecipientKey, header: bytes
    ) -> SealedEnvelope:
        return seal(self.enciphered_pin(pin, token).to_bytes(), recipient, header)
