"""Multilateral netting: from the rows of a window to what each account is owed or owes.

Rows that promise (HOLD, RELEASE) move nothing, and rows that bring, take or settle funds are not
part of what is netted. Every other row adds to one account what it takes from another, so all net
positions of a window together are zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId, AccountKind
from clearing_service.ledger.transfer import Transfer, TransferKind

NETTED_KINDS = frozenset(
    {
        TransferKind.POST,
        TransferKind.REVERSAL,
        TransferKind.REFUND,
        TransferKind.FEE,
        TransferKind.COMPENSATION,
        TransferKind.ADJUSTMENT,
    }
)


@dataclass(frozen=True, slots=True)
class NetPositions:
    """What accounts are owed (above 0) or owe (below 0), in minor units, by account.

    An account that is not there was not moved; one that was moved to and fro is there with 0. The
    institution's own fees and risk reserve are accounts like any other. Raises
    `LedgerInvariantError` unless all together are 0.
    """

    by_account: Mapping[AccountId, int]

    def __post_init__(self) -> None:
        """Refuse money that came from nowhere."""
        total = sum(self.by_account.values())
        if total:
            raise LedgerInvariantError(f"net positions sum to {total} and not to 0")

    @property
    def to_settle(self) -> Mapping[AccountId, int]:
        """Participants' positions that are not zero: what settlement discharges, by account."""
        return {
            account: self.by_account[account]
            for account in sorted(self.by_account, key=str)
            if account.kind is AccountKind.POSITION and self.by_account[account]
        }

    def plus(self, other: "NetPositions") -> "NetPositions":
        """Return the positions of two windows netted together."""
        total = defaultdict[AccountId, int](int, self.by_account)
        for account, minor_units in other.by_account.items():
            total[account] += minor_units
        return NetPositions(dict(total))


NOTHING_NETTED = NetPositions({})


def net_positions(rows: Iterable[Transfer]) -> NetPositions:
    """Net rows of one window; of parts of a window, the parts' positions add up to the whole's."""
    total = defaultdict[AccountId, int](int)
    for row in rows:
        if row.kind in NETTED_KINDS:
            amount = row.movement.amount.amount_minor_units
            total[row.movement.debit] -= amount
            total[row.movement.credit] += amount
    return NetPositions(dict(total))
