"""What stands of a terminal's day, and the totals that terminal and service compare.

Counted are payments that were approved on the day and are not undone now, and refunds given on the
day. A reversed or voided payment counts nowhere: both sides look at what stands when they look, so
that a reversal over midnight makes no difference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from facepay.identifiers import PaymentId, RetrievalReferenceNumber
from facepay.money import Money

ENTRIES_MAX = 500
"""More than a till sells in most days, and well below the size of a reply."""


class EntryKind(Enum):
    """What an entry of a day is."""

    PAYMENT = 1
    REFUND = 2


@dataclass(frozen=True, slots=True)
class TotalsEntry:
    """One payment or refund of the day. `rrn` is its own number, by which it is found."""

    kind: EntryKind
    payment_id: PaymentId
    rrn: RetrievalReferenceNumber
    amount: Money


@dataclass(frozen=True, slots=True)
class TerminalTotals:
    """The day in four numbers: ISO 8583 DE 76 and 88 for payments, DE 74 and 86 for refunds."""

    payment_count: int = 0
    payments_minor_units: int = 0
    refund_count: int = 0
    refunds_minor_units: int = 0

    @property
    def net_minor_units(self) -> int:
        """What the acceptor has taken, refunds deducted (DE 97)."""
        return self.payments_minor_units - self.refunds_minor_units


def totals_of(entries: Iterable[TotalsEntry]) -> TerminalTotals:
    """Return the totals of a day's entries."""
    amounts: dict[EntryKind, list[int]] = {kind: [] for kind in EntryKind}
    for entry in entries:
        amounts[entry.kind].append(entry.amount.amount_minor_units)
    payments, refunds = amounts[EntryKind.PAYMENT], amounts[EntryKind.REFUND]
    return TerminalTotals(len(payments), sum(payments), len(refunds), sum(refunds))
