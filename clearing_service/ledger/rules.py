"""The only ways money moves in the central book.

    HOLD -> POST -> REVERSAL
         -> RELEASE

Each row names the row it answers, and each is booked at most once: booking it again is a broken
invariant, because the payment's state should have kept the caller away.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from clearing_service.audit.chain import ChainHead
from clearing_service.errors import LedgerInvariantError
from clearing_service.ledger.account import AccountId, Balance
from clearing_service.ledger.business_date import business_date
from clearing_service.ledger.transfer import Movement, Transfer, TransferKind, transfer_content
from clearing_service.ledger.working_set import AppendedRows, WorkingSet
from facepay.identifiers import PaymentId

TransferKey = tuple[bytes, int]
"""A payment's id and a kind's number: plain values, because a busy writer compares thousands."""


def transfer_key(payment_id: PaymentId, kind: TransferKind) -> TransferKey:
    """Return by what a payment's row of a kind is found."""
    return (payment_id.value, kind.value)


def transfer_keys(payment_id: PaymentId) -> tuple[TransferKey, ...]:
    """Return by what any row of a payment is found."""
    return tuple((payment_id.value, number) for number in _KIND_NUMBERS)


_KIND_NUMBERS = tuple(kind.value for kind in TransferKind)


class LedgerBook(Protocol):
    """The rows the rules read and write."""

    balances: WorkingSet[AccountId, Balance]
    transfers: WorkingSet[TransferKey, Transfer]
    new_transfers: AppendedRows[Transfer]
    heads: WorkingSet[str, ChainHead]
    ledger_chain: str


@dataclass(frozen=True, slots=True)
class Booking:
    """Which payment a row is booked for, and when."""

    payment_id: PaymentId
    booked_at: datetime


class HoldOutcome(Enum):
    """Whether a sum could be held."""

    HELD = 1
    NET_DEBIT_CAP_EXCEEDED = 2
    NO_POSITION = 3


def hold(book: LedgerBook, booking: Booking, movement: Movement) -> HoldOutcome:
    """Hold a sum against the debtor's cap, or say why not; nothing is booked then."""
    debtor = book.balances.get(movement.debit)
    if debtor is None or book.balances.get(movement.credit) is None:
        return HoldOutcome.NO_POSITION
    if not debtor.has_room_for(movement.amount):
        return HoldOutcome.NET_DEBIT_CAP_EXCEEDED
    amount = movement.amount.amount_minor_units
    _change(book, movement, held=amount, posted=0)
    _append(book, booking, TransferKind.HOLD, movement, answers=None)
    return HoldOutcome.HELD


def post(book: LedgerBook, booking: Booking) -> Transfer:
    """Turn the payment's hold into a posted debt."""
    held = _open_hold(book, booking)
    amount = held.movement.amount.amount_minor_units
    _change(book, held.movement, held=-amount, posted=amount)
    return _append(book, booking, TransferKind.POST, held.movement, answers=held.number)


def release(book: LedgerBook, booking: Booking) -> Transfer:
    """Let the payment's hold go; nothing is owed."""
    held = _open_hold(book, booking)
    _change(book, held.movement, held=-held.movement.amount.amount_minor_units, posted=0)
    return _append(book, booking, TransferKind.RELEASE, held.movement, answers=held.number)


def reverse(book: LedgerBook, booking: Booking) -> Transfer:
    """Undo the payment's post with a row of its own, in the window that is open now."""
    posted = book.transfers.get(transfer_key(booking.payment_id, TransferKind.POST))
    if posted is None:
        raise LedgerInvariantError(f"payment {booking.payment_id} has nothing posted to reverse")
    undoing = posted.movement.reversed()
    _change(book, undoing, held=0, posted=undoing.amount.amount_minor_units)
    return _append(book, booking, TransferKind.REVERSAL, undoing, answers=posted.number)


def _open_hold(book: LedgerBook, booking: Booking) -> Transfer:
    held = book.transfers.get(transfer_key(booking.payment_id, TransferKind.HOLD))
    if held is None:
        raise LedgerInvariantError(f"payment {booking.payment_id} has no hold")
    for ending in (TransferKind.POST, TransferKind.RELEASE):
        if book.transfers.get(transfer_key(booking.payment_id, ending)) is not None:
            raise LedgerInvariantError(f"the hold of payment {booking.payment_id} has ended")
    return held


def _change(book: LedgerBook, movement: Movement, *, held: int, posted: int) -> None:
    debtor = _balance(book, movement.debit).changed(debits_held=held, debits_posted=posted)
    book.balances.put(movement.debit, debtor)
    creditor = _balance(book, movement.credit).changed(credits_held=held, credits_posted=posted)
    book.balances.put(movement.credit, creditor)


def _balance(book: LedgerBook, account: AccountId) -> Balance:
    balance = book.balances.get(account)
    if balance is None:
        raise LedgerInvariantError(f"account {account} is gone")
    return balance


def _append(
    book: LedgerBook,
    booking: Booking,
    kind: TransferKind,
    movement: Movement,
    *,
    answers: int | None,
) -> Transfer:
    key = transfer_key(booking.payment_id, kind)
    if book.transfers.get(key) is not None:
        raise LedgerInvariantError(f"{kind.name} of payment {booking.payment_id} is booked already")
    previous = book.heads.get(book.ledger_chain) or ChainHead(book.ledger_chain)
    content = transfer_content(kind, booking.payment_id, movement, answers, booking.booked_at)
    head = previous.link(content)
    day = business_date(booking.booked_at)
    row = Transfer(kind, booking.payment_id, movement, answers, day, booking.booked_at, head)
    book.heads.put(book.ledger_chain, head)
    book.transfers.put(key, row)
    book.new_transfers.add(row)
    return row
