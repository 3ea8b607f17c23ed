"""Proof that the book adds up: every balance follows from the rows, and debits equal credits."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from clearing_service.audit.chain import ChainHead, verify_chain
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId, Balance
from clearing_service.ledger.transfer import Transfer, TransferKind


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Totals over all accounts, in minor units."""

    debits_posted: int
    credits_posted: int
    debits_held: int
    credits_held: int
    transfer_count: int


def verify_book(
    chain: str, transfers: Iterable[Transfer], balances: Iterable[Balance]
) -> TrialBalance:
    """Check a chain's rows and the balances against each other, and return the totals.

    Raises `ChainBrokenError` if a row was touched and `LedgerInvariantError` if a balance does not
    follow from the rows or debits do not equal credits. `balances` are those of this chain's shard.
    """
    rows = list(transfers)
    verify_chain(ChainHead(chain), rows)
    expected = _replay(rows)
    stored = {balance.account: balance for balance in balances}
    for account, totals in expected.items():
        _require_same(totals, stored.get(account))
    for account in stored.keys() - expected.keys():
        _require_same(Balance(account, 0), stored[account])
    return _totals(stored.values(), len(rows))


def _replay(rows: Iterable[Transfer]) -> dict[AccountId, Balance]:
    balances: dict[AccountId, Balance] = {}
    holds = defaultdict[int, int](int)
    for row in rows:
        amount = row.movement.amount.amount_minor_units
        held = {TransferKind.HOLD: amount, TransferKind.REVERSAL: 0}.get(row.kind, -amount)
        posted = amount if row.kind in (TransferKind.POST, TransferKind.REVERSAL) else 0
        _require_answer(row, holds)
        debtor = balances.get(row.movement.debit) or Balance(row.movement.debit, 0)
        debtor = debtor.changed(debits_held=held, debits_posted=posted)
        balances[row.movement.debit] = debtor
        creditor = balances.get(row.movement.credit) or Balance(row.movement.credit, 0)
        creditor = creditor.changed(credits_held=held, credits_posted=posted)
        balances[row.movement.credit] = creditor
    return balances


def _require_answer(row: Transfer, answered: dict[int, int]) -> None:
    if (row.answers is None) is not (row.kind is TransferKind.HOLD):
        raise LedgerInvariantError(f"row {row.number} names no row that it answers")
    if row.answers is None:
        return
    answered[row.answers] += 1
    if row.answers >= row.number or answered[row.answers] > 1:
        raise LedgerInvariantError(f"row {row.number} answers a row it cannot answer")


def _require_same(expected: Balance, stored: Balance | None) -> None:
    if stored is None or replace(stored, net_debit_cap_minor_units=0) != expected:
        raise LedgerInvariantError(
            f"the balance of {expected.account} does not follow from its rows"
        )


def _totals(balances: Iterable[Balance], transfer_count: int) -> TrialBalance:
    total = TrialBalance(0, 0, 0, 0, transfer_count)
    for balance in balances:
        total = replace(
            total,
            debits_posted=total.debits_posted + balance.debits_posted,
            credits_posted=total.credits_posted + balance.credits_posted,
            debits_held=total.debits_held + balance.debits_held,
            credits_held=total.credits_held + balance.credits_held,
        )
    if (total.debits_posted, total.debits_held) != (total.credits_posted, total.credits_held):
        raise LedgerInvariantError("debits do not equal credits")
    return total
