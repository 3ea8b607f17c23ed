"""Sealed envelopes: HPKE (RFC 9180, base mode) to one recipient, bound to the signed header.

Each recipient gets an envelope of its own. The HPKE `info` is the hash of label, suite, header
bytes and recipient key id, so that an envelope opens only under the header it was made for: a relay
can carry it, but neither read it nor move it to another payment. HPKE does not say who sealed; the
signature over header and envelopes does (`facepay.signed_request`).

Two suites are built. A suite belongs to a key, never to a message, so that a sender cannot talk a
recipient down to a weaker one.
"""

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from facepay.canonical import encode_fields
from facepay.errors import EnvelopeOpeningError, MalformedFieldError, SignatureInvalidError
from facepay.ports import Randomness
from facepay.secret import SecretBytes
from facepay.vocabulary import KemKeyOwner

KEY_ID_LENGTH = 16

_KEY_ID_LABEL = b"facepay kem key id v1"
_INFO_LABEL = b"facepay envelope v1"
_OWNER_LABEL = b"facepay/kem-key-owner/1"
_MLKEM_SEED_LENGTH = 64
_MLKEM_PUBLIC_LENGTH = 1184
_X25519_LENGTH = 32


class SuiteId(IntEnum):
    """Which algorithms seal and sign; two bytes in the signed header."""

    X25519_AES256GCM = 0x0001
    """HPKE X25519 / HKDF-SHA256 / AES-256-GCM, and Ed25519 signatures. The default."""
    X25519_MLKEM768_AES256GCM = 0x0003
    """The same with the hybrid of X25519 and ML-KEM-768, against a later quantum computer."""


_HPKE_SUITES = {
    SuiteId.X25519_AES256GCM: hpke.Suite(
        hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM
    ),
    SuiteId.X25519_MLKEM768_AES256GCM: hpke.Suite(
        hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM
    ),
}
_PUBLIC_KEY_LENGTHS = {
    SuiteId.X25519_AES256GCM: _X25519_LENGTH,
    SuiteId.X25519_MLKEM768_AES256GCM: _MLKEM_PUBLIC_LENGTH + _X25519_LENGTH,
}
_SECRET_LENGTHS = {
    SuiteId.X25519_AES256GCM: _X25519_LENGTH,
    SuiteId.X25519_MLKEM768_AES256GCM: _MLKEM_SEED_LENGTH + _X25519_LENGTH,
}
_PublicKey = X25519PublicKey | hpke.MLKEM768X25519PublicKey
_PrivateKey = X25519PrivateKey | hpke.MLKEM768X25519PrivateKey


@dataclass(frozen=True, slots=True)
class RecipientKey:
    """The public key of one recipient. The id follows from the key; a wrong pair is refused."""

    key_id: bytes
    """First 16 bytes of SHA-256(label, public key)."""
    public_key_bytes: bytes
    """32 bytes for suite 0x0001; for 0x0003 the ML-KEM-768 key (1184), then the X25519 key (32)."""

    def __post_init__(self) -> None:
        """Refuse a key of another length, and an id that is not the id of this key."""
        if len(self.public_key_bytes) not in _PUBLIC_KEY_LENGTHS.values():
            raise MalformedFieldError("not a recipient key")
        if self.key_id != _key_id_of(self.public_key_bytes):
            raise MalformedFieldError("the key id is not the id of this key")

    @classmethod
    def from_public_bytes(cls, public_key_bytes: bytes) -> Self:
        """Return the recipient with this public key."""
        return cls(_key_id_of(public_key_bytes), public_key_bytes)

    @property
    def suite_id(self) -> SuiteId:
        """The suite this key belongs to."""
        return _suite_with(_PUBLIC_KEY_LENGTHS, len(self.public_key_bytes))


@dataclass(frozen=True, slots=True)
class SealedEnvelope:
    """Encapsulation and ciphertext for one recipient, on the wire as `sealed`."""

    recipient_key_id: bytes
    sealed: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of `sealed`, which the request's signature covers."""
        return hashlib.sha256(self.sealed).digest()

    def __repr__(self) -> str:
        """Show which key and how long; the ciphertext is noise in a log."""
        key_id = self.recipient_key_id.hex()
        return f"SealedEnvelope(recipient_key_id={key_id}, <{len(self.sealed)} bytes>)"


class KemPrivateKey:
    """The private key of a recipient. Its `repr` shows the key id only."""

    __slots__ = ("_private_key", "_recipient", "_secret")

    def __init__(self, secret: bytes | bytearray | memoryview) -> None:
        """Take a private copy of the secret that `secret` returned before; the caller wipes its own.

        Raises `MalformedFieldError` for a length that belongs to no suite.
        """
        self._secret = SecretBytes(secret)
        suite_id = _suite_with(_SECRET_LENGTHS, len(self._secret))
        self._private_key, public_key_bytes = _load_private(suite_id, self._secret)
        self._recipient = RecipientKey.from_public_bytes(public_key_bytes)

    @classmethod
    def generate(
        cls, randomness: Randomness, suite_id: SuiteId = SuiteId.X25519_AES256GCM
    ) -> "KemPrivateKey":
        """Return a fresh key of `suite_id`."""
        return cls(randomness.bytes(_SECRET_LENGTHS[suite_id]))

    @property
    def recipient(self) -> RecipientKey:
        """The public half."""
        return self._recipient

    @property
    def secret(self) -> SecretBytes:
        """The secret itself, for wrapping under a key store's key; never to be sent or shown."""
        return self._secret

    def wipe(self) -> None:
        """Overwrite the secret and forget the key; opening raises `EnvelopeOpeningError` after."""
        self._secret.wipe()
        self._private_key = None

    def decrypt(self, sealed: bytes, binding: bytes) -> bytes:
        """Return the plaintext. Used by `open_envelope` only, which gives errors one cause."""
        if self._private_key is None:
            raise EnvelopeOpeningError("the envelope did not open")
        suite = _HPKE_SUITES[self._recipient.suite_id]
        return suite.decrypt(sealed, self._private_key, info=binding)

    def __repr__(self) -> str:
        """Show the public id only."""
        return f"KemPrivateKey(key_id={self._recipient.key_id.hex()})"

    def __reduce__(self) -> str:
        """Refuse to be pickled: a pickle is a copy nobody wipes."""
        raise TypeError("a private key cannot be pickled")


def seal(
    plaintext: bytes | bytearray | memoryview, recipient: RecipientKey, header: bytes
) -> SealedEnvelope:
    """Seal `plaintext` so that only `recipient` opens it, and only together with `header`.

    The caller still owns, and wipes, `plaintext`. A repeat gives another envelope: the ephemeral
    key is fresh each time and comes from the cryptographic library itself. Raises
    `MalformedFieldError` if the recipient's bytes are not a usable public key.
    """
    suite = _HPKE_SUITES[recipient.suite_id]
    binding = _binding(recipient, header)
    try:
        sealed = suite.encrypt(plaintext, _load_public(recipient), info=binding)
    except ValueError as error:
        raise MalformedFieldError("not a usable recipient key") from error
    return SealedEnvelope(recipient.key_id, sealed)


def open_envelope(
    envelope: SealedEnvelope, private_key: KemPrivateKey, header: bytes
) -> SecretBytes:
    """Return the plaintext; the caller wipes it.

    Raises `EnvelopeOpeningError`, with one text for every cause: another recipient, another header,
    another suite, changed bytes. The library gives the plaintext as immutable bytes, which live
    unwiped until the interpreter reuses their memory; PINs inside are enciphered once more.
    """
    if envelope.recipient_key_id != private_key.recipient.key_id:
        raise EnvelopeOpeningError("the envelope did not open")
    try:
        plaintext = private_key.decrypt(envelope.sealed, _binding(private_key.recipient, header))
    except (InvalidTag, ValueError):
        raise EnvelopeOpeningError("the envelope did not open") from None
    return SecretBytes(plaintext)


def sign_kem_key(
    owner: KemKeyOwner, recipient: RecipientKey, identity_key: Ed25519PrivateKey
) -> bytes:
    """Return the signature by which an identity key vouches for `owner`'s sealing key."""
    return identity_key.sign(_owner_statement(owner, recipient.public_key_bytes))


def verify_kem_key(
    owner: KemKeyOwner, public_key_bytes: bytes, signature: bytes, identity_key: Ed25519PublicKey
) -> RecipientKey:
    """Return the sealing key that the pinned identity key vouches for as `owner`'s.

    Raises `SignatureInvalidError` if it does not, and `MalformedFieldError` if it vouches for bytes
    that are no key.
    """
    try:
        identity_key.verify(signature, _owner_statement(owner, public_key_bytes))
    except InvalidSignature:
        raise SignatureInvalidError("nobody vouches for this sealing key") from None
    return RecipientKey.from_public_bytes(public_key_bytes)


def _owner_statement(owner: KemKeyOwner, public_key_bytes: bytes) -> bytes:
    return encode_fields([_OWNER_LABEL, bytes([owner.value]), public_key_bytes])


def _binding(recipient: RecipientKey, header: bytes) -> bytes:
    digest = hashlib.sha256(_INFO_LABEL)
    digest.update(recipient.suite_id.to_bytes(2))
    digest.update(len(header).to_bytes(4))
    digest.update(header)
    digest.update(recipient.key_id)
    return digest.digest()


def _key_id_of(public_key_bytes: bytes) -> bytes:
    return hashlib.sha256(_KEY_ID_LABEL + public_key_bytes).digest()[:KEY_ID_LENGTH]


def _suite_with(lengths: dict[SuiteId, int], length: int) -> SuiteId:
    for suite_id, expected in lengths.items():
        if expected == length:
            return suite_id
    raise MalformedFieldError("a key length that belongs to no suite")


def _load_public(recipient: RecipientKey) -> _PublicKey:
    content = recipient.public_key_bytes
    if recipient.suite_id is SuiteId.X25519_AES256GCM:
        return X25519PublicKey.from_public_bytes(content)
    return hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(content[:_MLKEM_PUBLIC_LENGTH]),
        X25519PublicKey.from_public_bytes(content[_MLKEM_PUBLIC_LENGTH:]),
    )


def _load_private(suite_id: SuiteId, secret: SecretBytes) -> tuple[_PrivateKey | None, bytes]:
    """Return the library's key and the public bytes that belong to it."""
    view = secret.view
    if suite_id is SuiteId.X25519_AES256GCM:
        classic = X25519PrivateKey.from_private_bytes(view)
        return classic, classic.public_key().public_bytes_raw()
    lattice = MLKEM768PrivateKey.from_seed_bytes(bytes(view[:_MLKEM_SEED_LENGTH]))
    classic = X25519PrivateKey.from_private_bytes(view[_MLKEM_SEED_LENGTH:])
    public_key_bytes = (
        lattice.public_key().public_bytes_raw() + classic.public_key().public_bytes_raw()
    )
    return hpke.MLKEM768X25519PrivateKey(lattice, classic), public_key_bytes
