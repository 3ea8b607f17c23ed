"""What the rest of the clearing service may ask of the three matching parties.

Everything here is meant for party 1. `MatchingService` is implemented by
`clearing_service.matching.coordinator.Coordinator`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

from facepay.erasure import ErasureStatement
from facepay.identifiers import ReferenceId
from facepay.sealed_envelope import SealedEnvelope
from facepay.signed_request import EnvelopeDigest
from facepay.template import EpochStepKey

Generation = NewType("Generation", int)
"""Number of the last change of the gallery, the same at all three parties; the first is 0."""

TAG_BYTES = 16
"""Length of a bucket tag, as the security module makes it."""

SANDBOX_ID_PREFIX = b"sbx\x00"
"""How the reference ids of generated sandbox rows begin; they belong to nobody."""


@dataclass(frozen=True, slots=True)
class RelayedProbe:
    """A terminal's signed message as the matching parties need it: everything but the body.

    `digests` is the complete ordered list under the signature, of every envelope of the message;
    `envelopes` are the three that hold the share pairs of parties 1, 2 and 3, in this order.
    """

    header: bytes
    signature: bytes
    digests: tuple[EnvelopeDigest, ...]
    envelopes: tuple[SealedEnvelope, SealedEnvelope, SealedEnvelope]


@dataclass(frozen=True, slots=True)
class RelayedReference:
    """A reference to be stored under `reference_id` in the bucket `tag` (16 bytes)."""

    reference_id: ReferenceId
    tag: bytes
    message: RelayedProbe


@dataclass(frozen=True, slots=True)
class SearchScope:
    """Which references are candidates: the buckets with these tags, or all if `tags` is None.

    A bucket below the minimum size is searched together with its neighbours, so that nobody can
    ask about one person.
    """

    tags: tuple[bytes, ...] | None


WHOLE_GALLERY = SearchScope(None)


@dataclass(frozen=True, slots=True)
class SearchMatch:
    """Exactly one candidate passed threshold and margin.

    `is_synthetic` tells a generated sandbox row, which routes to nobody.
    """

    reference_id: ReferenceId
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class NoMatch:
    """One answer for unknown, ambiguous, refused and synthetic."""


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """One party's signed statement that it no longer holds these references.

    `signature` is Ed25519 by the party's identity key over `statement`.
    """

    party: int
    reference_ids: tuple[ReferenceId, ...]
    generation: Generation
    erased_at: datetime
    signature: bytes

    @property
    def statement(self) -> bytes:
        """The bytes under the signature."""
        return erasure_statement(self.party, self.reference_ids, self.generation, self.erased_at)


def erasure_statement(
    party: int, reference_ids: Sequence[ReferenceId], generation: int, erased_at: datetime
) -> bytes:
    """Return what a party signs when it has erased `reference_ids`."""
    return ErasureStatement(party, tuple(reference_ids), generation, erased_at).to_bytes()


class MatchingService(Protocol):
    """Private 1:N search among three parties, as party 1 offers it.

    Every call raises `MatchingUnavailableError` if a peer is down or too slow, and
    `GenerationMismatchError` if a peer was found out of step; nothing is guessed.
    """

    def require_ready(self) -> None:
        """Raise what a search would raise before anything of it left party 1."""

    async def search(self, probe: RelayedProbe, scope: SearchScope) -> SearchMatch | NoMatch:
        """Return the one matching reference, or `NoMatch` for every refusal.

        A repeat with the same header gives `NoMatch`: parties accept a signed header once.
        """

    async def prepare(self, reference: RelayedReference) -> None:
        """Store a reference's shares durably at all three parties, not yet scored.

        Raises `ReferenceRefusedError` if a party refuses it. A repeat with the same message does
        nothing; the same id with another message is refused.
        """

    async def activate(self, reference_ids: Sequence[ReferenceId]) -> Generation:
        """Make prepared references candidates, at one generation at all three parties.

        Raises `ReferenceRefusedError` if one is neither prepared nor active. A repeat changes
        nothing and returns the present generation.
        """

    async def erase(self, reference_ids: Sequence[ReferenceId]) -> tuple[ErasureReceipt, ...]:
        """Delete references, prepared or active, and return one receipt of each party.

        A repeat, or an unknown id, gives receipts just the same.
        """

    async def refresh(self) -> Generation:
        """Re-randomise the shares of every reference; scores stay the same.

        Shares stolen from one party before and from another after are worth nothing together.
        """

    async def step_epoch(self, step_key: EpochStepKey) -> Generation:
        """Turn every reference into the next epoch's coordinates; older probes stop matching.

        The caller wipes `step_key`, and composes the same step into the terminals' rotation.
        """

    async def redraw_synthetic(self) -> Generation:
        """Replace the 256 synthetic references that are appended to every candidate set."""

    async def generate_synthetic(self, count: int, tag_count: int) -> int:
        """Add `count` generated references in `tag_count` random buckets; return how many.

        They count as real rows for size and speed, and belong to nobody.
        """

    @property
    def active_rows(self) -> int:
        """How many references are candidates now, at party 1."""

    @property
    def epoch(self) -> int:
        """The epoch of the references now."""
