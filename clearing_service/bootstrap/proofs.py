"""What is proved from the clearing institution's stores alone; the service may run or not."""

from clearing_service.audit.chain import ChainBrokenError, ChainHead, verify_chain
from clearing_service.bootstrap.stores import Stores
from clearing_service.ledger.trial_balance import TrialBalance, verify_book
from clearing_service.payment.clearing_book import AUDIT_CHAIN, LEDGER_CHAIN
from clearing_service.settlement.proof import verify_windows


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
