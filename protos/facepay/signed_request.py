"""A terminal's signed message: header, body, sealed envelopes and one signature over them.

The signature covers a label, the header's bytes (which hold the body's hash) and the ordered list
of (recipient key id, SHA-256 of the sealed bytes). A matching party is sent the header, that list,
the signature and its own envelope: enough to verify the terminal without seeing the body.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from facepay.canonical import encode_fields
from facepay.errors import SignatureInvalidError
from facepay.message_header import MessageHeader, body_hash
from facepay.sealed_envelope import SealedEnvelope

ENVELOPES_MAX = 5
"""Three probe shares, phone digits, PIN: no message has more."""

_LABEL = b"facepay/signed-request/1"
_KEY_LABEL = b"facepay/signing-key/1"


@dataclass(frozen=True, slots=True)
class EnvelopeDigest:
    """Which key an envelope is sealed to, and the SHA-256 of its sealed bytes."""

    recipient_key_id: bytes
    sealed_sha256: bytes


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """One message of a terminal, exactly as it travels. A repeat sends the same bytes."""

    header: bytes
    body: bytes
    envelopes: tuple[SealedEnvelope, ...]
    signature: bytes

    @property
    def digests(self) -> tuple[EnvelopeDigest, ...]:
        """The ordered list that the signature covers."""
        return digest_envelopes(self.envelopes)

    @property
    def sha256(self) -> bytes:
        """The hash by which a repeat is told from another message with the same operation id."""
        return hashlib.sha256(signed_bytes(self.header, self.digests)).digest()


def sign_request(
    header: MessageHeader | bytes,
    body: bytes,
    envelopes: Sequence[SealedEnvelope],
    signing_key: Ed25519PrivateKey,
) -> SignedRequest:
    """Sign a message. The header must already hold the hash of `body`."""
    encoded = header if isinstance(header, bytes) else header.to_bytes()
    signature = signing_key.sign(signed_bytes(encoded, digest_envelopes(envelopes)))
    return SignedRequest(encoded, body, tuple(envelopes), signature)


def verify_request(request: SignedRequest, public_key: Ed25519PublicKey) -> MessageHeader:
    """Verify signature and body hash, and return the header that they vouch for.

    Raises `SignatureInvalidError` for every reason a message cannot be trusted.
    """
    header = verify_relayed(request.header, request.digests, request.signature, public_key)
    if header.body_hash != body_hash(request.body):
        raise SignatureInvalidError("the message's signature does not hold")
    return header


def verify_relayed(
    header: bytes,
    digests: Sequence[EnvelopeDigest],
    signature: bytes,
    public_key: Ed25519PublicKey,
) -> MessageHeader:
    """Verify a message that was relayed without its body, and return its header.

    Raises `SignatureInvalidError`. The caller checks that its own envelope has the listed hash.
    """
    try:
        public_key.verify(signature, signed_bytes(header, digests))
    except InvalidSignature:
        raise SignatureInvalidError("the message's signature does not hold") from None
    return MessageHeader.from_bytes(header)


def digest_envelopes(envelopes: Sequence[SealedEnvelope]) -> tuple[EnvelopeDigest, ...]:
    """Return the ordered list of recipients and hashes."""
    return tuple(
        EnvelopeDigest(envelope.recipient_key_id, hashlib.sha256(envelope.sealed).digest())
        for envelope in envelopes
    )


def signed_bytes(header: bytes, digests: Sequence[EnvelopeDigest]) -> bytes:
    """Return the bytes under the signature."""
    listed = [part for item in digests for part in (item.recipient_key_id, item.sealed_sha256)]
    return encode_fields([_LABEL, header, *listed])


def signing_key_id(public_key: Ed25519PublicKey) -> bytes:
    """Return the 16 bytes by which headers and replies name a signing key."""
    return hashlib.sha256(_KEY_LABEL + public_key.public_bytes_raw()).digest()[:16]
