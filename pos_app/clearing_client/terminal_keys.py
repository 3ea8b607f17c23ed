"""The terminal's own keys, and the keys it pinned when it was provisioned."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from facepay.sealed_envelope import KemPrivateKey
from facepay.secret import wipe
from facepay.signed_request import signing_key_id
from facepay.vocabulary import KemKeyOwner
from pos_app.config import TerminalConfig
from pos_app.errors import PosError


class TerminalKeysError(PosError):
    """A key of the terminal's bundle is missing or not usable. The message names the file."""


@dataclass(frozen=True, slots=True, repr=False)
class TerminalKeys:
    """What the terminal signs and opens with, and whom it believes."""

    signing_key: Ed25519PrivateKey
    kem_key: KemPrivateKey
    decision_key: Ed25519PublicKey
    identity_keys: Mapping[KemKeyOwner, Ed25519PublicKey]

    @property
    def signing_key_id(self) -> bytes:
        """The 16 bytes by which headers name the signing key."""
        return signing_key_id(self.signing_key.public_key())

    @classmethod
    def load(cls, config: TerminalConfig) -> "TerminalKeys":
        """Read the bundle's keys. Raises `TerminalKeysError`."""
        kem = _private_key(config.kem_key_path)
        signing = _private_key(config.signing_key_path)
        if not isinstance(kem, X25519PrivateKey) or not isinstance(signing, Ed25519PrivateKey):
            raise TerminalKeysError("a key of the bundle is of another kind")
        secret = bytearray(kem.private_bytes_raw())
        try:
            kem_key = KemPrivateKey(secret)
        finally:
            wipe(secret)
        parties = [_public_key(config.identity_keys[number]) for number in (1, 2, 3)]
        return cls(
            signing_key=signing,
            kem_key=kem_key,
            decision_key=_public_key(config.decision_key),
            identity_keys={
                KemKeyOwner.PARTY_1: parties[0],
                KemKeyOwner.PARTY_2: parties[1],
                KemKeyOwner.PARTY_3: parties[2],
                # Digits and PINs go to the clearing institution, which is party 1.
                KemKeyOwner.CLEARING: parties[0],
                KemKeyOwner.SECURITY_MODULE: parties[0],
            },
        )


def _private_key(path: Path) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise TerminalKeysError(f"{path.name} cannot be read as a private key") from error


def _public_key(raw: bytes) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise TerminalKeysError("a pinned key is not an Ed25519 public key") from error
