"""The state of the whole service, gathered for an operator."""

import asyncio
from dataclasses import dataclass

from clearing_service.audit.chain import ChainBrokenError, ChainHead, verify_chain
from clearing_service.bootstrap.expiry import PartyCertificates
from clearing_service.bootstrap.stores import Stores
from clearing_service.ledger.trial_balance import TrialBalance, verify_book
from clearing_service.ledger.window import UNSETTLED, WindowState
from clearing_service.matching.party import MatchingParty
from clearing_service.payment.clearing_book import AUDIT_CHAIN, LEDGER_CHAIN
from clearing_service.settlement.proof import verify_windows
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


async def verified_book(stores: Stores) -> TrialBalance:
    """Prove ledger and windows; raises `ChainBrokenError` and `LedgerInvariantError`."""
    book = await stores.clearing.whole_book()
    total = verify_book(LEDGER_CHAIN, book.transfers, book.balances)
    verify_windows(book.windows, book.transfers, book.balances)
    return total


async def is_audit_intact(stores: Stores) -> bool:
    """Tell whether no entry of the audit trail was changed, removed or put in."""
    entries = await stores.clearing.audit_entries(AUDIT_CHAIN)
    try:
        verify_chain(ChainHead(AUDIT_CHAIN), entries)
    except ChainBrokenError:
        return False
    return True
