"""What a matching party signs when it has erased references: written and read in one place.

The institution that holds the reference says so under its own identity key, so that the person who
closed face payment need not take anybody else's word for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from facepay.canonical import decode_fields, encode_fields
from facepay.errors import MalformedFieldError, SignatureInvalidError
from facepay.identifiers import ReferenceId

_LABEL = b"facepay/erasure-receipt/1"
_FIELD_COUNT = 5
_REFERENCE_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class ErasureStatement:
    """One party's statement that from `generation` on it no longer holds `reference_ids`."""

    party: int
    reference_ids: tuple[ReferenceId, ...]
    generation: int
    erased_at: datetime

    def to_bytes(self) -> bytes:
        """Return the bytes under the signature."""
        return encode_fields(
            [
                _LABEL,
                bytes([self.party]),
                self.generation.to_bytes(8),
                self.erased_at.isoformat().encode(),
                b"".join(reference_id.value for reference_id in self.reference_ids),
            ]
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read a statement strictly; raises `MalformedFieldError`. Says nothing of its signature."""
        label, party, generation, erased_at, ids = decode_fields(encoded, count=_FIELD_COUNT)
        if label != _LABEL or len(party) != 1 or len(generation) != 8:
            raise MalformedFieldError("not a statement of erasure")
        return cls(
            party[0], _reference_ids(ids), int.from_bytes(generation), _aware_time(erased_at)
        )


def verify_erasure(
    statement: bytes, signature: bytes, party: int, identity_key: Ed25519PublicKey
) -> None:
    """Check that `party`, and no other, signed this statement of its own.

    Raises `SignatureInvalidError`, and `MalformedFieldError` if it is no statement at all.
    """
    try:
        identity_key.verify(signature, statement)
    except InvalidSignature as error:
        raise SignatureInvalidError("the receipt is not under the party's key") from error
    if ErasureStatement.from_bytes(statement).party != party:
        raise SignatureInvalidError("the receipt speaks for another party")


def _reference_ids(encoded: bytes) -> tuple[ReferenceId, ...]:
    if not encoded or len(encoded) % _REFERENCE_ID_BYTES:
        raise MalformedFieldError("a statement of erasure names whole references")
    starts: Sequence[int] = range(0, len(encoded), _REFERENCE_ID_BYTES)
    return tuple(ReferenceId(encoded[start : start + _REFERENCE_ID_BYTES]) for start in starts)


def _aware_time(encoded: bytes) -> datetime:
    try:
        moment = datetime.fromisoformat(encoded.decode("ascii"))
    except ValueError as error:
        raise MalformedFieldError("not a time") from error
    if moment.tzinfo is None:
        raise MalformedFieldError("a time without a zone")
    return moment
