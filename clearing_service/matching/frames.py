"""What peers say to each other, as plain values; `peer` turns them into protobuf and back.

Byte strings of scores are masked words, little-endian. Nothing here holds a template, a probe in
the clear or a score that belongs to a row.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from clearing_service.matching.ports import SearchScope
from clearing_service.matching.store import ChangeKind
from facepay.sealed_envelope import SealedEnvelope
from facepay.signed_request import EnvelopeDigest

REFUSED_DIGEST = b""
"""Stands in place of a digest where a party refuses the query; it does not say why."""

NO_POSITION = -1
"""Stands in place of a position where party 3 names no winner."""


@dataclass(frozen=True, slots=True)
class Hello:
    """First frame of either side: who speaks, a fresh nonce, a fresh key for the agreement."""

    party: int
    nonce: bytes
    exchange_key: bytes


@dataclass(frozen=True, slots=True)
class HelloProof:
    """Second frame: the identity key's signature over both hellos, and where this party stands."""

    signature: bytes
    generation: int
    last_change_id: bytes
    pending_change_id: bytes
    query_mark: int


@dataclass(frozen=True, slots=True)
class RelayedMessage:
    """A terminal's signed message with the one envelope that is for the receiving party."""

    header: bytes
    signature: bytes
    digests: tuple[EnvelopeDigest, ...]
    envelope: SealedEnvelope


@dataclass(frozen=True, slots=True)
class Query:
    """One search. The number is used once for ever; the digest is party 1's candidate set."""

    number: int
    message: RelayedMessage
    scope: SearchScope
    digest: bytes


@dataclass(frozen=True, slots=True)
class QueryBatch:
    """Party 1 to 2 and 3: every search that was waiting. The first number names the batch."""

    batch: int
    generation: int
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class BatchDigests:
    """Parties 2 and 3 to both others: the digest of each query's candidate set, or refused."""

    batch: int
    generation: int
    digests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, repr=False)
class MaskedVectors:
    """Masked score shares of the queries that all three agreed on, in the order of the batch.

    `norms` are masked pieces of the squared probe lengths, modulo 2^16; from party 3 there are
    none.
    """

    batch: int
    vectors: tuple[bytes, ...]
    norms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """Party 3 to 1: for each agreed query the winner's shuffled position, or `NO_POSITION`."""

    batch: int
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PrepareReference:
    """Party 1 to 2 and 3: verify and store one reference's shares, not scored."""

    request: int
    reference_id: bytes
    tag: bytes
    slot: int
    message: RelayedMessage


@dataclass(frozen=True, slots=True, repr=False)
class DealtRows:
    """Party 1 to 2 or 3: generated references, up to a few thousand.

    Without ids they are a synthetic set. `seed` stands for the share the peer has in common with
    party 1, `third` for share 3 (uint16 words, 128 a row).
    """

    request: int
    change_id: bytes
    reference_ids: bytes
    tags: bytes
    first_slot: int
    seed: bytes
    third: bytes
    third_opening: bytes
    commitments: tuple[bytes, bytes, bytes]


@dataclass(frozen=True, slots=True, repr=False)
class PrepareChange:
    """Party 1 to 2 and 3: record a change and make it ready. A synthetic set was dealt before.

    `secret` is empty, or the 32 bytes of a refresh or an epoch step.
    """

    request: int
    change_id: bytes
    kind: ChangeKind
    generation: int
    reference_ids: tuple[bytes, ...] = ()
    secret: bytes = b""


@dataclass(frozen=True, slots=True)
class ActivateChange:
    """Party 1 to 2 and 3: carry out the prepared change. A repeat for the last one does nothing."""

    request: int
    change_id: bytes


@dataclass(frozen=True, slots=True)
class DropChange:
    """Party 1 to 2 and 3: forget the prepared change."""

    request: int
    change_id: bytes


class Outcome(Enum):
    """How a peer took a request."""

    DONE = 1
    REFUSED = 2
    """It does not verify, or does not fit what is stored."""
    OUT_OF_STEP = 3
    """It does not follow the peer's generation."""
    FAILED = 4
    """The peer could not do it now, for a reason of its own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Parties 2 and 3 to 1: the end of a request.

    After an erasure `erased_at` and `signature` are the peer's receipt.
    """

    request: int
    outcome: Outcome
    generation: int = 0
    erased_at: datetime | None = None
    signature: bytes = b""


Request = PrepareReference | DealtRows | PrepareChange | ActivateChange | DropChange
Frame = (
    Hello | HelloProof | QueryBatch | BatchDigests | MaskedVectors | BatchAnswer | Request | Answer
)
