"""A matching party's own keys: identity (Ed25519) and sealing key, wrapped in its own key store.

`peers.toml`-like pins of the others are in each party's `config.toml`; what terminals are told of
the parties' sealing keys is in the clearing institution's `sealing_keys.json`, signed by each
party's identity key, so that the clearing institution cannot put a key of its own in their place.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clearing_service.errors import ClearingError
from clearing_service.security_module.key_store import KeyStore, open_key_store
from facepay.ports import Randomness
from facepay.sealed_envelope import KemPrivateKey, sign_kem_key
from facepay.secret import SecretBytes
from facepay.vocabulary import KemKeyOwner
from facepay.wire.terminal import SignedKemKey

IDENTITY_NAME = "signing/identity"
_KEM_NAME = "kem/party"
_SECRET_BYTES = 32
SEALING_KEYS_NAME = "sealing_keys.json"

PARTY_OWNERS = {1: KemKeyOwner.PARTY_1, 2: KemKeyOwner.PARTY_2, 3: KemKeyOwner.PARTY_3}


class SealingKeysError(ClearingError):
    """The list of the parties' sealing keys cannot be read."""


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """What a party signs and opens with."""

    identity: Ed25519PrivateKey
    kem: KemPrivateKey

    def vouch(self, party: int) -> SignedKemKey:
        """Return the sealing key with the identity key's word for it."""
        owner = PARTY_OWNERS[party]
        recipient = self.kem.recipient
        signature = sign_kem_key(owner, recipient, self.identity)
        return SignedKemKey(owner, recipient.public_key_bytes, signature)


def open_party_store(directory: Path, randomness: Randomness) -> KeyStore:
    """Open a party's key store, making it if it is new; raises `KeyStoreError`."""
    return open_key_store(directory / "keys.json", directory / "kek.bin", randomness)


def own_keys(store: KeyStore) -> OwnKeys:
    """Return the party's keys, made at the first call."""
    with store.get_or_create(IDENTITY_NAME, _SECRET_BYTES) as secret:
        identity = Ed25519PrivateKey.from_private_bytes(secret.view)
    with store.get_or_create(_KEM_NAME, _SECRET_BYTES) as secret:
        return OwnKeys(identity, KemPrivateKey(secret.view))


def copy_identity(source: KeyStore, target: KeyStore) -> None:
    """Let the clearing institution's security module sign with party 1's identity key.

    Terminals pin one identity key of the clearing institution; it vouches for the sealing keys of
    party 1 and of the security module.
    """
    with source.get_or_create(IDENTITY_NAME, _SECRET_BYTES) as secret:
        target.put(IDENTITY_NAME, SecretBytes(secret.view))


def sealing_keys_text(keys: tuple[SignedKemKey, ...]) -> str:
    """Return the parties' signed sealing keys as JSON."""
    return json.dumps(
        [
            {
                "owner": key.owner.name,
                "public_key": key.public_key.hex(),
                "signature": key.signature.hex(),
            }
            for key in keys
        ],
        indent=1,
    )


def read_sealing_keys(path: Path) -> tuple[SignedKemKey, ...]:
    """Read what `sealing_keys_text` wrote; raises `SealingKeysError`."""
    try:
        return tuple(
            SignedKemKey(
                KemKeyOwner[item["owner"]],
                bytes.fromhex(item["public_key"]),
                bytes.fromhex(item["signature"]),
            )
            for item in json.loads(path.read_text(encoding="utf-8"))
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SealingKeysError(f"{path} cannot be read") from error
