"""Proof that the book adds up: every balance follows from the rows, and debits equal credits."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from clearing_service.audit.chain import ChainHead, verify_chain
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId, Balance
from clearing_service.ledger.entries import require_all_lawful
from clearing_service.ledger.transfer import HOLDING_KINDS, Transfer, TransferKind


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
    follow from the rows, a row moves where it may not, or debits do not equal credits. `balances` are those of this chain's shard.
    """
    rows = list(transfers)
    verify_chain(ChainHead(chain), rows)
    require_all_lawful(rows)
    expected = _replay(rows)
    stored = {balance.account: balance for balance in balances}
    for account, totals in expected.items():
        _require_same(totals, stored.get(account))
    for account in stored.keys() - expected.keys():
        _require_same(Balance(account, 0), stored[account])
    return _totals(stored.values(), len(rows))


_HELD = {
    TransferKind.HOLD: 1,
    TransferKind.POST: -1,
    TransferKind.RELEASE: -1,
}
"""What a row does to the sums held; rows of other kinds do nothing to them."""

_ANSWERS = {
    TransferKind.POST: TransferKind.HOLD,
    TransferKind.RELEASE: TransferKind.HOLD,
    TransferKind.REVERSAL: TransferKind.POST,
    TransferKind.REFUND: TransferKind.POST,
    TransferKind.ADJUSTMENT: TransferKind.COMPENSATION,
}
"""What a row of a kind answers; rows of other kinds answer none."""

_ANSWERED = frozenset(_ANSWERS.values())
_IN_PARTS = frozenset({TransferKind.REFUND, TransferKind.ADJUSTMENT})


def _replay(rows: Iterable[Transfer]) -> dict[AccountId, Balance]:
    balances: dict[AccountId, Balance] = {}
    answered = _Answered()
    for row in rows:
        amount = row.movement.amount.amount_minor_units
        held = _HELD.get(row.kind, 0) * amount
        posted = 0 if row.kind in HOLDING_KINDS else amount
        answered.take(row)
        debtor = balances.get(row.movement.debit) or Balance(row.movement.debit, 0)
        debtor = debtor.changed(debits_held=held, debits_posted=posted)
        balances[row.movement.debit] = debtor
        creditor = balances.get(row.movement.credit) or Balance(row.movement.credit, 0)
        creditor = creditor.changed(credits_held=held, credits_posted=posted)
        balances[row.movement.credit] = creditor
    return balances


class _Answered:
    """How much is left to answer: of holds all at once, of the others at once or in parts."""

    def __init__(self) -> None:
        self._left: dict[tuple[int, TransferKind | None], int] = {}

    def take(self, row: Transfer) -> None:
        amount = row.movement.amount.amount_minor_units
        expected = _ANSWERS.get(row.kind)
        if (row.answers is None) is not (expected is None):
            raise LedgerInvariantError(f"row {row.number} must name the row it answers, if any")
        if row.answers is not None:
            left = self._left.get((row.answers, expected), 0) - amount
            if left < 0 or (left and row.kind not in _IN_PARTS):
                raise LedgerInvariantError(f"row {row.number} answers a row it cannot answer")
            self._left[row.answers, expected] = left
        if row.kind in _ANSWERED:
            self._left[row.number, row.kind] = amount


def _require_same(expected: Balance, stored: Balance | None) -> None:
    if stored is None or _totals_only(stored) != expected:
        raise LedgerInvariantError(
            f"the balance of {expected.account} does not follow from its rows"
        )


def _totals_only(stored: Balance) -> Balance:
    return replace(stored, net_debit_cap_minor_units=0, is_suspended=False)


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
