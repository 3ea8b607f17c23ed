"""The only ways money moves in the central book but by a payment.

FEE           a position -> the institution's fees, or back
COMPENSATION  the institution's risk reserve -> a position
ADJUSTMENT    a position -> the risk reserve: it recovers a compensation, in parts
FUNDS_IN      the institution's settlement account -> a participant's, or the risk reserve
FUNDS_OUT     a participant's settlement account, the risk reserve or the fees -> the institution's
SETTLEMENT    a participant's position -> its own settlement account, or back

A settlement account holds the participant's funds as a credit. The institution's own mirrors all of
them as a debit: the money stands at the central bank, outside this book. So every movement has two
sides and all accounts together are always zero.

Who may do these, and on whose word, is not decided here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId, AccountKind
from clearing_service.ledger.book import (
    LedgerBook,
    append_row,
    change_balances,
    open_window_number,
    transfer_key,
)
from clearing_service.ledger.transfer import (
    PAYMENT_KINDS,
    EntryId,
    Movement,
    RowName,
    Transfer,
    TransferKind,
)
from facepay.identifiers import ParticipantId
from facepay.money import Currency

_Sides = frozenset[tuple[AccountKind, AccountKind]]

_POSITION, _SETTLEMENT = AccountKind.POSITION, AccountKind.SETTLEMENT
_FEE, _RESERVE = AccountKind.FEE, AccountKind.RISK_RESERVE

LAWFUL_SIDES: dict[TransferKind, _Sides] = {
    **dict.fromkeys(PAYMENT_KINDS, frozenset({(_POSITION, _POSITION)})),
    TransferKind.FEE: frozenset({(_POSITION, _FEE), (_FEE, _POSITION)}),
    TransferKind.COMPENSATION: frozenset({(_RESERVE, _POSITION)}),
    TransferKind.ADJUSTMENT: frozenset({(_POSITION, _RESERVE)}),
    TransferKind.FUNDS_IN: frozenset({(_SETTLEMENT, _SETTLEMENT), (_SETTLEMENT, _RESERVE)}),
    TransferKind.FUNDS_OUT: frozenset(
        {(_SETTLEMENT, _SETTLEMENT), (_RESERVE, _SETTLEMENT), (_FEE, _SETTLEMENT)}
    ),
    TransferKind.SETTLEMENT: frozenset({(_POSITION, _SETTLEMENT), (_SETTLEMENT, _POSITION)}),
}
"""Kinds of the debited and the credited account, for each kind of row."""


@dataclass(frozen=True, slots=True)
class Institution:
    """The clearing institution's own accounts. It is no issuer or acquirer in its own book."""

    participant_id: ParticipantId
    currency: Currency = Currency.CNY

    @property
    def fees(self) -> AccountId:
        """What it has earned by fees."""
        return AccountId(self.participant_id, AccountKind.FEE, self.currency)

    @property
    def risk_reserve(self) -> AccountId:
        """From what it compensates."""
        return AccountId(self.participant_id, AccountKind.RISK_RESERVE, self.currency)

    @property
    def mirror(self) -> AccountId:
        """The other side of all funds in the book, as a debit."""
        return AccountId(self.participant_id, AccountKind.SETTLEMENT, self.currency)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row is booked for, and when. `part` tells rows of one entry and kind apart.

    `window` is None for the window open now.
    """

    entry_id: EntryId
    booked_at: datetime
    part: int = 0
    window: int | None = None


def enter(book: LedgerBook, entry: Entry, kind: TransferKind, movement: Movement) -> Transfer:
    """Book a row that answers none; it must be lawful and not be booked yet (`find_entry`)."""
    if kind in PAYMENT_KINDS or kind is TransferKind.ADJUSTMENT:
        raise LedgerInvariantError(f"a {kind.name} answers another row")
    return _enter(book, entry, kind, movement, answers=None)


def adjust(book: LedgerBook, entry: Entry, movement: Movement, compensation: Transfer) -> Transfer:
    """Recover a part of a compensation.

    The caller sees to it that all parts together are no more than it; the trial balance proves it.
    """
    kind = TransferKind.ADJUSTMENT
    if compensation.kind is not TransferKind.COMPENSATION:
        raise LedgerInvariantError(f"row {compensation.number} compensates nobody")
    return _enter(book, entry, kind, movement, answers=compensation.number)


def find_entry(
    book: LedgerBook, entry_id: EntryId, kind: TransferKind, part: int = 0
) -> Transfer | None:
    """Return the row booked for an entry, if it is booked: a repeat is answered with it."""
    return book.transfers.get(transfer_key(entry_id, kind, part))


def require_lawful(kind: TransferKind, movement: Movement) -> None:
    """Raise `LedgerInvariantError` unless a row of this kind may move between these accounts."""
    debit, credit = movement.debit, movement.credit
    is_lawful = (debit.kind, credit.kind) in LAWFUL_SIDES[kind] and debit != credit
    if kind is TransferKind.SETTLEMENT:
        is_lawful = is_lawful and debit.participant_id == credit.participant_id
    if not is_lawful or movement.amount.amount_minor_units == 0:
        raise LedgerInvariantError(f"{kind.name} cannot move from {debit} to {credit}")


def require_all_lawful(rows: Iterable[Transfer]) -> None:
    """Raise for the first row that moves where its kind may not."""
    for row in rows:
        require_lawful(row.kind, row.movement)


def _enter(
    book: LedgerBook, entry: Entry, kind: TransferKind, movement: Movement, *, answers: int | None
) -> Transfer:
    require_lawful(kind, movement)
    change_balances(book, movement, posted=movement.amount.amount_minor_units)
    window = open_window_number(book) if entry.window is None else entry.window
    name = RowName(entry.entry_id, kind, entry.booked_at, window, answers, entry.part)
    return append_row(book, name, movement)
