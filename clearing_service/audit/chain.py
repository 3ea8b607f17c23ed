"""A chain of hashes: each row's hash covers the row before it, so that no row changes unseen.

Every writer has chains of its own. The hash of a row covers a label, the chain's name, the row's
number, the hash before it and the row's canonical bytes. A chain shows edits and gaps; it does not
show that the newest rows were cut off, so heads are meant to be published elsewhere.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from clearing_service.errors import ClearingError
from facepay.canonical import encode_fields

HASH_BYTES = 32

_LABEL = b"facepay/chain/1"


class ChainBrokenError(ClearingError):
    """A row of a hash chain was changed, removed or put in. Names the chain and the row."""


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The number and hash of a chain's newest row; number 0 before the first."""

    chain: str
    number: int = 0
    hash: bytes = bytes(HASH_BYTES)

    def link(self, content: bytes) -> "ChainHead":
        """Return the head after a row with this canonical content was appended."""
        number = self.number + 1
        fields = [_LABEL, self.chain.encode(), number.to_bytes(8), self.hash, content]
        return ChainHead(self.chain, number, hashlib.sha256(encode_fields(fields)).digest())


class ChainedRow(Protocol):
    """A row that stands in a chain."""

    @property
    def head(self) -> ChainHead:
        """The chain's head after this row, as stored with it."""

    def content(self) -> bytes:
        """Return the canonical bytes that the hash covers."""


def verify_chain(start: ChainHead, rows: Iterable[ChainedRow]) -> ChainHead:
    """Follow `rows` from `start` and return the last head; raises `ChainBrokenError`."""
    head = start
    for row in rows:
        head = head.link(row.content())
        if row.head != head:
            raise ChainBrokenError(f"chain {head.chain} is broken at row {head.number}")
    return head
