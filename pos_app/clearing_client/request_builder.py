"""Building a message of the terminal: fresh salt and nonce, header, envelopes, one signature."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from facepay.identifiers import TerminalId
from facepay.message_header import NONCE_BYTES, MessageHeader, body_hash, truncate_to_milliseconds
from facepay.ports import Clock, Randomness
from facepay.sealed_envelope import SealedEnvelope, SuiteId
from facepay.signed_request import SignedRequest, sign_request
from facepay.wire.strict import SALT_BYTES
from pos_app.checkout.payment import Operation
from pos_app.clearing_client.terminal_keys import TerminalKeys


class Body(Protocol):
    """Any body of the contract."""

    def to_bytes(self) -> bytes:
        """Return the bytes that the header's body hash covers."""


@dataclass(frozen=True, slots=True)
class HeaderFields:
    """What differs between the headers of a terminal's messages; empty where it does not apply."""

    payment_hash: bytes = b""
    notice_hash: bytes = b""
    challenge_nonce: bytes = b""
    epoch: int = 0
    model_id: str = ""
    commitments: tuple[bytes, ...] = ()


class RequestBuilder:
    """Makes messages of one terminal."""

    def __init__(
        self, terminal_id: TerminalId, keys: TerminalKeys, clock: Clock, randomness: Randomness
    ) -> None:
        self._terminal_id = terminal_id
        self._keys = keys
        self._clock = clock
        self._randomness = randomness

    def salt(self) -> bytes:
        """Return 32 random bytes, so that a body's hash tells nobody its content."""
        return self._randomness.bytes(SALT_BYTES)

    def header(self, operation: Operation, body: bytes, fields: HeaderFields) -> bytes:
        """Return the header of a message that is sent now."""
        return MessageHeader(
            suite_id=SuiteId.X25519_AES256GCM,
            purpose=operation.purpose,
            terminal_id=self._terminal_id,
            signing_key_id=self._keys.signing_key_id,
            operation_id=operation.operation_id,
            counter=operation.counter,
            sent_at=truncate_to_milliseconds(self._clock.now()),
            nonce=self._randomness.bytes(NONCE_BYTES),
            challenge_nonce=fields.challenge_nonce,
            epoch=fields.epoch,
            model_id=fields.model_id,
            commitments=fields.commitments,
            payment_hash=fields.payment_hash,
            notice_hash=fields.notice_hash,
            body_hash=body_hash(body),
        ).to_bytes()

    def sign(
        self, header: bytes, body: bytes, envelopes: Sequence[SealedEnvelope] = ()
    ) -> SignedRequest:
        """Sign a finished header, body and envelopes."""
        return sign_request(header, body, envelopes, self._keys.signing_key)

    def build(
        self,
        operation: Operation,
        body: Body,
        fields: HeaderFields,
        seal_under: Callable[[bytes], Sequence[SealedEnvelope]] = lambda _header: (),
    ) -> SignedRequest:
        """Return the signed message; `seal_under` makes its envelopes once the header is known."""
        encoded = body.to_bytes()
        header = self.header(operation, encoded, fields)
        return self.sign(header, encoded, seal_under(header))
