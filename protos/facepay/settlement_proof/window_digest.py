"""What the clearing institution signs of a closed window: nothing in it can be changed unseen."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from facepay.canonical import decode_fields, encode_fields
from facepay.errors import MalformedFieldError, SignatureInvalidError
from facepay.payment_decision import SignedDecision
from facepay.settlement_proof.merkle import HASH_BYTES
from facepay.settlement_proof.position_commitment import OPENING_BYTES, commit, sums_to_zero

NO_PREVIOUS = bytes(HASH_BYTES)
"""Stands before the first digest of all."""

_LABEL = b"facepay/window-digest/1"
_ACCOUNTS_LABEL = b"facepay/window-accounts/1"
_TOTALS_LABEL = b"facepay/window-totals/1"
_FIELD_COUNT = 8


@dataclass(frozen=True, slots=True)
class AccountTotals:
    """An account's transfers of one window: how many, and their sums in minor units.

    A transfer between two accounts counts once in each.
    """

    account: str
    transfer_count: int
    debits_minor_units: int
    credits_minor_units: int

    @property
    def position_minor_units(self) -> int:
        """What the account's owner is owed for the window; negative is owed by it."""
        return self.credits_minor_units - self.debits_minor_units

    def entry(self, blinding: bytes) -> "AccountEntry":
        """Return what everybody sees of the account, given its own 32 secret bytes."""
        numbers = (self.transfer_count, self.debits_minor_units, self.credits_minor_units)
        fields = [_TOTALS_LABEL, blinding, self.account.encode(), *(n.to_bytes(8) for n in numbers)]
        totals = hashlib.sha256(encode_fields(fields)).digest()
        return AccountEntry(self.account, commit(self.position_minor_units, blinding), totals)


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One account of a window in everybody's sight: its name, and commitments to the rest."""

    account: str
    position: bytes
    totals: bytes


@dataclass(frozen=True, slots=True)
class WindowDigest:
    """A closed window. `previous` is the hash of the digest before it.

    `transfers_root` is over the leaves of its transfers in the ledger's order, `accounts_hash` over
    its account entries, and `zero_sum` opens the sum of their positions.
    """

    window: int
    business_date: date
    previous: bytes
    transfer_count: int
    transfers_root: bytes
    accounts_hash: bytes
    zero_sum: bytes

    def __post_init__(self) -> None:
        """Refuse what could not be encoded and read back to the same value."""
        hashes = (self.previous, self.transfers_root, self.accounts_hash)
        if any(len(item) != HASH_BYTES for item in hashes) or len(self.zero_sum) != OPENING_BYTES:
            raise MalformedFieldError("a window digest's field has another size")
        if self.window < 1:
            raise MalformedFieldError("windows are numbered from 1")

    @property
    def hash(self) -> bytes:
        """What the next window's digest names this one by."""
        return hashlib.sha256(self.to_bytes()).digest()

    def to_bytes(self) -> bytes:
        """Return the bytes that the clearing institution signs."""
        return encode_fields(
            [
                _LABEL,
                self.window.to_bytes(8),
                self.business_date.isoformat().encode(),
                self.previous,
                self.transfer_count.to_bytes(8),
                self.transfers_root,
                self.accounts_hash,
                self.zero_sum,
            ]
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Read what `to_bytes` wrote; raises `MalformedFieldError` for anything else."""
        parts = decode_fields(encoded, count=_FIELD_COUNT)
        if parts[0] != _LABEL:
            raise MalformedFieldError("not a window digest")
        try:
            day = date.fromisoformat(parts[2].decode("ascii"))
        except ValueError as error:
            raise MalformedFieldError("a window digest's date is malformed") from error
        numbers = int.from_bytes(parts[1]), int.from_bytes(parts[4])
        digest = cls(numbers[0], day, parts[3], numbers[1], *parts[5:])
        if digest.to_bytes() != encoded:
            raise MalformedFieldError("a window digest has one encoding only")
        return digest


def hash_accounts(entries: Sequence[AccountEntry]) -> bytes:
    """Return the hash over a window's accounts.

    Raises `MalformedFieldError` unless they stand in ascending order of their names, each once.
    """
    names = [entry.account for entry in entries]
    if names != sorted(set(names)):
        raise MalformedFieldError("accounts stand in order of their names, each once")
    fields = [
        part for item in entries for part in (item.account.encode(), item.position, item.totals)
    ]
    return hashlib.sha256(encode_fields([_ACCOUNTS_LABEL, *fields])).digest()


def positions_sum_to_zero(digest: WindowDigest, entries: Sequence[AccountEntry]) -> bool:
    """Whether the positions of all accounts are zero together; raises `MalformedFieldError`."""
    return sums_to_zero((entry.position for entry in entries), digest.zero_sum)


def verify_window_digest(signed: SignedDecision, public_key: Ed25519PublicKey) -> WindowDigest:
    """Return the digest; raises `SignatureInvalidError` if the signature does not hold."""
    try:
        public_key.verify(signed.signature, signed.decision)
    except InvalidSignature:
        raise SignatureInvalidError("the digest's signature does not hold") from None
    return WindowDigest.from_bytes(signed.decision)
