"""Keys at rest: a file of secrets, each wrapped under one key-encrypting key in a file of its own.

AES-256-GCM-SIV, which survives a repeated nonce; the name of a secret is authenticated with it, so
that two entries cannot be swapped. Putting back an older copy of the file is not noticed: that
protection is a hardware module's. Whoever has both files has the keys.
"""

import base64
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from clearing_service.security_module.errors import KeyStoreError
from facepay.ports import Randomness
from facepay.secret import SecretBytes, wipe

KEK_LENGTH = 32

_NONCE_LENGTH = 12
_TAG_LENGTH = 16
_WRAP_LABEL = b"facepay key store v1\0"
_OWNER_ONLY = 0o600
_EMPTY_STORE = b'{"version": 1, "keys": {}}'


class KeyStore:
    """Named secrets that survive a restart. One process uses a store at a time."""

    def __init__(self, path: Path, key: SecretBytes, randomness: Randomness) -> None:
        """Adopt `key`, the key-encrypting key; `close()` wipes it. Use `open_key_store`."""
        self._path = path
        self._key = key
        self._cipher = AESGCMSIV(key.view)
        self._randomness = randomness
        self._entries = _read_entries(path)

    def names(self, prefix: str = "") -> tuple[str, ...]:
        """Return the names that begin with `prefix`, sorted."""
        return tuple(sorted(name for name in self._entries if name.startswith(prefix)))

    def get(self, name: str) -> SecretBytes | None:
        """Return the secret, which the caller wipes, or None if there is none.

        Raises `KeyStoreError` if it was wrapped under another key or changed.
        """
        wrapped = self._entries.get(name)
        if wrapped is None:
            return None
        content = bytearray(max(len(wrapped) - _NONCE_LENGTH - _TAG_LENGTH, 0))
        nonce, sealed = wrapped[:_NONCE_LENGTH], wrapped[_NONCE_LENGTH:]
        try:
            self._cipher.decrypt_into(nonce, sealed, _WRAP_LABEL + name.encode(), content)
            return SecretBytes(content)
        except (InvalidTag, ValueError):
            raise KeyStoreError(f"the key {name} does not unwrap") from None
        finally:
            wipe(content)

    def put(self, name: str, secret: SecretBytes) -> None:
        """Store a secret durably, in place of an earlier one; the caller still wipes `secret`."""
        nonce = self._randomness.bytes(_NONCE_LENGTH)
        sealed = self._cipher.encrypt(nonce, secret.view, _WRAP_LABEL + name.encode())
        self._write({**self._entries, name: nonce + sealed})

    def get_or_create(self, name: str, length: int) -> SecretBytes:
        """Return the secret, drawn and stored first if there is none; the caller wipes it."""
        stored = self.get(name)
        if stored is not None:
            return stored
        fresh = SecretBytes(self._randomness.bytes(length))
        self.put(name, fresh)
        return fresh

    def remove(self, name: str) -> None:
        """Forget a secret durably. A repeat does nothing."""
        if name in self._entries:
            self._write({other: value for other, value in self._entries.items() if other != name})

    def close(self) -> None:
        """Wipe the key-encrypting key. A repeat does nothing."""
        self._key.wipe()

    def _write(self, entries: dict[str, bytes]) -> None:
        listed = {name: base64.b64encode(entries[name]).decode() for name in sorted(entries)}
        write_private_file(
            self._path, json.dumps({"version": 1, "keys": listed}, indent=1).encode()
        )
        self._entries = entries


def open_key_store(path: Path, kek_path: Path, randomness: Randomness) -> KeyStore:
    """Open the store at `path`, making both files, readable by their owner only, if it is new.

    Raises `KeyStoreError` if a file cannot be used, or if only one of the two is there: new keys in
    the place of lost ones would open nothing that was sealed to those.
    """
    try:
        if not kek_path.exists():
            if path.exists():
                raise KeyStoreError(f"{path} is there but its key {kek_path} is not")
            write_private_file(kek_path, randomness.bytes(KEK_LENGTH))
            write_private_file(path, _EMPTY_STORE)
        if kek_path.stat().st_mode & 0o077:
            raise KeyStoreError(f"{kek_path} can be read by others; chmod 600 it")
        content = kek_path.read_bytes()
    except OSError as error:
        raise KeyStoreError(f"{kek_path} cannot be used") from error
    if len(content) != KEK_LENGTH:
        raise KeyStoreError(f"{kek_path} does not hold a key")
    if not path.exists():
        raise KeyStoreError(f"{kek_path} is there but its keys {path} are not")
    return KeyStore(path, SecretBytes(content), randomness)


def write_private_file(path: Path, content: bytes) -> None:
    """Replace `path` durably, so that a crash leaves the old file or the new one.

    Readable by its owner only. Raises `KeyStoreError`.
    """
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise KeyStoreError(f"{path} cannot be written") from error


def _read_entries(path: Path) -> dict[str, bytes]:
    if not path.exists():
        return {}
    try:
        listed = json.loads(path.read_bytes())["keys"]
        return {name: base64.b64decode(value, validate=True) for name, value in listed.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyStoreError(f"{path} is not a key store") from error
