"""The secret rotation of an epoch and the signed permutation that steps to the next one.

A reference is stored in a coordinate system that only terminals and the enrolment path know, so a
leaked reference is renewed by leaving that system (ISO/IEC 24745, renewability) and two epochs
cannot be compared. A rotation is not encryption: a few hundred known pairs recover it. What hides a
template is the sharing in `facepay.template`.

Every random number comes from a ChaCha20 stream under a key derived with a label of its own. All
uniform choices are unbiased.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from facepay.errors import MalformedFieldError
from facepay.ports import Randomness
from facepay.secret import SecretBytes, wipe

DIMENSIONS = 128
"""Coordinates of a feature vector (SFace)."""

EPOCH_KEY_LENGTH = 32
EPOCH_STEPS_MAX = 64
"""Epochs from one seed; after that a new seed, and with it new enrolments, is due."""

_ROTATION_LABEL = b"facepay rotation v1"
_PERMUTATION_LABEL = b"facepay signed permutation v1"
_WORD_RANGE = 2**64


class EpochStepKey(SecretBytes):
    """The 32-byte secret from which the signed permutation between two epochs follows."""

    __slots__ = ()

    def __init__(self, content: bytes | bytearray | memoryview) -> None:
        """Take a private copy of 32 bytes; raise `MalformedFieldError` for any other length."""
        if len(content) != EPOCH_KEY_LENGTH:
            raise MalformedFieldError("an epoch step key has 32 bytes")
        super().__init__(content)


class EpochKey(SecretBytes):
    """The secret of one epoch, known to terminals and the enrolment path. Its holder wipes it.

    A seed of 32 bytes, then the step keys (32 bytes each) of the epochs since, oldest first. All
    parties step their shares from epoch to epoch, so a terminal needs every step since the seed.
    """

    __slots__ = ()

    def __init__(self, content: bytes | bytearray | memoryview) -> None:
        """Take a private copy; raise `MalformedFieldError` for a length that cannot be."""
        parts, rest = divmod(len(content), EPOCH_KEY_LENGTH)
        if rest or not 1 <= parts <= 1 + EPOCH_STEPS_MAX:
            raise MalformedFieldError("an epoch key is a seed of 32 bytes and its steps")
        super().__init__(content)

    @classmethod
    def generate(cls, randomness: Randomness) -> "EpochKey":
        """Return a fresh seed."""
        return cls(randomness.bytes(EPOCH_KEY_LENGTH))

    def stepped(self, step_key: EpochStepKey) -> "EpochKey":
        """Return the key of the next epoch; this one stays valid until wiped."""
        joined = bytearray(len(self) + EPOCH_KEY_LENGTH)
        joined[: len(self)] = self.view
        joined[len(self) :] = step_key.view
        try:
            return EpochKey(joined)
        finally:
            wipe(joined)

    def parts(self) -> tuple[SecretBytes, tuple[EpochStepKey, ...]]:
        """Return copies of the seed and the steps; the caller wipes each."""
        pieces = [
            self.view[start : start + EPOCH_KEY_LENGTH]
            for start in range(0, len(self), EPOCH_KEY_LENGTH)
        ]
        return SecretBytes(pieces[0]), tuple(EpochStepKey(piece) for piece in pieces[1:])

    def __repr__(self) -> str:
        """Show how many steps lie behind it."""
        return f"EpochKey(<{len(self) // EPOCH_KEY_LENGTH - 1} steps>)"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SignedPermutation:
    """Reorders the 128 coordinates and flips the signs of some.

    New coordinate i is `signs[i]` times old coordinate `source[i]`. Exact on shares, because it is
    linear modulo 2^16, and exact on templates, because the quantiser is odd.
    """

    source: npt.NDArray[np.intp]
    """Shape (128,): which old coordinate each new one takes."""
    signs: npt.NDArray[np.int8]
    """Shape (128,): 1 or -1."""

    def apply(self, shares: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
        """Return the shares of the next epoch in a new array, shape (..., 128) as given.

        The argument is left as it was; whoever owns it wipes it. Raises `MalformedFieldError` for
        another dtype or shape.
        """
        if shares.dtype != np.uint16 or shares.shape[-1:] != (DIMENSIONS,):
            raise MalformedFieldError("shares are uint16 with 128 coordinates")
        stepped = np.take(shares, self.source, axis=-1)
        np.multiply(stepped, self.signs.astype(np.uint16), out=stepped)
        return stepped

    def wipe(self) -> None:
        """Overwrite the permutation. A repeat does nothing."""
        self.source.fill(0)
        self.signs.fill(0)

    def __repr__(self) -> str:
        """Show nothing: the permutation is a secret."""
        return "SignedPermutation(<secret>)"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Rotation:
    """The secret orthogonal matrix of an epoch."""

    matrix: npt.NDArray[np.float64]
    """Shape (128, 128), orthogonal; the rotated vector is `matrix @ features`."""

    def compose(self, step: SignedPermutation) -> "Rotation":
        """Return the rotation of the epoch after `step`; this one stays valid until wiped."""
        return Rotation(self.matrix[step.source] * step.signs[:, np.newaxis])

    def wipe(self) -> None:
        """Overwrite the matrix. A repeat does nothing."""
        self.matrix.fill(0.0)

    def __repr__(self) -> str:
        """Show nothing: the matrix is a secret."""
        return "Rotation(<secret>)"


def derive_rotation(epoch_key: EpochKey) -> Rotation:
    """Return the rotation that follows from `epoch_key`: that of its seed, then every step.

    The seed's is uniform over the orthogonal group: Gaussian entries, then the QR decomposition
    whose triangular factor has a positive diagonal. Linear algebra libraries may differ in the last
    bits, which moves a coordinate by one at most where it lies on a rounding edge.
    """
    seed, step_keys = epoch_key.parts()
    with seed:
        rotation = _rotation_from_seed(seed)
    for step_key in step_keys:
        with step_key:
            step = derive_signed_permutation(step_key)
        following = rotation.compose(step)
        rotation.wipe()
        step.wipe()
        rotation = following
    return rotation


def derive_signed_permutation(step_key: EpochStepKey) -> SignedPermutation:
    """Return the signed permutation that follows from `step_key`, uniform over all of them."""
    stream = _KeyStream(step_key, _PERMUTATION_LABEL)
    source = np.arange(DIMENSIONS, dtype=np.intp)
    for last in range(DIMENSIONS - 1, 0, -1):
        chosen = stream.below(last + 1)
        source[last], source[chosen] = source[chosen], source[last]
    sign_bits = stream.words(DIMENSIONS) & np.uint64(1)
    signs = np.where(sign_bits == 1, -1, 1).astype(np.int8)
    return SignedPermutation(source, signs)


def _rotation_from_seed(seed: SecretBytes) -> Rotation:
    stream = _KeyStream(seed, _ROTATION_LABEL)
    gaussians = _gaussians(stream, DIMENSIONS * DIMENSIONS).reshape(DIMENSIONS, DIMENSIONS)
    orthogonal, triangular = np.linalg.qr(gaussians)
    orthogonal *= np.where(np.diag(triangular) < 0.0, -1.0, 1.0)
    gaussians.fill(0.0)
    triangular.fill(0.0)
    return Rotation(np.ascontiguousarray(orthogonal))


class _KeyStream:
    """A ChaCha20 key stream read as 64-bit words."""

    def __init__(self, key: SecretBytes, label: bytes) -> None:
        stream_key = bytearray(32)
        HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=label).derive_into(
            key.view, stream_key
        )
        self._encryptor = Cipher(
            algorithms.ChaCha20(stream_key, nonce=bytes(16)), mode=None
        ).encryptor()
        wipe(stream_key)

    def words(self, count: int) -> npt.NDArray[np.uint64]:
        """Return the next `count` words."""
        stream = np.zeros(count * 8, dtype=np.uint8)
        self._encryptor.update_into(bytes(count * 8), stream.data)
        return stream.view("<u8").astype(np.uint64, copy=False)

    def below(self, bound: int) -> int:
        """Return a uniform integer in [0, bound), by rejection so that there is no bias."""
        accepted_below = _WORD_RANGE - _WORD_RANGE % bound
        while True:
            word = int(self.words(1)[0])
            if word < accepted_below:
                return word % bound


def _gaussians(stream: _KeyStream, count: int) -> npt.NDArray[np.float64]:
    """Return `count` (even) standard normal numbers, by the Box-Muller transform."""
    # The upper 53 bits are what a float64 holds; the first half is kept off zero for the logarithm.
    uniform = (stream.words(count) >> np.uint64(11)).astype(np.float64)
    radius = np.sqrt(-2.0 * np.log((uniform[: count // 2] + 1.0) / 2.0**53))
    angle = 2.0 * np.pi * (uniform[count // 2 :] / 2.0**53)
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])
