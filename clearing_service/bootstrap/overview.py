"""The state of the whole service, gathered for an operator."""

import asyncio
from dataclasses import dataclass

from clearing_service.bootstrap.expiry import PartyCertificates
from clearing_service.bootstrap.proofs import is_audit_intact, verified_book
from clearing_service.bootstrap.stores import Stores
from clearing_service.ledger.window import UNSETTLED, WindowState
from clearing_service.matching.party import MatchingParty
from clearing_service.settlement.use_cases import Settlement
from facepay.wire.operator import Overview, WindowOverview


@dataclass(frozen=True, slots=True)
class Overviews:
    """Implements `rpc.operator_calls.OverviewSource`."""

    stores: Stores
    party: MatchingParty
    certificates: PartyCertificates
    settlement: Settlement

    async def overview(self) -> Overview:
        """Read everything and prove book and audit trail on the way."""
        gallery = self.party.keeper.gallery
        book = await verified_book(self.stores)
        return Overview(
            active_references=len(gallery),
            generation=self.party.keeper.generation,
            epoch=gallery.head.epoch,
            payments_by_state=await self.stores.counts.by_state(),
            trial_balance_minor_units=book.debits_posted - book.credits_posted,
            held_minor_units=book.debits_held,
            audit_chain_intact=await is_audit_intact(self.stores),
            certificates_valid_until=await asyncio.to_thread(self.certificates.first_end),
            window=await self._window(),
        )

    async def _window(self) -> WindowOverview:
        window = await self.settlement.open_window()
        waiting = await self.settlement.windows(tuple(UNSETTLED - {WindowState.OPEN}))
        aborted = [item for item in waiting if item.state is WindowState.ABORTED]
        return WindowOverview(
            window.number, window.business_date, window.closes_at, len(waiting), len(aborted)
        )
