"""References of nobody: drawn isotropic at reference norm by party 1 and dealt as shares.

256 of them stand behind every candidate set, so that the smallest bucket still hides in a list of
hundreds of scores; sandboxes fill whole galleries with them. Party 1 sees the plaintext for the
moment of drawing, sends shares directly to both peers, and erases the plaintext and the third
share. Shares 1 and 2 travel as 32-byte seeds, share 3 as words.
"""

import hashlib
import hmac
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from clearing_service.matching.shares import Bytes, Words
from facepay.errors import CommitmentError
from facepay.ports import Randomness
from facepay.template import DIMENSIONS, LIMIT, SCALE

SYNTHETIC_ROWS = 256
"""How many synthetic references stand behind every candidate set."""

SEED_BYTES = 32
_COMMITMENT_LABEL = b"facepay/matching/dealt-commitment/1"
_OPENING_LABEL = b"facepay/matching/dealt-opening/1"
_ROW_LABEL = b"facepay/matching/dealt-row/1"

Templates = npt.NDArray[np.int16]
Commitments = tuple[bytes, bytes, bytes]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Dealing:
    """What party 1 makes of some templates, and sends parts of to each peer.

    Party 2 is sent `second_seed`, party 3 `first_seed`; both get `third`, `third_opening` and the
    commitments. Party 1 wipes `third`.
    """

    first_seed: bytes
    second_seed: bytes
    third: Words
    third_opening: bytes
    commitments: Commitments

    def wipe(self) -> None:
        """Overwrite the third share, which party 1 may not keep."""
        self.third.fill(0)

    def __repr__(self) -> str:
        """Show the number of rows only."""
        return f"Dealing(<{len(self.third)} rows>)"


def draw_templates(count: int, randomness: Randomness) -> Templates:
    """Return `count` templates in uniform directions, int16 of shape (count, 128); caller wipes."""
    gaussians = _gaussians(randomness.bytes(SEED_BYTES), count * DIMENSIONS)
    directions = gaussians.reshape(count, DIMENSIONS)
    directions *= SCALE / np.linalg.norm(directions, axis=1, keepdims=True)
    np.rint(directions, out=directions)
    np.clip(directions, -LIMIT, LIMIT, out=directions)
    templates = directions.astype(np.int16)
    directions.fill(0.0)
    return templates


def deal(templates: Templates, randomness: Randomness) -> Dealing:
    """Return a fresh sharing of `templates`; the caller wipes both."""
    first_seed, second_seed = randomness.bytes(SEED_BYTES), randomness.bytes(SEED_BYTES)
    first = expand_share(first_seed, len(templates))
    second = expand_share(second_seed, len(templates))
    third = templates.view(np.uint16) - first
    third -= second
    third_opening = randomness.bytes(SEED_BYTES)
    commitments = (
        _commit(first, opening_of(first_seed)),
        _commit(second, opening_of(second_seed)),
        _commit(third, third_opening),
    )
    return Dealing(first_seed, second_seed, third, third_opening, commitments)


def expand_share(seed: bytes, count: int) -> Words:
    """Return the share that `seed` stands for: uniform words of shape (count, 128)."""
    stream = _stream(seed, 2 * count * DIMENSIONS)
    return np.frombuffer(stream, dtype="<u2").reshape(count, DIMENSIONS)


def opening_of(seed: bytes) -> bytes:
    """Return the opening of the commitment to the share that `seed` stands for."""
    return hmac.digest(seed, _OPENING_LABEL, "sha256")


def verify_dealt_share(share: Words, opening: bytes, commitment: bytes) -> None:
    """Raise `CommitmentError` unless `share` is the one all parties were told of."""
    if not hmac.compare_digest(_commit(share, opening), commitment):
        raise CommitmentError("a dealt share is not the committed one")


def dealt_fingerprints(commitments: Commitments, count: int) -> Bytes:
    """Return one 32-byte fingerprint a row, shape (count, 32), the same at all parties."""
    prefix = hashlib.sha256(_ROW_LABEL + b"".join(commitments))
    joined = bytearray()
    for row in range(count):
        digest = prefix.copy()
        digest.update(row.to_bytes(4))
        joined += digest.digest()
    return np.frombuffer(joined, np.uint8).reshape(count, 32)


def _commit(share: Words, opening: bytes) -> bytes:
    digest = hashlib.sha256(_COMMITMENT_LABEL + opening)
    digest.update(np.ascontiguousarray(share).data)
    return digest.digest()


def _stream(key: bytes, count: int) -> bytes:
    encryptor = Cipher(algorithms.ChaCha20(key, nonce=bytes(16)), mode=None).encryptor()
    return encryptor.update(bytes(count))


def _gaussians(key: bytes, count: int) -> npt.NDArray[np.float64]:
    """Return `count` (even) standard normal numbers, by the Box-Muller transform."""
    words = np.frombuffer(_stream(key, 8 * count), dtype="<u8")
    uniform = (words >> np.uint64(11)).astype(np.float64)
    radius = np.sqrt(-2.0 * np.log((uniform[: count // 2] + 1.0) / 2.0**53))
    angle = 2.0 * np.pi * (uniform[count // 2 :] / 2.0**53)
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])
