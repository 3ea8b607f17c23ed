"""Party 1 leads: the `MatchingService` that the rest of the clearing service calls."""

from collections.abc import Sequence
from dataclasses import replace

from clearing_service.matching.admission import Inadmissible, fingerprint_of
from clearing_service.matching.change_leader import ChangeLeader
from clearing_service.matching.dealer import Dealer
from clearing_service.matching.errors import MatchingUnavailableError, ReferenceRefusedError
from clearing_service.matching.frames import PrepareReference
from clearing_service.matching.in_step import PeersInStep
from clearing_service.matching.party import REFERENCE_DEADLINE_SECONDS, MatchingParty
from clearing_service.matching.ports import (
    ErasureReceipt,
    Generation,
    NoMatch,
    RelayedProbe,
    RelayedReference,
    SearchMatch,
    SearchScope,
)
from clearing_service.matching.query_numbers import QueryNumbers
from clearing_service.matching.requests import CLEARING, CUSTODIAN, WITNESS, single_row
from clearing_service.matching.search_leader import SearchLeader, relayed_to
from clearing_service.matching.store import NO_CHANGE, Change, ChangeKind
from clearing_service.matching.synthetic import SEED_BYTES
from facepay.identifiers import ReferenceId
from facepay.rotation import EpochStepKey
from facepay.secret import SecretBytes


class Coordinator:
    """Implements `MatchingService` on party 1. Call `start` before anything else."""

    def __init__(self, party: MatchingParty) -> None:
        """Take party 1; its streams may be served once `start` has returned."""
        around = party.surroundings
        self._party = party
        self._randomness = around.randomness
        self._numbers = QueryNumbers(around.store, around.store_worker)
        self._in_step = PeersInStep(party, self._numbers)
        self._searches = SearchLeader(party, self._in_step, self._numbers)
        self._leader = ChangeLeader(party, self._in_step, around.randomness)
        self._dealer = Dealer(party, self._leader, around.randomness)
        party.on_joined = self._in_step.joined

    async def start(self) -> None:
        """Load party 1's gallery and forget a change that was not decided before it stopped."""
        await self._party.start()
        if self._party.keeper.pending_change_id != NO_CHANGE:
            await self._party.keeper.drop()

    async def until_ready(self) -> None:
        """Return when both peers are connected and in step with party 1."""
        await self._in_step.until_ready()

    def require_ready(self) -> None:
        """Raise what a search would raise before anything of it left party 1.

        Until a synthetic set was drawn there is nothing to ask.
        """
        if not len(self._party.keeper.gallery.synthetic):
            raise MatchingUnavailableError("no synthetic references were drawn yet")
        self._in_step.require()

    async def search(self, probe: RelayedProbe, scope: SearchScope) -> SearchMatch | NoMatch:
        """See `MatchingService.search`."""
        self.require_ready()
        return await self._searches.search(probe, scope)

    async def prepare(self, reference: RelayedReference) -> None:
        """See `MatchingService.prepare`."""
        await self._party.see_through(self._prepare(reference))

    async def activate(self, reference_ids: Sequence[ReferenceId]) -> Generation:
        """See `MatchingService.activate`."""
        return await self._party.see_through(self._activate(_values(reference_ids)))

    async def erase(self, reference_ids: Sequence[ReferenceId]) -> tuple[ErasureReceipt, ...]:
        """See `MatchingService.erase`."""
        return await self._party.see_through(self._erase(_values(reference_ids)))

    async def refresh(self) -> Generation:
        """See `MatchingService.refresh`."""
        seed = SecretBytes(self._randomness.bytes(SEED_BYTES))
        return await self._party.see_through(self._rewrite(ChangeKind.REFRESH, seed))

    async def step_epoch(self, step_key: EpochStepKey) -> Generation:
        """See `MatchingService.step_epoch`."""
        own_key = SecretBytes(step_key.view)
        return await self._party.see_through(self._rewrite(ChangeKind.STEP_EPOCH, own_key))

    async def redraw_synthetic(self) -> Generation:
        """See `MatchingService.redraw_synthetic`."""
        return await self._party.see_through(self._redraw_synthetic())

    async def generate_synthetic(self, count: int, tag_count: int) -> int:
        """See `MatchingService.generate_synthetic`."""
        await self._party.see_through(self._generate_synthetic(count, tag_count))
        return count

    @property
    def active_rows(self) -> int:
        """See `MatchingService.active_rows`."""
        return len(self._party.keeper.gallery)

    @property
    def epoch(self) -> int:
        """See `MatchingService.epoch`."""
        return self._party.keeper.gallery.head.epoch

    async def _prepare(self, reference: RelayedReference) -> None:
        async with self._in_step.changing:
            self._in_step.require()
            slot = await self._prepare_here(reference)
            requests = (
                self._prepare_request(CUSTODIAN, reference, slot),
                self._prepare_request(WITNESS, reference, slot),
            )
            await self._leader.ask_both(requests, REFERENCE_DEADLINE_SECONDS)

    async def _activate(self, ids: tuple[bytes, ...]) -> Generation:
        async with self._in_step.changing:
            self._in_step.require()
            if await self._are_active(ids):
                return Generation(self._party.keeper.generation)
            change = self._new_change(ChangeKind.ACTIVATE, ids)
            return (await self._leader.carry_out(change)).generation

    async def _erase(self, ids: tuple[bytes, ...]) -> tuple[ErasureReceipt, ...]:
        async with self._in_step.changing:
            change = self._new_change(ChangeKind.ERASE, ids)
            result = await self._leader.carry_out(change)
            own = self._party.receipts.sign(ids, result.generation)
            return (own, *result.receipts(ids))

    async def _rewrite(self, kind: ChangeKind, secret: SecretBytes) -> Generation:
        with secret:
            async with self._in_step.changing:
                change = self._new_change(kind, secret=secret)
                return (await self._leader.carry_out(change)).generation

    async def _redraw_synthetic(self) -> Generation:
        async with self._in_step.changing:
            change = self._new_change(ChangeKind.REPLACE_SYNTHETIC)
            synthetic = await self._dealer.deal_set(change.change_id)
            drawn = replace(change, synthetic=synthetic)
            return (await self._leader.carry_out(drawn)).generation

    async def _generate_synthetic(self, count: int, tag_count: int) -> None:
        async with self._in_step.changing:
            change = self._new_change(ChangeKind.ACTIVATE)
            await self._dealer.deal_rows(change.change_id, count, tag_count)
            await self._leader.carry_out(change)

    def _new_change(
        self,
        kind: ChangeKind,
        reference_ids: tuple[bytes, ...] = (),
        secret: SecretBytes | None = None,
    ) -> Change:
        return Change(
            self._leader.new_change_id(),
            kind,
            self._leader.next_generation,
            reference_ids,
            secret,
        )

    async def _are_active(self, ids: tuple[bytes, ...]) -> bool:
        rows = await self._party.keeper.find(ids)
        if len(rows) != len(set(ids)):
            raise ReferenceRefusedError("a reference was never prepared")
        return bool((rows.generations > 0).all())

    async def _prepare_here(self, reference: RelayedReference) -> int:
        """Verify and store party 1's own shares; return the slot that all parties use."""
        admitted = self._party.workplace.admission.admit_reference(
            relayed_to(CLEARING, reference.message), self._party.keeper.gallery.head
        )
        if isinstance(admitted, Inadmissible):
            self._party.surroundings.observer.query_inadmissible(0, admitted)
            raise ReferenceRefusedError("the reference is not admitted")
        known = await self._party.keeper.find([reference.reference_id.value])
        slot = int(known.slots[0]) if len(known) else await self._party.keeper.next_slot()
        rows = single_row(
            reference.reference_id.value,
            reference.tag,
            slot,
            fingerprint_of(admitted.header),
            admitted.shares,
        )
        admitted.shares.wipe()
        await self._party.keeper.add_prepared(rows)
        return slot

    def _prepare_request(
        self, peer: int, reference: RelayedReference, slot: int
    ) -> PrepareReference:
        return PrepareReference(
            self._party.next_request(),
            reference.reference_id.value,
            reference.tag,
            slot,
            relayed_to(peer, reference.message),
        )


def _values(reference_ids: Sequence[ReferenceId]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(reference_id.value for reference_id in reference_ids))
