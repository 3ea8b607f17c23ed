"""Discharge of what windows owe: funds, liquidity and the rows that bring positions to zero.

A participant's funds are the credit of its settlement account. Windows that are settled together
are netted together: a participant lacks funds only if it owes more in all of them than it has.
Settlement is all or nothing, because a debt that one cannot pay is what others are to be paid with.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from clearing_service.ledger.account import AccountId, AccountKind, Balance
from clearing_service.ledger.entries import Entry
from clearing_service.ledger.transfer import EntryId, Movement
from clearing_service.settlement.netting import NOTHING_NETTED, NetPositions
from facepay.identifiers import ParticipantId
from facepay.money import AMOUNT_MAX_MINOR_UNITS, Money


@dataclass(frozen=True, slots=True)
class SettlementOrder:
    """One SETTLEMENT row to be booked: a participant's net position of a window, to zero.

    A position that is more than one row can carry takes several, told apart by `part`.
    """

    window: int
    position: AccountId
    net_minor_units: int
    part: int = 0

    @property
    def movement(self) -> Movement:
        """From the position to the funds if it is owed, from the funds to the position if it owes."""
        amount = Money(abs(self.net_minor_units), self.position.currency)
        movement = Movement(self.position, funds_account(self.position), amount)
        return movement if self.net_minor_units > 0 else movement.reversed()

    def entry(self, now: datetime) -> Entry:
        """Return the row's name, which follows from window and position: it is booked once."""
        entry_id = EntryId.derived("settlement", str(self.window), str(self.position))
        return Entry(entry_id, now, self.part, self.window)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A participant that owes more than its funds, both in minor units."""

    participant_id: ParticipantId
    owed_minor_units: int
    funds_minor_units: int


def funds_account(position: AccountId) -> AccountId:
    """Return the settlement account that belongs to a position."""
    return AccountId(position.participant_id, AccountKind.SETTLEMENT, position.currency)


def funds_of(balance: Balance | None) -> int:
    """Return what is on a settlement account, in minor units."""
    return 0 if balance is None else balance.credit_minor_units


def settlement_orders(windows: Mapping[int, NetPositions]) -> tuple[SettlementOrder, ...]:
    """Return every row that discharges the windows, by window and participant."""
    return tuple(
        SettlementOrder(number, position, piece, part)
        for number in sorted(windows)
        for position, net in windows[number].to_settle.items()
        for part, piece in enumerate(_pieces(net))
    )


def _pieces(net_minor_units: int) -> Iterator[int]:
    left, sign = abs(net_minor_units), 1 if net_minor_units > 0 else -1
    while left:
        piece = min(left, AMOUNT_MAX_MINOR_UNITS)
        yield sign * piece
        left -= piece


def netted_together(windows: Iterable[NetPositions]) -> NetPositions:
    """Return the positions of all windows together."""
    total = NOTHING_NETTED
    for positions in windows:
        total = total.plus(positions)
    return total


def shortfalls(net: NetPositions, funds: Mapping[AccountId, int]) -> tuple[Shortfall, ...]:
    """Return who cannot pay; `funds` are minor units by settlement account."""
    found = []
    for position, minor_units in net.to_settle.items():
        available = funds.get(funds_account(position), 0)
        if minor_units + available < 0:
            found.append(Shortfall(position.participant_id, -minor_units, available))
    return tuple(found)
