"""Shares at rest: sealed with AES-256-GCM-SIV (RFC 8452) under the party's database key.

What a share belongs to is bound in as associated data, so that sealed rows cannot be exchanged or
moved to another reference without the key. The mode survives a nonce used twice; nonces are random.
"""

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from clearing_service.errors import StoreError
from clearing_service.matching.shares import Bytes, ReferenceRows, SyntheticSet, Words
from facepay.ports import Randomness
from facepay.secret import SecretBytes
from facepay.template import DIMENSIONS

NONCE_BYTES = 12
DATABASE_KEY_BYTES = 32
_TAG_BYTES = 16
_PAIR_BYTES = 4 * DIMENSIONS
"""Two shares of 128 words."""

_ROW_LABEL = b"facepay/gallery-row/1"
_SET_LABEL = b"facepay/gallery-synthetic/1"
_SECRET_LABEL = b"facepay/gallery-secret/1"


class ShareSealer:
    """Seals and opens what one party's gallery database holds."""

    def __init__(self, database_key: SecretBytes, randomness: Randomness) -> None:
        """Take the database key (32 bytes); the caller may wipe it afterwards."""
        self._cipher = AESGCMSIV(bytes(database_key.view))
        self._randomness = randomness

    def seal_rows(self, rows: ReferenceRows) -> list[bytes]:
        """Return one sealed pair of shares a row."""
        nonces = self._randomness.bytes(NONCE_BYTES * len(rows))
        pairs = np.hstack([rows.first, rows.second]).astype("<u2", copy=False)
        return [
            self._seal(
                nonces[NONCE_BYTES * row : NONCE_BYTES * (row + 1)],
                pairs[row].data.cast("B"),
                _row_binding(rows, row),
            )
            for row in range(len(rows))
        ]

    def open_rows(self, rows: ReferenceRows, sealed: list[bytes]) -> ReferenceRows:
        """Return `rows` with the shares that `sealed` holds, in new arrays.

        Raises `StoreError` if a row was changed, moved, or sealed under another key.
        """
        pairs = np.empty((len(rows), 2 * DIMENSIONS), "<u2")
        for row, content in enumerate(sealed):
            self._open_into(content, _row_binding(rows, row), pairs[row])
        return rows.with_columns(
            first=np.ascontiguousarray(pairs[:, :DIMENSIONS], np.uint16),
            second=np.ascontiguousarray(pairs[:, DIMENSIONS:], np.uint16),
        )

    def seal_set(self, synthetic: SyntheticSet) -> bytes:
        """Return a synthetic set sealed in one piece."""
        content = np.vstack([synthetic.first, synthetic.second]).astype("<u2", copy=False)
        nonce = self._randomness.bytes(NONCE_BYTES)
        return self._seal(nonce, content.tobytes(), _SET_LABEL + synthetic.set_id)

    def open_set(self, set_id: bytes, sealed: bytes) -> SyntheticSet:
        """Return what `seal_set` sealed; raises `StoreError`."""
        words = (len(sealed) - NONCE_BYTES - _TAG_BYTES) // 2
        content = np.empty(words, "<u2")
        self._open_into(sealed, _SET_LABEL + set_id, content)
        rows: Words = content.astype(np.uint16, copy=False).reshape(-1, DIMENSIONS)
        half = len(rows) // 2
        return SyntheticSet(set_id, rows[:half].copy(), rows[half:].copy())

    def seal_secret(self, secret: SecretBytes, change_id: bytes) -> bytes:
        """Return the secret of a change, sealed."""
        nonce = self._randomness.bytes(NONCE_BYTES)
        return self._seal(nonce, secret.view, _SECRET_LABEL + change_id)

    def open_secret(self, sealed: bytes, change_id: bytes) -> SecretBytes:
        """Return what `seal_secret` sealed; the caller wipes it. Raises `StoreError`."""
        content = np.empty(len(sealed) - NONCE_BYTES - _TAG_BYTES, np.uint8)
        self._open_into(sealed, _SECRET_LABEL + change_id, content)
        secret = SecretBytes(content.data)
        content.fill(0)
        return secret

    def _seal(self, nonce: bytes, content: bytes | memoryview, binding: bytes) -> bytes:
        return nonce + self._cipher.encrypt(nonce, content, binding)

    def _open_into(self, sealed: bytes, binding: bytes, target: Words | Bytes) -> None:
        try:
            self._cipher.decrypt_into(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], binding, target.data.cast("B")
            )
        except (InvalidTag, ValueError):
            raise StoreError("a sealed share in the gallery store does not open") from None


def _row_binding(rows: ReferenceRows, row: int) -> bytes:
    return b"".join(
        (
            _ROW_LABEL,
            rows.reference_ids[row].tobytes(),
            rows.tags[row].tobytes(),
            int(rows.slots[row]).to_bytes(8),
            rows.fingerprints[row].tobytes(),
        )
    )
