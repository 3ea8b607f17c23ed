"""What the simulated service is made of beside the product's own parts.

A security module and a store of used keys that note what they give, and what stands in for the
matching and for TLS.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clearing_service.matching.errors import MatchingUnavailableError
from clearing_service.matching.ports import NoMatch, RelayedProbe, SearchMatch, SearchScope
from clearing_service.matching.query_numbers import QueryNumbers
from clearing_service.security_module.software import SoftwareSecurityModule
from clearing_service.security_module.sqlite_usage import SqliteUsageStore
from clearing_service.security_module.usage import ClaimOutcome, PinClaim
from clearing_service.transport.roles import PeerIdentity
from facepay.identifiers import ReferenceId
from facepay.payment_decision import PaymentDecision, SignedDecision
from facepay.refund_decision import RefundDecision
from tests.simulation.line import ServerContext
from tests.simulation.memory_store import on_disk
from tests.simulation.records import Records
from tests.simulation.virtual_time import VirtualLoop


class RecordingUsage(SqliteUsageStore):
    """The module's store of used keys, kept over restarts; notes every PIN key it grants."""

    def __init__(self, path: Path, records: Records) -> None:
        super().__init__(path)
        self._records = records

    def claim_all(self, claims: Sequence[PinClaim], now: datetime) -> tuple[ClaimOutcome, ...]:
        outcomes = super().claim_all(claims, now)
        for claim, outcome in zip(claims, outcomes, strict=True):
            if outcome is ClaimOutcome.GRANTED:
                key = (claim.ksn.initial_key_id, claim.ksn.counter)
                self._records.use_once("translated PIN key", key)
        return outcomes

    def close(self) -> None:
        """The disk stays when the process goes."""


class RecordingModule(SoftwareSecurityModule):
    """The product's security module; notes every decision it signs."""

    records: Records

    def sign_decision(self, decision: PaymentDecision) -> SignedDecision:
        self.records.decisions.append(decision)
        return super().sign_decision(decision)

    def sign_refund(self, decision: RefundDecision) -> SignedDecision:
        self.records.refund_decisions.append(decision)
        return super().sign_refund(decision)


class InlineWork:
    """Implements `matching.worker.Worker` at the service's disk."""

    async def run(self, work):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        return await on_disk("gallery", work)

    def close(self) -> None:
        """Nothing to wait for."""


@dataclass
class QueryBlocks:
    """The durable mark of reserved query numbers."""

    mark: int = 0

    def reserve_query_numbers(self, count: int) -> int:
        first = self.mark + 1
        self.mark += count
        return first


class KnowingMatching:
    """Finds whoever the probe names. Implements what routing asks of `MatchingService`."""

    def __init__(self, loop: VirtualLoop, blocks: QueryBlocks, records: Records) -> None:
        self._loop = loop
        self._numbers = QueryNumbers(blocks, InlineWork())  # type: ignore[arg-type]
        self._one_at_a_time = asyncio.Lock()
        self._records = records
        self.active_rows = 0
        self.down_until = 0.0
        self.is_slow = False
        """Whether a party that is down is thought to be there until it does not answer."""

    def require_ready(self) -> None:
        if not self.is_slow and self._loop.time() < self.down_until:
            raise MatchingUnavailableError("a party is not connected")

    async def search(self, probe: RelayedProbe, _scope: SearchScope) -> SearchMatch | NoMatch:
        if self._loop.time() < self.down_until:
            await asyncio.sleep(1.0)
            raise MatchingUnavailableError("a party did not answer")
        async with self._one_at_a_time:
            (number,) = await self._numbers.take(1)
        self._records.use_once("query number", number)
        await asyncio.sleep(0.02)
        person = int.from_bytes(probe.envelopes[0].sealed[:4])
        return SearchMatch(reference_of(person)) if person else NoMatch()


def reference_of(person: int) -> ReferenceId:
    """Return the reference of person number `person`; 0 is a stranger."""
    return ReferenceId(person.to_bytes(16))


class Peers:
    """Says who calls, as TLS would."""

    def identify(self, context: ServerContext) -> PeerIdentity:
        return context.peer
