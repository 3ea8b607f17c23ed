"""What is proved from the clearing institution's stores alone; the service may run or not.

Every row there ever was is followed, on a thread beside the event loop that takes payments.
"""

import asyncio
from collections.abc import Sequence

from clearing_service.audit.chain import ChainBrokenError, ChainHead, verify_chain
from clearing_service.audit.entry import AuditEntry
from clearing_service.bootstrap.stores import Stores
from clearing_service.ledger.trial_balance import TrialBalance, verify_book
from clearing_service.payment.clearing_book import AUDIT_CHAIN, LEDGER_CHAIN
from clearing_service.settlement.proof import verify_windows
from clearing_service.stores.book_reading import WholeBook


async def verified_book(stores: Stores) -> TrialBalance:
    """Prove ledger and windows; raises `ChainBrokenError` and `LedgerInvariantError`."""
    return await asyncio.to_thread(_verified, await stores.clearing.whole_book())


async def is_audit_intact(stores: Stores) -> bool:
    """Tell whether no entry of the audit trail was changed, removed or put in."""
    return await asyncio.to_thread(_is_intact, await stores.clearing.audit_entries(AUDIT_CHAIN))


def _verified(book: WholeBook) -> TrialBalance:
    total = verify_book(LEDGER_CHAIN, book.transfers, book.balances)
    verify_windows(book.windows, book.transfers, book.balances)
    return total


def _is_intact(entries: Sequence[AuditEntry]) -> bool:
    try:
        verify_chain(ChainHead(AUDIT_CHAIN), entries)
    except ChainBrokenError:
        return False
    return True
