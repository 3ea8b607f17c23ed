"""The routing template: rotate, quantise, split into three shares, commit, write as bytes.

Values run from floats of unit length (`FeatureVector`) to integers in [-15, 15]
(`QuantisedTemplate`) to three uint16 vectors that add up to them modulo 2^16 (`ThreeShares`), of
which a party gets two (`SharePair`): replicated secret sharing, in which any one party's view is
uniform. Nothing here is ever shown: every type has a redacted `repr` and a `wipe()`.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from facepay.errors import CommitmentError, MalformedFieldError
from facepay.ports import Randomness
from facepay.rotation import (
    DIMENSIONS,
    EPOCH_KEY_LENGTH,
    EpochKey,
    EpochStepKey,
    Rotation,
    SignedPermutation,
    derive_rotation,
    derive_signed_permutation,
)

__all__ = [
    "COMMITMENT_LENGTH",
    "DIMENSIONS",
    "EPOCH_KEY_LENGTH",
    "LIMIT",
    "OPENING_LENGTH",
    "PARTY_COUNT",
    "SCALE",
    "SHARE_PAIR_LENGTH",
    "SQUARED_SCALE",
    "EpochKey",
    "EpochStepKey",
    "FeatureVector",
    "QuantisedTemplate",
    "Rotation",
    "SharePair",
    "SignedPermutation",
    "ThreeShares",
    "derive_rotation",
    "derive_signed_permutation",
    "quantise",
    "split",
    "verify_commitments",
]

LIMIT = 15
"""Largest magnitude of a quantised coordinate; 128 * 15 * 15 = 28,800 fits an int16."""

SQUARED_SCALE = 3200
"""A score divided by this is the cosine of the two feature vectors."""

SCALE = SQUARED_SCALE**0.5
"""15 / (3 / sqrt(128)): three standard deviations of a rotated unit vector meet the limit."""

PARTY_COUNT = 3
OPENING_LENGTH = 32
COMMITMENT_LENGTH = 32
_SHARE_LENGTH = 2 * DIMENSIONS
SHARE_PAIR_LENGTH = 1 + 2 * _SHARE_LENGTH + 2 * OPENING_LENGTH
"""Party number, two shares (uint16, little-endian), their two openings."""

_COMMITMENT_LABEL = b"facepay share commitment v1"
_UNIT_LENGTH_TOLERANCE = 1e-3

_SHARE_BYTE_ORDER = np.dtype("<u2")
Share = npt.NDArray[np.uint16]
Commitments = tuple[bytes, bytes, bytes]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class FeatureVector:
    """Biometric features of one or several fused samples. Whoever made it wipes it."""

    values: npt.NDArray[np.float32]
    """Shape (128,), float32, unit length (within 0.001). Not copied."""

    def __post_init__(self) -> None:
        """Refuse another shape, dtype or length."""
        if self.values.dtype != np.float32 or self.values.shape != (DIMENSIONS,):
            raise MalformedFieldError("features are 128 float32 values")
        length = float(np.linalg.norm(self.values))
        if not abs(length - 1.0) <= _UNIT_LENGTH_TOLERANCE:
            raise MalformedFieldError("features have unit length")

    def wipe(self) -> None:
        """Overwrite the values in place. A repeat does nothing."""
        self.values.fill(0.0)

    def __repr__(self) -> str:
        """Show nothing of the face."""
        return "FeatureVector(<128 values>)"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class QuantisedTemplate:
    """A rotated, quantised feature vector. Whoever made it wipes it, normally right after `split`."""

    values: npt.NDArray[np.int16]
    """Shape (128,), int16, every value in [-15, 15]. Not copied."""

    def __post_init__(self) -> None:
        """Refuse another shape or dtype and values out of range."""
        if self.values.dtype != np.int16 or self.values.shape != (DIMENSIONS,):
            raise MalformedFieldError("a template is 128 int16 values")
        if self.values.min() < -LIMIT or self.values.max() > LIMIT:
            raise MalformedFieldError("a template value is out of range")

    def wipe(self) -> None:
        """Overwrite the values in place. A repeat does nothing."""
        self.values.fill(0)

    def __repr__(self) -> str:
        """Show nothing of the face."""
        return "QuantisedTemplate(<128 values>)"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SharePair:
    """What party i receives: shares i and i + 1 (after 3 comes 1), with their openings."""

    party: int
    """1, 2 or 3."""
    first: Share
    """Share number `party`, shape (128,), uint16."""
    second: Share
    """The share after it, shape (128,), uint16."""
    first_opening: bytes
    second_opening: bytes

    def to_bytes(self) -> bytearray:
        """Return the 577 bytes that are sealed to the party. The caller wipes them."""
        content = bytearray(SHARE_PAIR_LENGTH)
        view = memoryview(content)
        content[0] = self.party
        view[1 : 1 + _SHARE_LENGTH] = self.first.astype(_SHARE_BYTE_ORDER, copy=False).data.cast(
            "B"
        )
        view[1 + _SHARE_LENGTH : 1 + 2 * _SHARE_LENGTH] = self.second.astype(
            _SHARE_BYTE_ORDER, copy=False
        ).data.cast("B")
        view[-2 * OPENING_LENGTH :] = self.first_opening + self.second_opening
        return content

    @classmethod
    def from_bytes(cls, content: bytes | bytearray | memoryview) -> Self:
        """Read what `to_bytes` wrote, into arrays of its own; the caller wipes `content`.

        Raises `MalformedFieldError` for another length or party number.
        """
        view = memoryview(content)
        if len(view) != SHARE_PAIR_LENGTH or view[0] not in (1, 2, 3):
            raise MalformedFieldError("not a share pair")
        shares = np.frombuffer(view, dtype=_SHARE_BYTE_ORDER, offset=1, count=2 * DIMENSIONS)
        first, second = shares.astype(np.uint16).reshape(2, DIMENSIONS)
        return cls(
            party=view[0],
            first=first,
            second=second,
            first_opening=bytes(view[-2 * OPENING_LENGTH : -OPENING_LENGTH]),
            second_opening=bytes(view[-OPENING_LENGTH:]),
        )

    def wipe(self) -> None:
        """Overwrite both shares. Openings stay: they open nothing once the shares are gone."""
        self.first.fill(0)
        self.second.fill(0)

    def __repr__(self) -> str:
        """Show the party only."""
        return f"SharePair(party={self.party}, <two shares>)"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class ThreeShares:
    """The three shares of one template, in the terminal's memory until they are sealed."""

    shares: tuple[Share, Share, Share]
    openings: tuple[bytes, bytes, bytes]

    @property
    def commitments(self) -> Commitments:
        """The commitments to shares 1, 2 and 3, 32 bytes each, that go into the signed header."""
        first, second, third = (
            _commit(share, opening)
            for share, opening in zip(self.shares, self.openings, strict=True)
        )
        return first, second, third

    def pair_for(self, party: int) -> SharePair:
        """Return copies of the two shares of `party` (1, 2 or 3); the caller wipes the pair."""
        if party not in (1, 2, 3):
            raise MalformedFieldError("the parties are 1, 2 and 3")
        own, following = party - 1, party % PARTY_COUNT
        return SharePair(
            party=party,
            first=self.shares[own].copy(),
            second=self.shares[following].copy(),
            first_opening=self.openings[own],
            second_opening=self.openings[following],
        )

    def wipe(self) -> None:
        """Overwrite all three shares. Pairs given out are wiped by their owners."""
        for share in self.shares:
            share.fill(0)

    def __repr__(self) -> str:
        """Show nothing of the shares."""
        return "ThreeShares(<three shares>)"


def quantise(features: FeatureVector, rotation: Rotation) -> QuantisedTemplate:
    """Return `features` rotated, scaled and rounded to integers in [-15, 15].

    The rounding is odd (half to even), so that a signed permutation of the coordinates commutes
    with it. The caller still owns, and wipes, `features`; the returned template is the caller's.
    """
    widened = features.values.astype(np.float64)
    rotated = rotation.matrix @ widened
    widened.fill(0.0)
    rotated *= SCALE
    np.rint(rotated, out=rotated)
    np.clip(rotated, -LIMIT, LIMIT, out=rotated)
    template = QuantisedTemplate(rotated.astype(np.int16))
    rotated.fill(0.0)
    return template


def split(template: QuantisedTemplate, randomness: Randomness) -> ThreeShares:
    """Return shares that add up to `template` modulo 2^16, two of them uniform, with fresh openings.

    The caller still owns, and wipes, `template`; the shares are the caller's to wipe too.
    """
    # The bytes drawn here cannot be wiped. Alone they are two uniform shares and say nothing.
    first = np.frombuffer(randomness.bytes(_SHARE_LENGTH), dtype=_SHARE_BYTE_ORDER).astype(
        np.uint16
    )
    second = np.frombuffer(randomness.bytes(_SHARE_LENGTH), dtype=_SHARE_BYTE_ORDER).astype(
        np.uint16
    )
    third = template.values.view(np.uint16) - first
    third -= second
    openings = tuple(randomness.bytes(OPENING_LENGTH) for _ in range(PARTY_COUNT))
    return ThreeShares((first, second, third), (openings[0], openings[1], openings[2]))


def verify_commitments(pair: SharePair, commitments: Commitments) -> None:
    """Raise `CommitmentError` unless both shares of `pair` are those of the signed header."""
    own, following = pair.party - 1, pair.party % PARTY_COUNT
    is_first = hmac.compare_digest(_commit(pair.first, pair.first_opening), commitments[own])
    is_second = hmac.compare_digest(
        _commit(pair.second, pair.second_opening), commitments[following]
    )
    if not (is_first and is_second):
        raise CommitmentError("a share is not the committed one")


def _commit(share: Share, opening: bytes) -> bytes:
    digest = hashlib.sha256(_COMMITMENT_LABEL + opening)
    digest.update(share.astype(_SHARE_BYTE_ORDER, copy=False).data)
    return digest.digest()
